"""Writing over the API: strictness, ETag, moves, and what they refuse."""

import pytest

from core.models import Activity
from incidents.models import Incident
from tests.factories import CategoryFactory, ConfigurationItemFactory, ServiceFactory

RESOLUTION = {
    "resolution_code": "fixed",
    "resolution": "Changed the fuse.",
    "resolved_ci": "none",
    "fix_kind": "permanent",
}


def test_an_integration_opens_an_incident(api, integration, requester, northgate):
    service = ServiceFactory(key="printing")
    ci = ConfigurationItemFactory(key="printer-7", organisation=northgate)
    body = {"title": "Paper jam", "requester": "ben", "service": "printing", "affected_cis": ["printer-7"], "impact": 2}

    answer = api(integration).post("/incidents/", body)

    assert answer.status_code == 201, answer.content
    made = Incident.objects.get(number=answer.json()["number"])
    assert answer["Location"] == f"/api/v1/incidents/{made.number}/"
    assert answer["ETag"] == '"1"'
    assert made.requester == requester
    assert made.opened_by == integration
    assert made.service == service
    assert list(made.cis.all()) == [ci]
    assert made.channel == "api"
    assert answer.json()["affected_cis"] == ["printer-7"]
    assert Activity.objects.get(verb="incident.opened", subject_id=made.pk).via == "api"


def test_unknown_and_read_only_fields_are_named_not_ignored(api, agent):
    answer = api(agent).post("/incidents/", {"title": "x", "status": "closed", "colour": "red", "number": "INC1"})

    assert answer.status_code == 400
    told = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert set(told) == {"/status", "/colour", "/number"}
    assert told["/status"] == "This field cannot be written here."
    assert told["/colour"] == "There is no field called colour."
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": "   "}, "/title"),
        ({"title": 5}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": "x", "impact": 4}, "/impact"),
        ({"title": "x", "impact": "2"}, "/impact"),
        ({"title": "x", "impact": True}, "/impact"),
        ({"title": "x", "requester": "nobody"}, "/requester"),
        ({"title": "x", "requester": ["ben"]}, "/requester"),
        ({"title": "x", "channel": "pigeon"}, "/channel"),
        ({"title": "x", "affected_cis": ["ghost"]}, "/affected_cis/0"),
        ({"title": "x", "affected_cis": "ghost"}, "/affected_cis"),
        ({"title": "x", "detected_at": "2026-11-20T09:30:00"}, "/detected_at"),
        ({"title": "x", "external_source": "siem"}, "/external_ref"),
        ({"title": "x", "impact_answers": {"a": {"b": 1}}}, "/impact_answers"),
    ],
)
def test_what_is_wrong_with_a_new_incident_is_pointed_at(api, agent, requester, body, pointer):
    answer = api(agent).post("/incidents/", body)

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_requester_opens_for_themselves_and_cannot_pick_what_the_desk_decides(api, requester):
    caller = api(requester)

    refused = caller.post("/incidents/", {"title": "Slow", "impact": 1, "urgency": 1, "team": "desk"})
    assert refused.status_code == 400
    assert {each["pointer"] for each in refused.json()["errors"]} >= {"/impact", "/urgency"} or refused.json()[
        "errors"
    ] == [{"pointer": "/team", "detail": "There is no desk that you see."}]

    opened = caller.post("/incidents/", {"title": "Slow", "description": "Since noon"})
    assert opened.status_code == 201
    assert opened.json()["requester"] == "ben"


def test_a_reference_is_unique_per_source_and_a_second_one_names_the_first(api, integration, agent):
    body = {"title": "Disk full", "external_ref": "EV-17"}

    first = api(integration).post("/incidents/", body)
    again = api(integration).post("/incidents/", body)
    elsewhere = api(integration).post("/incidents/", {**body, "external_source": "other"})

    assert first.status_code == elsewhere.status_code == 201
    assert first.json()["external_source"] == "monitoring"
    assert again.status_code == 409
    assert again.json()["type"] == "urn:evenkeel:problem:known-reference"
    assert first.json()["number"] in again.json()["detail"]
    assert api(agent).get("/incidents/?search=EV-17").json()["count"] == 2


def test_a_reference_that_somebody_else_may_not_see_is_refused_without_its_number(api, integration, stranger):
    taken = api(integration).post("/incidents/", {"title": "a", "external_ref": "1", "external_source": "erp"})

    answer = api(stranger).post("/incidents/", {"title": "b", "external_ref": "1", "external_source": "erp"})

    assert answer.status_code == 409
    assert taken.json()["number"] not in answer.content.decode()


def test_an_edit_changes_the_fields_given_and_the_priority_follows(api, agent, incident):
    answer = api(agent).patch(f"/incidents/{incident.number}/", {"impact": 1, "urgency": 1})

    assert answer.status_code == 200, answer.content
    assert answer.json()["priority"] == 1
    assert answer.json()["title"] == incident.title
    assert answer["ETag"] == f'"{incident.version + 1}"'
    edited = Activity.objects.get(verb="ticket.edited", subject_id=incident.pk)
    assert set(edited.changes) == {"impact", "urgency", "priority"}


def test_an_edit_that_names_another_version_is_refused_and_changes_nothing(api, agent, incident):
    caller = api(agent)
    etag = caller.get(f"/incidents/{incident.number}/")["ETag"]

    assert caller.patch(f"/incidents/{incident.number}/", {"title": "First"}, If_Match=etag).status_code == 200
    second = caller.patch(f"/incidents/{incident.number}/", {"title": "Second"}, If_Match=etag)

    assert second.status_code == 412
    assert second["ETag"] != etag
    assert caller.get(f"/incidents/{incident.number}/").json()["title"] == "First"
    move = caller.post(f"/incidents/{incident.number}/moves/take/", If_Match=etag)
    assert move.status_code == 412
    assert caller.patch(f"/incidents/{incident.number}/", {"title": "Third"}, If_Match="*").status_code == 200


def test_a_requester_reads_and_does_not_edit(api, requester, incident):
    assert api(requester).patch(f"/incidents/{incident.number}/", {"title": "Mine"}).status_code == 403
    incident.refresh_from_db()
    assert incident.title == "The label printer is dead"


def test_a_stranger_s_edit_and_move_meet_nothing(api, stranger, incident):
    caller = api(stranger)

    assert caller.patch(f"/incidents/{incident.number}/", {"title": "x"}).status_code == 404
    assert caller.post(f"/incidents/{incident.number}/moves/take/").status_code == 404
    assert caller.post(f"/incidents/{incident.number}/comments/", {"text": "x"}).status_code == 404
    assert caller.get(f"/incidents/{incident.number}/moves/").status_code == 404
    assert caller.get(f"/incidents/{incident.number}/timeline/").status_code == 404


def test_a_priority_by_hand_needs_its_reason(api, agent, incident):
    caller = api(agent)

    refused = caller.patch(f"/incidents/{incident.number}/", {"priority": 1})
    allowed = caller.patch(
        f"/incidents/{incident.number}/", {"priority": 1, "priority_override_reason": "The board waits."}
    )

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/priority_override_reason"
    assert allowed.json()["priority"] == 1


def test_a_fact_is_stated_and_one_that_does_not_fit_is_refused(api, agent, incident):
    caller = api(agent)
    address = f"/incidents/{incident.number}/"

    stated = caller.patch(address, {"impact_started_at": "2026-01-01T10:00:00Z"})
    future = caller.patch(address, {"detected_at": "2099-01-01T10:00:00Z"})

    assert stated.status_code == 200, stated.content
    assert stated.json()["impact_started_at"] == "2026-01-01T10:00:00Z"
    assert future.status_code == 400
    assert future.json()["errors"][0]["pointer"] == "/detected_at"


def test_a_move_is_made_and_the_answer_is_the_record_as_moved(api, agent, incident):
    answer = api(agent).post(f"/incidents/{incident.number}/moves/take/")

    assert answer.status_code == 200
    assert answer.json()["status"] == "in_progress"
    assert answer.json()["assignee"] == "mara"


def test_a_move_lacks_an_answer_400_is_not_open_409_and_is_unknown_404(api, agent, incident):
    caller = api(agent)
    CategoryFactory(key="hardware")
    address = f"/incidents/{incident.number}/moves"

    missing = caller.post(f"{address}/resolve/", {"resolution_code": "fixed"})
    assert missing.status_code == 400
    assert {each["pointer"] for each in missing.json()["errors"]} == {
        "/resolution", "/category", "/resolved_ci", "/fix_kind",
    }  # fmt: skip
    resolved = caller.post(f"{address}/resolve/", {**RESOLUTION, "category": "hardware"})
    assert resolved.status_code == 200, resolved.content
    assert resolved.json()["resolution"] == "Changed the fuse."
    again = caller.post(f"{address}/resolve/", {**RESOLUTION, "category": "hardware"})
    assert again.status_code == 409
    assert again.json()["type"] == "urn:evenkeel:problem:move-refused"
    assert "resolved" in again.json()["detail"]
    assert caller.post(f"{address}/teleport/").status_code == 404


@pytest.mark.parametrize("name", ["at", "actor", "is_public", "subject", "colour"])
def test_a_move_takes_nothing_that_it_does_not_ask(api, agent, incident, name):
    answer = api(agent).post(f"/incidents/{incident.number}/moves/take/", {name: "2020-01-01T00:00:00Z"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"/{name}"
    incident.refresh_from_db()
    assert incident.status == "new"


def test_the_moves_of_a_record_say_what_they_ask_and_why_not(api, agent, requester, incident):
    offered = {each["name"]: each for each in api(agent).get(f"/incidents/{incident.number}/moves/").json()["results"]}

    assert offered["take"]["allowed"]
    assert not offered["reopen"]["allowed"]
    assert "new" in offered["reopen"]["reason"]
    asked = {each["name"]: each for each in offered["resolve"]["asks"]}
    assert asked["resolution_code"]["type"] == "choice"
    assert "fixed" in asked["resolution_code"]["choices"]
    assert asked["category"]["type"] == "reference"
    assert asked["restored_at"] == {**asked["restored_at"], "type": "moment", "required": False}
    mine = {each["name"] for each in api(requester).get(f"/incidents/{incident.number}/moves/").json()["results"]}
    assert mine == {"withdraw", "reopen", "close"}


def test_a_requester_whose_incident_is_closed_follows_it_up(api, agent, requester, manager, incident):
    CategoryFactory(key="hardware")
    caller = api(manager)
    caller.post(f"/incidents/{incident.number}/moves/resolve/", {**RESOLUTION, "category": "hardware"})
    early = api(requester).post(f"/incidents/{incident.number}/follow-ups/", {"text": "Again"})
    closed = api(requester).post(f"/incidents/{incident.number}/moves/close/")

    followed = api(requester).post(f"/incidents/{incident.number}/follow-ups/", {"text": "Dead again"})

    assert early.status_code == 409
    assert closed.status_code == 200, closed.content
    assert followed.status_code == 201, followed.content
    assert followed.json()["description"] == "Dead again"
    assert followed.json()["number"] != incident.number
