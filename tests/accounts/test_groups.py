import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_migrate

from accounts.models import MoveRight, User
from accounts.roles import GROUPS, Role, key_of
from accounts.services import change_move_rights, reset_move_rights, set_move_right
from core import kinds
from core.exceptions import Refused
from core.kinds import Kind
from core.lifecycle import Lifecycle, Move
from core.models import Activity


@pytest.fixture
def boats(monkeypatch):
    """A kind of record with two moves: agents launch, administrators sink."""
    moves = [
        Move("launch", {"new"}, "afloat", "launched", "Launch", by=Role.AGENT),
        Move("sink", {"afloat"}, "sunk", "sunk", "Sink", by=Role.ADMINISTRATOR),
    ]
    lifecycle = Lifecycle(str, "new", moves, {})
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(Kind("boat", "Boat", "Boats", User, User, lifecycle, "BOA"))
    return {move.name: move for move in moves}


def migrated() -> None:
    post_migrate.send(
        sender=apps.get_app_config("accounts"),
        app_config=apps.get_app_config("accounts"),
        verbosity=0,
        interactive=False,
        using="default",
    )


def may(person: User, move: Move) -> bool:
    access = User.objects.get(pk=person.pk).access
    return access.may("boat", move, access.roles)


@pytest.mark.django_db
def test_every_role_has_its_group_and_migrating_again_adds_none():
    names = set(Group.objects.values_list("name", flat=True))
    assert {key_of(role) for role in GROUPS} <= names

    migrated()

    assert Group.objects.count() == len(names)


def test_a_group_that_went_missing_comes_back(db):
    Group.objects.filter(name="auditor").delete()

    migrated()

    assert Group.objects.filter(name="auditor").exists()


def test_a_right_takes_effect_at_once_and_survives_an_upgrade(boats, administrator, agent, auditor):
    assert may(agent, boats["launch"])
    assert not may(auditor, boats["launch"])

    set_move_right("boat", "launch", Role.AGENT, False, actor=administrator)
    set_move_right("boat", "launch", Role.AUDITOR, True, actor=administrator)

    assert (may(agent, boats["launch"]), may(auditor, boats["launch"])) == (False, True)
    migrated()
    assert (may(agent, boats["launch"]), may(auditor, boats["launch"])) == (False, True)


def test_back_to_the_default_leaves_no_row(boats, administrator, agent):
    set_move_right("boat", "launch", Role.AGENT, False, actor=administrator)
    assert MoveRight.objects.count() == 1

    set_move_right("boat", "launch", Role.AGENT, True, actor=administrator)

    assert not MoveRight.objects.exists()
    assert may(agent, boats["launch"])
    assert Activity.objects.filter(verb="move_right.changed").count() == 2


def test_what_is_already_so_is_not_recorded(boats, administrator):
    set_move_right("boat", "launch", Role.AGENT, True, actor=administrator)

    assert not MoveRight.objects.exists()
    assert not Activity.objects.filter(verb="move_right.changed").exists()


def test_several_cells_change_together_or_not_at_all(boats, administrator, agent):
    with pytest.raises(Refused):
        change_move_rights("boat", [("launch", Role.AGENT, False), ("fly", Role.AGENT, True)], actor=administrator)
    assert may(agent, boats["launch"])

    change_move_rights("boat", [("launch", Role.AGENT, False), ("sink", Role.AGENT, True)], actor=administrator)
    assert (may(agent, boats["launch"]), may(agent, boats["sink"])) == (False, True)
    assert reset_move_rights("boat", actor=administrator) == 2
    assert (may(agent, boats["launch"]), may(agent, boats["sink"])) == (True, False)


def test_only_administrators_change_rights(boats, manager, administrator):
    with pytest.raises(PermissionDenied):
        set_move_right("boat", "sink", Role.AGENT, True, actor=manager)
    set_move_right("boat", "sink", Role.AGENT, True, actor=administrator)
