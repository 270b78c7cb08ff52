"""What a priority scheme would change, told before it is saved: open incidents that would have another priority."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accounts.models import Organisation
from incidents.matrix import Cells, priority_of
from incidents.models import Incident, PriorityScheme
from incidents.policies import most_specific


@dataclass(frozen=True)
class Proposal:
    """A scheme as it would be: `pk` is the one that it takes the place of."""

    pk: int | None
    organisation_id: int | None
    service_id: int | None
    cells: Cells


@dataclass(frozen=True)
class Shift:
    """So many open incidents have one priority and would have another."""

    before: int
    after: int
    count: int


@dataclass(frozen=True)
class Rehearsal:
    """What would change, among how many open incidents whose priority a scheme makes."""

    shifts: list[Shift]
    of: int

    @property
    def count(self) -> int:
        return sum(shift.count for shift in self.shifts)


def rehearse(proposal: Proposal, user: Any) -> Rehearsal:
    """Compare the priorities of the open incidents that a person sees with those that the proposal would give.

    Incidents whose priority was set by hand are left out: no scheme touches them.
    """
    schemes = [_as_it_is(each) for each in PriorityScheme.objects.prefetch_related("cells")]
    others = [each for each in schemes if each.pk != proposal.pk]
    return compared(_groups(user), [*others, proposal], _ancestors())


def compared(
    groups: Mapping[tuple[int | None, int | None, int, int, int], int],
    schemes: list[Proposal],
    ancestors: Mapping[int, list[int]],
) -> Rehearsal:
    """Pure: `groups` counts incidents by organisation, service, impact, urgency and the priority that they have."""
    shifts: Counter[tuple[int, int]] = Counter()
    for (organisation_id, service_id, impact, urgency, before), count in groups.items():
        above = ancestors.get(organisation_id, []) if organisation_id is not None else []
        scheme = most_specific(schemes, above, service_id)
        after = priority_of(impact, urgency, scheme.cells) if scheme else priority_of(impact, urgency)
        if after != before:
            shifts[before, after] += count
    found = [Shift(before, after, count) for (before, after), count in sorted(shifts.items())]
    return Rehearsal(found, sum(groups.values()))


def _groups(user: Any) -> dict[tuple[Any, Any, int, int, int], int]:
    rows = Incident.objects.visible_to(user).unresolved().filter(priority_override_reason="").order_by()
    columns = ("organisation_id", "service_id", "impact", "urgency", "priority")
    return {tuple(row[:5]): row[5] for row in rows.values_list(*columns).annotate(Count("pk"))}


def _ancestors() -> dict[int, list[int]]:
    return {each.pk: each.ancestor_ids() for each in Organisation.objects.only("pk", "path")}


def _as_it_is(scheme: PriorityScheme) -> Proposal:
    cells = {(cell.impact, cell.urgency): cell.priority for cell in scheme.cells.all()}
    return Proposal(scheme.pk, scheme.organisation_id, scheme.service_id, cells)
