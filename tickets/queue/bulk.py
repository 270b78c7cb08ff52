"""Acting on several rows at once: what would change, what would be skipped and why, then doing it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.exceptions import AnswersMissing, EditConflict, Refused
from core.kinds import kind_of
from core.moves import offers, perform
from core.pages import reason_of

Words = str | Promise
MOST = 500


@dataclass(frozen=True)
class Action:
    """Something that can be done to several tickets: a move of their lifecycle, or a verb of a service.

    `refusal(ticket, actor)` says why one would be skipped, or None; `act(ticket, actor, answers)` does it.
    """

    name: str
    label: Words
    icon: str
    act: Callable[[Any, Any, Mapping[str, Any]], Any]
    refusal: Callable[[Any, Any], str | None]
    form: Callable[[Any], Any] | None = None
    key: str = ""


@dataclass
class Plan:
    """What an action would do to the chosen tickets."""

    changes: list[Any] = field(default_factory=list)
    skips: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        said = [ngettext("Changes %(n)d.", "Changes %(n)d.", len(self.changes)) % {"n": len(self.changes)}]
        if self.skips:
            reasons = "; ".join(f"{ticket.number}: {reason}" for ticket, reason in self.skips[:3])
            more = len(self.skips) - 3
            said.append(_("Skips %(n)d: %(reasons)s") % {"n": len(self.skips), "reasons": reasons})
            if more > 0:
                said.append(_("and %(n)d more.") % {"n": more})
        return " ".join(said)


@dataclass
class Outcome:
    """What an action did."""

    changed: list[Any] = field(default_factory=list)
    skipped: list[tuple[Any, str]] = field(default_factory=list)


def move_action(name: str, label: Words, icon: str, *, key: str = "", form: Any = None) -> Action:
    """An action that makes a move of each ticket's own lifecycle."""

    def act(ticket: Any, actor: Any, answers: Mapping[str, Any]) -> Any:
        return perform(ticket, name, actor=actor, **answers)

    def refusal(ticket: Any, actor: Any) -> str | None:
        offer = next((each for each in offers(ticket, actor) if each.move.name == name), None)
        if offer is None:
            return _("you may not do this")
        return None if offer.allowed else str(offer.reason)

    return Action(name, label, icon, act, refusal, form, key)


def plan(action: Action, tickets: Sequence[Any], actor: Any) -> Plan:
    """What would change and what would be skipped, each with its reason."""
    made = Plan()
    for ticket in tickets:
        reason = action.refusal(ticket, actor)
        if reason is None:
            made.changes.append(ticket)
        else:
            made.skips.append((ticket, reason))
    return made


def carry_out(
    action: Action, tickets: Sequence[Any], actor: Any, answers: Mapping[str, Any], *, all_or_none: bool = False
) -> Outcome:
    """Do it to each ticket in a transaction of its own, or to all in one that fails as a whole."""
    outcome = Outcome()
    with transaction.atomic() if all_or_none else nullcontext():
        for ticket in tickets:
            try:
                with transaction.atomic():
                    outcome.changed.append(
                        action.act(kind_of(ticket).model._default_manager.get(pk=ticket.pk), actor, answers)
                    )
            except (Refused, AnswersMissing, PermissionDenied, EditConflict) as refusal:
                if all_or_none:
                    raise Refused(f"{ticket.number}: {reason_of(refusal)}") from refusal
                outcome.skipped.append((ticket, reason_of(refusal)))
    return outcome
