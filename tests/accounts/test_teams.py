import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Organisation, Team, User
from accounts.services import (
    add_member,
    create_organisation,
    create_team,
    edit_location,
    edit_organisation,
    edit_team,
    remove_member,
    set_serves,
)
from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from tests.factories import LocationFactory


def test_a_lead_becomes_a_member_and_stays_one(administrator, agent, northgate):
    team = create_team(actor=administrator, key="erp", name="ERP", lead=agent, serves=[northgate])

    assert list(team.members.all()) == [agent]
    with pytest.raises(Refused, match="leads"):
        remove_member(team, agent, actor=administrator)
    assert list(team.serves.all()) == [northgate]


def test_only_administrators_change_teams(manager, desk, colleague, northgate, administrator):
    for attempt in (
        lambda: create_team(actor=manager, key="x", name="X"),
        lambda: edit_team(desk, actor=manager, name="X"),
        lambda: add_member(desk, colleague, actor=manager),
        lambda: set_serves(desk, [northgate], actor=manager),
        lambda: edit_organisation(northgate, actor=manager, name="X"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()

    add_member(desk, colleague, actor=administrator)
    assert desk.members.filter(pk=colleague.pk).exists()


def test_what_a_team_serves_is_what_its_members_reach(administrator, agent, desk, elsewhere, northgate):
    assert elsewhere.pk not in agent.access.served_ids

    set_serves(desk, [northgate, elsewhere], actor=administrator)

    assert elsewhere.pk in User.objects.get(pk=agent.pk).access.served_ids
    activity = Activity.objects.get(verb="team.serves_set", subject_id=desk.pk)
    assert activity.changes == {"serves": [["Northgate Logistics"], ["Elsewhere Foods", "Northgate Logistics"]]}


def test_there_is_always_one_default_team(administrator, desk, network):
    edit_team(network, actor=administrator, is_default=True)

    assert list(Team.objects.filter(is_default=True)) == [network]
    with pytest.raises(Refused, match="One team has to take"):
        edit_team(network, actor=administrator, is_default=False)
    with pytest.raises(Refused, match="has to stay in use"):
        edit_team(network, actor=administrator, is_active=False)


def test_an_organisation_moves_with_all_below_it(administrator, northgate, depot):
    group = create_organisation(actor=administrator, key="group", name="Group")

    edit_organisation(northgate, actor=administrator, parent=group)

    depot.refresh_from_db()
    assert depot.ancestor_ids() == [group.pk, northgate.pk, depot.pk]


def test_nothing_stands_under_itself(administrator, northgate, depot):
    with pytest.raises(AnswersMissing):
        edit_organisation(northgate, actor=administrator, parent=depot)

    assert Organisation.objects.get(pk=northgate.pk).parent is None
    site = LocationFactory()
    room = LocationFactory(parent=site)
    with pytest.raises(AnswersMissing):
        edit_location(site, actor=administrator, parent=room)
