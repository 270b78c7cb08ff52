"""The outbox: what is recorded reaches its subscribers, whatever fails on the way."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery import current_app
from django.db import connection, connections, transaction
from django.utils import timezone

from core import heartbeats, nudges, outbox, subscriptions, sweeper, sweeps
from core.activity import Happening, record, record_all, record_past
from core.models import Activity, Delivery, Heartbeat
from core.subscriptions import on

THING = SimpleNamespace(pk=7, subject_kind="thing")


@pytest.fixture(autouse=True)
def _nobody_else_listens(monkeypatch):
    """Of the product's own subscribers none hears what these tests record."""
    monkeypatch.setattr(subscriptions, "_subscribers", defaultdict(dict))
    monkeypatch.setattr(subscriptions, "_by_name", {})


@contextmanager
def subscribed(verb: str, function) -> Iterator[str]:
    """A subscriber for the length of a block; gives its name."""
    function.__module__, function.__qualname__ = "tests", f"subscriber_{id(function)}"
    on(verb)(function)
    name = f"tests.{function.__qualname__}"
    try:
        yield name
    finally:
        subscriptions._subscribers[verb].pop(name)
        subscriptions._by_name.pop(name)


def make_due() -> None:
    Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))


def in_threads(count: int, function) -> None:
    """Run a function in several threads at once, each with a connection of its own."""

    def work():
        try:
            function()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@pytest.mark.django_db
def test_an_activity_reaches_its_subscriber_once():
    told = []

    def listen(activity):
        told.append(activity.pk)

    with subscribed("thing.opened", listen):
        activity = record("thing.opened", THING)
        assert outbox.sweep_deliveries() == 1
        assert outbox.sweep_deliveries() == 0

    assert told == [activity.pk]
    assert Delivery.objects.get().done_at is not None


@pytest.mark.parametrize("pattern", ["thing.opened", "thing.*", "*.opened", "*"])
@pytest.mark.django_db
def test_a_subscriber_may_name_a_verb_a_family_an_event_or_everything(pattern):
    def listen(activity):
        pass

    with subscribed(pattern, listen) as name:
        assert name in subscriptions.subscribers_of("thing.opened")
        assert (name in subscriptions.subscribers_of("other.closed")) is (pattern == "*")


@pytest.mark.django_db
def test_past_history_is_born_delivered():
    def listen(activity):
        raise AssertionError("told of the past")

    with subscribed("thing.opened", listen):
        record_past([Happening("thing.opened", THING)])

    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_is_told_to_nobody():
    def listen(activity):
        pass

    with subscribed("thing.opened", listen):
        with transaction.atomic():
            record("thing.opened", THING)
            transaction.set_rollback(True)

        assert outbox.sweep_deliveries() == 0
    assert not Activity.objects.exists()


@pytest.mark.django_db
def test_a_delivery_that_fails_keeps_its_error_and_waits_longer_each_time():
    def fail(activity):
        raise ValueError("no such\0thing")

    waits = []
    with subscribed("thing.opened", fail):
        record("thing.opened", THING)
        for _ in range(4):
            before = timezone.now()
            outbox.sweep_deliveries()
            waits.append(round((Delivery.objects.get().next_at - before).total_seconds()))
            make_due()

    delivery = Delivery.objects.get()
    assert delivery.error == "ValueError: no suchthing"
    assert delivery.attempts == 4
    assert waits == [5, 10, 20, 40]


@pytest.mark.django_db
def test_a_delivery_that_goes_on_failing_is_put_aside_and_can_be_retried():
    works = []

    def listen(activity):
        if not works:
            raise ValueError("not yet")

    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
        for _ in range(outbox.ATTEMPTS):
            make_due()
            outbox.sweep_deliveries()
        delivery = Delivery.objects.get()
        assert delivery.failed_at is not None
        make_due()
        assert outbox.sweep_deliveries() == 0

        works.append(True)
        assert outbox.retry(delivery.pk) == 1
        outbox.sweep_deliveries()

    delivery.refresh_from_db()
    assert delivery.done_at is not None
    assert delivery.failed_at is None
    assert delivery.error == ""


@pytest.mark.django_db
def test_what_is_done_is_not_retried():
    def listen(activity):
        pass

    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
        outbox.sweep_deliveries()

        assert outbox.retry(Delivery.objects.get().pk) == 0


@pytest.mark.django_db
def test_a_poison_delivery_does_not_hold_back_the_others():
    told = []

    def listen(activity):
        if activity.data["n"] == 0:
            raise ValueError("poison")
        told.append(activity.data["n"])

    with subscribed("thing.opened", listen):
        record_all([Happening("thing.opened", THING, data={"n": n}) for n in range(250)])
        outbox.sweep_deliveries()

    assert sorted(told) == list(range(1, 250))
    assert Delivery.objects.filter(done_at=None).count() == 1


@pytest.mark.django_db
def test_a_subscriber_that_is_gone_is_kept_for_an_administrator():
    def listen(activity):
        pass

    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
    outbox.sweep_deliveries()

    assert "No subscriber is called" in Delivery.objects.get().error


@pytest.mark.django_db
def test_what_a_failing_subscriber_wrote_is_undone_and_what_a_working_one_wrote_is_kept():
    def fail_after_writing(activity):
        Heartbeat.objects.create(name="half")
        raise ValueError("then it failed")

    def write(activity):
        Heartbeat.objects.create(name="whole")

    with subscribed("thing.opened", fail_after_writing), subscribed("thing.opened", write):
        record("thing.opened", THING)
        outbox.sweep_deliveries()

    assert set(Heartbeat.objects.values_list("name", flat=True)) - {"sweep.deliveries"} == {"whole"}


@pytest.mark.django_db
def test_a_subscriber_that_breaks_its_transaction_fails_alone():
    def break_it(activity):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    with subscribed("thing.opened", break_it):
        record("thing.opened", THING)
        outbox.sweep_deliveries()

    assert "DataError" in Delivery.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_make_each_delivery_once():
    told, lock = [], threading.Lock()

    def listen(activity):
        with lock:
            told.append(activity.pk)

    with subscribed("thing.opened", listen):
        record_all([Happening("thing.opened", THING) for _ in range(400)])
        in_threads(4, outbox.sweep_deliveries)

    assert len(told) == len(set(told)) == 400
    assert not Delivery.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_claim_has_run_out_leaves_the_delivery_to_the_one_that_claimed_it_since():
    told = []

    def listen(activity):
        told.append(activity.pk)

    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
        late = outbox._claim(outbox._CLAIM_FRESH, 1)[0]
        make_due()
        outbox.sweep_deliveries()
        outbox._deliver(late, Activity.objects.get())

    assert len(told) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_no_effect():
    def write_then_die_once(activity):
        Heartbeat.objects.create(name=f"effect {activity.pk}")
        if activity.data["deadly"] and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    parent = os.getpid()
    with subscribed("thing.opened", write_then_die_once):
        record_all([Happening("thing.opened", THING, data={"deadly": n == 5}) for n in range(10)])
        _sweep_in_a_process_that_dies()
        undone = Delivery.objects.filter(done_at=None)
        assert undone.count() == 5
        assert set(undone.values_list("attempts", flat=True)) == {1}
        assert all(each.next_at - timezone.now() <= timedelta(seconds=outbox.LEASE_SECONDS) for each in undone)

        make_due()
        outbox.sweep_deliveries()

    assert not Delivery.objects.filter(done_at=None).exists()
    assert Heartbeat.objects.filter(name__startswith="effect").count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_takes_every_worker_down_is_put_aside_and_the_others_are_made():
    def die(activity):
        if activity.data["deadly"] and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    parent = os.getpid()
    with subscribed("thing.opened", die):
        record_all([Happening("thing.opened", THING, data={"deadly": n == 0}) for n in range(4)])
        for _ in range(5):
            make_due()
            _sweep_in_a_process_that_dies()
        assert Delivery.objects.filter(done_at=None).count() == 1

        Delivery.objects.filter(done_at=None).update(attempts=outbox.ATTEMPTS)
        make_due()
        outbox.sweep_deliveries()

    dead = Delivery.objects.get(done_at=None)
    assert dead.failed_at is not None
    assert dead.error == outbox.WORKER_ENDED


def _sweep_in_a_process_that_dies() -> None:
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            outbox.sweep_deliveries()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_a_write_is_quick_and_the_sweep_delivers(monkeypatch):
    told = []

    def listen(activity):
        told.append(activity.pk)

    monkeypatch.setattr(nudges.current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    with pytest.raises(Exception, match="refused"):
        nudges.send({outbox.TASK})
    with subscribed("thing.opened", listen):
        begun = time.monotonic()
        activity = record("thing.opened", THING)
        assert time.monotonic() - begun < 0.2
        outbox.sweep_deliveries()

    assert told == [activity.pk]


def test_a_burst_of_nudges_is_one_message_on_the_real_broker():
    with nudges.current_app.connection_for_write() as broker:
        queue = broker.default_channel.client
        name = nudges.current_app.conf.task_default_queue
        queue.delete(name)
        for _ in range(50):
            nudges.nudge(outbox.TASK)
        ends = time.monotonic() + 5
        while queue.llen(name) == 0 and time.monotonic() < ends:
            time.sleep(0.02)
        time.sleep(3 * nudges.GATHER_SECONDS)

        assert 1 <= queue.llen(name) <= 2
        queue.delete(name)


@pytest.mark.django_db
def test_the_age_of_the_outbox_is_that_of_the_oldest_delivery_due():
    def listen(activity):
        pass

    assert outbox.oldest_age_seconds() == 0
    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
    Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=90))

    assert 90 <= outbox.oldest_age_seconds() < 95


@pytest.mark.django_db
def test_only_deliveries_made_long_ago_are_pruned():
    long_ago = timezone.now() - timedelta(days=31)
    Delivery.objects.create(activity_id=1, subscriber="old", created_at=long_ago, done_at=long_ago)
    Delivery.objects.create(activity_id=2, subscriber="never made", created_at=long_ago)
    Delivery.objects.create(activity_id=3, subscriber="new", done_at=timezone.now())

    assert outbox.prune() == 1
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == {"never made", "new"}


@pytest.mark.django_db
def test_a_sweep_that_nobody_asked_for_is_run_by_the_worker_itself():
    told = []

    def listen(activity):
        told.append(activity.pk)

    heartbeats.beat("sweep.deliveries")
    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
        assert "deliveries" not in sweeps.run_unasked()
        assert told == []

        Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=11))
        assert sweeps.run_unasked()["deliveries"] == 1
        assert len(told) == 1

        record("thing.opened", THING)
        assert sweeps.run_unasked()["deliveries"] == 1  # until somebody asks again

        outbox.sweep_deliveries()
        assert "deliveries" not in sweeps.run_unasked()


@pytest.mark.django_db(transaction=True)
def test_the_workers_own_thread_delivers_while_nobody_asks():
    told = threading.Event()

    def listen(activity):
        told.set()

    with subscribed("thing.opened", listen):
        record("thing.opened", THING)
        ended = threading.Event()
        thread = threading.Thread(target=sweeper.look_again_and_again, args=[ended, 0.05])
        thread.start()
        delivered = told.wait(10)
        ended.set()
        thread.join(10)

    assert delivered
    assert Delivery.objects.get().done_at is not None


@pytest.mark.django_db
def test_a_sign_of_life_is_kept_by_the_databases_clock():
    assert heartbeats.age_seconds("beat") is None

    heartbeats.beat("beat")
    first = Heartbeat.objects.get().at
    heartbeats.beat("beat", at_most_every=60)

    assert Heartbeat.objects.get().at == first
    assert 0 <= heartbeats.age_seconds("beat") < 5


def test_the_worker_registers_the_sweeper():
    assert sweeper.Sweeper in current_app.steps["worker"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_without_a_broker_sweeps_by_itself():
    """The subscriber is unknown to that worker, which says so on the row: proof that it looked."""
    Delivery.objects.create(activity_id=1, subscriber="known.to.nobody")
    chosen = connection.settings_dict
    connections.close_all()
    environment = {
        **os.environ,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DATABASE_URL": f"postgresql:///{chosen['NAME']}?host={chosen['HOST']}&user={chosen['USER']}",
    }
    command = [sys.executable, "-m", "celery", "-A", "itsm", "worker", "--pool", "solo", "--loglevel", "ERROR"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 40
        while not Delivery.objects.get().error and time.monotonic() < ends:
            time.sleep(0.2)
    finally:
        worker.kill()
        worker.wait()

    assert "No subscriber is called known.to.nobody" in Delivery.objects.get().error
