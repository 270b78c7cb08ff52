"""Resolved incidents that close by themselves."""

from django.db import transaction
from django.utils import timezone

from core.moves import perform
from core.sweeps import one_by_one
from incidents.models import Incident
from incidents.models.incident import Status
from incidents.policies import close_delay
from tickets.models import Ticket


def close_resolved(limit: int = 1000) -> int:
    """Close the incidents that have been resolved long enough; how many. Two workers at once do no harm."""
    due = Incident.objects.filter(status=Status.RESOLVED, resolved_at__lte=timezone.now() - close_delay())
    return sum(one_by_one(list(due.values_list("pk", flat=True)[:limit]), _close))


@transaction.atomic
def _close(pk: int) -> bool:
    if not Ticket.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(pk=pk).exists():
        return False
    incident = Incident.objects.get(pk=pk)
    if incident.status != Status.RESOLVED:
        return False
    perform(incident, "close", actor=None)
    return True
