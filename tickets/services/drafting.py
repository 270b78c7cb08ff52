"""What somebody was writing and has not sent, kept so that a closed page loses nothing. One per person and ticket."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.exceptions import AnswersMissing
from tickets.models import Draft, Ticket
from tickets.services.words import LONGEST, plain


@transaction.atomic
def save_draft(*, ticket: Any, actor: User, text: str, audience: str = "internal") -> Draft | None:
    """Keep what is being written; nothing written keeps nothing. Not an activity: it is nobody's business yet."""
    text = plain(text)
    if not text.strip():
        clear_draft(ticket=ticket, actor=actor)
        return None
    if len(text) > LONGEST:
        raise AnswersMissing({"text": [_("This is longer than %(n)d characters.") % {"n": LONGEST}]})
    if not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise PermissionDenied(_("You may not write on this ticket."))
    kept, _is_new = Draft.objects.update_or_create(
        ticket_id=ticket.pk, user=actor, defaults={"text": text, "audience": audience[:80]}
    )
    return kept


def clear_draft(*, ticket: Any, actor: User) -> None:
    """Throw away what was being written."""
    Draft.objects.filter(ticket_id=ticket.pk, user=actor).delete()


def draft_of(ticket: Any, user: User) -> Draft | None:
    """What a person was writing on a ticket that they still see."""
    return Draft.objects.visible_to(user).filter(ticket_id=ticket.pk, user=user).first()
