"""Every route × every role × every method, against a table that has to be complete."""

from typing import Any

import pytest

from tests.authorisation.asking import TABLE, Asker
from tests.authorisation.expected import ROLES
from tests.authorisation.routes import Route, routes
from tests.authorisation.world import World
from tickets.services.restricting import restrict

pytestmark = pytest.mark.django_db

LIBRARIES = ("account_", "mfa_", "socialaccount_", "openid_")
"""Routes of allauth, whose classes answer PUT as POST and so on."""


def test_every_route_and_method_has_a_line_and_every_line_a_route():
    asked = {(route.name, method) for route in routes() for method in _methods(route)}
    written = {(name, method) for name, row in TABLE.items() for method in row}

    assert sorted(asked - written) == [], "these answer, but no line says to whom"
    assert sorted(written - asked) == [], "these lines are of no route"


def test_every_route_has_a_name_of_its_own_and_says_which_methods_it_answers():
    names = [route.name for route in routes()]

    assert [name for name in names if name.startswith("no name") or names.count(name) > 1] == []
    silent = [route.name for route in routes() if route.methods is None and not route.name.startswith(LIBRARIES)]
    assert silent == ["api-nothing"]


def test_every_line_names_every_role():
    wrong = [(name, method) for name, row in TABLE.items() for method in row if set(row[method].statuses) != {*ROLES}]

    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_each_route_answers_as_the_table_says(role: str, world: World) -> None:
    asker = Asker(world, role)

    found = asker.differences(lambda expected: expected.statuses)

    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("role", ROLES)
def test_a_restricted_ticket_exists_for_its_circle_alone(role: str, world: World, desk: Any) -> None:
    world.ticket, world.resolved, world.closed = (
        restrict(ticket=each, teams=[desk], actor=world.cast["agent"], reason="Personnel")
        for each in (world.ticket, world.resolved, world.closed)
    )
    asker = Asker(world, role)

    found = asker.differences(lambda expected: expected.when_restricted if expected.of_ticket else None)

    assert not found, "\n".join(["", *found])


def _methods(route: Route) -> set[str]:
    if route.methods is None:
        return {"GET", "POST"}
    return set(route.methods & {"GET", "POST"}) if route.name.startswith(LIBRARIES) else set(route.methods)
