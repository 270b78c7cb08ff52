# The desk's web, worker and beat are one image; the command says which.
FROM python:3.13-slim-trixie AS packages

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/base.txt


FROM python:3.13-slim-trixie

# pg_dump and pg_restore, for backups.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/evenkeel --shell /usr/sbin/nologin evenkeel

ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=itsm.settings ITSM_VAR_DIR=/var/lib/evenkeel ITSM_STATIC_ROOT=/srv/static
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/evenkeel
COPY . .
RUN ITSM_SECRET_KEY=only-while-building python manage.py collectstatic --no-input \
    && mkdir -p /var/lib/evenkeel/media /var/lib/evenkeel/backups /var/lib/evenkeel/beat \
    && chown -R evenkeel: /var/lib/evenkeel

USER evenkeel
VOLUME /var/lib/evenkeel
EXPOSE 8000
CMD ["gunicorn", "itsm.wsgi:application", "--config", "itsm/web_server.py"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
