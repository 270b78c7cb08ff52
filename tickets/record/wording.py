"""The words of the timeline: one sentence for each verb, one label for each field."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from core.kinds import kind_of
from core.models import Activity

WORDS = {
    "opened": gettext_lazy("%(who)s opened it"),
    "taken": gettext_lazy("%(who)s took it"),
    "started": gettext_lazy("%(who)s started work"),
    "assigned": gettext_lazy("%(who)s assigned it%(to)s"),
    "escalated": gettext_lazy("%(who)s escalated it%(to)s"),
    "escalated_up": gettext_lazy("%(who)s escalated it to the lead"),
    "returned": gettext_lazy("%(who)s returned it"),
    "held": gettext_lazy("%(who)s put it on hold: %(hold)s"),
    "resumed": gettext_lazy("%(who)s resumed it"),
    "resolved": gettext_lazy("%(who)s resolved it"),
    "reopened": gettext_lazy("%(who)s reopened it"),
    "closed": gettext_lazy("%(who)s closed it"),
    "cancelled": gettext_lazy("%(who)s cancelled it"),
    "withdrawn": gettext_lazy("%(who)s withdrew it"),
    "merged": gettext_lazy("%(who)s merged it into another"),
    "unmerged": gettext_lazy("%(who)s undid the merge"),
    "not_followed": gettext_lazy("It did not follow its parent."),
    "fact_stated": gettext_lazy("%(who)s said when something happened"),
    "reminded": gettext_lazy("The requester was reminded"),
    "followed_up": gettext_lazy("%(who)s opened a follow-up"),
    "redacted": gettext_lazy("%(who)s redacted words"),
    "done": gettext_lazy("%(who)s finished the task %(task)s"),
    "skipped": gettext_lazy("%(who)s skipped the task %(task)s"),
    "linked": gettext_lazy("%(who)s linked another ticket"),
    "unlinked": gettext_lazy("%(who)s removed a link"),
    "restricted": gettext_lazy("%(who)s restricted it"),
    "unrestricted": gettext_lazy("%(who)s lifted the restriction"),
    "attached": gettext_lazy("%(who)s attached a file"),
}

Names = Mapping[tuple[type[Model], str], str]
"""The names behind primary keys, as text."""

NAMED: dict[str, type[Model]] = {"assignee": User, "team": Team}
"""Answers of a move that are references, and to what."""

UNSHOWN = frozenset(
    {
        "awaits_acceptance",
        "assumed_facts",
        "fact_setters",
        "held_seconds",
        "held_at",
        "reminder_count",
        "restricted_team_ids",
        "supplier_ids",
        "reassignment_count",
        "escalation_count",
        "bounce_count",
        "reopen_count",
        "ticket_ptr",
    }
)
"""Columns that a reader of the timeline does not need; they stand in the audit all the same."""


def field_label(ticket: Any, name: str) -> Any:
    """The label of a changed column, or None when the timeline leaves it out."""
    if name in UNSHOWN:
        return None
    try:
        return ticket._meta.get_field(name).verbose_name
    except FieldDoesNotExist:
        return None


def in_words(ticket: Any, activity: Activity, names: Names) -> dict[str, str]:
    """What a verb's sentence may need: to whom, which hold, which task."""
    data = activity.data
    to = [names.get((model, str(data[name]))) for name, model in NAMED.items() if data.get(name)]
    found = ", ".join(name for name in to if name)
    return {
        "to": _(" to %(names)s") % {"names": found} if found else "",
        "hold": _hold(ticket, data) if "hold_reason" in data else "",
        "task": str(data.get("title", "")),
    }


def _hold(ticket: Any, data: dict[str, Any]) -> str:
    question = kind_of(ticket).lifecycle.asks["hold_reason"].field(ticket, None)
    choices = dict(question.choices)  # type: ignore[attr-defined]  # every kind asks it as a choice
    label = choices.get(data["hold_reason"], data["hold_reason"])
    awaits = data.get("hold_awaits")
    return f"{str(label).lower()} ({awaits})" if awaits else str(label).lower()
