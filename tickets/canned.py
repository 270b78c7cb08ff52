"""The variables of canned replies, filled in by plain substitution: what a value says is never read as a variable."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]{0,40})\s*\}\}")

Value = Callable[[Any, Any], str]

VARIABLES: dict[str, tuple[str | Promise, Value]] = {
    "requester": (_("Name of the requester"), lambda ticket, agent: ticket.requester.name),
    "requester_first_name": (_("First name of the requester"), lambda ticket, agent: ticket.requester.get_short_name()),
    "number": (_("Number"), lambda ticket, agent: ticket.number),
    "title": (_("Title"), lambda ticket, agent: ticket.title),
    "status": (_("Status"), lambda ticket, agent: ticket.get_status_display()),
    "service": (_("Service"), lambda ticket, agent: ticket.service.name if ticket.service else ""),
    "team": (_("Team that has it"), lambda ticket, agent: ticket.team.name if ticket.team else ""),
    "agent": (_("Your name"), lambda ticket, agent: agent.name),
    "agent_first_name": (_("Your first name"), lambda ticket, agent: agent.get_short_name()),
}
"""What a reply may ask for: its words for a person, and how it is known."""


@dataclass(frozen=True)
class Filled:
    """A reply ready to be read over. What could not be filled in stands in it as it was written, and is named."""

    text: str
    unknown: list[str]
    empty: list[str]


def fill(text: str, ticket: Any, agent: Any) -> Filled:
    """Put a ticket's and an agent's values in place of the variables, once."""
    unknown: dict[str, None] = {}
    empty: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in VARIABLES:
            unknown[match[1]] = None
            return match[0]
        known = VARIABLES[name][1](ticket, agent)
        if not known:
            empty[name] = None
            return match[0]
        return known

    return Filled(_VARIABLE.sub(value, text), list(unknown), list(empty))


def unknown_variables(text: str) -> list[str]:
    """The variables of a text that mean nothing: told when a reply is written."""
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name.lower() not in VARIABLES]
