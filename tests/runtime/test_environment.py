import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from itsm import environment


def test_no_secret_key_refuses_to_start(monkeypatch):
    monkeypatch.delenv("ITSM_SECRET_KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match="does not start without it"):
        environment.secret_key(None)


def test_an_embedded_desk_makes_its_key_once_and_keeps_it_to_itself(monkeypatch, tmp_path):
    monkeypatch.delenv("ITSM_SECRET_KEY", raising=False)
    kept_at = tmp_path / "var" / "secret_key"

    first, second = environment.secret_key(kept_at), environment.secret_key(kept_at)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE(kept_at.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "host", "user", "name"),
    [
        ("postgresql://anna:p%40ss@db.example.org:6432/desk", "db.example.org", "anna", "desk"),
        ("postgresql:///evenkeel?host=/srv/sockets&user=evenkeel", "/srv/sockets", "evenkeel", "evenkeel"),
    ],
)
def test_a_database_address_is_read_from_a_url(url, host, user, name):
    found = environment.database(url, statement_timeout=5)

    assert (found["HOST"], found["USER"], found["NAME"]) == (host, user, name)
    assert found["OPTIONS"] == {"options": "-c statement_timeout=5000"}


def test_a_statement_of_a_page_is_answered_by_one_process():
    found = environment.database("postgresql://db/desk", statement_timeout=5, in_parallel=False)

    assert found["OPTIONS"]["options"] == "-c statement_timeout=5000 -c max_parallel_workers_per_gather=0"


def test_an_option_of_the_database_address_reaches_the_driver():
    found = environment.database("postgresql://db/desk?sslmode=verify-full", statement_timeout=0)

    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_another_kind_of_database_is_refused():
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        environment.database("mysql://db/desk", statement_timeout=5)


@pytest.mark.parametrize(
    ("url", "cache", "broker"),
    [
        ("redis://:word@r:6379", "redis://:word@r:6379/1", "redis://:word@r:6379/0"),
        ("unix:///srv/valkey.sock", "unix:///srv/valkey.sock?db=1", "redis+socket:///srv/valkey.sock?virtual_host=0"),
    ],
)
def test_one_redis_address_serves_cache_and_broker(url, cache, broker):
    assert environment.redis_location(url, database=1) == cache
    assert environment.broker_location(url, database=0) == broker


@pytest.mark.parametrize(("value", "read"), [("1", True), ("yes", True), ("0", False), ("False", False), ("", False)])
def test_a_flag_is_read_as_people_write_it(monkeypatch, value, read):
    monkeypatch.setenv("ITSM_TRIED", value)

    assert environment.flag("ITSM_TRIED", default=not read) is read


def test_a_number_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("ITSM_TRIED", "many")

    with pytest.raises(ImproperlyConfigured, match="ITSM_TRIED"):
        environment.number("ITSM_TRIED", 1)
