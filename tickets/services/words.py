"""What people say on a ticket: to the requester, among the desk, or to one supplier."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Organisation, User
from accounts.roles import Role
from core.activity import record
from core.context import current
from core.exceptions import AnswersMissing
from core.kinds import kind_of
from core.models import Activity
from tickets.models import Comment, Draft, Referral, Ticket

Audience = Activity.Audience
LONGEST = 50_000
SAME_WITHIN = timedelta(seconds=10)
"""Within so much time the same words of the same person are said once: a button was pressed twice."""
MENTION = re.compile(r"(?<![\w@])@([\w.+-]{2,60})")


@transaction.atomic
def add_comment(
    *,
    ticket: Any,
    text: str,
    actor: User | None,
    audience: str = Audience.INTERNAL,
    supplier: Organisation | None = None,
    kind: str = Comment.Kind.COMMENT,
    at: datetime | None = None,
    is_automatic: bool = False,
    as_requester: bool = False,
) -> Comment:
    """Say something on a ticket: the desk to anybody, requesters and suppliers to the desk.

    `as_requester` is for somebody of the desk who writes on a ticket of their own, as its requester.
    """
    text = plain(text).strip()
    if not text:
        raise AnswersMissing({"text": [_("Write something first.")]})
    if len(text) > LONGEST:
        raise AnswersMissing({"text": [_("This is longer than %(n)d characters.") % {"n": LONGEST}]})
    ticket = kind_of(ticket).locked(ticket.pk)
    speaks_for_desk = actor is None or (ticket.acts_for_desk(actor) and not as_requester)
    audience, supplier = audience_for(ticket, actor, audience, supplier)
    moment = at or timezone.now()

    comment = Comment.objects.create(
        ticket_id=ticket.pk,
        author=actor,
        text=text,
        kind=kind if speaks_for_desk else Comment.Kind.COMMENT,
        audience=audience,
        supplier=supplier,
        via=current().via,
        is_automatic=is_automatic,
        is_from_requester=actor is not None and audience == Audience.REQUESTER and not speaks_for_desk,
        created_at=moment,
    )
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=moment)
    if actor is not None:
        Draft.objects.filter(ticket_id=ticket.pk, user=actor).delete()
    practice = kind_of(ticket)
    if practice.commented:
        practice.commented(ticket, comment)
    record(
        "ticket.commented",
        ticket,
        actor=actor,
        at=moment,
        audience=audience,
        data={
            "comment": comment.pk,
            "kind": comment.kind,
            "supplier": supplier.pk if supplier else None,
            "from_requester": comment.is_from_requester,
            "automatic": is_automatic,
            "mentions": [person.pk for person in mentioned(text)] if speaks_for_desk else [],
        },
    )
    return comment


@transaction.atomic
def say_once(*, ticket: Any, text: str, actor: User, audience: str, **rest: Any) -> tuple[Comment, bool]:
    """As `add_comment`, but the same words pressed twice are one comment; whether it is new."""
    ticket = kind_of(ticket).locked(ticket.pk)
    just_now = Comment.objects.filter(
        ticket_id=ticket.pk,
        author=actor,
        audience=audience,
        text=plain(text).strip(),
        created_at__gte=timezone.now() - SAME_WITHIN,
    )
    if said := just_now.first():
        return said, False
    return add_comment(ticket=ticket, text=text, actor=actor, audience=audience, **rest), True


def plain(text: str) -> str:
    """Text as it is kept: forms end their lines with two characters, and some clients send one that means nothing."""
    return text.replace("\x00", "").replace("\r\n", "\n")


def mentioned(text: str) -> Iterable[User]:
    """The active people whom a text names as @username."""
    names = {name.rstrip(".").lower() for name in MENTION.findall(text)}
    return User.objects.filter(is_active=True, username__in=names) if names else []


def audience_for(
    ticket: Any, actor: User | None, audience: str, supplier: Organisation | None
) -> tuple[str, Organisation | None]:
    """For whom the words or files of this person are: what they asked for, as far as they may."""
    if actor is None or ticket.acts_for_desk(actor):
        if audience == Audience.SUPPLIER:
            if supplier is None or supplier.pk not in ticket.supplier_ids:
                raise AnswersMissing({"audience": [_("This supplier has not been asked about the ticket.")]})
            return audience, supplier
        return audience, None
    supplier_id = access_of(actor).supplier_id
    if supplier_id is not None:
        if not Referral.objects.filter(ticket_id=ticket.pk, supplier_id=supplier_id, returned_at=None).exists():
            raise PermissionDenied(_("You handed it back; the desk has to ask you again first."))
        return Audience.SUPPLIER, Organisation.objects.get(pk=supplier_id)
    if access_of(actor).reads_desk and not ticket.roles_of(actor) & Role.REQUESTER:
        raise PermissionDenied(_("You may read this ticket, not write on it."))
    if audience != Audience.REQUESTER:
        raise PermissionDenied(_("You may write to the desk only."))
    return Audience.REQUESTER, None


@transaction.atomic
def redact_comment(*, comment: Comment, actor: User, reason: str) -> Comment:
    """Take the words out of a comment for good, and say who did it and why. The one way in which words are lost."""
    if not reason.strip():
        raise AnswersMissing({"reason": [_("Say why.")]})
    ticket = kind_of(comment.ticket).locked(comment.ticket_id)
    if not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not do this."))
    comment.text = _("Redacted: %(reason)s") % {"reason": reason}
    comment.redacted_at = timezone.now()
    comment.save(update_fields=["text", "redacted_at"])
    record("ticket.redacted", ticket, actor=actor, data={"comment": comment.pk, "reason": reason})
    return comment
