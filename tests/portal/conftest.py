"""Incidents of the requester, in the states that a requester sees."""

from collections.abc import Callable
from typing import Any

import pytest

from core.moves import perform
from incidents.services import open_incident
from tests.factories import CategoryFactory
from tickets.services.words import add_comment


@pytest.fixture
def opened(requester, agent, desk) -> Callable[..., Any]:
    """`opened("Printer jams", requester=colleague)`: an incident of the requester's, reported in the portal."""

    def open_one(title: str = "Labels come out blank", **fields: Any) -> Any:
        person = fields.pop("requester", requester)
        return open_incident(
            **{
                "actor": person,
                "requester": person,
                "title": title,
                "channel": "portal",
                "description": "At gate 4.",
                **fields,
            }
        )

    return open_one


@pytest.fixture
def incident(opened) -> Any:
    return opened()


@pytest.fixture
def waiting(incident, agent) -> Any:
    """An incident that rests until the requester answers a question."""
    incident = perform(incident, "take", actor=agent)
    add_comment(ticket=incident, text="Which roll is in it?", actor=agent, audience="requester")
    return perform(incident, "hold", actor=agent, hold_reason="requester", hold_awaits="CANARY hold")


@pytest.fixture
def resolved(incident, agent) -> Any:
    return perform(incident, "resolve", actor=agent, **resolution())


def resolution(**given: Any) -> dict[str, Any]:
    return {
        "resolution_code": "fixed",
        "resolution": "Turned the roll.",
        "category": CategoryFactory(),
        "resolved_ci": "none",
        "fix_kind": "permanent",
        **given,
    }
