"""From one ticket of a list to the next: "3 of 64", and the way back.

A list hands its query string on as `?list=`. The session keeps the last one, so that a move, which leads back to the
ticket without it, loses neither the list nor the place in it.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.permissions import SignedInRequest
from tickets.queue.page import Queue, QueuePage

WALKED = 500
"""So many tickets of a list can be walked."""

SESSION = "walk"


@dataclass(frozen=True)
class Place:
    """Where a ticket stands in the list that somebody came from; without a list, only the way to the queue."""

    way: list[dict[str, Any]] = field(default_factory=list)
    words: str = ""
    previous_url: str = ""
    next_url: str = ""


def place_of(queue: Queue, request: SignedInRequest, ticket: Any) -> Place:
    """The place of a ticket in the list that the request names, or in the one that the session remembers."""
    to_queue = {"label": queue.title, "url": queue.url}
    kept = request.session.get(SESSION) or {}
    listed = request.GET.get("list", kept.get("list", "") if kept.get("page") == queue.name else "")[:2000]
    if not listed:
        return Place([to_queue])
    page = QueuePage(queue, request, QueryDict(listed))
    numbers = list(page.ordered.values_list("number", flat=True)[:WALKED])
    back = f"{queue.url}?{listed}"
    way = [to_queue, {"label": page.name, "url": back}] if page.name else [{"label": queue.title, "url": back}]
    if ticket.number in numbers:
        at = numbers.index(ticket.number)
        _remember(request, queue, listed, ticket.number, at)
        before, after = numbers[:at], numbers[at + 1 :]
        words = _("%(at)s of %(all)s") % {"at": at + 1, "all": _all(numbers)}
    elif kept.get("number") == ticket.number and kept.get("list") == listed:
        # It has left the list by what was done with it: those around its place are still the next ones.
        before, after = numbers[: kept["at"]], numbers[kept["at"] :]
        words = _("not among these %(all)s any more") % {"all": _all(numbers)}
    else:
        return Place([to_queue])
    return Place(
        way,
        words,
        _url(queue, before[-1], listed) if before else "",
        _url(queue, after[0], listed) if after else "",
    )


def _all(numbers: list[str]) -> str:
    return f"{len(numbers)}+" if len(numbers) == WALKED else str(len(numbers))


def _url(queue: Queue, number: str, listed: str) -> str:
    return f"{queue.url}{number}/?{urlencode({'list': listed})}"


def _remember(request: SignedInRequest, queue: Queue, listed: str, number: str, at: int) -> None:
    now = {"page": queue.name, "list": listed, "number": number, "at": at}
    if request.session.get(SESSION) != now:
        request.session[SESSION] = now
