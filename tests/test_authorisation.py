"""Every route × every role × every method, against a table that has to be complete."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.services import create_token
from tests.authorisation.api import API
from tests.authorisation.expected import LOGIN, ROLES, Answers
from tests.authorisation.pages import PAGES
from tests.authorisation.routes import Route, routes
from tests.authorisation.world import PIXEL, World, cast, world  # noqa: F401 - fixtures
from tickets.services.restricting import restrict

pytestmark = pytest.mark.django_db

TABLE = {**PAGES, **API}
LIBRARIES = ("account_", "mfa_", "socialaccount_", "openid_")
"""Routes of allauth, whose classes answer PUT as POST and so on."""
FILES = ("file", "api-incidents-attachments-one", "api-incidents-content")
"""Of which the supplier's people ask for the one that was sent to them."""


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
def test_each_route_answers_as_the_table_says(role: str, world: World) -> None:  # noqa: F811
    asker = Asker(world, role)

    found = asker.differences(lambda expected: expected.statuses)

    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("role", ROLES)
def test_a_restricted_ticket_exists_for_its_circle_alone(role: str, world: World, desk: Any) -> None:  # noqa: F811
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


class Asker:
    """One of the cast, with a browser session for pages and a token for the API."""

    def __init__(self, world: World, role: str) -> None:  # noqa: F811
        self.world, self.role = world, role
        self.session = ""
        self.browser, self.caller = Client(raise_request_exception=False), Client(raise_request_exception=False)
        if role != "anonymous":
            person = world.cast[role]
            self.browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            self.session = self.browser.cookies[settings.SESSION_COOKIE_NAME].value
            _token, text = create_token(owner=person, actor=None, name="The matrix", scopes=["*"])
            self.caller = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})
        cache.clear()

    def differences(self, expectation: Callable[[Answers], Any]) -> list[str]:
        """The lines that say something else than what is answered. Each request is undone."""
        found = []
        for route in routes():
            for method, expected in TABLE[route.name].items():
                statuses = expectation(expected)
                if statuses is None:
                    continue
                answer = self.ask(route, method, expected)
                if answer != statuses[self.role]:
                    found.append(f"{method} {route.name}: {statuses[self.role]} in the table, {answer} in fact")
        return found

    def ask(self, route: Route, method: str, expected: Answers) -> Any:
        address = self.address(route, expected)
        with transaction.atomic():
            sent = {name: self.world.words.get(str(value), value) for name, value in expected.sent.items()}
            answer = self._sent(route, method, address, sent)
            if answer.streaming:
                b"".join(answer.streaming_content)  # reading to the end closes it without closing the connection
            transaction.set_rollback(True)
        if answer.status_code == 302 and answer["Location"].startswith(reverse("account_login")):
            return LOGIN
        return answer.status_code

    def address(self, route: Route, expected: Answers) -> str:
        if route.name == "api-nothing":
            return "/api/v1/nothing/here/"
        given = self.world.parameters(route, expected.about)
        if self.role == "supplier" and route.name in FILES:
            given |= self.world.keys["file-for-supplier"]
        return reverse(route.name, kwargs=given)

    def _sent(self, route: Route, method: str, address: str, sent: dict[str, Any]) -> Any:
        if not route.is_api:
            self.browser.cookies.clear()  # what the last answer set is undone too
            if self.session:
                self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.session
            return self.browser.get(address, sent) if method == "GET" else self.browser.post(address, sent)
        if method in ("GET", "DELETE"):
            return self.caller.generic(method, address)
        if route.name == "api-incidents-attachments":
            return self.caller.post(address, {"file": SimpleUploadedFile("more.png", PIXEL, "image/png")})
        return self.caller.generic(method, address, orjson.dumps(sent), "application/json")
