"""Records over the API, and who they exist for."""

from incidents.services.opening import open_incident


def test_an_agent_reads_an_incident_with_everything_the_desk_knows(api, agent, incident):
    answer = api(agent).get(f"/incidents/{incident.number}/")

    assert answer.status_code == 200
    body = answer.json()
    assert body["number"] == incident.number
    assert body["requester"] == "ben"
    assert body["team"] == "desk"
    assert body["routed_by"]
    assert body["opened_at"].endswith("Z")
    assert answer["ETag"] == f'"{incident.version}"'
    assert {move["name"] for move in body["moves"]} >= {"take", "resolve", "assign"}
    assert "content" not in body


def test_a_stranger_does_not_learn_that_it_exists(api, stranger, incident):
    answer = api(stranger).get(f"/incidents/{incident.number}/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:evenkeel:problem:not-found"
    assert api(stranger).get("/incidents/").json()["count"] == 0


def test_counts_are_over_what_is_ones_own(api, requester, colleague, agent, incident):
    open_incident(actor=agent, requester=colleague, title="Another")

    assert api(agent).get("/incidents/").json()["count"] == 2
    assert api(requester).get("/incidents/").json()["count"] == 1
    assert api(colleague).get("/incidents/").json()["count"] == 1
