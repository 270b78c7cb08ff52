"""Who reads what was taken in, and what they may do with it."""

import pytest

from accounts.models import Membership, Team, User
from accounts.roles import Role
from core.exceptions import MoveRefused
from core.moves import perform
from incidents.importing import mapping
from incidents.models import Incident
from tests.factories import TeamFactory, UserFactory
from tests.importing.conftest import WHOLE_LIFE, line


def visible_to(person):
    return set(Incident.objects.visible_to(User.objects.get(pk=person.pk)).values_list("external_ref", flat=True))


@pytest.fixture
def taken_in(take_in, desk):
    take_in([*WHOLE_LIFE, line("B", caller_id="Caller 8", opened_by="Opened by 2")])


def test_the_team_that_takes_what_no_rule_routes_reads_them_and_other_teams_do_not(taken_in, agent, second_line):
    assert visible_to(agent) == {"INC0000045", "B"}
    assert visible_to(second_line) == set()


def test_without_leave_in_the_mapping_not_even_the_desk_reads_them(take_in, write, agent):
    text = mapping.DEFAULT.read_text().replace("served_by_default_team = true", "served_by_default_team = false")

    take_in(WHOLE_LIFE, mapping=write(text, "mine.toml"))

    assert Incident.objects.count() == 1
    assert visible_to(agent) == set()


def test_a_caller_reads_their_own_alone(taken_in):
    assert visible_to(User.objects.get(name="Caller 3")) == {"INC0000045"}
    assert visible_to(User.objects.get(name="Caller 8")) == {"B"}


def test_whoever_had_one_keeps_reading_it(taken_in):
    for name in ("Resolver 4", "Resolver 6", "Resolved by 6", "Opened by 7"):
        assert visible_to(User.objects.get(name=name)) == {"INC0000045"}


def test_people_who_only_updated_one_do_not_read_it(taken_in):
    assert visible_to(User.objects.get(name="Updated by 2")) == set()


def test_members_of_an_imported_team_read_what_came_with_it(taken_in, northgate):
    member = UserFactory(organisation=northgate, roles=Role.AGENT)
    assert visible_to(member) == set()

    Membership.objects.create(team=Team.objects.get(name="Group 56"), user=member)

    assert visible_to(member) == {"INC0000045", "B"}


def test_strangers_and_colleagues_do_not_see_them(taken_in, stranger, colleague):
    assert visible_to(stranger) == visible_to(colleague) == set()


def test_a_team_of_that_name_is_used_and_now_serves_the_organisation(take_in, northgate):
    ours = TeamFactory(name="Group 56", serves=[northgate])

    printed = take_in(WHOLE_LIFE)

    assert Incident.objects.get().owning_team == ours
    assert set(ours.serves.values_list("key", flat=True)) == {"northgate", "servicenow"}
    assert "1 of the teams are those that the desk had already: Group 56." in printed


def test_an_imported_incident_is_worked_on_like_any_other(taken_in, agent):
    incident = Incident.objects.get(external_ref="B")

    taken = perform(incident, "take", actor=agent)

    assert (taken.status, taken.assignee) == ("in_progress", agent)


def test_an_imported_incident_that_is_closed_cannot_be_taken(taken_in, agent):
    with pytest.raises(MoveRefused):
        perform(Incident.objects.get(external_ref="INC0000045"), "take", actor=agent)
