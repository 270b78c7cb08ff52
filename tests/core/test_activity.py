"""What is recorded: who, when, through what; and that it stays as it was."""

from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core import subscriptions
from core.activity import Happening, record, record_all, record_past
from core.context import acting
from core.models import Activity, Delivery
from core.subscriptions import during

THING = SimpleNamespace(pk=7, subject_kind="thing")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_else_listens(monkeypatch):
    monkeypatch.setattr(subscriptions, "_subscribers", defaultdict(dict))
    monkeypatch.setattr(subscriptions, "_during", {})


@pytest.fixture
def handler():
    """A `@during` handler for the length of a test: what it was called with, and what it is to raise."""
    seen = SimpleNamespace(batches=[], error=None)

    def look(activities):
        seen.batches.append([activity.verb for activity in activities])
        if seen.error:
            raise seen.error

    during(look)
    return seen


def test_an_activity_says_who_when_and_through_what(agent):
    with acting(via="api", request_id="abc", token="key1"):
        record("thing.opened", THING, actor=agent, changes={"title": ["old", "new"]}, data={"n": 1}, version=3)

    kept = Activity.objects.get()
    assert (kept.verb, kept.subject_kind, kept.subject_id, kept.version) == ("thing.opened", "thing", 7, 3)
    assert (kept.actor, kept.via, kept.request_id) == (agent, "api", "abc")
    assert kept.changes == {"title": ["old", "new"]}
    assert kept.data == {"n": 1, "token": "key1"}
    assert kept.audience == Activity.Audience.INTERNAL
    assert abs(kept.recorded_at - kept.at) < timedelta(seconds=5)


def test_what_a_worker_does_by_itself_has_no_actor():
    record("thing.closed", THING)

    kept = Activity.objects.get()
    assert kept.actor is None
    assert kept.via == "worker"


def test_a_past_moment_is_kept_beside_the_moment_of_recording():
    long_ago = timezone.now() - timedelta(days=90)
    record("thing.opened", THING, at=long_ago)

    kept = Activity.objects.get()
    assert kept.at == long_ago
    assert kept.recorded_at > long_ago + timedelta(days=89)


def test_an_activity_is_neither_changed_nor_deleted_nor_emptied_away():
    activity = record("thing.opened", THING)

    for attempt in (
        lambda: Activity.objects.filter(pk=activity.pk).update(verb="thing.forged"),
        lambda: Activity.objects.filter(pk=activity.pk).delete(),
        lambda: _execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE core_activity"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()

    assert Activity.objects.get().verb == "thing.opened"


def test_a_handler_during_the_transaction_sees_the_batch_and_can_refuse_it(handler):
    record_all([Happening("thing.opened", THING), Happening("thing.named", THING)])
    assert handler.batches == [["thing.opened", "thing.named"]]

    handler.error = ValueError("a due time cannot be told")
    with pytest.raises(ValueError, match="due time"), transaction.atomic():
        record("thing.closed", THING)

    assert not Activity.objects.filter(verb="thing.closed").exists()


def test_a_past_history_is_seen_by_handlers_and_delivered_to_nobody(handler):
    record_past([Happening("thing.opened", THING), Happening("thing.closed", THING)])

    assert handler.batches == [["thing.opened", "thing.closed"]]
    assert Activity.objects.count() == 2
    assert not Delivery.objects.exists()


def test_a_batch_costs_as_many_queries_as_one(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        record_all([Happening("thing.opened", THING) for _ in range(200)])

    assert Activity.objects.count() == 200


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
