"""What belongs to a ticket, written over the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from incidents.models import Incident
from incidents.services.opening import open_incident
from tests.factories import ConfigurationItemFactory
from tickets.models import Attachment, Comment, Watcher


def sent_file(caller, address, name, content, **fields):
    data = {"file": SimpleUploadedFile(name, content), **fields}
    return caller.client.post(f"/api/v1{address}", data, headers={"Authorization": caller.header})


def test_words_reach_the_audience_that_is_said_and_nobody_else(api, agent, requester, incident):
    address = f"/incidents/{incident.number}/comments/"

    internal = api(agent).post(address, {"text": "Between us"})
    public = api(agent).post(address, {"text": "To you", "audience": "requester", "kind": "action_taken"})
    reply = api(requester).post(address, {"text": "Thank you"})

    assert [each.status_code for each in (internal, public, reply)] == [201, 201, 201]
    assert internal.json()["audience"] == "internal"
    assert public.json()["kind"] == "action_taken"
    assert reply.json()["is_from_requester"] is True
    assert internal["Location"] == f"/api/v1{address}{internal.json()['id']}/"
    assert api(requester).get(f"{address}{internal.json()['id']}/").status_code == 404
    assert api(requester).post(address, {"text": "x", "audience": "internal"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": "x", "audience": "everybody"}, {"text": "x", "audience": "supplier:ghost"},
     {"text": "x" * 50_001}, {"text": "x", "author": "ben"}],
)  # fmt: skip
def test_words_that_cannot_be_said_are_pointed_at(api, agent, incident, body):
    answer = api(agent).post(f"/incidents/{incident.number}/comments/", body)

    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert not Comment.objects.exists()


def test_a_file_is_sent_and_fetched(api, requester, incident):
    caller = api(requester)

    sent = sent_file(caller, f"/incidents/{incident.number}/attachments/", "photo.txt", b"what I saw")

    assert sent.status_code == 201, sent.content
    body = sent.json()
    assert (body["name"], body["size"], body["audience"]) == ("photo.txt", 10, "requester")
    assert sent["Location"].endswith(f"/attachments/{body['key']}/")
    fetched = caller.get(f"/incidents/{incident.number}/attachments/{body['key']}/content/")
    assert b"".join(fetched.streaming_content) == b"what I saw"


def test_a_file_that_is_refused_says_why_and_leaves_nothing(api, agent, requester, incident):
    address = f"/incidents/{incident.number}/attachments/"

    script = sent_file(api(agent), address, "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    nothing = api(agent).client.post(f"/api/v1{address}", {}, headers={"Authorization": api(agent).header})
    internal = sent_file(api(requester), address, "a.txt", b"a", audience="internal")

    assert script.status_code == 400
    assert script.json()["errors"][0]["pointer"] == "/file"
    assert nothing.status_code == 400
    assert internal.status_code == 403
    assert not Attachment.objects.exists()


def test_the_same_file_sent_again_under_one_key_is_kept_once(api, agent, incident):
    caller, address = api(agent), f"/api/v1/incidents/{incident.number}/attachments/"
    headers = {"Authorization": caller.header, "Idempotency-Key": "file-1"}

    def send(content):
        return caller.client.post(address, {"file": SimpleUploadedFile("a.txt", content)}, headers=headers)

    assert send(b"one").status_code == 201
    again = send(b"one")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert send(b"two").status_code == 422
    assert Attachment.objects.count() == 1


def test_a_task_is_added_edited_and_finished(api, agent, incident):
    caller, address = api(agent), f"/incidents/{incident.number}/tasks/"

    made = caller.post(address, {"title": "Order a fuse", "is_required": True})
    number = made.json()["number"]
    edited = caller.patch(f"{address}{number}/", {"assignee": "mara"}, If_Match=made["ETag"])
    stale = caller.patch(f"{address}{number}/", {"title": "x"}, If_Match=made["ETag"])
    skipped = caller.post(f"{address}{number}/moves/skip/")
    finished = caller.post(f"{address}{number}/moves/finish/")

    assert made.status_code == 201, made.content
    assert edited.json()["assignee"] == "mara"
    assert stale.status_code == 412
    assert skipped.status_code == 400
    assert skipped.json()["errors"][0]["pointer"] == "/skip_reason"
    assert finished.json()["status"] == "done"
    assert caller.post(f"{address}{number}/moves/finish/").status_code == 409


def test_a_required_task_holds_back_resolving_and_the_move_says_so(api, agent, incident):
    caller = api(agent)
    caller.post(f"/incidents/{incident.number}/tasks/", {"title": "First", "is_required": True})

    moves = {each["name"]: each for each in caller.get(f"/incidents/{incident.number}/").json()["moves"]}

    assert moves["resolve"]["allowed"] is False
    assert moves["resolve"]["reason"] == "1 required task is not done."


def test_links_name_both_ends_and_can_be_taken_away(api, agent, requester, incident):
    other = open_incident(actor=agent, requester=requester, title="The other printer")
    caller, address = api(agent), f"/incidents/{incident.number}/links/"

    made = caller.post(address, {"target": other.number, "kind": "related"})
    seen_from_there = caller.get(f"/incidents/{other.number}/links/").json()["results"]
    gone = caller.delete(f"{address}{made.json()['id']}/")

    assert made.status_code == 201, made.content
    assert (made.json()["source"], made.json()["target"]) == (incident.number, other.number)
    assert [each["id"] for each in seen_from_there] == [made.json()["id"]]
    assert gone.status_code == 204
    assert caller.get(address).json()["count"] == 0
    assert caller.post(address, {"target": incident.number}).status_code == 409
    assert api(requester).post(address, {"target": other.number}).status_code == 403


def test_one_watches_for_oneself_and_the_desk_for_others(api, agent, requester, colleague, incident):
    address = f"/incidents/{incident.number}/watchers/"

    own = api(agent).post(address, {})
    others = api(agent).post(address, {"user": "carla"})
    refused = api(requester).post(address, {"user": "mara"})

    assert own.status_code == others.status_code == 201
    assert api(colleague).get(f"/incidents/{incident.number}/").status_code == 200
    assert refused.status_code in (400, 403)
    assert [each["user"] for each in api(agent).get(address).json()["results"]] == ["mara", "carla"]
    assert [each["user"] for each in api(colleague).get(address).json()["results"]] == ["carla"]
    assert api(colleague).delete(f"{address}carla/").status_code == 204
    assert not Watcher.objects.filter(user=colleague).exists()
    assert api(colleague).get(f"/incidents/{incident.number}/").status_code == 404


def test_items_are_added_ruled_out_and_set_as_a_whole(api, agent, northgate, incident):
    for key in ("a-1", "b-1"):
        ConfigurationItemFactory(key=key, organisation=northgate)
    caller, address = api(agent), f"/incidents/{incident.number}"

    assert caller.post(f"{address}/cis/", {"ci": "a-1", "role": "cause"}).json()["role"] == "cause"
    assert caller.patch(f"{address}/", {"affected_cis": ["b-1"]}).json()["affected_cis"] == ["b-1"]
    assert caller.post(f"{address}/cis/", {"ci": "b-1", "source": "excluded"}).json()["source"] == "excluded"
    assert caller.get(f"{address}/").json()["affected_cis"] == []
    assert caller.get("/incidents/?ci=a-1").json()["count"] == 0
    assert caller.delete(f"{address}/cis/b-1/").status_code == 204


def test_a_parent_is_set_and_taken_away(api, agent, requester, incident):
    parent = open_incident(actor=agent, requester=requester, title="All printers")
    caller, address = api(agent), f"/incidents/{incident.number}/"

    assert caller.patch(address, {"parent": parent.number}).json()["parent"] == parent.number
    assert caller.patch(f"/incidents/{parent.number}/", {"parent": incident.number}).status_code == 409
    assert caller.patch(address, {"parent": None}).json()["parent"] is None


def test_a_restriction_needs_a_reason_and_is_lifted_by_naming_no_team(api, agent, second_line, incident):
    caller, address = api(agent), f"/incidents/{incident.number}/restriction/"

    assert caller.post(address, {"teams": ["desk"]}).status_code == 400
    restricted = caller.post(address, {"teams": ["desk"], "reason": "Personnel"})
    assert restricted.json()["is_restricted"] is True
    assert api(second_line).post(address, {"teams": [], "reason": "Curious"}).status_code == 404
    lifted = caller.post(address, {"teams": [], "reason": "Over"})
    assert lifted.json() == {"is_restricted": False, "teams": [], "readers": ["ben", "mara"]}


def test_a_referral_is_made_chased_and_taken_back(api, agent, requester, supplier_organisation, incident):
    caller, address = api(agent), f"/incidents/{incident.number}/referrals/"

    made = caller.post(address, {"supplier": "netcore", "reference": "NC-9"})
    one = f"{address}{made.json()['id']}"

    assert made.status_code == 201, made.content
    assert caller.post(address, {"supplier": "netcore"}).status_code == 409
    assert caller.post(f"{one}/chase/", {"note": "Called"}).json()["chase_count"] == 1
    assert caller.post(f"{one}/return/", {"answer": "They mended it"}).json()["returned_at"]
    assert api(requester).post(address, {"supplier": "netcore"}).status_code == 403
    assert Incident.objects.get(pk=incident.pk).supplier_ids == [supplier_organisation.pk]
