"""Who reads a ticket whatever their teams: kept on the ticket, so that `visible_to` needs no join."""

from collections.abc import Iterable
from typing import Any


def first_readers(*, requester: Any, opened_by: Any, assignee: Any) -> list[int]:
    """The people who read a new ticket: who asked, who wrote it down, who has it in hand."""
    return sorted({person.pk for person in (requester, opened_by, assignee) if person is not None})


def keep_reading(ticket: Any, people: Iterable[Any]) -> None:
    """Add people to a locked ticket's readers; whoever had a ticket keeps reading it. The caller saves."""
    ticket.reader_ids = sorted({*ticket.reader_ids, *(person.pk for person in people if person is not None)})
