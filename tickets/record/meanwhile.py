"""What others did on a ticket while somebody looks at its page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import Activity
from tickets.record.wording import WORDS, in_words

TOLD = 3


@dataclass(frozen=True)
class Meanwhile:
    """What to say about it, and whether the page's head and fields are out of date."""

    words: list[str]
    is_changed: bool


def newest_mark(ticket: Any) -> int:
    """The key of the newest activity of a ticket: what a page has been drawn from, and what it polls with."""
    newest = Activity.objects.filter(subject_kind=ticket.subject_kind, subject_id=ticket.pk).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0


def meanwhile(ticket: Any, user: Any, mark: int) -> Meanwhile | None:
    """What has happened since `mark` by others, newest last; None when nothing has."""
    happened = list(
        Activity.objects.filter(subject_kind=ticket.subject_kind, subject_id=ticket.pk, pk__gt=mark)
        .exclude(actor=user)
        .select_related("actor")
        .order_by("pk")[:50]
    )
    if not happened:
        return None
    said = list(dict.fromkeys(_in_words(ticket, each) for each in happened))
    return Meanwhile(said[-TOLD:], any(each.version is not None for each in happened))


def _in_words(ticket: Any, activity: Activity) -> str:
    who = activity.actor.name if activity.actor else _("Evenkeel")
    verb = activity.verb.split(".", 1)[1]
    if verb == "commented":
        return _("%(who)s wrote something.") % {"who": who}
    if verb in WORDS:
        return f"{str(WORDS[verb]) % {'who': who, **in_words(ticket, activity, {})}}."
    return _("%(who)s changed something.") % {"who": who}
