"""Made incidents with every fact that figures lie between, set on the columns themselves, and an oracle over them.

The oracle knows nothing of the product's SQL: it reads the rows one by one, and uses the standard library alone.
"""

import math
import random
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incidents.models import Incident
from tickets.bulk import insert_tickets

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 2, 1, 6, 30, tzinfo=UTC)
"""The made incidents span the last Sunday of March, a day of 23 hours."""

_numbers = iter(range(1, 10_000_000))


def unsaved(requester: Any, **fields: Any) -> Incident:
    """An incident with these columns; it was opened, and is still new, unless they say otherwise."""
    opened_at = fields.pop("opened_at", START)
    values = {
        "number": f"INC9{next(_numbers):06d}",
        "kind": "incident",
        "title": "Made for figures",
        "status": "new",
        "stage": "open",
        "requester": requester,
        "reader_ids": [requester.pk],
        "organisation": requester.organisation,
        "opened_at": opened_at,
        "updated_at": opened_at,
        "reported_at": opened_at,
    }
    return Incident(**{**values, **fields})


def make(requester: Any, **fields: Any) -> Incident:
    """One incident, written."""
    incident = unsaved(requester, **fields)
    insert_tickets([incident])
    return incident


def random_facts(dice: random.Random, opened_at: datetime) -> dict[str, Any]:
    """Facts of one incident: some missing, some assumed, a few the wrong way round, some not resolved yet."""

    def later(moment: datetime, hours: float) -> datetime:
        return moment + timedelta(seconds=dice.expovariate(1 / (hours * 3600)), microseconds=dice.randrange(10**6))

    reported = opened_at - timedelta(minutes=dice.choice([0, 0, 7]))
    detected = reported - timedelta(minutes=dice.choice([0, 4, 31]))
    started = detected - timedelta(minutes=dice.choice([0, 11, 95]))
    acknowledged = later(reported, 0.7)
    work = later(acknowledged, 0.3)
    restored = later(work, 6) if dice.random() > 0.03 else work - timedelta(minutes=5)
    resolved = max(restored, work) + timedelta(minutes=dice.choice([0, 13, 240]))
    closed = resolved + timedelta(days=5)
    state = dice.choices(["new", "in_progress", "resolved", "closed", "cancelled"], [1, 2, 3, 10, 1])[0]
    stage = {"new": "open", "in_progress": "open", "cancelled": "closed"}.get(state, state)
    facts: dict[str, Any] = {
        "opened_at": opened_at,
        "status": state,
        "stage": stage,
        "reported_at": reported,
        "detected_at": detected if dice.random() > 0.1 else None,
        "impact_started_at": started if dice.random() > 0.2 else None,
        "acknowledged_at": acknowledged if state != "new" and dice.random() > 0.05 else None,
        "work_started_at": work if state != "new" and dice.random() > 0.05 else None,
        "assumed_facts": [name for name in ("impact_started_at", "detected_at", "restored_at") if dice.random() < 0.2],
    }
    if stage in ("resolved", "closed") and state != "cancelled":
        facts |= {
            "restored_at": restored if dice.random() > 0.1 else None,
            "resolved_at": resolved,
            "held_seconds": dice.choice([0, 0, 0, 900, 7200]),
            "reassignment_count": dice.choice([0, 0, 1, 3]),
            "bounce_count": dice.choice([0, 0, 0, 1]),
            "reopen_count": dice.choice([0, 0, 0, 0, 1]),
            "escalation_count": dice.choice([0, 0, 1]),
            "resolution_code": dice.choice(["fixed", "fixed", "advice", "duplicate"]),
        }
    if state in ("closed", "cancelled"):
        facts["closed_at"] = closed
    return facts


def make_random(count: int, requesters: Sequence[Any], *, seed: int, **choices: Sequence[Any]) -> list[Incident]:
    """Random incidents over ninety days; `choices` maps a column to what it is drawn from."""
    dice = random.Random(seed)
    made = []
    for _ in range(count):
        facts = random_facts(dice, START + timedelta(seconds=dice.randrange(90 * 86400)))
        drawn = {name: dice.choice(values) for name, values in choices.items()}
        made.append(unsaved(dice.choice(requesters), priority=dice.randint(1, 5), **facts, **drawn))
    insert_tickets(made)
    return made


# The oracle ---------------------------------------------------------------------------------------------------


def day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def counts_at_all(incident: Incident) -> bool:
    return incident.status != "cancelled" and incident.resolution_code != "duplicate"


def between(start: str, end: str) -> Callable[[Incident], int | None]:
    """Whole seconds between two facts of an incident, or None."""

    def seconds(incident: Incident) -> int | None:
        first, second = getattr(incident, start), getattr(incident, end)
        if first is None or second is None or second < first:
            return None
        return math.floor((second - first).total_seconds())

    return seconds


def repair(incident: Incident) -> int | None:
    """First work to restored, less the hold (these incidents have no history, so their own sum is all there is)."""
    span = between("work_started_at", "restored_at")(incident)
    if span is None:
        return None
    exact = (incident.restored_at - incident.work_started_at).total_seconds()
    return max(span - math.floor(min(incident.held_seconds, exact)), 0)


def first_of(*facts: str) -> Callable[[Incident], date | None]:
    def found(incident: Incident) -> date | None:
        moments = [getattr(incident, fact) for fact in facts]
        known = [moment for moment in moments if moment is not None]
        return day(known[0]) if known else None

    return found


ORACLE: dict[str, tuple[Callable[[Incident], date | None], Callable[[Incident], int | None], tuple[str, str]]] = {
    "detect": (
        first_of("detected_at", "reported_at", "opened_at"),
        between("impact_started_at", "detected_at"),
        ("impact_started_at", "detected_at"),
    ),
    "respond": (
        first_of("acknowledged_at", "resolved_at", "closed_at"),
        between("reported_at", "acknowledged_at"),
        ("reported_at", "acknowledged_at"),
    ),
    "repair": (first_of("restored_at", "resolved_at", "closed_at"), repair, ("work_started_at", "restored_at")),
    "recovery": (
        first_of("restored_at", "resolved_at", "closed_at"),
        between("impact_started_at", "restored_at"),
        ("impact_started_at", "restored_at"),
    ),
    "resolve": (first_of("resolved_at"), between("reported_at", "resolved_at"), ("reported_at", "resolved_at")),
    "close": (first_of("closed_at"), between("reported_at", "closed_at"), ("reported_at", "closed_at")),
}
"""Figure → (the day of its population, its seconds, its two facts)."""


def interpolated(values: Sequence[float], share: float) -> float:
    """A percentile by linear interpolation between the two nearest ranks."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def expected(name: str, incidents: Iterable[Incident], first: date, last: date) -> dict[str, Any]:
    """What a figure must say of incidents, by the standard library."""
    day_of, seconds, facts = ORACLE[name]
    population = [
        each
        for each in incidents
        if counts_at_all(each) and (joined := day_of(each)) is not None and first <= joined <= last
    ]
    values = [value for each in population if (value := seconds(each)) is not None]
    return {
        "population": len(population),
        "n": len(values),
        "assumed": sum(1 for each in population if seconds(each) is not None and set(facts) & set(each.assumed_facts)),
        "median": statistics.median(values) if values else None,
        "mean": statistics.fmean(values) if values else None,
        "p90": interpolated(values, 0.9) if values else None,
    }
