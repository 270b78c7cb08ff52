"""Around one item, one step far: what it stands on, what stands on it, and what else it hangs together with.

Which way round a relationship is read follows from the direction in which failure travels over it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cmdb.models import ConfigurationItem, Relationship, RelationshipType

Impact = RelationshipType.Impact
SHOWN = 100
"""Relationships of one section that a page shows."""


@dataclass(frozen=True)
class Tie:
    """A relationship as it reads from one of its ends: *runs on* srv-03."""

    pk: int
    reads: str
    other: ConfigurationItem


@dataclass(frozen=True)
class Around:
    """The ties of an item by what failure does: it comes over `stands_on` and goes on over `carries`."""

    stands_on: list[Tie]
    carries: list[Tie]
    beside: list[Tie]

    @property
    def in_use_above(self) -> list[Tie]:
        """What would be missed if the item went out of use."""
        return [tie for tie in self.carries if tie.other.status == ConfigurationItem.Status.IN_USE]


def side_of(impact: str, *, is_source: bool) -> str:
    """On which side the other end of a relationship stands, seen from its source or its target."""
    if impact == Impact.NONE:
        return "beside"
    return "stands_on" if (impact == Impact.BACKWARD) == is_source else "carries"


def relationships_of(ci: ConfigurationItem, user: Any) -> Any:
    """The relationships of an item whose other end the person sees too."""
    seen = ConfigurationItem.objects.visible_to(user).values("pk")
    rows = Relationship.objects.filter(source_id=ci.pk, target__in=seen) | Relationship.objects.filter(
        target_id=ci.pk, source__in=seen
    )
    return rows.select_related("type", "source__ci_class", "target__ci_class")


def around(ci: ConfigurationItem, relationships: Iterable[Relationship]) -> Around:
    """The ties of an item, each section by importance and name."""
    sides: dict[str, list[Tie]] = {"stands_on": [], "carries": [], "beside": []}
    for each in relationships:
        is_source = each.source_id == ci.pk
        reads = each.type.name if is_source else each.type.reverse_name
        tie = Tie(each.pk, reads, each.target if is_source else each.source)
        sides[side_of(each.type.impact, is_source=is_source)].append(tie)
    for ties in sides.values():
        ties.sort(key=lambda tie: (tie.other.importance, tie.other.name.casefold(), tie.pk))
    return Around(**sides)
