"""Who reads which field: the desk's own words, routing, and other people's addresses are not for requesters."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.registries import ApiField, add_api_field, api_fields
from core.registries import _api_fields as registered
from incidents.services.opening import open_incident
from tests.factories import ConfigurationItemFactory, ServiceFactory
from tickets.services.files import attach
from tickets.services.linking import add_ci, set_parent
from tickets.services.referring import refer
from tickets.services.restricting import restrict
from tickets.services.tasks import open_task
from tickets.services.words import add_comment

DESK_ONLY = {
    "owning_team", "routed_by", "is_restricted", "parent", "affected_cis", "hold_awaits", "wake_at", "held_seconds",
    "resolved_ci", "priority_override_reason", "impact_answers", "script_answers", "reassignment_count",
    "bounce_count", "escalation_count", "awaits_acceptance", "impact_started_at", "detected_at", "work_started_at",
    "assumed_facts", "opening_category",
}  # fmt: skip
FOR_REQUESTERS = {
    "number", "kind", "title", "description", "status", "stage", "priority", "impact", "urgency", "requester",
    "opened_by", "channel", "organisation", "location", "service", "category", "team", "assignee", "opened_at",
    "updated_at", "resolved_at", "closed_at", "version", "external_source", "external_ref", "hold_reason", "held_at",
    "resolution", "resolution_code", "fix_kind", "resolved_by", "cancel_reason", "is_major", "reopen_count",
    "reported_at", "acknowledged_at", "first_response_at", "restored_at", "moves",
}  # fmt: skip


@pytest.fixture
def busy(incident, agent, requester, supplier_organisation, supplier, northgate):
    """An incident with words for each audience, a task, a referral, files and an item."""
    add_comment(ticket=incident, text="We look into it.", actor=agent, audience="requester")
    add_comment(ticket=incident, text="Probably his fault.", actor=agent, audience="internal")
    refer(ticket=incident, supplier=supplier_organisation, actor=agent, reference="NC-1", question="Why?")
    add_comment(
        ticket=incident, text="Please check the fuse.", actor=agent, audience="supplier",
        supplier=supplier_organisation,
    )  # fmt: skip
    open_task(ticket=incident, title="Look inside", actor=agent)
    attach(ticket=incident, files=[SimpleUploadedFile("log.txt", b"secret")], actor=agent, audience="internal")
    attach(ticket=incident, files=[SimpleUploadedFile("how.txt", b"public")], actor=agent, audience="requester")
    add_ci(ticket=incident, ci=ConfigurationItemFactory(key="printer-7", organisation=northgate), actor=agent)
    return incident


def texts(answer):
    assert answer.status_code == 200, answer.content
    return [each["text"] for each in answer.json()["results"]]


def names(answer):
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()["results"]]


def test_a_requester_reads_exactly_the_fields_that_are_for_requesters(api, requester, busy):
    body = api(requester).get(f"/incidents/{busy.number}/").json()

    assert set(body) == FOR_REQUESTERS


def test_the_desk_reads_these_and_its_own(api, agent, busy):
    body = api(agent).get(f"/incidents/{busy.number}/").json()

    assert set(body) >= FOR_REQUESTERS | DESK_ONLY
    assert body["affected_cis"] == ["printer-7"]


@pytest.mark.parametrize("name", sorted(DESK_ONLY))
def test_a_requester_cannot_ask_for_a_field_of_the_desk(api, requester, agent, busy, name):
    address = f"/incidents/{busy.number}/?fields={name}"

    assert api(requester).get(address).status_code == 400
    assert api(agent).get(address).status_code == 200


@pytest.mark.parametrize("name", ["bounce_count=1", "is_restricted=true", "ci=printer-7", "owning_team=desk"])
def test_nobody_guesses_by_filtering_what_they_may_not_read(api, requester, agent, busy, name):
    assert api(requester).get(f"/incidents/?{name}").status_code == 400
    assert api(agent).get(f"/incidents/?{name}").status_code == 200


def test_nobody_guesses_people_s_teams_and_roles_by_filtering(api, requester, agent):
    assert api(requester).get("/people/?team=desk").status_code == 400
    assert api(agent).get("/people/?team=desk").json()["count"] == 1
    assert api(requester).get("/teams/?member=mara").status_code == 400


def test_each_reads_the_words_that_are_for_them(api, agent, requester, supplier, colleague, busy):
    address = f"/incidents/{busy.number}/comments/"

    assert len(texts(api(agent).get(address))) == 3
    assert texts(api(requester).get(address)) == ["We look into it."]
    assert texts(api(supplier).get(address)) == ["Please check the fuse."]
    assert api(colleague).get(address).status_code == 404


def test_the_audience_is_said_as_it_is_written(api, agent, busy):
    audiences = [each["audience"] for each in api(agent).get(f"/incidents/{busy.number}/comments/").json()["results"]]

    assert audiences == ["requester", "internal", "supplier:netcore"]


def test_each_reads_the_files_that_are_for_them(api, agent, requester, supplier, busy):
    address = f"/incidents/{busy.number}/attachments/"

    assert names(api(agent).get(address)) == ["log.txt", "how.txt"]
    assert names(api(requester).get(address)) == ["how.txt"]
    assert names(api(supplier).get(address)) == []


def test_a_file_is_fetched_by_those_whom_it_is_for_and_by_nobody_else(api, agent, requester, busy):
    listed = api(agent).get(f"/incidents/{busy.number}/attachments/").json()["results"]
    internal = f"/incidents/{busy.number}/attachments/{listed[0]['key']}/content/"

    fetched = api(agent).get(internal)

    assert b"".join(fetched.streaming_content) == b"secret"
    assert fetched["Content-Disposition"].startswith("attachment")
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert api(requester).get(internal).status_code == 404


def test_tasks_referrals_links_and_items_are_not_for_requesters(api, agent, requester, busy):
    for name in ("tasks", "referrals", "cis"):
        address = f"/incidents/{busy.number}/{name}/"
        assert api(agent).get(address).json()["count"] == 1, name
        assert api(requester).get(address).json()["count"] == 0, name
    assert api(requester).get(f"/incidents/{busy.number}/links/").json()["count"] == 0
    assert api(requester).get(f"/incidents/{busy.number}/restriction/").status_code == 404


def test_a_supplier_reads_its_own_referral_and_hands_it_back(api, supplier, requester, busy):
    caller = api(supplier)
    (referral,) = caller.get(f"/incidents/{busy.number}/referrals/").json()["results"]
    address = f"/incidents/{busy.number}/referrals/{referral['id']}"

    assert referral["reference"] == "NC-1"
    assert "created_by" not in referral
    promised = (timezone.now() + timedelta(days=1)).isoformat()
    assert caller.patch(f"{address}/", {"promised_at": promised}).status_code == 200
    assert caller.patch(f"{address}/", {"question": "Changed"}).status_code == 400
    assert caller.post(f"{address}/chase/").status_code == 403
    assert caller.post(f"{address}/return/", {}).status_code == 400
    returned = caller.post(f"{address}/return/", {"answer": "New fuse."})
    assert returned.status_code == 200, returned.content
    assert returned.json()["answer"] == "New fuse."
    assert caller.post(f"{address}/return/", {"answer": "Again."}).status_code == 409


def test_the_timeline_of_a_requester_holds_what_was_told_to_requesters(api, agent, requester, supplier, busy):
    address = f"/incidents/{busy.number}/timeline/"

    desk = api(agent).get(address).json()["results"]
    mine = api(requester).get(address).json()["results"]

    assert {each["verb"] for each in desk} >= {"incident.opened", "ticket.commented", "ticket.referred"}
    assert {each["verb"] for each in mine} <= {"incident.opened", "ticket.commented", "ticket.attached"}
    assert all(set(each) == {"id", "at", "verb", "actor", "via"} for each in mine)
    assert len([each for each in mine if each["verb"] == "ticket.commented"]) == 1
    theirs = api(supplier).get(address).json()["results"]
    assert "incident.opened" not in {each["verb"] for each in theirs}


def test_mail_addresses_and_telephones_are_for_the_desk_and_oneself(api, agent, requester, colleague, northgate):
    northgate.people_see_all = True
    northgate.save(update_fields=["people_see_all"])
    colleague.phone = "+31 20 123"
    colleague.save(update_fields=["phone"])

    of_agent = api(agent).get("/people/carla/").json()
    of_requester = api(requester).get("/people/carla/").json()
    own = api(requester).get("/people/ben/").json()

    assert (of_agent["email"], of_agent["phone"]) == ("carla@example.org", "+31 20 123")
    assert (of_requester["email"], of_requester["phone"]) == (None, None)
    assert not {"is_vip", "manager", "deputy", "roles", "teams"} & set(of_requester)
    assert own["email"] == "ben@example.org"
    assert api(requester).get("/people/?search=carla@example").json()["count"] == 0


def test_people_of_another_company_do_not_exist(api, requester, stranger, agent):
    assert api(requester).get("/people/otto/").status_code == 404
    assert api(stranger).get("/people/").json()["count"] == 1


def test_a_restricted_incident_is_gone_for_those_outside_its_circle(api, agent, second_line, desk, busy):
    outside = api(second_line)
    assert outside.get(f"/incidents/{busy.number}/").status_code == 200
    restrict(ticket=busy, teams=[desk], actor=agent, reason="Personnel")

    assert outside.get(f"/incidents/{busy.number}/").status_code == 404
    assert outside.get("/incidents/?search=printer").json()["count"] == 0
    assert outside.get("/tickets/").json()["count"] == 0
    assert api(agent).get(f"/incidents/{busy.number}/").json()["is_restricted"] is True
    circle = api(agent).get(f"/incidents/{busy.number}/restriction/").json()
    assert circle["teams"] == ["desk"]


def test_a_parent_that_one_may_not_see_is_not_named(api, agent, second_line, requester, desk, incident, busy):
    api(agent).post("/incidents/", {"title": "Parent"})
    parent = api(agent).get("/incidents/?title__contains=parent").json()["results"][0]["number"]
    kin = type(incident).objects.get(number=parent)
    set_parent(child=incident, parent=kin, actor=agent)
    restrict(ticket=kin, teams=[desk], actor=agent, reason="Personnel")

    assert api(agent).get(f"/incidents/{incident.number}/").json()["parent"] == parent
    assert api(second_line).get(f"/incidents/{incident.number}/").json()["parent"] is None
    assert api(agent).get(f"/incidents/?parent={parent}").json()["count"] == 1
    assert api(second_line).get(f"/incidents/?parent={parent}").json()["count"] == 0


def test_a_field_of_a_higher_app_stands_on_the_detail_and_on_a_list_by_expand(api, agent, incident):
    from rest_framework import serializers

    field = ApiField("weather", lambda request, record: f"{record.number}: fine", serializers.CharField())
    add_api_field("incidents", field)
    try:
        assert field in api_fields("incidents")
        assert api(agent).get(f"/incidents/{incident.number}/").json()["weather"] == f"{incident.number}: fine"
        assert "weather" not in api(agent).get("/incidents/").json()["results"][0]
        row = api(agent).get("/incidents/?expand=weather").json()["results"][0]
        assert row["weather"] == f"{incident.number}: fine"
    finally:
        del registered["incidents"]["weather"]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("path", ["incidents", "cis", "services"])
def test_a_list_gives_the_moves_of_its_rows_however_few_they_are(
    path, count, api, agent, requester, northgate, incident
):
    open_incident(actor=agent, requester=requester, title="Another")
    for number in range(2):
        ConfigurationItemFactory(key=f"ci-{number}", organisation=northgate)
        ServiceFactory(key=f"service-{number}")

    found = api(agent).get(f"/{path}/?fields=moves&limit={count}").json()["results"]

    assert len(found) == count
    assert all("moves" in each for each in found)
