"""The desk's rules as they stand: priority schemes, windows, propagation."""

from datetime import timedelta

from django.db.models import Q

from accounts.models import Organisation
from cmdb.models import Service
from incidents.matrix import DEFAULT, Cells
from incidents.models import IncidentPolicy, PriorityScheme


def policy() -> IncidentPolicy:
    """The one row of rules; its defaults where nobody saved any."""
    return IncidentPolicy.objects.filter(pk=1).first() or IncidentPolicy(pk=1)


def reopen_window() -> timedelta:
    return timedelta(days=policy().reopen_for_days)


def close_delay() -> timedelta:
    return timedelta(days=policy().close_after_days)


def scheme_for(organisation: Organisation | None, service: Service | None) -> PriorityScheme | None:
    """The most specific scheme: service and organisation, service, nearest organisation, then the common one."""
    above = organisation.ancestor_ids() if organisation else []
    candidates = PriorityScheme.objects.prefetch_related("cells").filter(
        Q(organisation__isnull=True) | Q(organisation_id__in=above),
        Q(service__isnull=True) | Q(service_id=service.pk if service else None),
    )

    def specificity(scheme: PriorityScheme) -> tuple[bool, int]:
        nearness = above.index(scheme.organisation_id) + 1 if scheme.organisation_id in above else 0
        return scheme.service_id is not None, nearness

    return max(candidates, key=specificity, default=None)


def cells_for(organisation: Organisation | None, service: Service | None) -> Cells:
    scheme = scheme_for(organisation, service)
    if scheme is None:
        return DEFAULT
    return {(cell.impact, cell.urgency): cell.priority for cell in scheme.cells.all()}
