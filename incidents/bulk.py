"""What can be done to several incidents at once."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.lifecycle import LIFECYCLE
from incidents.services import override_priority
from tickets.models import Ticket
from tickets.queue.bulk import Action, move_action

FormFactory = Callable[[Any], forms.Form]


def _asking(move: str) -> Callable[[HttpRequest], FormFactory]:
    """The form of a move, for no incident in particular."""

    def for_request(request: HttpRequest) -> FormFactory:
        return LIFECYCLE.form(None, LIFECYCLE.moves[move], request.user)

    return for_request


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=Ticket.Priority.choices, coerce=int)
    reason = forms.CharField(
        label=gettext_lazy("Why the scheme's priority is not right"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _set_priority(ticket: Any, actor: Any, answers: Mapping[str, Any]) -> Any:
    return override_priority(incident=ticket, actor=actor, **answers)


def _not_open(ticket: Any, actor: Any) -> str | None:
    if not ticket.acts_for_desk(actor):
        return _("you may not do this")
    return None if ticket.stage in ("open", "waiting") else _("it is no longer open")


ACTIONS = (
    move_action("take", gettext_lazy("Assign to me"), "user-check", key="i"),
    move_action("assign", gettext_lazy("Assign"), "user", key="a", form=_asking("assign")),
    move_action("escalate", gettext_lazy("Team"), "users", form=_asking("escalate")),
    Action(
        "priority", gettext_lazy("Priority"), "flag", _set_priority, _not_open, lambda request: PriorityForm, key="p"
    ),
    move_action("hold", gettext_lazy("Hold"), "player-pause", form=_asking("hold")),
    move_action("merge", gettext_lazy("Merge"), "git-merge", form=_asking("merge")),
)
