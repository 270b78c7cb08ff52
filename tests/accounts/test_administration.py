import csv
import io
import re

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client

from accounts.models import ApiToken, Location, MoveRight, Organisation, Team, User
from accounts.roles import Role
from accounts.services import set_move_right
from core import registries
from core.models import Activity
from tests.factories import LocationFactory, UserFactory

READS = [
    "/administration/",
    "/administration/people/",
    "/administration/people.csv",
    "/administration/people/new/",
    "/administration/people/ben/",
    "/administration/organisations/",
    "/administration/organisations/?kind=supplier",
    "/administration/organisations/new/",
    "/administration/organisations/northgate/edit/",
    "/administration/locations/",
    "/administration/locations/new/",
    "/administration/locations/site/edit/",
    "/administration/teams/",
    "/administration/teams/new/",
    "/administration/teams/desk/edit/",
    "/administration/roles/",
    "/administration/move-rights/incident/",
    "/administration/integrations/",
    "/administration/integrations/new/",
    "/administration/operations/",
    "/administration/audit/",
]
WRITES = [
    "/administration/people/new/",
    "/administration/people/ben/",
    "/administration/people/ben/deactivate/",
    "/administration/people/ben/reactivate/",
    "/administration/people/ben/password/",
    "/administration/organisations/new/",
    "/administration/organisations/northgate/edit/",
    "/administration/locations/new/",
    "/administration/locations/site/edit/",
    "/administration/teams/new/",
    "/administration/teams/desk/edit/",
    "/administration/teams/desk/members/",
    "/administration/teams/desk/members/ben/remove/",
    "/administration/teams/desk/members/ben/return/",
    "/administration/move-rights/incident/",
    "/administration/move-rights/incident/reset/",
    "/administration/integrations/new/",
    "/administration/integrations/abc/revoke/",
    "/administration/operations/back-up/",
    "/administration/operations/test-restore/",
]


@pytest.fixture
def site(db):
    return LocationFactory(key="site", name="Site")


@pytest.fixture
def browser(administrator, signed_in) -> Client:
    return signed_in(administrator)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("url", READS)
def test_the_administration_is_for_administrators_alone(
    url, administrator, requester, colleague, agent, manager, supplier, integration, desk, site, signed_in
):
    assert signed_in(administrator).get(url).status_code == 200
    for person in (requester, agent, manager, supplier, integration):
        assert signed_in(person).get(url).status_code == 403
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("url", WRITES)
def test_nobody_else_changes_anything_there(url, requester, agent, manager, auditor, desk, site, signed_in):
    for person in (requester, agent, manager, auditor):
        assert signed_in(person).post(url, {"name": "X"}).status_code == 403
    assert Client().post(url).status_code == 302
    assert not Activity.objects.exists()


def test_an_auditor_reads_the_audit_and_nothing_else_there(auditor, signed_in):
    assert signed_in(auditor).get("/administration/audit/").status_code == 200
    assert signed_in(auditor).get("/administration/people/").status_code == 403


# ---------------------------------------------------------------- people


def person_form(**given):
    return {
        "name": "New Person", "username": "newcomer", "email": "new@example.org", "time_zone": "Europe/Amsterdam",
        "language": "en-gb",
    } | given  # fmt: skip


def test_a_person_is_added_with_roles_and_gets_a_link_to_set_a_password(browser, northgate, agent):
    answer = browser.post(
        "/administration/people/new/",
        person_form(organisation=northgate.pk, manager="Mara Lindqvist", roles=["agent", "auditor"]),
    )

    made = User.objects.get(username="newcomer")
    assert answer.status_code == 302
    assert (made.organisation, made.manager) == (northgate, agent)
    assert made.roles == Role.REQUESTER | Role.AGENT | Role.AUDITOR
    browser.post("/administration/people/newcomer/password/")
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "MARA"}, "username"),
        ({"username": "find"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "Mara@example.org"}, "email"),
        ({"email": "not an address"}, "email"),
        ({"name": "Mara \u202enatirO"}, "name"),
        ({"name": "Ma\x00ra"}, "name"),
        ({"manager": "nobody at all"}, "manager"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"roles": ["emperor"]}, "roles"),
    ],
)
def test_mistakes_are_answered_with_the_form_and_nothing_is_made(browser, agent, given, field):
    answer = browser.post("/administration/people/new/", person_form(**given))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Everything you typed is kept." in answer.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_edit_that_a_service_refuses_changes_nothing_at_all(browser, administrator):
    answer = browser.post(
        "/administration/people/noor/", person_form(username="noor", name="Somebody Else", email="noor@example.org")
    )  # without the administrator's role

    administrator.refresh_from_db()
    assert answer.status_code == 422
    assert "yourself" in answer.content.decode()
    assert administrator.name == "Noor Haddad"


def test_a_person_is_edited(browser, requester):
    browser.post(
        "/administration/people/ben/", person_form(username="ben", name="Ben A.", email="", roles=["cab_member"])
    )

    requester = User.objects.get(pk=requester.pk)
    assert (requester.name, requester.email) == ("Ben A.", "")
    assert requester.has_role(Role.CAB_MEMBER)


def test_deactivation_can_be_undone(browser, requester):
    answer = browser.post("/administration/people/ben/deactivate/")

    undo = next(message.extra_tags for message in get_messages(answer.wsgi_request)).removeprefix("undo:")
    assert not User.objects.get(pk=requester.pk).is_active
    browser.post(undo)
    assert User.objects.get(pk=requester.pk).is_active


def test_one_does_not_deactivate_oneself(browser, administrator):
    answer = browser.post("/administration/people/noor/deactivate/")

    assert said(answer) == ["You cannot deactivate yourself."]
    assert User.objects.get(pk=administrator.pk).is_active


def names_in(page: str) -> set[str]:
    return set(re.findall(r'href="/administration/people/([\w.-]+)/">', page)) - {"new"}


def test_the_list_is_narrowed_by_words_team_role_organisation_and_state(
    browser, administrator, agent, manager, requester, stranger, integration, desk, northgate, depot
):
    def shown(query: str) -> set[str]:
        return names_in(browser.get(f"/administration/people/?{query}").content.decode())

    UserFactory(username="left", is_active=False)
    lorry = UserFactory(username="lorry", organisation=depot)
    assert shown("") == {"noor", "mara", "sam", "ben", "otto", "lorry"}
    assert shown("q=lindq") == {"mara"}
    assert shown("q=mara+nobody") == set()
    assert shown("team=desk") == {"mara", "sam"}
    assert shown("role=incident_manager") == {"sam"}
    assert shown(f"organisation={northgate.pk}") == {"noor", "mara", "sam", "ben", lorry.username}
    assert shown("state=inactive") == {"left"}
    assert shown("state=integration") == {"monitoring"}


def test_the_csv_holds_the_rows_of_the_list_and_no_formula(browser, administrator, agent, requester):
    UserFactory(username="formula", name="=1+1", phone="+31 20 5550101")
    raw = browser.get("/administration/people.csv?q=").getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(raw.removeprefix("\ufeff"))))

    assert {row["User name"] for row in rows} == {"noor", "mara", "ben", "formula"}
    cells = next(row for row in rows if row["User name"] == "formula")
    assert (cells["Name"], cells["Telephone"]) == ("'=1+1", "'+31 20 5550101")
    assert next(row for row in rows if row["User name"] == "mara")["Roles"] == "Agent"


def test_the_list_asks_as_much_of_the_database_for_many_as_for_few(
    browser, administrator, desk, django_assert_max_num_queries
):
    UserFactory.create_batch(40, roles=Role.AGENT, teams=[desk])

    with django_assert_max_num_queries(15):
        assert browser.get("/administration/people/").status_code == 200


# ---------------------------------------------------------------- organisations, locations, teams


def test_organisations_are_added_below_others_and_not_below_themselves(browser, northgate, depot):
    made = browser.post(
        "/administration/organisations/new/", {"name": "Port", "key": "port", "kind": "internal", "parent": depot.pk}
    )
    loop = browser.post(
        "/administration/organisations/northgate/edit/",
        {"name": "Northgate", "key": "northgate", "kind": "internal", "parent": depot.pk, "is_active": "on"},
    )

    assert made.status_code == 302
    assert Organisation.objects.get(key="port").ancestor_ids()[:2] == [northgate.pk, depot.pk]
    assert loop.status_code == 422
    assert Organisation.objects.get(key="northgate").parent is None


def test_a_key_is_taken_once(browser, northgate):
    answer = browser.post("/administration/organisations/new/", {"name": "X", "key": "northgate", "kind": "internal"})

    assert answer.status_code == 422
    assert "key" in answer.context["form"].errors


def test_locations_are_added_and_edited(browser, site, desk):
    browser.post("/administration/locations/new/", {"name": "Room 1", "key": "room-1", "parent": site.pk})
    browser.post(
        "/administration/locations/room-1/edit/",
        {"name": "Room one", "key": "room-1", "parent": site.pk, "support_team": desk.pk, "is_active": "on"},
    )

    room = Location.objects.get(key="room-1")
    assert (room.name, room.parent, room.support_team) == ("Room one", site, desk)


def test_a_team_is_added_edited_and_gets_members(browser, agent, requester, northgate, desk):
    browser.post(
        "/administration/teams/new/",
        {
            "name": "ERP",
            "key": "erp",
            "level": "second_line",
            "lead": "mara",
            "serves": [northgate.pk],
            "is_active": "on",
        },
    )
    team = Team.objects.get(key="erp")
    assert (team.lead, list(team.members.all()), list(team.serves.all())) == (agent, [agent], [northgate])

    added = browser.post("/administration/teams/erp/members/", {"person": "Ben Achterberg"})
    unknown = browser.post("/administration/teams/erp/members/", {"person": "Nobody"})
    assert (added.status_code, unknown.status_code) == (302, 422)
    assert set(team.members.all()) == {agent, requester}
    lead = browser.post("/administration/teams/erp/members/mara/remove/")
    assert said(lead)[-1] == "Mara Lindqvist leads ERP. Name another lead first."
    browser.post("/administration/teams/erp/members/ben/remove/")
    assert set(team.members.all()) == {agent}


# ---------------------------------------------------------------- roles and moves


def test_the_table_saves_the_cells_that_were_changed_and_no_others(browser, administrator):
    page = browser.get("/administration/move-rights/incident/").content.decode()
    was = re.findall(r'name="was" value="([\w.]+)"', page)
    assert "resolve.agent" in was
    assert "resolve.auditor" not in was
    set_move_right("incident", "close", Role.AUDITOR, True, actor=administrator)  # somebody else, meanwhile

    browser.post(
        "/administration/move-rights/incident/",
        {"was": was, "allowed": [*[cell for cell in was if cell != "resolve.agent"], "resolve.auditor"]},
    )

    assert set(MoveRight.objects.values_list("move", "role", "is_allowed")) == {
        ("resolve", "agent", False),
        ("resolve", "auditor", True),
        ("close", "auditor", True),
    }
    assert "3 cells changed" in browser.get("/administration/move-rights/incident/").content.decode()
    browser.post("/administration/move-rights/incident/reset/")
    assert not MoveRight.objects.exists()


def test_a_made_up_cell_is_refused(browser):
    for cell in ("fly.agent", "resolve.emperor", "nonsense"):
        browser.post("/administration/move-rights/incident/", {"allowed": [cell]})
    assert not MoveRight.objects.exists()
    assert browser.get("/administration/move-rights/boat/").status_code == 404


def test_roles_show_who_holds_them(browser, manager, auditor):
    page = browser.get("/administration/roles/").content.decode()

    assert "Sam Whitfield" in page
    assert "Ingrid Sørensen" in page


# ---------------------------------------------------------------- tokens and audit


def test_an_administrator_makes_and_revokes_a_token_of_an_integration(browser, integration, agent):
    form = {"owner": "monitoring", "name": "Checks", "scopes": ["incidents:write"], "allowed_networks": "192.0.2.0/24"}
    made = browser.post("/administration/integrations/new/", form)
    token = ApiToken.objects.get()

    assert re.search(rf"itsm_{token.key}_[0-9A-Za-z]{{40}}", made.content.decode())
    assert "no-store" in made.headers["Cache-Control"]
    assert token.key in browser.get("/administration/integrations/").content.decode()
    again = browser.post("/administration/integrations/new/", form)
    for_a_person = browser.post("/administration/integrations/new/", form | {"owner": "mara", "name": "Y"})
    assert (again.status_code, for_a_person.status_code) == (422, 422)
    browser.post(f"/administration/integrations/{token.key}/revoke/")
    assert ApiToken.objects.get().state == "revoked"


def test_the_audit_tells_who_changed_what(browser, requester):
    browser.post("/administration/people/ben/", person_form(username="ben", name="Ben A.", email=""))

    page = browser.get("/administration/audit/").content.decode()
    assert "Person changed" in page
    assert "Noor Haddad" in page
    assert "<del>Ben Achterberg</del>" in page
    assert "Person changed" not in browser.get("/administration/audit/?kind=team").content.decode()


def test_the_navigation_shows_the_administration_to_administrators_alone(administrator, agent, auditor, rf):
    def entries(person) -> set[str]:
        request = rf.get("/")
        request.user = person
        return {entry.url_name for entry in registries.entries(request) if entry.url_name.startswith("administration-")}

    assert {"administration-people", "administration-teams", "administration-audit"} <= entries(administrator)
    assert entries(auditor) == {"administration-audit"}
    assert entries(agent) == set()
