"""The words of the tables: who gets what answer. A role that a row does not name gets the row's `others`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "anonymous", "requester", "colleague", "stranger", "agent", "second_line", "manager", "change_manager",
    "cab_member", "auditor", "administrator", "supplier", "integration",
)  # fmt: skip
"""The requester is the ticket's; the supplier's people have it in hand; the integration works for the service desk."""

WORKS = ("agent", "second_line", "manager", "change_manager", "administrator")
"""Who works on the desk's side."""

READS = (*WORKS, "cab_member", "auditor", "integration")
"""Who sees the desk's pages."""

SEES = ("requester", *WORKS, "auditor", "supplier", "integration")
"""For whom the requester's ticket exists: not for a colleague, a stranger, or a CAB member who is of no team."""

CIRCLE = ("requester", "agent", "manager", "supplier", "integration")
"""For whom it still exists once it is restricted to the service desk."""

LOGIN = "sign in"
"""A redirect to the sign-in page."""


@dataclass(frozen=True)
class Answers:
    """A status for each role, and what is sent. `of_ticket`: the address names the requester's ticket."""

    statuses: Mapping[str, Any]
    of_ticket: bool = False
    sent: Mapping[str, Any] = field(default_factory=dict)
    about: str = "ticket"

    @property
    def when_restricted(self) -> Mapping[str, Any]:
        """The same, with 404 for whoever is not of the circle. Nobody learns more by being refused differently."""
        return {role: status if role in (*CIRCLE, "anonymous") else 404 for role, status in self.statuses.items()}


def everybody(status: int, **but: Any) -> Mapping[str, Any]:
    return {role: but.get(role, status) for role in ROLES}


def signed_in(status: int, **but: Any) -> Mapping[str, Any]:
    return everybody(status, **{"anonymous": LOGIN, **but})


def reads(status: int, **but: Any) -> Mapping[str, Any]:
    """The desk's pages: 403 for requesters and suppliers."""
    return only(READS, status, **but)


def works(status: int, **but: Any) -> Mapping[str, Any]:
    return only(WORKS, status, **but)


def administers(status: int, **but: Any) -> Mapping[str, Any]:
    return only(("administrator",), status, **but)


def only(roles: tuple[str, ...], status: int, others: int = 403, **but: Any) -> Mapping[str, Any]:
    return signed_in(others, **{**dict.fromkeys(roles, status), **but})


def sees(status: int, **but: Any) -> Mapping[str, Any]:
    """About the requester's ticket: 404 for whom it does not exist."""
    return only(SEES, status, others=404, **but)


def may(roles: tuple[str, ...], status: int, **but: Any) -> Mapping[str, Any]:
    """A verb on the requester's ticket: 403 for whoever sees it and may not."""
    return sees(403, **{**dict.fromkeys(roles, status), **but})


Row = dict[str, Answers]


def get(statuses: Mapping[str, Any], about: str = "ticket", **query: Any) -> Row:
    return {"GET": Answers(statuses, sent=query, about=about)}


def post(statuses: Mapping[str, Any], about: str = "ticket", **body: Any) -> Row:
    return {"POST": Answers(statuses, sent=body, about=about)}


def patch(statuses: Mapping[str, Any], **body: Any) -> Row:
    return {"PATCH": Answers(statuses, sent=body)}


def delete(statuses: Mapping[str, Any]) -> Row:
    return {"DELETE": Answers(statuses)}


def of_ticket(row: Row) -> Row:
    """A row whose address names the ticket."""
    return {method: Answers(each.statuses, True, each.sent, each.about) for method, each in row.items()}
