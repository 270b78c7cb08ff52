"""Restoring: everything is checked before anything is touched, and the old desk stands until the new one is whole."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from core.models import Backup
from core.operations import archive, postgres
from core.operations.archive import ArchiveRefused, Manifest
from core.operations.backup import path_of, secret_keys, sha256_of


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    file_count: int
    secrets_differ: bool


def examine(path: Path) -> Manifest:
    """Refuse an archive that is damaged, foreign, or of a version that this one cannot read."""
    manifest = archive.check(path)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise ArchiveRefused(
            f"{path} was made by version {manifest.version}, which knows {unknown[0]}; this is version "
            f"{settings.VERSION}. Restore it with that version or a later one."
        )
    if manifest.postgres > postgres.server_major():
        raise ArchiveRefused(
            f"{path} comes from PostgreSQL {manifest.postgres}, and this server is PostgreSQL "
            f"{postgres.server_major()}. Restore it on the same major version or a later one."
        )
    return manifest


def restore(path: Path) -> Restored:
    """Put the archive in the place of the whole desk. Web, worker and beat must not be running."""
    manifest = examine(path)
    name = postgres.desk_database()
    connections.close_all()
    if others := postgres.others_connected(name):
        raise ArchiveRefused(f"{others} others use the database. Stop web, worker and beat first.")
    made, before = f"{name}_restored", f"{name}_before"
    files = Path(settings.MEDIA_ROOT)
    new_files = files.with_name(f"{files.name}.restored")
    shutil.rmtree(new_files, ignore_errors=True)
    new_files.mkdir(parents=True)
    try:
        _fill_database(path, made)
        count = archive.extract_files(path, new_files)
    except BaseException:
        _drop(made)
        shutil.rmtree(new_files, ignore_errors=True)
        raise
    _swap_databases(name, made, before)
    _swap_folders(files, new_files)
    _drop(before)
    differ = _restore_secrets(json.loads(archive.read_text(path, archive.SECRETS))["secret_keys"])
    call_command("migrate", verbosity=0, interactive=False)
    return Restored(manifest, count, differ)


def test_restore() -> Backup:
    """Restore the last good archive into a database that is thrown away, and keep on its row how long that took."""
    backup = Backup.objects.kept().first()
    if backup is None:
        raise ArchiveRefused("There is no backup yet that could be tested.")
    began = time.monotonic()
    try:
        _try_out(path_of(backup), backup.sha256)
        backup.restore_error = ""
    except Exception as error:
        backup.restore_error = f"{type(error).__name__}: {error}"
        raise
    finally:
        backup.restore_tested_at = timezone.now()
        backup.rto_seconds = None if backup.restore_error else round(time.monotonic() - began, 3)
        backup.save(update_fields=["restore_tested_at", "restore_error", "rto_seconds"])
    return backup


def _try_out(path: Path, sha256: str) -> None:
    if not path.exists():
        raise ArchiveRefused(f"{path} is gone.")
    if sha256_of(path) != sha256:
        raise ArchiveRefused(f"{path} is not the file that was made.")
    manifest = examine(path)
    with _throw_away_database() as name, tempfile.TemporaryDirectory() as folder:
        _fill_database(path, name)
        archive.extract_files(path, Path(folder))
        with postgres.connected_to(name) as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
            row = cursor.fetchone()
            if not row or row[0] < len(manifest.migrations):
                raise ArchiveRefused(f"{path} was restored, but not all of it is there.")


@contextmanager
def _throw_away_database() -> Iterator[str]:
    name = f"{postgres.desk_database()}_restore_test"
    try:
        yield name
    finally:
        _drop(name)


def _fill_database(path: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="evenkeel-restore-") as work:
        dump = Path(work) / archive.DATABASE
        archive.extract_database(path, dump)
        _drop(name)
        with postgres.maintenance() as cursor:
            cursor.execute(f"CREATE DATABASE {postgres.quoted(name)} TEMPLATE template0")
        postgres.run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={name}", str(dump))


def _drop(name: str) -> None:
    with postgres.maintenance() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {postgres.quoted(name)} WITH (FORCE)")


def _swap_databases(name: str, made: str, before: str) -> None:
    connections.close_all()
    _drop(before)
    with postgres.maintenance() as cursor:
        cursor.execute(f"ALTER DATABASE {postgres.quoted(name)} RENAME TO {postgres.quoted(before)}")
        try:
            cursor.execute(f"ALTER DATABASE {postgres.quoted(made)} RENAME TO {postgres.quoted(name)}")
        except BaseException:
            cursor.execute(f"ALTER DATABASE {postgres.quoted(before)} RENAME TO {postgres.quoted(name)}")
            raise


def _swap_folders(files: Path, new_files: Path) -> None:
    old = files.with_name(f"{files.name}.before")
    shutil.rmtree(old, ignore_errors=True)
    if files.exists():
        files.rename(old)
    new_files.rename(files)
    shutil.rmtree(old, ignore_errors=True)


def _restore_secrets(keys: list[str]) -> bool:
    """Keep the archive's key where an embedded desk keeps its own; elsewhere say whether somebody must set it."""
    if settings.SECRET_KEY_FILE:
        kept_at = Path(settings.SECRET_KEY_FILE)
        kept_at.touch(mode=0o600)
        kept_at.write_text(keys[0])
        return False
    return keys[0] not in secret_keys()
