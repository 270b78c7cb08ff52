"""How many are open at the end of given days, by age: pure, over (opened on, resolved on, how many)."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

Life = tuple[date, date | None, int]
"""Incidents opened on one day and resolved on another (None: not yet)."""


def at_ends(ends: Sequence[date], lives: Iterable[Life], limits: Sequence[int]) -> list[tuple[int, ...]]:
    """For each day of `ends` (in order) the number open at its end in each class of age.

    `limits` are the ages in days at which the classes begin, the first 0; an incident opened today is 0 days old. One
    that is resolved on a day is not open at its end.
    """
    steps = [[0] * (len(ends) + 1) for _class in limits]
    for opened_on, resolved_on, n in lives:
        gone = len(ends) if resolved_on is None else bisect_left(ends, resolved_on)
        edges = [bisect_left(ends, opened_on + timedelta(days=limit)) for limit in limits]
        for index, begins in enumerate(edges):
            ends_at = min(edges[index + 1] if index + 1 < len(edges) else len(ends), gone)
            if begins < ends_at:
                steps[index][begins] += n
                steps[index][ends_at] -= n
    counts = []
    running = [0] * len(limits)
    for position in range(len(ends)):
        running = [count + step[position] for count, step in zip(running, steps, strict=True)]
        counts.append(tuple(running))
    return counts
