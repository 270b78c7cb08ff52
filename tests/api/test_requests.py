"""Bodies and addresses as they should not be, and what is answered."""

import orjson
import pytest

from core.api.parsing import MAX_BODY


def test_a_body_of_six_megabytes_is_too_large(api, agent):
    answer = api(agent)("POST", "/incidents/", b'{"title": "' + b"x" * (6 * 1024 * 1024) + b'"}')

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:evenkeel:problem:too-large"
    assert str(MAX_BODY) in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"title": "\xff\xfe"}',
        b'{"title": NaN}',
        b'{"title": "\\ud800"}',
        b"[" * 100 + b"]" * 100,
        b'{"title": ' + b"[" * 51 + b"]" * 51 + b"}",
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_refused_as_malformed(api, agent, body):
    answer = api(agent)("POST", "/incidents/", body)

    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:evenkeel:problem:malformed"


def test_fifty_levels_are_still_read(api, agent):
    deep: object = "end"
    for _each in range(49):
        deep = [deep]

    answer = api(agent).post("/incidents/", {"title": deep})

    assert answer.json()["type"] == "urn:evenkeel:problem:invalid"
    assert answer.json()["errors"] == [{"pointer": "/title", "detail": "This must be text."}]


def test_nul_characters_are_refused_wherever_they_stand(api, agent, incident):
    caller = api(agent)

    body = caller("POST", "/incidents/", b'{"title": "a\\u0000b"}')
    assert body.status_code == 400
    assert body.json()["errors"][0]["pointer"] == "/title"
    assert caller("POST", "/incidents/", b'{"script_answers": {"a\\u0000": 1}, "title": "x"}').status_code == 400
    assert caller.get("/incidents/INC%00/").status_code == 404
    assert caller.get("/incidents/?search=%00").status_code == 400
    assert caller("POST", "/incidents/", b'{"title": "a\\\\u0000b"}').status_code == 201


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_a_body_that_is_no_object_is_refused(api, agent, incident, body):
    caller = api(agent)

    for address in ("/incidents/", f"/incidents/{incident.number}/comments/"):
        assert caller("POST", address, orjson.dumps(body)).status_code == 400
    move = caller("POST", f"/incidents/{incident.number}/moves/hold/", orjson.dumps(body))
    assert move.status_code == 400


def test_other_media_types_are_not_read(api, agent, incident):
    caller = api(agent)
    answer = caller.client.post("/api/v1/incidents/", {"title": "Form"}, headers={"Authorization": caller.header})

    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_address_and_a_missing_slash_are_told_apart_in_words(api, agent):
    assert "slash" in api(agent).get("/incidents").json()["detail"]
    assert api(agent).get("/nothing/at/all/").status_code == 404


def test_a_method_that_an_address_does_not_know_is_refused_with_those_that_it_does(api, agent, incident):
    answer = api(agent).delete(f"/incidents/{incident.number}/")

    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "PATCH", "HEAD", "OPTIONS"}
    assert answer.json()["type"] == "urn:evenkeel:problem:method-not-allowed"


def test_the_request_id_is_echoed_and_kept_in_the_activity(api, agent, incident):
    answer = api(agent).post(f"/incidents/{incident.number}/moves/take/", X_Request_ID="trace-17")

    assert answer["X-Request-ID"] == "trace-17"
    last = api(agent).get(f"/incidents/{incident.number}/timeline/?ordering=-at&limit=1").json()["results"][0]
    assert last["verb"] == "incident.taken"
    assert last["request_id"] == "trace-17"
    assert last["via"] == "api"
    assert last["data"]["token"]


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "line\nbreak", "naïve"])
def test_a_request_id_that_could_not_be_kept_is_replaced(api, agent, given):
    answer = api(agent).get("/me/", **({"X_Request_ID": given} if given else {}))

    assert len(answer["X-Request-ID"]) == 32


def test_answers_are_for_the_caller_alone(api, agent, incident):
    answer = api(agent).get(f"/incidents/{incident.number}/")

    assert answer["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer["Vary"]
