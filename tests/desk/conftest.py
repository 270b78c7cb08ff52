"""Incidents to work on, and a browser for each of the desk's people."""

from collections.abc import Callable
from typing import Any

import pytest

from incidents.services import open_incident


@pytest.fixture
def opened(requester, agent, desk) -> Callable[..., Any]:
    """`opened("Printer jams", requester=colleague)`: an incident of the requester's, written down by the agent."""

    def open_one(title: str = "Labels come out blank", **fields: Any) -> Any:
        return open_incident(**{"actor": agent, "requester": requester, "title": title, **fields})

    return open_one


@pytest.fixture
def ticket(opened) -> Any:
    return opened()


@pytest.fixture
def mara(signed_in, agent) -> Any:
    """The agent's browser."""
    return signed_in(agent)


@pytest.fixture
def sam(signed_in, manager) -> Any:
    """The manager's browser."""
    return signed_in(manager)
