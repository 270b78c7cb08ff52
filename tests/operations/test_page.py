"""The page on which an administrator sees how the desk is kept. Who may see it stands in tests/accounts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection, connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import nudges
from core.models import Backup, Delivery
from core.operations import health, overview
from core.operations.backup import path_of
from core.operations.overview import LOCK

URL = "/administration/operations/"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet_desk(settings, tmp_path, monkeypatch):
    settings.BACKUP_ROOT = tmp_path
    monkeypatch.setattr(health, "_broker", lambda name: health.Finding(name, True))  # no broker runs beside the tests


@pytest.fixture
def browser(administrator, signed_in):
    return signed_in(administrator)


@pytest.fixture
def sent(monkeypatch):
    """What was sent to the broker, which is outside of this machine."""
    tasks: list[str] = []
    monkeypatch.setattr(nudges, "send", lambda names, *, expires: tasks.extend(names))
    return tasks


def made_at(at: datetime, **given) -> Backup:
    values = {"name": f"evenkeel-{at:%Y%m%d}.tar", "size": 5_000_000, "finished_at": at + timedelta(seconds=20)}
    backup = Backup.objects.create(started_at=at, **values | given)
    if backup.name and not backup.error:
        path_of(backup).write_bytes(b"archive")
    return backup


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_new_desk_is_told_that_there_is_no_backup_and_cannot_test_one(browser, sent):
    page = browser.get(URL).content.decode()
    assert "No backup yet" in page
    assert "Back up now" in page
    assert "Test the restore now" not in page

    refused = browser.post(f"{URL}test-restore/")
    assert said(refused) == ["There is no backup yet that could be tested."]
    assert sent == []


def test_the_page_shows_the_last_backup_and_what_its_test_measured(browser):
    last = made_at(timezone.now() - timedelta(hours=5), rpo_seconds=86_400)
    Backup.objects.filter(pk=last.pk).update(restore_tested_at=timezone.now(), rto_seconds=12.34)

    page = browser.get(URL).content.decode()

    assert last.name in page
    assert "4.8\xa0MB" in page
    assert "1 d" in page
    assert "12.3" in page
    assert "older than a day" not in page
    assert "No backup was tested" not in page


def test_every_kept_archive_is_listed_with_why_it_is_kept():
    with time_machine.travel(NOW, tick=False):
        for days in range(200):
            made_at(NOW - timedelta(days=days))
        kept = overview.look().archives[:7]
        page_of_all = overview.look().archives

    assert [each.tier for each in kept] == ["daily"] * 7
    assert [each.backup.started_at for each in kept] == [NOW - timedelta(days=days) for days in range(7)]
    assert sum(each.tier == "weekly" for each in page_of_all) == 4
    assert sum(each.tier == "monthly" for each in page_of_all) == 3


def test_an_archive_whose_file_is_gone_is_marked(browser):
    backup = made_at(timezone.now())
    assert "The file is gone" not in browser.get(URL).content.decode()

    path_of(backup).unlink()

    assert "The file is gone" in browser.get(URL).content.decode()


def test_a_failed_backup_and_a_failed_test_are_told_with_their_reasons(browser):
    made_at(timezone.now() - timedelta(hours=9), restore_tested_at=timezone.now(), restore_error="ArchiveRefused: bent")
    made_at(timezone.now(), finished_at=None, error="ToolFailed: disk full")

    page = browser.get(URL).content.decode()

    assert "ToolFailed: disk full" in page
    assert "ArchiveRefused: bent" in page


def test_a_backup_under_way_is_shown_and_a_dead_one_is_not(browser):
    made_at(timezone.now(), name="", finished_at=None)
    assert "A backup is being made" in browser.get(URL).content.decode()

    Backup.objects.update(started_at=timezone.now() - timedelta(hours=3))

    assert "A backup is being made" not in browser.get(URL).content.decode()


@pytest.mark.parametrize(
    ("path", "task"), [("back-up/", "core.tasks.backup"), ("test-restore/", "core.tasks.test_restore")]
)
def test_a_button_asks_a_worker_once_and_not_while_one_is_at_it(browser, sent, path, task):
    made_at(timezone.now())

    answer = browser.post(f"{URL}{path}")
    assert answer.status_code == 302
    assert "asked for" in said(answer)[0]
    assert sent == [task]

    worker = connections.create_connection("default")
    try:
        with worker.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert "A backup is being tested" in browser.get(URL).content.decode()
        assert "under way already" in said(browser.post(f"{URL}{path}"))[-1]
    finally:
        worker.close()
    assert sent == [task]


def test_when_the_broker_is_down_nothing_is_said_to_have_started(browser, monkeypatch):
    def send(names, *, expires):
        raise OperationalError("no broker")

    monkeypatch.setattr(nudges, "send", send)

    assert said(browser.post(f"{URL}back-up/")) == ["The broker does not answer, so nothing was started."]


def test_what_was_put_aside_is_counted_and_linked(browser):
    assert "put aside" not in browser.get(URL).content.decode()

    Delivery.objects.create(activity_id=1, subscriber="mail", attempts=12, failed_at=timezone.now(), error="no route")

    page = browser.get(URL).content.decode()
    assert "1 put aside" in page
    assert 'href="/administration/deliveries/' in page


def test_the_polling_page_is_answered_only_when_something_changed(browser):
    made_at(timezone.now())
    first = browser.get(URL, headers={"X-Poll": "true"})
    assert "<html" not in first.content.decode()
    assert 'id="operations"' in first.content.decode()

    known = {"X-Poll": "true", "If-None-Match": first["ETag"]}
    assert browser.get(URL, headers=known).status_code == 304

    made_at(timezone.now())
    assert browser.get(URL, headers=known).status_code == 200


def test_the_page_asks_as_many_questions_for_many_archives_as_for_one(browser, django_assert_max_num_queries):
    made_at(timezone.now())
    browser.get(URL)
    counted = Counting()
    with connection.execute_wrapper(counted):
        browser.get(URL)
    for days in range(1, 14):
        made_at(timezone.now() - timedelta(days=days))

    with django_assert_max_num_queries(counted.count):
        browser.get(URL)


class Counting:
    """Counts the statements that pass."""

    count = 0

    def __call__(self, execute, *arguments):
        self.count += 1
        return execute(*arguments)
