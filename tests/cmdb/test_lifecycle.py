"""An item's lifecycle, tried exhaustively: every move from every status, and every role."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from accounts.roles import GIVEN, Role
from accounts.services import set_move_right
from cmdb.lifecycle import KEEPERS, LIFECYCLE, CiStatus
from cmdb.models import ConfigurationItem
from cmdb.services import edit_ci
from core.exceptions import AnswersMissing, MoveRefused
from core.models import Activity
from core.moves import offers, perform
from tests.factories import ConfigurationItemFactory, UserFactory

pytestmark = pytest.mark.django_db
MOVES = list(LIFECYCLE.moves)


@pytest.mark.parametrize(("status", "name"), list(product(CiStatus.values, MOVES)))
def test_every_move_is_open_from_its_sources_and_nowhere_else(status, name, keeper):
    ci = ConfigurationItemFactory(status=status)
    move = LIFECYCLE.moves[name]

    if status in move.sources:
        assert perform(ci, name, actor=keeper).status == move.target
    else:
        with pytest.raises(MoveRefused):
            perform(ci, name, actor=keeper)
        assert ConfigurationItem.objects.get(pk=ci.pk).status == status


@pytest.mark.parametrize("role", GIVEN)
def test_keepers_make_every_move_and_nobody_else_makes_any(role, northgate, desk):
    person = UserFactory(organisation=northgate, roles=role, teams=[desk])

    for name, move in LIFECYCLE.moves.items():
        ci = ConfigurationItemFactory(status=sorted(move.sources)[0])
        if role & KEEPERS:
            assert perform(ci, name, actor=person).status == move.target
        else:
            with pytest.raises(PermissionDenied):
                perform(ci, name, actor=person)


def test_every_status_can_be_left(keeper):
    for status in CiStatus.values:
        ci = ConfigurationItemFactory(status=status)
        assert any(offer.allowed for offer in offers(ci, keeper))


def test_retiring_keeps_its_reason_and_can_be_taken_back(server, keeper):
    version = server.version

    retired = perform(server, "retire", actor=keeper, reason="Replaced by srv-02.")
    back = perform(retired, "restore", actor=keeper)

    activity = Activity.objects.get(verb="ci.retired", subject_id=server.pk)
    assert (activity.actor, activity.data["reason"]) == (keeper, "Replaced by srv-02.")
    assert activity.changes == {"status": ["in_use", "retired"]}
    assert (back.status, back.version) == ("in_use", version + 2)


def test_a_keeper_moves_nothing_of_a_company_that_their_teams_do_not_serve(foreign, keeper, administrator):
    with pytest.raises(PermissionDenied):
        perform(foreign, "retire", actor=keeper)

    assert perform(foreign, "retire", actor=administrator).status == "retired"


def test_an_edit_does_not_change_the_status(server, keeper):
    with pytest.raises(AnswersMissing):
        edit_ci(ci=server, actor=keeper, status="retired")

    assert ConfigurationItem.objects.get(pk=server.pk).status == "in_use"


def test_a_move_may_be_taken_from_a_role(server, keeper, administrator):
    set_move_right("ci", "retire", Role.CONFIGURATION_MANAGER, False, actor=administrator)
    keeper.__dict__.pop("access", None)

    with pytest.raises(PermissionDenied):
        perform(server, "retire", actor=keeper)
