# Inbox in a container, for compose.yaml. Nothing in it is secret, and it runs as nobody special.
FROM python:3.13.14-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
# Installed rather than run where they lie: files keep the modes they have on the host, and a
# strict umask there would lock our user out.
COPY . source
# What a start makes of our own files is made here, as nothing can be written where it is kept.
RUN pip install --no-deps --no-build-isolation ./source \
 && PYTHONDONTWRITEBYTECODE= python -m inbox.web.present.keep_all \
 && rm -rf source \
 && useradd --uid 10001 --no-create-home --home-dir /data inbox && install -d -o inbox -m 700 /data

USER inbox
VOLUME /data
ENV INBOX_DATA_DIR=/data INBOX_HOST=0.0.0.0 INBOX_PORT=8000
EXPOSE 8000
# By the port that is set, and never by a proxy of the environment.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['INBOX_PORT'] + '/health', timeout=5)"]
ENTRYPOINT ["python", "-m", "inbox"]
CMD ["serve"]
