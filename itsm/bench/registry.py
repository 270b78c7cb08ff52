"""The workloads by area. A later practice adds a module to `itsm.bench.workloads` and names it in `AREAS`."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsm.bench.stage import Stage

AREAS = ("install", "api", "search", "pages", "metrics", "import", "memory")
"""In the order in which they are measured. The import comes late: it adds rows."""

MODULES = {"install": "installing", "import": "importing"}
"""Areas whose module has another name."""


class NotHere(Exception):
    """A workload cannot be measured on this machine; the message says what is missing."""


class WentWrong(Exception):
    """A workload did not do what it should, so that its figures would tell nothing."""


@dataclass(frozen=True)
class Budget:
    """Limits by figure (`cpu_ms`, `ratio` …), each the most that is allowed: what must be held, what is aimed at."""

    must: dict[str, float] = field(default_factory=dict)
    stretch: dict[str, float] = field(default_factory=dict)


@dataclass
class Row:
    """One line of the report. `cpu_ms` is application and database for one of what is counted (`unit`)."""

    name: str
    what: str
    budget: Budget
    peers: str = ""
    unit: str = "request"
    n: int = 0
    per_second: float | None = None
    p50: float | None = None
    p95: float | None = None
    app_ms: float | None = None
    db_ms: float | None = None
    behind_ms: float | None = None
    queries: int | None = None
    bytes: float | None = None
    baseline: str = ""
    baseline_ms: float | None = None
    figures: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def cpu_ms(self) -> float | None:
        return None if self.app_ms is None or self.db_ms is None else self.app_ms + self.db_ms

    @property
    def ratio(self) -> float | None:
        """How many times the CPU of the baseline it takes."""
        return self.cpu_ms / self.baseline_ms if self.cpu_ms is not None and self.baseline_ms else None

    def figure(self, name: str) -> float | None:
        if name in ("cpu_ms", "ratio"):
            return self.cpu_ms if name == "cpu_ms" else self.ratio
        return self.figures.get(name)

    def holds(self, limits: dict[str, float]) -> bool:
        """Whether every figure that is limited is there, and within its limit."""
        found = [(self.figure(name), limit) for name, limit in limits.items()]
        return all(figure is not None and figure <= limit for figure, limit in found)

    @property
    def verdict(self) -> str:
        if not self.budget.must:
            return ""
        if not self.holds(self.budget.must):
            return "MISSED"
        return "STRETCH" if self.budget.stretch and self.holds(self.budget.stretch) else "held"


Measure = Callable[["Stage"], list[Row]]


@dataclass(frozen=True)
class Workload:
    area: str
    name: str
    what: str
    measured: Measure


_workloads: dict[str, Workload] = {}


def workload(area: str, name: str, what: str) -> Callable[[Measure], Measure]:
    """Register a function that measures one thing and gives its rows."""

    def register(function: Measure) -> Measure:
        _workloads[name] = Workload(area, name, what, function)
        return function

    return register


def module(name: str) -> ModuleType:
    """A module that needs Django's models, loaded once they are ready."""
    return importlib.import_module(f"itsm.bench.{name}")


def load() -> None:
    for area in AREAS:
        module(f"workloads.{MODULES.get(area, area)}")


def chosen(areas: list[str]) -> list[Workload]:
    """The workloads of these areas, or all, in order."""
    wanted = areas or AREAS
    return [each for area in AREAS if area in wanted for each in _workloads.values() if each.area == area]
