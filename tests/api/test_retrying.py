"""Requests sent again, and too many of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone

from core.api import idempotency
from core.models import IdempotencyKey
from incidents.models import Incident

BODY = {"title": "Sent twice"}


def test_the_same_key_and_body_give_the_first_answer_and_one_incident(api, agent):
    caller = api(agent)

    first = caller.post("/incidents/", BODY, Idempotency_Key="abc")
    again = caller.post("/incidents/", BODY, Idempotency_Key="abc")

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["ETag"] == first["ETag"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Incident.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(api, agent):
    caller = api(agent)
    caller.post("/incidents/", BODY, Idempotency_Key="abc")

    answer = caller.post("/incidents/", {"title": "Something else"}, Idempotency_Key="abc")

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:evenkeel:problem:key-reused"
    assert Incident.objects.count() == 1


def test_the_same_key_of_another_caller_or_address_is_another_request(api, agent, incident):
    one, other = api(agent), api(agent)

    assert one.post("/incidents/", BODY, Idempotency_Key="k").status_code == 201
    assert other.post("/incidents/", BODY, Idempotency_Key="k").status_code == 201
    assert one.post(f"/incidents/{incident.number}/moves/take/", {}, Idempotency_Key="k").status_code == 422


def test_a_refusal_is_not_kept_and_the_request_may_be_sent_again(api, agent):
    caller = api(agent)

    assert caller.post("/incidents/", {"title": ""}, Idempotency_Key="k").status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert caller.post("/incidents/", BODY, Idempotency_Key="k").status_code == 201


def test_a_move_sent_again_is_made_once(api, agent, incident):
    caller = api(agent)
    address = f"/incidents/{incident.number}/moves/take/"

    first = caller.post(address, Idempotency_Key="take-1")
    again = caller.post(address, Idempotency_Key="take-1")

    assert first.status_code == again.status_code == 200
    assert caller.get(f"/incidents/{incident.number}/").json()["version"] == first.json()["version"]
    assert caller.post(address).status_code == 409


def test_after_a_day_a_key_is_new_and_old_ones_are_pruned(api, agent):
    caller = api(agent)
    caller.post("/incidents/", BODY, Idempotency_Key="k")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))

    again = caller.post("/incidents/", {"title": "Tomorrow"}, Idempotency_Key="k")

    assert again.status_code == 201
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert idempotency.prune() == 1
    assert idempotency.prune() == 0


@pytest.mark.parametrize("key", ["x" * 201, "naïve", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(api, agent, key):
    assert api(agent).post("/incidents/", BODY, Idempotency_Key=key).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_at_once_under_one_key_do_the_work_once(api, agent):
    """Both are sent at the same moment; one works, the other is told to wait or gets the first one's answer."""
    caller = api(agent)
    start = Barrier(2)

    def send(_n: int) -> object:
        try:
            start.wait(10)
            return caller.__class__.post(caller, "/incidents/", BODY, Idempotency_Key="race")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert sorted(answer.status_code for answer in answers) in ([201, 201], [201, 409])
    assert Incident.objects.count() == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"] == "urn:evenkeel:problem:in-flight"
            assert answer["Retry-After"] == "1"
    later = caller.post("/incidents/", BODY, Idempotency_Key="race")
    assert later.status_code == 201
    assert later["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_while_one_is_at_work_the_other_is_told_so(api, agent):
    caller = api(agent)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [idempotency.lock_of(f"token:{caller.token.key}", "k")])
            during = caller.post("/incidents/", BODY, Idempotency_Key="k")
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    assert during.status_code == 409
    assert during.json()["type"] == "urn:evenkeel:problem:in-flight"
    assert caller.post("/incidents/", BODY, Idempotency_Key="k").status_code == 201


def test_too_many_requests_are_refused_with_when_to_go_on(api, agent, colleague, settings):
    settings.API_RATE_LIMIT, settings.API_RATE_WINDOW = 2, 3600
    caller = api(agent)

    allowed = [caller.get("/me/") for _each in range(2)]
    refused = caller.get("/me/")

    assert [answer.status_code for answer in allowed] == [200, 200]
    assert allowed[0]["RateLimit"].startswith('"default";r=1;t=')
    assert allowed[0]["RateLimit-Policy"] == '"default";q=2;w=3600'
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert refused["RateLimit"].startswith('"default";r=0')
    assert refused.json()["type"] == "urn:evenkeel:problem:too-many-requests"
    assert api(agent).get("/me/").status_code == 200
    assert api(colleague).get("/me/").status_code == 200


def test_a_cache_that_is_down_refuses_nobody(api, agent, settings, monkeypatch):
    settings.API_RATE_LIMIT = 1
    caller = api(agent)

    def down(*_arguments: object, **_options: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(cache, "incr", down, raising=False)
        assert [caller.get("/me/").status_code for _each in range(3)] == [200, 200, 200]
    with monkeypatch.context() as silent:  # as django-redis is when it ignores what went wrong
        silent.setattr(cache, "incr", lambda *_arguments, **_options: None, raising=False)
        assert caller.get("/me/").status_code == 200
