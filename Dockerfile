# Fabula in a container: docker compose up -d, or docker build -t fabula . && docker run -p 127.0.0.1:8000:8000 -v fabula:/data fabula
# One image on every machine. Newer: docker buildx imagetools inspect python:3.13-slim tells its digest.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/fabula
ENV PATH=/opt/fabula/bin:$PATH
WORKDIR /source
COPY requirements/run.txt requirements/run.txt
# Only wheels, of known hashes: nothing is compiled, on amd64 and arm64 alike.
RUN pip install --require-hashes --only-binary=:all: -r requirements/run.txt
COPY . .
RUN pip install --no-build-isolation --no-deps .
# What FABULA_DATABASE_URL needs, where it is wished for: docker compose build --build-arg EXTRA=postgresql
ARG EXTRA=
RUN [ -z "$EXTRA" ] || pip install --require-hashes --only-binary=:all: -r "requirements/$EXTRA.txt"

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
COPY --from=build /opt/fabula /opt/fabula
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin fabula \
    && install -d -o fabula -g fabula -m 0700 /data
ENV PATH=/opt/fabula/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FABULA_DATA_DIR=/data \
    FABULA_WEB_HOST=0.0.0.0 \
    FABULA_WEB_PORT=8000 \
    FABULA_WEB_TOKEN_FILE=/data/web-token
USER fabula
WORKDIR /opt/fabula
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['FABULA_WEB_PORT'] + '/healthz', timeout=4)"]
# The exec form: SIGTERM reaches the program itself, which finishes what is running (FABULA_GRACE) and exits with 0.
CMD ["fabula", "run"]
