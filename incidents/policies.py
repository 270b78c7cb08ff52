"""The desk's rules as they stand: priority schemes, windows, propagation."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from django.db.models import Q

from accounts.models import Organisation
from cmdb.models import Service
from incidents.matrix import DEFAULT, Cells
from incidents.models import IncidentPolicy, PriorityScheme


class Scoped(Protocol):
    """Something that holds for an organisation, a service, both or everybody."""

    @property
    def organisation_id(self) -> Any: ...

    @property
    def service_id(self) -> Any: ...


def policy() -> IncidentPolicy:
    """The one row of rules; its defaults where nobody saved any."""
    return IncidentPolicy.objects.filter(pk=1).first() or IncidentPolicy(pk=1)


def reopen_window() -> timedelta:
    return timedelta(days=policy().reopen_for_days)


def close_delay() -> timedelta:
    return timedelta(days=policy().close_after_days)


def scheme_for(organisation: Organisation | None, service: Service | None) -> PriorityScheme | None:
    """The scheme that holds for an organisation and a service."""
    above = organisation.ancestor_ids() if organisation else []
    service_id = service.pk if service else None
    candidates = PriorityScheme.objects.prefetch_related("cells").filter(
        Q(organisation__isnull=True) | Q(organisation_id__in=above),
        Q(service__isnull=True) | Q(service_id=service_id),
    )
    return most_specific(candidates, above, service_id)


def most_specific(schemes: Iterable[Scoped], above: Sequence[int], service_id: int | None) -> Any:
    """The most specific scheme: service and organisation, service, nearest organisation, then the common one.

    `above` are the organisations from the root down to the one that is meant.
    """
    fitting = [
        scheme
        for scheme in schemes
        if scheme.organisation_id in (None, *above) and scheme.service_id in (None, service_id)
    ]

    def specificity(scheme: Scoped) -> tuple[bool, int]:
        nearness = above.index(scheme.organisation_id) + 1 if scheme.organisation_id in above else 0
        return scheme.service_id is not None, nearness

    return max(fitting, key=specificity, default=None)


def cells_for(organisation: Organisation | None, service: Service | None) -> Cells:
    scheme = scheme_for(organisation, service)
    if scheme is None:
        return DEFAULT
    return {(cell.impact, cell.urgency): cell.priority for cell in scheme.cells.all()}
