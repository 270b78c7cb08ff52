"""Asking a route as one of the cast: pages with a browser's session, the API with a token."""

from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.services import create_token
from tests.authorisation.api import API
from tests.authorisation.expected import LOGIN, Answers
from tests.authorisation.pages import PAGES
from tests.authorisation.routes import Route, routes
from tests.authorisation.world import PIXEL, World

TABLE = {**PAGES, **API}
FILES = ("file", "api-incidents-attachments-one", "api-incidents-content")
"""Of which the supplier's people ask for the one that was sent to them."""


class Asker:
    """One of the cast, with a browser session for pages and a token for the API."""

    def __init__(self, world: World, role: str) -> None:
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

    def look(self, route: Route, expected: Answers, query: str = "", **address: Any) -> Any:
        """A GET that is not undone. The whole answer, read to its end."""
        path = self.address(route, expected, **address)
        answer = self._sent(route, "GET", path + query, {} if query else dict(expected.sent))
        answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer

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

    def address(self, route: Route, expected: Answers, **changed: Any) -> str:
        if route.name == "api-nothing":
            return "/api/v1/nothing/here/"
        given = self.world.parameters(route, expected.about)
        if self.role == "supplier" and route.name in FILES:
            given |= self.world.keys["file-for-supplier"]
        return reverse(route.name, kwargs={**given, **changed})

    def browser_as_it_was(self) -> Client:
        """Signed in, whatever the last answer did to that."""
        self.browser.cookies.clear()
        if self.session:
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.session
        return self.browser

    def _sent(self, route: Route, method: str, address: str, sent: dict[str, Any]) -> Any:
        if not route.is_api:
            browser = self.browser_as_it_was()
            return browser.get(address, sent) if method == "GET" else browser.post(address, sent)
        if method in ("GET", "DELETE"):
            return self.caller.generic(method, address)
        if route.name == "api-incidents-attachments":
            return self.caller.post(address, {"file": SimpleUploadedFile("more.png", PIXEL, "image/png")})
        return self.caller.generic(method, address, orjson.dumps(sent), "application/json")
