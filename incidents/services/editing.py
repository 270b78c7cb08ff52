"""An incident's fields, the priority by hand, and the moments that somebody states."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.activity import record
from core.exceptions import AnswersMissing
from core.kinds import kind_of
from core.moves import save_changes, values_of
from incidents.effects import set_fact
from incidents.facts import ORDER, out_of_order
from incidents.matrix import priority_of
from incidents.models import Incident
from incidents.models.incident import Fact
from incidents.policies import cells_for
from tickets.services.editing import edit

STATED_BY_HAND = (Fact.IMPACT_STARTED, Fact.DETECTED, Fact.REPORTED, Fact.RESTORED)


@transaction.atomic
def edit_incident(
    *, incident: Incident, actor: User | None, base_version: int | None = None, **fields: Any
) -> Incident:
    """Set fields of an incident, as `tickets.services.editing.edit`. The priority follows unless set by hand."""
    if {"impact", "urgency", "service", "organisation"} & set(fields):
        now = kind_of(incident).locked(incident.pk)
        after = {
            name: fields.get(name, getattr(now, name)) for name in ("impact", "urgency", "service", "organisation")
        }
        scheme = cells_for(after["organisation"], after["service"])
        if not now.priority_override_reason:
            _in_range(after["impact"], after["urgency"])
            fields["priority"] = priority_of(after["impact"], after["urgency"], scheme)
    return edit(ticket=incident, actor=actor, base_version=base_version, **fields)


def _in_range(impact: Any, urgency: Any) -> None:
    wrong = {
        name: [_("Choose 1, 2 or 3.")]
        for name, value in (("impact", impact), ("urgency", urgency))
        if value not in (1, 2, 3)
    }
    if wrong:
        raise AnswersMissing(wrong)


@transaction.atomic
def override_priority(
    *, incident: Incident, priority: int, reason: str, actor: User, base_version: int | None = None
) -> Incident:
    """Set the priority by hand; the timeline keeps the reason. An empty reason is refused."""
    if priority not in range(1, 6):
        raise AnswersMissing({"priority": [_("Choose 1 to 5.")]})
    if not reason.strip():
        raise AnswersMissing({"reason": [_("Say why the scheme's priority is not right.")]})
    return edit(
        ticket=incident,
        actor=actor,
        base_version=base_version,
        priority=priority,
        priority_override_reason=reason.strip()[:300],
        data={"reason": reason.strip()},
    )


@transaction.atomic
def state_fact(*, incident: Incident, fact: str, at: datetime, actor: User) -> Incident:
    """Say when something happened that was assumed or wrong so far: impact started, detected, reported, restored."""
    incident = kind_of(incident).locked(incident.pk)
    if not incident.acts_for_desk(actor):
        raise PermissionDenied(_("You may not change this ticket."))
    if fact not in STATED_BY_HAND:
        raise AnswersMissing({"fact": [_("This moment is not said by hand.")]})
    if at > timezone.now():
        raise AnswersMissing({"at": [_("This lies in the future.")]})
    before = values_of(incident)
    set_fact(incident, fact, at, by=actor)
    if fact in ORDER and out_of_order(
        {name: getattr(incident, name) for name in ORDER if name not in incident.assumed_facts}
    ):
        raise AnswersMissing({"at": [_("This does not fit the order of the other moments.")]})
    if fact == Fact.RESTORED and incident.impact_started_at and at < incident.impact_started_at:
        raise AnswersMissing({"at": [_("Service cannot be restored before the impact started.")]})
    changes = save_changes(incident, before, at=timezone.now())
    record(
        "incident.fact_stated", incident, actor=actor, changes=changes, version=incident.version, data={"fact": fact}
    )
    return incident
