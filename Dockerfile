# Inbox in a container, for compose.yaml. Nothing in it is secret, and it runs as nobody special.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /app
COPY requirements.lock assets.lock ./
RUN pip install --require-hashes -r requirements.lock \
 && pip install --require-hashes --no-deps --only-binary :all: --target /tmp/htmx -r assets.lock \
 && mkdir -p build/assets \
 && cp /tmp/htmx/django_htmx/static/django_htmx/htmx-2.min.js build/assets/htmx.js \
 && rm -rf /tmp/htmx
COPY inbox inbox
COPY templates templates
COPY static static
# Files keep the modes they have on the host, and a strict umask there would lock our user out.
RUN python -m compileall -q inbox \
 && chmod -R a+rX . \
 && useradd --uid 10001 --no-create-home --home-dir /data inbox && install -d -o inbox -m 700 /data

USER inbox
VOLUME /data
ENV INBOX_DATA_DIR=/data INBOX_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=5)"]
ENTRYPOINT ["python", "-m", "inbox"]
CMD ["serve"]
