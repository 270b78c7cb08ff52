"""Ties between tickets, and between a ticket and the items that it is about.

An activity names the other ticket by its key alone: a timeline shows its number only to those who may see it.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cmdb.models import ConfigurationItem
from core.activity import Happening, record, record_all
from core.exceptions import Refused
from core.kinds import kind_of
from core.moves import save_changes, values_of
from tickets.models import Link, Ticket, TicketCi

_PARENTS_LOCK = 7_340_001
"""Two families may only be joined one after the other: a ring of four could close where nobody holds the same row."""


@transaction.atomic
def link(*, source: Any, target: Any, kind: str = Link.Kind.RELATED, actor: User | None) -> Link:
    """Tie two tickets that the actor sees. Twice is as once; related is the same either way round."""
    if source.pk == target.pk:
        raise Refused(_("A ticket cannot be linked to itself."))
    source, target = _locked(source, target)
    _for_desk(source, actor)
    _visible(target, actor)
    tied = Link.objects.filter(source_id=source.pk, target_id=target.pk, kind=kind).first()
    if tied is None and kind == Link.Kind.RELATED:
        tied = Link.objects.filter(source_id=target.pk, target_id=source.pk, kind=kind).first()
    if tied is not None:
        return tied
    if kind != Link.Kind.RELATED and Link.objects.filter(source_id=target.pk, target_id=source.pk, kind=kind).exists():
        raise Refused(_("They are linked the other way round already."))
    tied = Link.objects.create(source_id=source.pk, target_id=target.pk, kind=kind, created_by=actor)
    _tell_both("ticket.linked", tied, source, target, actor)
    return tied


@transaction.atomic
def unlink(*, link: Link, actor: User | None) -> None:
    """Untie two tickets. What a merge tied, undoing the merge unties."""
    source, target = _locked(link.source, link.target)
    if not (source.acts_for_desk(actor) or target.acts_for_desk(actor)):
        raise PermissionDenied(_("You may not unlink these tickets."))
    if link.kind == Link.Kind.DUPLICATE_OF and target.comments.filter(merged_from_id=source.pk).exists():
        raise Refused(_("They were merged; undo the merge instead."))
    _tell_both("ticket.unlinked", link, source, target, actor)
    Link.objects.filter(pk=link.pk).delete()


def visible_links(ticket: Any, user: Any) -> list[dict[str, Any]]:
    """A ticket's links as a person may know of them: `link`, the `other` ticket, and whether it points `outwards`.

    A link to a ticket that they do not see does not exist for them.
    """
    links = list(Link.objects.filter(Q(source_id=ticket.pk) | Q(target_id=ticket.pk)))
    others = {link.pk: link.target_id if link.source_id == ticket.pk else link.source_id for link in links}
    seen = Ticket.objects.visible_to(user).for_lists().in_bulk(list(others.values()))
    return [
        {"link": link, "other": seen[others[link.pk]], "is_outward": link.source_id == ticket.pk}
        for link in sorted(links, key=lambda each: (each.created_at, each.pk))
        if others[link.pk] in seen
    ]


def visible_parent(ticket: Any, user: Any) -> Any:
    """The parent, or None where there is none for this person."""
    if ticket.parent_id is None:
        return None
    return Ticket.objects.visible_to(user).filter(pk=ticket.parent_id).first()


def visible_children(ticket: Any, user: Any) -> Any:
    """The children that exist for this person: for lists and counts alike."""
    return Ticket.objects.visible_to(user).filter(parent_id=ticket.pk)


@transaction.atomic
def set_parent(*, child: Any, parent: Any, actor: User | None) -> Any:
    """Put a ticket under another of its kind. A ticket has one parent; families have no rings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PARENTS_LOCK])
    if child.pk == parent.pk:
        raise Refused(_("A ticket cannot be its own parent."))
    child, parent = _locked(child, parent)
    _for_desk(child, actor)
    _visible(parent, actor)
    if child.kind != parent.kind:
        raise Refused(_("Parent and child must be of the same kind."))
    if parent.stage not in (Ticket.Stage.OPEN, Ticket.Stage.WAITING):
        raise Refused(_("%(number)s is no longer being worked on.") % {"number": parent.number})
    if child.pk in _ancestor_ids(parent):
        raise Refused(_("%(number)s stands below this ticket already.") % {"number": parent.number})
    if child.parent_id == parent.pk:
        return child
    return _give_parent(child, parent, "ticket.parent_set", actor)


@transaction.atomic
def remove_parent(*, child: Any, actor: User | None) -> Any:
    """Let a ticket stand alone again."""
    child = kind_of(child).locked(child.pk)
    _for_desk(child, actor)
    return child if child.parent_id is None else _give_parent(child, None, "ticket.parent_removed", actor)


@transaction.atomic
def add_ci(*, ticket: Any, ci: ConfigurationItem, actor: User | None, role: str = TicketCi.Role.AFFECTED) -> TicketCi:
    """Say that a ticket is about an item, or was caused by it. A person's word stands above what was computed."""
    return _say_of_ci(ticket, ci, role, TicketCi.Source.MANUAL, "ticket.ci_added", actor)


@transaction.atomic
def exclude_ci(*, ticket: Any, ci: ConfigurationItem, actor: User | None) -> TicketCi:
    """Rule an item out, so that no computation brings it back."""
    return _say_of_ci(ticket, ci, TicketCi.Role.AFFECTED, TicketCi.Source.EXCLUDED, "ticket.ci_excluded", actor)


@transaction.atomic
def remove_ci(*, ticket: Any, ci: ConfigurationItem, actor: User | None) -> None:
    """Take back what was said of an item."""
    ticket = kind_of(ticket).locked(ticket.pk)
    _for_desk(ticket, actor)
    gone, _rows = TicketCi.objects.filter(ticket_id=ticket.pk, ci=ci).delete()
    if gone:
        record("ticket.ci_removed", ticket, actor=actor, data={"ci": ci.pk})


def _say_of_ci(ticket: Any, ci: Any, role: str, source: str, verb: str, actor: User | None) -> TicketCi:
    ticket = kind_of(ticket).locked(ticket.pk)
    _for_desk(ticket, actor)
    if actor is not None and not ConfigurationItem.objects.visible_to(actor).filter(pk=ci.pk).exists():
        raise PermissionDenied(_("You may not use this item."))
    said, is_new = TicketCi.objects.get_or_create(
        ticket_id=ticket.pk, ci_id=ci.pk, defaults={"role": role, "source": source}
    )
    if is_new or (said.role, said.source) != (role, source):
        said.role, said.source = role, source
        said.save(update_fields=["role", "source"])
        record(verb, ticket, actor=actor, data={"ci": ci.pk, "role": role})
    return said


def _give_parent(child: Any, parent: Any, verb: str, actor: User | None) -> Any:
    before = values_of(child)
    child.parent_id = parent.pk if parent else None
    save_changes(child, before, at=timezone.now())
    data = {"was": before["parent_id"], "ticket": child.parent_id}
    record(verb, child, actor=actor, version=child.version, data=data)
    return child


def _ancestor_ids(ticket: Any) -> set[int]:
    """The keys of a ticket and all above it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE above (id, parent_id) AS ("
            " SELECT id, parent_id FROM tickets_ticket WHERE id = %s"
            " UNION SELECT t.id, t.parent_id FROM tickets_ticket t JOIN above ON t.id = above.parent_id"
            ") SELECT id FROM above",
            [ticket.pk],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _locked(first: Any, second: Any) -> tuple[Any, Any]:
    """Both as they are now, locked in the order of their keys, so that two who link crosswise do not deadlock."""
    found = {each.pk: kind_of(each).locked(each.pk) for each in sorted((first, second), key=lambda each: each.pk)}
    return found[first.pk], found[second.pk]


def _for_desk(ticket: Any, actor: User | None) -> None:
    if not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not link this ticket."))


def _visible(ticket: Any, actor: User | None) -> None:
    if actor is not None and not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise PermissionDenied(_("You may not link this ticket."))


def _tell_both(verb: str, tied: Link, source: Any, target: Any, actor: User | None) -> None:
    record_all(
        Happening(verb, ticket, actor=actor, data={"kind": tied.kind, "ticket": other.pk, "is_outward": is_outward})
        for ticket, other, is_outward in ((source, target, True), (target, source, False))
    )
