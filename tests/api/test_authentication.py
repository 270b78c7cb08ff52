"""Who calls, and within which scopes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone


def test_without_a_token_one_is_asked_who_one_is(client, incident):
    answer = client.get("/api/v1/incidents/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:evenkeel:problem:unauthenticated"


@pytest.mark.parametrize("header", ["Bearer x", "Bearer itsm_000000000000_" + "0" * 40, "bearer ", "Bearer \x00"])
def test_a_token_that_opens_nothing_is_refused(client, db, header):
    assert client.get("/api/v1/me/", headers={"Authorization": header}).status_code == 401


def test_a_revoked_and_an_expired_token_are_refused(api, agent):
    past = timezone.now() - timedelta(seconds=1)

    assert api(agent).get("/me/").status_code == 200
    assert api(agent, revoked_at=past).get("/me/").status_code == 401
    assert api(agent, expires_at=past).get("/me/").status_code == 401


def test_scopes_bound_what_a_token_may_do(api, agent, incident):
    reads = api(agent, "incidents:read")

    assert reads.get("/incidents/").status_code == 200
    assert reads.post("/incidents/", {"title": "New"}).status_code == 403
    assert reads.get("/people/").status_code == 403
    assert reads.get("/me/").status_code == 200


def test_the_scope_of_all_tickets_opens_incidents_and_what_belongs_to_them(api, agent, incident):
    works = api(agent, "tickets:write")

    assert works.get(f"/incidents/{incident.number}/comments/").status_code == 200
    assert works.post(f"/incidents/{incident.number}/comments/", {"text": "Noted"}).status_code == 201
    assert works.get("/cis/").status_code == 403


def test_a_token_without_scopes_opens_only_who_one_is(api, agent):
    nothing = api(agent, "metrics:read")

    assert nothing.get("/me/").json()["scopes"] == ["metrics:read"]
    for address in ("/incidents/", "/tickets/", "/people/", "/cis/", "/teams/", "/categories/", "/priority-schemes/"):
        assert nothing.get(address).status_code == 403, address


def test_a_token_has_no_more_rights_than_its_owner(api, requester, agent, incident):
    assert api(requester).post(f"/incidents/{incident.number}/moves/take/").status_code == 403
    assert api(agent).post(f"/incidents/{incident.number}/moves/take/").status_code == 200


def test_a_browser_session_works_with_its_csrf_token_and_not_without(agent, incident):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/v1/incidents/{incident.number}/moves/take/"

    assert browser.get("/api/v1/me/").json()["scopes"] == ["*"]
    refused = browser.post(address, "{}", content_type="application/json")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"

    browser.cookies["evenkeel_csrf"] = "a" * 32
    allowed = browser.post(address, "{}", content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert allowed.status_code == 200


def test_who_am_i_tells_roles_teams_and_the_token_but_no_secret(api, manager):
    caller = api(manager)

    body = caller.get("/me/").json()

    assert body["username"] == "sam"
    assert body["teams"] == ["desk"]
    assert set(body["roles"]) == {"requester", "agent", "incident_manager"}
    assert body["token"] == caller.token.key
    assert caller.header.rsplit("_", 1)[1] not in str(body)


def test_an_inactive_owner_opens_nothing(api, agent):
    caller = api(agent)
    agent.is_active = False
    agent.save(update_fields=["is_active"])

    assert caller.get("/me/").status_code == 401
