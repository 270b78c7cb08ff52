"""The nightly backup and the weekly proof that it can be restored."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.db import connection

from core.operations import backup as backups
from core.operations import restore
from core.operations.overview import LOCK


@shared_task(name="core.tasks.backup", soft_time_limit=3500, time_limit=3600)
def backup() -> None:
    with _alone() as is_alone:
        if is_alone:
            backups.back_up()


@shared_task(name="core.tasks.test_restore", soft_time_limit=3500, time_limit=3600)
def test_restore() -> None:
    with _alone() as is_alone:
        if is_alone:
            restore.test_restore()


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at it; the lock is this connection's, so it falls with a worker that dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
