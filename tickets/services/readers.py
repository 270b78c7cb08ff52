"""Who reads a ticket whatever their teams: kept on the ticket, so that `visible_to` needs no join."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.models import Activity
from tickets.models import Assignment, Ticket, Watcher


def first_readers(*, requester: Any, opened_by: Any, assignee: Any) -> list[int]:
    """The people who read a new ticket: who asked, who wrote it down, who has it in hand."""
    return sorted({person.pk for person in (requester, opened_by, assignee) if person is not None})


def keep_reading(ticket: Any, people: Iterable[Any]) -> None:
    """Add people to a locked ticket's readers; whoever had a ticket keeps reading it. The caller saves."""
    ticket.reader_ids = sorted({*ticket.reader_ids, *(person.pk for person in people if person is not None)})


def readers_of(ticket: Any) -> list[int]:
    """Who reads a ticket whatever their teams: who asked, wrote it down, has it or had it, and its watchers.

    A restricted ticket's readers are those who stand on it: they were named, or have it in hand. Watching adds none.
    """
    if ticket.is_restricted:
        return sorted(set(ticket.reader_ids))
    had_it = Assignment.objects.filter(ticket_id=ticket.pk, assignee__isnull=False).values_list(
        "assignee_id", flat=True
    )
    watching = Watcher.objects.filter(ticket_id=ticket.pk).values_list("user_id", flat=True)
    own = {ticket.requester_id, ticket.opened_by_id, ticket.assignee_id} - {None}
    return sorted(own | set(had_it) | set(watching))


def follow_requester(ticket: Any, was_id: int) -> None:
    """Let a locked ticket's new requester read it, and the former one no more on that account. The caller saves."""
    kept = set(readers_of(ticket)) - ({was_id} if ticket.is_restricted else set())
    ticket.reader_ids = sorted(kept | ({ticket.requester_id, ticket.opened_by_id, ticket.assignee_id} - {None}))


def can_see(person: User, ticket: Any) -> bool:
    """Whether the ticket exists for this person as things stand."""
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def can_read(person: User, ticket: Any, *, audience: str, supplier_id: int | None = None) -> bool:
    """Whether this person may read words for this audience on the ticket."""
    access = person.access
    if access.supplier_id is not None:
        may = audience == Activity.Audience.SUPPLIER and access.supplier_id == supplier_id
    else:
        may = audience == Activity.Audience.REQUESTER or access.reads_desk
    return may and can_see(person, ticket)


def why_not_shown(person: User, ticket: Any) -> str | None:
    """Why this person may not be made a reader of a ticket that they do not see, or None when they may.

    A restriction, a supplier's border and a company's border are crossed by verbs of their own, never by the way.
    """
    if can_see(person, ticket):
        return None
    if ticket.is_restricted:
        return _("%(name)s is not of the circle that this restricted ticket is for.") % {"name": person.name}
    if person.access.supplier_id is not None:
        return _("%(name)s works for a supplier; refer the ticket to them instead.") % {"name": person.name}
    if not _same_company(person, ticket):
        return _("%(name)s is of another organisation.") % {"name": person.name}
    return None


def _same_company(person: User, ticket: Any) -> bool:
    if ticket.organisation is None or person.organisation is None:
        return person.access.reads_desk
    ours, theirs = ticket.organisation.ancestor_ids(), person.organisation.ancestor_ids()
    return ours[:1] == theirs[:1]
