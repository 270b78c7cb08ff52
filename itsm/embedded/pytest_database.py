"""One migrated template database for all tests, copied in place of every flush.

A flush would meet the triggers that keep the timeline append-only, and would delete what migrations installed. A
copy takes about 0.03 s and brings both along.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase

from itsm.embedded import template_cache

TEMPLATE = "evenkeel_template"
_LOCK = 20_261_120  # any number that all workers share


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Generator[None, None, None]:
    """A database of this worker's own, copied from the template that the first worker migrates."""
    name = f"evenkeel_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    flush = vars(TransactionTestCase)["_fixture_teardown"]
    with django_db_blocker.unblock():
        with _maintenance() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            _migrate_template(cursor)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        _use(name)
        copy_template()
    setattr(TransactionTestCase, "_fixture_teardown", lambda self: copy_template())  # noqa: B010 - private to mypy
    yield
    setattr(TransactionTestCase, "_fixture_teardown", flush)  # noqa: B010 - likewise
    with django_db_blocker.unblock():
        connections.close_all()
        with _maintenance() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_template() -> None:
    """Replace this worker's database by a fresh copy of the template."""
    name = settings.DATABASES["default"]["NAME"]
    connections.close_all()
    with _maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')


def _migrate_template(cursor: psycopg2.extensions.cursor) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [TEMPLATE])
    if cursor.fetchone():
        return
    cursor.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}" WITH (FORCE)')  # half made by a run that failed
    cursor.execute(f'CREATE DATABASE "{TEMPLATE}"')
    _use(TEMPLATE)
    template_cache.migrate()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)  # what only `post_migrate` installs
    connections.close_all()
    cursor.execute(f'ALTER DATABASE "{TEMPLATE}" IS_TEMPLATE true')


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


@contextmanager
def _maintenance() -> Generator[psycopg2.extensions.cursor, None, None]:
    """A connection outside every test database, on which databases are made and dropped."""
    chosen = settings.DATABASES["default"]
    made = psycopg2.connect(
        dbname="postgres",
        host=chosen["HOST"] or None,
        port=chosen["PORT"] or None,
        user=chosen["USER"] or None,
        password=chosen["PASSWORD"] or None,
    )
    made.autocommit = True
    try:
        with made.cursor() as cursor:
            yield cursor
    finally:
        made.close()
