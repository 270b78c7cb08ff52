"""Backup and restore of a real database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accounts.models import User
from core.models import Backup
from core.operations import postgres, restore
from core.operations.archive import ArchiveRefused
from core.operations.backup import back_up, path_of, prune
from core.operations.postgres import ToolFailed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.BACKUP_ROOT = tmp_path / "backups"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "note.txt").write_text("then")
    return tmp_path


@pytest.fixture
def anna():
    return User.objects.create_user("anna", "anna@example.org", name="Anna")


def test_a_restored_desk_is_as_it_was(anna, folders):
    backup = back_up()
    User.objects.filter(pk=anna.pk).update(name="Changed since")
    (folders / "media" / "note.txt").write_text("changed since")
    (folders / "media" / "new.txt").write_text("new since")

    done = restore.restore(path_of(backup))

    assert User.objects.get().name == "Anna"
    assert (folders / "media" / "note.txt").read_text() == "then"
    assert not (folders / "media" / "new.txt").exists()
    assert done.file_count == 1
    assert not done.secrets_differ


def test_a_backup_measures_itself_and_is_closed_to_others(anna):
    first, second = back_up(), back_up()

    assert first.rpo_seconds is None
    assert second.rpo_seconds is not None
    assert second.size == path_of(second).stat().st_size
    assert path_of(second).stat().st_mode & 0o077 == 0
    assert first.name != second.name


@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b"x" + content[1:]])
def test_a_damaged_archive_is_refused_and_nothing_is_touched(anna, folders, damage):
    path = path_of(back_up())
    path.write_bytes(damage(path.read_bytes()))
    User.objects.filter(pk=anna.pk).update(name="Changed since")
    (folders / "media" / "note.txt").write_text("changed since")

    with pytest.raises(ArchiveRefused):
        restore.restore(path)

    assert User.objects.get().name == "Changed since"
    assert (folders / "media" / "note.txt").read_text() == "changed since"


def test_an_archive_of_a_later_version_is_refused(anna, monkeypatch):
    monkeypatch.setattr("core.operations.backup.applied_migrations", lambda: ["core.9999_from_the_future"])
    path = path_of(back_up())

    with pytest.raises(ArchiveRefused, match="from_the_future"):
        restore.restore(path)


def test_an_archive_of_a_later_postgresql_is_refused(anna, monkeypatch):
    path = path_of(back_up())
    monkeypatch.setattr(postgres, "server_major", lambda: 9)

    with pytest.raises(ArchiveRefused, match="this server is PostgreSQL 9"):
        restore.restore(path)


def test_nothing_is_restored_while_others_use_the_database(anna):
    path = path_of(back_up())

    with postgres.connected_to(postgres.desk_database()) as cursor:
        cursor.execute("SELECT 1")
        with pytest.raises(ArchiveRefused, match="Stop web, worker and beat first"):
            restore.restore(path)


def test_a_restore_that_fails_half_way_leaves_the_desk_as_it_is(anna, folders, monkeypatch):
    path = path_of(back_up())
    User.objects.filter(pk=anna.pk).update(name="Changed since")

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("core.operations.archive.extract_files", full)
    with pytest.raises(OSError, match="No space"):
        restore.restore(path)

    assert User.objects.get().name == "Changed since"
    assert not databases() & {f"{postgres.desk_database()}_restored"}
    assert not (folders / "media.restored").exists()


def test_a_restore_test_measures_and_leaves_nothing(anna):
    backup = back_up()
    before = databases()

    tested = restore.test_restore()

    assert tested.pk == backup.pk
    assert tested.rto_seconds > 0
    assert tested.restore_tested_at is not None
    assert databases() == before


def test_a_failed_restore_test_is_kept_on_the_row(anna):
    backup = back_up()
    path_of(backup).write_bytes(b"damaged")

    with pytest.raises(ArchiveRefused):
        restore.test_restore()

    backup.refresh_from_db()
    assert "is not the file that was made" in backup.restore_error
    assert backup.rto_seconds is None


def test_a_backup_that_fails_says_why_and_leaves_no_archive(anna, settings):
    settings.POSTGRES_TOOLS = "/nowhere"

    with pytest.raises(ToolFailed):
        back_up()

    assert "pg_dump" in Backup.objects.get().error
    assert not list(Path(settings.BACKUP_ROOT).iterdir())
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup")


def test_pruning_deletes_the_archives_that_the_rule_lets_go(settings):
    folder = Path(settings.BACKUP_ROOT)
    folder.mkdir()
    today = datetime.now(UTC)
    for age in range(40):
        at = today - timedelta(days=age)
        (folder / f"{age}.tar").touch()
        Backup.objects.create(started_at=at, finished_at=at, name=f"{age}.tar")

    gone = prune()

    assert {f"{age}.tar" for age in range(7)}.isdisjoint(gone)
    assert {path.name for path in folder.iterdir()} == {backup.name for backup in Backup.objects.kept()}
    assert prune() == []


def test_commands_say_what_they_did(anna, capsys):
    call_command("backup")
    path = capsys.readouterr().out.split(" (")[0]

    call_command("restore", path, check=True)
    call_command("test_restore")

    told = capsys.readouterr().out
    assert "is whole and can be restored" in told
    assert "throw-away database in" in told


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        found = {name for (name,) in cursor.fetchall()}
    connections.close_all()
    return found
