"""Windows of a real Chromium, one for each person; whatever goes wrong on a console fails the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from incidents.services import open_incident
from tests.kit.test_browser import WATCH, browser  # noqa: F401  # a fixture


@pytest.fixture
def window(browser, live_server, signed_in) -> Iterator[Callable[..., BrowserContext]]:  # noqa: F811  # the fixture
    """`window(person)`: a window in which they are signed in. `expected` are console errors that the test means."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    expected: list[str] = []

    def open_window(person: Any, *, expects: tuple[str, ...] = (), **given: Any) -> BrowserContext:
        expected.extend(expects)
        context = browser.new_context(base_url=live_server.url, **{"viewport": {"width": 1440, "height": 900}, **given})
        session = signed_in(person).cookies["evenkeel_session"].value
        context.add_cookies([{"name": "evenkeel_session", "value": session, "url": live_server.url}])
        context.add_init_script(WATCH)
        context.set_default_timeout(60_000)
        context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_window
    for context in contexts:
        context.close()
    assert [error for error in errors if not any(each in error for each in expected)] == []


@pytest.fixture
def at() -> Callable[[BrowserContext, str], Page]:
    """`at(window, address)`: a page that is ready."""

    def go(window: BrowserContext, address: str) -> Page:
        page = window.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        return page

    return go


@pytest.fixture
def opened(requester, agent, desk) -> Callable[..., Any]:
    """An incident of the requester's, written down by the agent."""

    def open_one(title: str = "Labels come out blank", **fields: Any) -> Any:
        return open_incident(**{"actor": agent, "requester": requester, "title": title, **fields})

    return open_one
