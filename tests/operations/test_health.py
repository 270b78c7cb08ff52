import pytest
from django.db import connection

from core import heartbeats
from core.models import Delivery
from core.operations import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating():
    heartbeats.beat(heartbeats.BEAT)


@pytest.fixture
def no_broker(settings):
    settings.BROKER_LOCATION = "unix:///nowhere/valkey.sock?db=0"


def make_delivery_wait(seconds: int) -> None:
    Delivery.objects.create(activity_id=1, subscriber="somebody")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_delivery SET next_at = now() - make_interval(secs => %s)", [seconds])


def test_a_living_process_says_so_without_its_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez")

    assert answer.status_code == 200


@pytest.mark.usefixtures("beating")
def test_a_desk_with_all_it_needs_is_ready(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert set(answer.json()["checks"]) == {"database", "broker", "outbox_seconds", "beat_seconds"}


@pytest.mark.usefixtures("beating", "no_broker")
def test_without_its_broker_it_is_not_ready_and_says_which(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert not answer.json()["checks"]["broker"]["ok"]
    assert answer.json()["checks"]["database"]["ok"]


@pytest.mark.usefixtures("beating")
@pytest.mark.parametrize(("seconds", "status"), [(10, 200), (health.OUTBOX_MAY_WAIT + 5, 503)])
def test_the_oldest_waiting_delivery_decides(client, seconds, status):
    make_delivery_wait(seconds)

    assert client.get("/readyz").status_code == status


def test_a_beat_that_stopped_is_told(client, beating):
    assert client.get("/readyz").status_code == 200

    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_heartbeat SET at = now() - interval '5 minutes'")

    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "Beat" in answer.json()["checks"]["beat_seconds"]["reason"]


def test_the_figures_are_for_this_machine_when_no_token_is_set(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 401
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 401


def test_the_figures_are_for_whoever_has_the_token(client, settings):
    settings.METRICS_TOKEN = "open sesame"

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer open sesame"}).status_code == 200


def test_the_figures_tell_what_waits(client, beating):
    make_delivery_wait(60)

    told = client.get("/metrics").content.decode()

    assert "evenkeel_outbox_waiting 1.0" in told
    assert "evenkeel_broker_up 1.0" in told
    assert "evenkeel_beat_age_seconds" in told


@pytest.mark.usefixtures("no_broker")
def test_the_figures_are_there_without_the_broker(client):
    assert "evenkeel_broker_up 0.0" in client.get("/metrics").content.decode()
