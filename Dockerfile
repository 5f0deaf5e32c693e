# Inbox in a container, for compose.yaml. Nothing in it is secret, and it runs as nobody special.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
# Installed rather than run where they lie: files keep the modes they have on the host, and a
# strict umask there would lock our user out.
COPY . source
RUN pip install --no-deps --no-build-isolation ./source \
 && rm -rf source \
 && useradd --uid 10001 --no-create-home --home-dir /data inbox && install -d -o inbox -m 700 /data

USER inbox
VOLUME /data
ENV INBOX_DATA_DIR=/data INBOX_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=5)"]
ENTRYPOINT ["python", "-m", "inbox"]
CMD ["serve"]
