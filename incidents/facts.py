"""The moments of an incident in order, and how one that nobody said is assumed from its neighbour. Pure: no ORM."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

ASSUMED_FROM = {
    "reported_at": "opened_at",
    "detected_at": "reported_at",
    "impact_started_at": "detected_at",
    "restored_at": "resolved_at",
}
"""A fact that is not said takes the value of this one, and is marked as assumed."""

ORDER = ("impact_started_at", "detected_at", "reported_at", "opened_at")


def assume(said: Mapping[str, datetime | None]) -> tuple[dict[str, datetime], list[str]]:
    """All facts with those that nobody said filled in from their neighbours, and the names of the filled ones.

    A fact whose neighbour is unknown too stays unknown.
    """
    facts = {name: value for name, value in said.items() if value is not None}
    assumed = []
    for name, neighbour in ASSUMED_FROM.items():
        if name not in facts and neighbour in facts:
            facts[name] = facts[neighbour]
            assumed.append(name)
    return facts, assumed


def out_of_order(facts: Mapping[str, datetime | None]) -> list[tuple[str, str]]:
    """The pairs (earlier, later) of opening facts that stand the wrong way round."""
    known = [name for name in ORDER if facts.get(name) is not None]
    return [
        (before, after)
        for before, after in pairwise(known)
        if facts[before] > facts[after]  # type: ignore[operator]  # None was left out above
    ]
