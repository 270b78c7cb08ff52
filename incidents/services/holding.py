"""Holds that end by themselves. Each function is one turn of a sweep: safe to run twice, or at once by two workers."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from core.activity import record
from core.models import Activity
from core.moves import perform
from core.sweeps import one_by_one
from incidents.models import Incident
from incidents.models.incident import HoldReason, Status
from incidents.policies import policy
from tickets.models import Ticket

logger = logging.getLogger(__name__)


def wake_due(limit: int = 500) -> int:
    """Resume the incidents whose hold was to end by now; how many."""
    due = Incident.objects.filter(status=Status.ON_HOLD, wake_at__lte=Now()).values_list("pk", flat=True)[:limit]
    return sum(one_by_one(list(due), _wake))


@transaction.atomic
def _wake(pk: int) -> bool:
    if not Ticket.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(pk=pk).exists():
        return False
    incident = Incident.objects.get(pk=pk)
    if incident.status != Status.ON_HOLD or incident.wake_at is None or incident.wake_at > timezone.now():
        return False
    perform(incident, "resume", actor=None)
    return True


def chase_requesters(limit: int = 500) -> tuple[int, int]:
    """Remind requesters who owe an answer, and give up on those who owe it too long: (reminded, given up).

    Days are elapsed days.
    """
    rules, now = policy(), timezone.now()
    days = sorted(rules.reminder_days)
    due = Q(held_at__lte=now - timedelta(days=rules.no_answer_after_days))
    for nth, after in enumerate(days, start=1):
        due |= Q(held_at__lte=now - timedelta(days=after), reminder_count__lt=nth)
    owing = Incident.objects.filter(due, status=Status.ON_HOLD, hold_reason=HoldReason.REQUESTER)
    keys = list(owing.order_by("held_at", "pk").values_list("pk", flat=True)[:limit])
    outcomes = one_by_one(keys, lambda pk: _chase(pk, days, rules.no_answer_after_days))
    return outcomes.count("reminded"), outcomes.count("given up")


@transaction.atomic
def _chase(pk: int, reminder_days: list[int], no_answer_after_days: int) -> str:
    if not Ticket.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(pk=pk).exists():
        return ""
    incident = Incident.objects.get(pk=pk)
    if incident.status != Status.ON_HOLD or incident.hold_reason != HoldReason.REQUESTER or incident.held_at is None:
        return ""
    waited = timezone.now() - incident.held_at
    if waited >= timedelta(days=no_answer_after_days):
        perform(incident, "give_up", actor=None)
        return "given up"
    owed = sum(waited >= timedelta(days=days) for days in reminder_days)
    if owed <= incident.reminder_count:
        return ""
    incident.reminder_count = owed
    incident.save(update_fields=["reminder_count"])
    record(
        "ticket.reminded",
        incident,
        audience=Activity.Audience.REQUESTER,
        data={"nth": owed, "of": len(reminder_days), "text": _("We still need your answer.")},
    )
    return "reminded"
