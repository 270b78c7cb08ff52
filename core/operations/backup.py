"""A backup is one archive that holds the whole desk, written beside its place and then renamed, so it is whole or
not there."""

import hashlib
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from core.models import Backup
from core.operations import archive, postgres
from core.operations.retention import keep


def back_up() -> Backup:
    """Make one archive and delete those that the retention rule lets go. A failure is kept on the row and raised."""
    backup = Backup.objects.create(started_at=timezone.now())
    try:
        path = _write_archive(backup)
    except Exception as error:
        backup.error = f"{type(error).__name__}: {error}"
        backup.save(update_fields=["error"])
        raise
    last = Backup.objects.good().first()
    backup.name = path.name
    backup.size = path.stat().st_size
    backup.sha256 = sha256_of(path)
    backup.finished_at = timezone.now()
    if last:
        backup.rpo_seconds = round((backup.finished_at - last.started_at).total_seconds())
    backup.save(update_fields=["name", "size", "sha256", "finished_at", "rpo_seconds"])
    prune()
    return backup


def path_of(backup: Backup) -> Path:
    return Path(settings.BACKUP_ROOT) / backup.name


def prune() -> list[str]:
    """Delete the archives that are no longer kept; of several on one day the newest stands for it."""
    kept_days = keep({backup.started_at.date() for backup in Backup.objects.kept()}, timezone.now().date())
    seen: set[object] = set()
    gone = []
    for backup in Backup.objects.kept():
        day = backup.started_at.date()
        if day in kept_days and day not in seen:
            seen.add(day)
            continue
        path_of(backup).unlink(missing_ok=True)
        backup.pruned_at = timezone.now()
        backup.save(update_fields=["pruned_at"])
        gone.append(backup.name)
    return gone


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _write_archive(backup: Backup) -> Path:
    folder = Path(settings.BACKUP_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_at = backup.started_at.astimezone(UTC)
    path = _free_name(folder, made_at)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as work:
        dump, whole = Path(work) / archive.DATABASE, Path(work) / path.name
        postgres.run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", postgres.desk_database())
        writer = archive.ArchiveWriter(whole)
        writer.add_file(archive.DATABASE, dump)
        writer.add_text(archive.SECRETS, json.dumps({"secret_keys": secret_keys()}))
        for name, file in _files():
            writer.add_file(f"{archive.FILES}{name}", file)
        writer.finish(
            archive.Manifest(
                made_at=made_at.isoformat(),
                version=settings.VERSION,
                postgres=postgres.server_major(),
                migrations=applied_migrations(),
            )
        )
        whole.chmod(0o600)
        _flush(whole)
        whole.rename(path)
    return path


def secret_keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _files() -> list[tuple[str, Path]]:
    """The uploaded files, where they stand on this machine's disk; elsewhere their own storage keeps them safe."""
    if not isinstance(default_storage, FileSystemStorage):
        return []
    root = Path(default_storage.location)
    return sorted((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())


def _free_name(folder: Path, made_at: datetime) -> Path:
    stem = f"evenkeel-{made_at:%Y%m%dT%H%M%SZ}"
    tries = [folder / f"{stem}.tar", *(folder / f"{stem}-{number}.tar" for number in range(2, 100))]
    return next(path for path in tries if not path.exists())


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
