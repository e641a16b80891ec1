# One image for web, worker and beat. docker-compose.yml says which does what.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    LANG=C.UTF-8 \
    HTTPS=1 \
    VAR_DIR=/var/lib/weishishi

RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/weishishi --create-home weishishi \
    && install --directory --owner weishishi --mode 0700 /var/lib/weishishi-keys

WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
RUN python -m compileall -q .
USER weishishi
VOLUME /var/lib/weishishi
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/healthcheck.py"]
ENTRYPOINT ["tini", "--"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
