"""People, teams, organisations, locations, items: read by the desk, written by those whose work it is."""

import pytest

from accounts.models import Location, Organisation, Team, User
from accounts.roles import Role
from cmdb.models import ConfigurationItem, RelationshipType, Service
from core.models import Activity
from tests.factories import CiClassFactory, ConfigurationItemFactory, ServiceFactory, UserFactory


@pytest.fixture
def keeper(northgate, network):
    """A configuration manager."""
    return UserFactory(username="kim", organisation=northgate, roles=Role.CONFIGURATION_MANAGER, teams=[network])


@pytest.fixture
def runs_on(db):
    return RelationshipType.objects.get_or_create(
        key="runs-on", defaults={"name": "runs on", "reverse_name": "carries"}
    )[0]


def test_an_administrator_adds_a_person_and_others_do_not(api, administrator, agent, northgate):
    body = {"username": "new.one", "name": "New One", "email": "New@Example.org", "organisation": "northgate",
            "roles": ["agent"]}  # fmt: skip

    refused = api(agent).post("/people/", body)
    made = api(administrator).post("/people/", body)

    assert refused.status_code == 403
    assert made.status_code == 201, made.content
    assert made["Location"] == "/api/v1/people/new.one/"
    assert made.json()["roles"] == ["agent"]
    assert User.objects.get(username="new.one").email == "new@example.org"
    assert api(administrator).post("/people/", body).status_code == 409


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"username": "a b", "name": "x"}, "/username"),
        ({"username": "x", "name": "evil\u202etxt"}, "/name"),
        ({"username": "x", "name": "x", "email": "nowhere"}, "/email"),
        ({"username": "x", "name": "x", "roles": ["king"]}, "/roles/0"),
        ({"username": "x", "name": "x", "time_zone": "Mars/Base"}, "/time_zone"),
        ({"username": "x", "name": "x", "password": "secret"}, "/password"),
        ({"username": "x", "name": "x", "is_superuser": True}, "/is_superuser"),
    ],
)
def test_what_is_wrong_with_a_person_is_pointed_at(api, administrator, body, pointer):
    answer = api(administrator).post("/people/", body)

    assert answer.status_code == 400
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}


def test_people_change_what_is_theirs_and_administrators_the_rest(api, requester, administrator):
    own = api(requester)

    assert own.patch("/people/ben/", {"phone": "123"}).json()["phone"] == "123"
    assert own.patch("/people/ben/", {"roles": ["administrator"]}).status_code == 403
    assert own.patch("/people/ben/", {"is_active": False}).status_code == 403
    assert own.patch("/people/noor/", {"name": "x"}).status_code == 404
    gone = api(administrator).patch("/people/ben/", {"is_active": False, "job_title": "Left"})
    assert (gone.json()["is_active"], gone.json()["job_title"]) == (False, "Left")
    assert own.get("/me/").status_code == 401


def test_a_team_is_made_with_its_people_and_whom_it_serves(api, administrator, agent, northgate):
    body = {"key": "storage", "name": "Storage", "members": ["mara"], "serves": ["northgate"], "lead": "mara"}

    made = api(administrator).post("/teams/", body)
    edited = api(administrator).patch("/teams/storage/", {"name": "Storage and backup", "serves": []})

    assert made.status_code == 201, made.content
    assert (made.json()["members"], made.json()["serves"], made.json()["lead"]) == (["mara"], ["northgate"], "mara")
    assert (edited.json()["name"], edited.json()["serves"]) == ("Storage and backup", [])
    assert api(agent).patch("/teams/storage/", {"name": "Mine"}).status_code == 403
    assert Team.objects.get(key="storage").name == "Storage and backup"


def test_organisations_and_locations_are_trees(api, administrator, agent, northgate, depot):
    caller = api(administrator)

    made = caller.post("/organisations/", {"key": "north-it", "name": "IT", "parent": "northgate-depot"})
    loop = caller.patch("/organisations/northgate/", {"parent": "north-it"})
    room = caller.post("/locations/", {"key": "room-1", "name": "Room 1", "organisation": "northgate"})

    assert made.json()["parent"] == "northgate-depot"
    assert loop.status_code == 400
    assert room.status_code == 201
    assert api(agent).post("/locations/", {"key": "x", "name": "x"}).status_code == 403
    assert Organisation.objects.get(key="north-it").ancestor_ids()[0] == northgate.pk
    assert Location.objects.get(key="room-1").organisation == northgate
    assert [each["key"] for each in api(agent).get("/organisations/?parent=northgate").json()["results"]] == [
        "northgate-depot"
    ]


def test_a_configuration_manager_keeps_items_and_an_agent_reads_them(api, keeper, agent, northgate):
    CiClassFactory(key="server")
    body = {"key": "web-01", "name": "Web 1", "class": "server", "organisation": "northgate", "importance": 1}

    refused = api(agent).post("/cis/", body)
    made = api(keeper).post("/cis/", body)
    edited = api(keeper).patch("/cis/web-01/", {"name": "Web one"}, If_Match=made["ETag"])
    stale = api(keeper).patch("/cis/web-01/", {"name": "Web two"}, If_Match=made["ETag"])

    assert refused.status_code == 403
    assert made.status_code == 201, made.content
    assert made.json()["class"] == "server"
    assert edited.json()["name"] == "Web one"
    assert stale.status_code == 412
    assert api(agent).get("/cis/web-01/").json()["version"] == 2
    changes = Activity.objects.get(verb="ci.edited", subject_kind="ci").changes
    assert changes == {"name": ["Web 1", "Web one"]}
    assert api(keeper).post("/cis/", body).status_code == 400


def test_an_items_status_changes_by_a_move_and_not_by_an_edit(api, keeper, agent, northgate):
    ConfigurationItemFactory(key="web-01", name="Web", organisation=northgate)

    edited = api(keeper).patch("/cis/web-01/", {"status": "retired"})
    refused = api(agent).post("/cis/web-01/moves/retire/", {})
    moved = api(keeper).post("/cis/web-01/moves/retire/", {})

    assert edited.status_code == 400
    assert refused.status_code == 403
    assert moved.json()["status"] == "retired"


def test_an_edit_that_changes_nothing_leaves_no_trace(api, keeper, northgate):
    ConfigurationItemFactory(key="web-01", name="Web", organisation=northgate)

    answer = api(keeper).patch("/cis/web-01/", {"name": "Web"})

    assert answer.json()["version"] == 1
    assert not Activity.objects.filter(verb="ci.edited").exists()


def test_items_of_a_company_that_nobody_serves_do_not_exist(api, keeper, agent, elsewhere):
    ConfigurationItemFactory(key="theirs", organisation=elsewhere)

    assert api(agent).get("/cis/theirs/").status_code == 404
    assert api(keeper).patch("/cis/theirs/", {"name": "Ours"}).status_code == 404
    assert api(keeper).get("/cis/").json()["count"] == 0


def test_a_service_is_an_item_that_requesters_see_when_they_use_it(api, keeper, requester, stranger, northgate):
    CiClassFactory(key="service")
    body = {"key": "booking", "name": "Booking", "class": "service", "used_by": ["northgate"]}

    made = api(keeper).post("/services/", body)

    assert made.status_code == 201, made.content
    assert made.json()["used_by"] == ["northgate"]
    seen = api(requester).get("/services/booking/").json()
    assert seen["name"] == "Booking"
    assert not {"owner", "support_team", "user_count", "used_by", "organisation"} & set(seen)
    assert api(stranger).get("/services/booking/").status_code == 404
    assert api(requester).get("/cis/booking/").status_code == 404
    opened_up = api(keeper).patch("/services/booking/", {"used_by": []})
    assert opened_up.json()["used_by"] == []
    assert api(stranger).get("/services/booking/").status_code == 200
    assert Service.objects.get(key="booking").version == 2


def test_relationships_are_made_and_taken_away_and_both_items_remember(api, keeper, agent, northgate, runs_on):
    for key in ("booking", "web-01"):
        ConfigurationItemFactory(key=key, organisation=northgate)
    body = {"source": "booking", "type": "runs-on", "target": "web-01"}

    refused = api(agent).post("/relationships/", body)
    made = api(keeper).post("/relationships/", body)
    again = api(keeper).post("/relationships/", body)
    itself = api(keeper).post("/relationships/", {**body, "target": "booking"})

    assert refused.status_code == 403
    assert made.status_code == 201, made.content
    assert again.status_code == itself.status_code == 409
    assert api(agent).get("/relationships/?source=booking").json()["count"] == 1
    assert api(agent).delete(f"/relationships/{made.json()['id']}/").status_code == 403
    assert api(keeper).delete(f"/relationships/{made.json()['id']}/").status_code == 204
    verbs = Activity.objects.filter(subject_kind="ci").values_list("verb", flat=True)
    assert sorted(verbs) == ["ci.related", "ci.related", "ci.unrelated", "ci.unrelated"]


def test_a_relationship_whose_other_end_is_out_of_sight_does_not_exist(api, agent, northgate, elsewhere, runs_on):
    ours = ConfigurationItemFactory(key="ours", organisation=northgate)
    theirs = ConfigurationItemFactory(key="theirs", organisation=elsewhere)
    ours.relationships_out.create(target=theirs, type=runs_on)

    assert api(agent).get("/relationships/").json()["count"] == 0


def test_what_is_the_desk_s_is_empty_for_a_requester(api, requester, agent, northgate):
    ConfigurationItemFactory(organisation=northgate)

    for address in ("/cis/", "/ci-classes/", "/relationships/", "/relationship-types/", "/priority-schemes/"):
        assert api(requester).get(address).json()["count"] == 0, address
    assert api(agent).get("/cis/").json()["count"] == 1
    assert ConfigurationItem.objects.count() == 1


def test_a_service_out_of_a_requester_s_reach_cannot_be_named_in_an_incident(api, requester, elsewhere):
    ServiceFactory(key="theirs", used_by=[elsewhere])

    answer = api(requester).post("/incidents/", {"title": "x", "service": "theirs"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/service"
