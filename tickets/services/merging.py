"""Making one ticket out of two that are about the same, so that nothing is lost and nobody sees what they must not.

The source is closed as a duplicate of the target. What was said on it, with its files, stands on the target too, each
for whom it was meant; whoever asked or watched there watches here. For ten minutes all that can be undone.

A practice whose lifecycle has the moves `merge` (which asks `into`) and `unmerge` calls `bring_over` and `bring_back`
after them, so that the page, the API and these verbs do the same.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.activity import record
from core.exceptions import MoveRefused
from core.kinds import kind_of
from core.models import Activity
from core.moves import perform
from tickets.models import Attachment, Comment, Link, Ticket, TicketCi, Watcher
from tickets.services.readers import can_see, readers_of, why_not_shown
from tickets.services.restricting import same_circle

UNDO_FOR = timedelta(minutes=10)
TOOK_OVER, GAVE_BACK = "ticket.took_over", "ticket.gave_back"


@transaction.atomic
def merge(*, source: Any, into: Any, actor: User | None, at: datetime | None = None) -> Any:
    """Merge `source` into `into`; the target as it is then. `MoveRefused` says why it cannot be."""
    if "merge" not in kind_of(source).lifecycle.moves:
        raise MoveRefused(_("Tickets of this kind cannot be merged."))
    _lock_in_order(source, into)
    perform(source, "merge", actor=actor, at=at, into=into)
    return kind_of(into).locked(into.pk)


@transaction.atomic
def undo_merge(*, source: Any, actor: User | None, at: datetime | None = None) -> Any:
    """Take a merge back, within ten minutes; the source as it is then, at work again."""
    tied = _duplicate_of(source)
    if tied is not None:
        _lock_in_order(source, tied.target)
    return perform(source, "unmerge", actor=actor, at=at)


@transaction.atomic
def bring_over(*, source: Any, into: Any, actor: User | None, at: datetime) -> None:
    """What follows the move `merge` of a locked source: everything of it stands on the target too."""
    into = kind_of(into).locked(into.pk)
    _refuse(source, into, actor)
    comments = _copy_comments(source, into)
    brought = {
        "source": source.pk,
        "comments": comments,
        "attachments": _copy_attachments(source, into, dict(comments)),
        "watchers": _bring_watchers(source, into),
        "cis": _bring_cis(source, into),
    }
    Link.objects.create(source_id=source.pk, target_id=into.pk, kind=Link.Kind.DUPLICATE_OF, created_by=actor)
    _refresh(into, at)
    record(TOOK_OVER, into, actor=actor, at=at, data=brought)


@transaction.atomic
def bring_back(*, source: Any, actor: User | None, at: datetime) -> None:
    """What follows the move `unmerge` of a locked source: the target loses what came with it, and no more."""
    tied = _duplicate_of(source)
    brought = _last_merge(source, tied) if tied else None
    if tied is None or brought is None:
        raise MoveRefused(_("It was not merged."))
    if brought.recorded_at + UNDO_FOR < timezone.now():
        raise MoveRefused(_("A merge can be undone for ten minutes."))
    into = kind_of(tied.target).locked(tied.target_id)
    _take_redactions_along(brought.data["comments"])
    Attachment.objects.filter(pk__in=brought.data["attachments"], ticket_id=into.pk).delete()
    copies = [copy for _original, copy in brought.data["comments"]]
    Attachment.objects.filter(comment_id__in=copies).update(comment=None)
    Comment.objects.filter(pk__in=copies, ticket_id=into.pk).delete()
    Watcher.objects.filter(ticket_id=into.pk, user_id__in=brought.data["watchers"]).delete()
    TicketCi.objects.filter(ticket_id=into.pk, ci_id__in=brought.data["cis"]).delete()
    tied.delete()
    _refresh(into, at)
    record(GAVE_BACK, into, actor=actor, at=at, data={"source": source.pk})


def merged_into(source: Any) -> Ticket | None:
    """The ticket into which this one was merged, whoever asks: what a reader may know of it is theirs to check."""
    tied = _duplicate_of(source)
    return tied.target if tied else None


def _lock_in_order(*tickets: Any) -> None:
    """Lock both before either is touched, in the order of their keys: two who merge crosswise do not deadlock."""
    for ticket in sorted(tickets, key=lambda each: each.pk):
        kind_of(ticket).locked(ticket.pk)


def _refuse(source: Any, into: Any, actor: User | None) -> None:
    """Say why two tickets cannot become one."""
    if actor is not None and not can_see(actor, into):
        raise PermissionDenied(_("You may not merge into this ticket."))
    if not into.acts_for_desk(actor):
        raise PermissionDenied(_("You may not merge into this ticket."))
    names = {"source": source.number, "into": into.number}
    if source.pk == into.pk:
        raise MoveRefused(_("A ticket cannot be merged into itself."))
    if source.kind != into.kind:
        raise MoveRefused(_("Only tickets of the same kind can be merged."))
    if _duplicate_of(into) is not None:
        raise MoveRefused(_("%(into)s is itself a duplicate; merge into what it duplicates.") % names)
    if _duplicate_of(source) is not None:
        raise MoveRefused(_("%(source)s was merged already.") % names)
    if into.stage not in (Ticket.Stage.OPEN, Ticket.Stage.WAITING):
        raise MoveRefused(_("%(into)s is no longer being worked on.") % names)
    if source.parent_id == into.pk or into.parent_id == source.pk or source.children.exists():
        raise MoveRefused(_("A parent and its child cannot be merged; take them apart first."))
    if source.tasks.filter(stage="open").exists():
        raise MoveRefused(_("%(source)s has tasks that are not done.") % names)
    if source.referrals.filter(returned_at=None).exists():
        raise MoveRefused(_("%(source)s is with a supplier.") % names)
    if not same_circle(source, into):
        raise MoveRefused(_("They are restricted to different people."))
    for reads, person in ((into, source.requester), (source, into.requester)):
        if reason := why_not_shown(person, reads):
            raise MoveRefused(reason)


def _copy_comments(source: Any, into: Any) -> list[tuple[int, int]]:
    """The words of the source on the target, each with its author, time and audience; pairs of original and copy.

    What the source itself said first stands there too, as words of whoever asked (its original has the key 0).
    """
    originals = list(Comment.objects.filter(ticket_id=source.pk))
    copies = [_copied(each, into, merged_from_id=each.merged_from_id or source.pk) for each in originals]
    opening = Comment(
        ticket_id=into.pk,
        author_id=source.requester_id,
        text=f"{source.title}\n\n{source.description}".strip(),
        audience=Activity.Audience.REQUESTER,
        via=Activity.Via.PAGE,
        is_from_requester=True,
        merged_from_id=source.pk,
        created_at=source.opened_at,
    )
    Comment.objects.bulk_create([opening, *copies])
    pairs = [(original.pk, copy.pk) for original, copy in zip(originals, copies, strict=True)]
    return [(0, opening.pk), *pairs]


def _copy_attachments(source: Any, into: Any, copy_of: dict[int, int]) -> list[int]:
    """The same files, as rows of the target with keys of their own; the keys of the rows."""
    originals = Attachment.objects.filter(ticket_id=source.pk)
    copies = [
        _copied(
            each,
            into,
            comment_id=copy_of[each.comment_id] if each.comment_id else None,
            file=each.file.name,
            key=uuid.uuid4(),
        )
        for each in originals
    ]
    return [copy.pk for copy in Attachment.objects.bulk_create(copies)]


def _copied(original: Any, into: Any, **changed: Any) -> Any:
    values = {
        each.attname: getattr(original, each.attname)
        for each in original._meta.concrete_fields
        if not each.primary_key and each.name != "recorded_at"
    }
    return type(original)(**{**values, "ticket_id": into.pk, **changed})


def _bring_watchers(source: Any, into: Any) -> list[int]:
    """Whoever asked or watched there, and may be shown the target, watches it; the keys of those who are new."""
    people = User.objects.filter(pk__in={source.requester_id, *source.watchers.values_list("user_id", flat=True)})
    watching = set(into.watchers.values_list("user_id", flat=True))
    new = [each for each in people if each.pk not in watching and why_not_shown(each, into) is None]
    Watcher.objects.bulk_create(Watcher(ticket_id=into.pk, user=each) for each in new)
    return [each.pk for each in new]


def _bring_cis(source: Any, into: Any) -> list[int]:
    known = set(into.ticket_cis.values_list("ci_id", flat=True))
    new = [each for each in source.ticket_cis.all() if each.ci_id not in known]
    TicketCi.objects.bulk_create(_copied(each, into) for each in new)
    return [each.ci_id for each in new]


def _refresh(into: Any, at: datetime) -> None:
    into.reader_ids = readers_of(into)
    into.updated_at = max(into.updated_at, at)
    into.save(update_fields=["reader_ids", "updated_at"])


def _duplicate_of(ticket: Any) -> Link | None:
    links = Link.objects.filter(source_id=ticket.pk, kind=Link.Kind.DUPLICATE_OF).select_related("target")
    return next((each for each in links if _last_merge(ticket, each) is not None), None)


def _last_merge(source: Any, tied: Link) -> Activity | None:
    """The merge that made a link, as the target's timeline tells it; None for a link that a person made."""
    return (
        Activity.objects.filter(
            subject_kind=Ticket.subject_kind,
            subject_id=tied.target_id,
            verb=TOOK_OVER,
            data__source=source.pk,
            recorded_at__gte=tied.created_at,
        )
        .order_by("-pk")
        .first()
    )


def _take_redactions_along(pairs: Iterable[Sequence[int]]) -> None:
    """Words that were redacted on the target since are redacted where they came from."""
    original_of = {copy: original for original, copy in pairs if original}
    for copy in Comment.objects.filter(pk__in=original_of, redacted_at__isnull=False):
        Comment.objects.filter(pk=original_of[copy.pk]).update(text=copy.text, redacted_at=copy.redacted_at)
