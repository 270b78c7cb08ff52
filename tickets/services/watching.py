"""Who is told what happens to a ticket. Watching a ticket reads it too; being mentioned never does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.activity import record
from core.exceptions import Refused
from core.kinds import kind_of
from tickets.models import Ticket, Watcher
from tickets.services.readers import can_read, keep_reading, readers_of, why_not_shown
from tickets.services.words import MENTION, mentioned


@transaction.atomic
def watch(*, ticket: Any, user: User, actor: User | None, at: datetime | None = None) -> Watcher:
    """Tell somebody what happens: oneself, or, by the desk, a person who sees the ticket or may be shown it."""
    ticket = kind_of(ticket).locked(ticket.pk)
    if actor != user and not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may watch for yourself only."))
    if reason := why_not_shown(user, ticket):
        raise PermissionDenied(_("You may not watch this ticket.")) if actor == user else Refused(reason)
    watcher, is_new = Watcher.objects.get_or_create(ticket_id=ticket.pk, user=user)
    if is_new:
        if not ticket.is_restricted:
            keep_reading(ticket, [user])
            ticket.save(update_fields=["reader_ids"])
        record("ticket.watched", ticket, actor=actor, at=at, data={"user": user.pk})
    return watcher


@transaction.atomic
def unwatch(*, ticket: Any, user: User, actor: User | None, at: datetime | None = None) -> None:
    """Tell somebody no more. Whoever saw the ticket only by watching it sees it no longer."""
    ticket = kind_of(ticket).locked(ticket.pk)
    if actor != user and not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may stop watching for yourself only."))
    gone, _rows = Watcher.objects.filter(ticket_id=ticket.pk, user=user).delete()
    if gone:
        ticket.reader_ids = readers_of(ticket)
        ticket.save(update_fields=["reader_ids"])
        record("ticket.unwatched", ticket, actor=actor, at=at, data={"user": user.pk})


@dataclass(frozen=True)
class Mentions:
    """Whom a text names as @username: those who may read it, and the names of whom nobody is told."""

    told: list[User]
    not_told: list[str]


def mentions(text: str, *, ticket: Any, audience: str, supplier_id: int | None = None) -> Mentions:
    """Who of those named may read the words. A name that means nobody and one that may not read look the same."""
    told = [
        person for person in mentioned(text) if can_read(person, ticket, audience=audience, supplier_id=supplier_id)
    ]
    known = {person.username.lower() for person in told}
    named = dict.fromkeys(name.rstrip(".") for name in MENTION.findall(text))
    return Mentions(told, [name for name in named if name and name.lower() not in known])


@transaction.atomic
def watch_as_mentioned(*, ticket: Any, people: list[User]) -> None:
    """Whoever is mentioned, and may read it, goes on being told. Safe to do twice."""
    ticket = Ticket.objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket.pk)
    new = [Watcher(ticket_id=ticket.pk, user=person) for person in people]
    Watcher.objects.bulk_create(new, ignore_conflicts=True)
    if not ticket.is_restricted:
        keep_reading(ticket, people)
        ticket.save(update_fields=["reader_ids"])
