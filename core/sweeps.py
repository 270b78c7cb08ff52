"""The registry of sweeps: work whose truth stands in rows, found by looking, whoever asks and however often.

A sweep is safe to run twice at once and keeps within a few seconds. Celery's beat asks for each through its task; a
worker that sees one unasked for too long runs it by itself (`core.sweeper`), so that no promise rests on the broker.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core import heartbeats

logger = logging.getLogger(__name__)

UNASKED_AFTER_SECONDS = 10.0
"""Beat asks every 5 s and the sweeper looks every 2.5 s: when nobody asks any more, what is due waits 12 s at first."""


@dataclass(frozen=True)
class Sweep:
    """One sweep by name; `run` makes what is due and says how many that were."""

    name: str
    run: Callable[[], int]

    @property
    def heartbeat(self) -> str:
        return f"sweep.{self.name}"

    def __call__(self) -> int:
        """Run it because somebody asked, and say in the database that they did."""
        heartbeats.beat(self.heartbeat, at_most_every=2)
        return self.run()


_sweeps: dict[str, Sweep] = {}


def sweep(name: str) -> Callable[[Callable[[], int]], Sweep]:
    """Register a function without arguments as a sweep; calling the result is asking for it."""

    def register(function: Callable[[], int]) -> Sweep:
        _sweeps[name] = Sweep(name, function)
        return _sweeps[name]

    return register


def one_by_one(keys: Iterable[int], act: Callable[[int], Any]) -> list[Any]:
    """What `act` gave for each row by its key. One that fails is told in the log and does not stop the others."""
    outcomes = []
    for key in keys:
        try:
            outcomes.append(act(key))
        except Exception:
            logger.exception("%s failed on %s", getattr(act, "__qualname__", act), key)
    return outcomes


def all_sweeps() -> Iterator[Sweep]:
    return iter(tuple(_sweeps.values()))


def run_unasked(after_seconds: float = UNASKED_AFTER_SECONDS) -> dict[str, int]:
    """Run the sweeps that nobody asked for so long; what each did, by name. One that fails does not stop the others."""
    done = {}
    for each in all_sweeps():
        age = heartbeats.age_seconds(each.heartbeat)
        if age is not None and age < after_seconds:
            continue
        try:
            done[each.name] = each.run()
        except Exception:
            logger.exception("Sweep %s failed", each.name)
        else:
            level = logging.WARNING if done[each.name] else logging.DEBUG
            logger.log(level, "Nobody asks for sweep %s, so this worker ran it by itself.", each.name)
    return done
