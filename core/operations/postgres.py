"""PostgreSQL's own programs, and the databases beside the desk's, for backups and their tests."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extensions
from django.conf import settings
from django.db import connection


class ToolFailed(Exception):
    """A program of PostgreSQL is missing or ended with an error; the text is its own."""


def run(name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore against the desk's server."""
    try:
        done = subprocess.run([_find(name), *arguments], env=_environment(), capture_output=True, text=True)
    except OSError as error:
        raise ToolFailed(f"{name} could not be run: {error}") from error
    if done.returncode:
        raise ToolFailed(f"{name} ended with code {done.returncode}: {done.stderr.strip()[-2000:]}")


def server_major() -> int:
    with connection.cursor() as cursor:
        return int(cursor.connection.server_version) // 10_000


def desk_database() -> str:
    return str(connection.settings_dict["NAME"])


def others_connected(name: str) -> int:
    """How many other sessions use that database."""
    with maintenance() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", [name]
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0


@contextmanager
def maintenance() -> Iterator[psycopg2.extensions.cursor]:
    """A connection outside the desk's database, on which databases are made, renamed and dropped."""
    made = psycopg2.connect(dbname="postgres", **_address())
    made.autocommit = True
    try:
        with made.cursor() as cursor:
            yield cursor
    finally:
        made.close()


@contextmanager
def connected_to(name: str) -> Iterator[psycopg2.extensions.cursor]:
    made = psycopg2.connect(dbname=name, **_address())
    try:
        with made.cursor() as cursor:
            yield cursor
    finally:
        made.close()


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _address() -> dict[str, Any]:
    chosen = connection.settings_dict
    told = {"host": chosen["HOST"], "port": chosen["PORT"], "user": chosen["USER"], "password": chosen["PASSWORD"]}
    ssl = {name: value for name, value in chosen["OPTIONS"].items() if name.startswith("ssl")}
    return {name: value for name, value in told.items() if value} | ssl


def _environment() -> dict[str, str]:
    """The address as PostgreSQL's programs read it: a password has no place in a list of processes."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
    names |= {"sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
    told = {names[name]: str(value) for name, value in _address().items() if name in names}
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | told


def _find(name: str) -> str:
    if settings.POSTGRES_TOOLS:
        return str(Path(settings.POSTGRES_TOOLS) / name)
    found = shutil.which(name)
    if found is None:
        raise ToolFailed(f"{name} is not on this machine. Install PostgreSQL's client programs, or set ITSM_PG_TOOLS.")
    return found
