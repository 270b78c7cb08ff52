"""The report: a table for people, the same as JSON for comparison."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from itsm.bench.registry import Row

WORDS = {
    "cpu_ms": "{:g} ms",
    "ratio": "{:.3g}×",
    "seconds": "{:.1f} s",
    "mib": "{:.0f} MiB",
    "requests": "{:.0f} requests",
    "cold_kb": "{:.0f} KB cold",
    "warm_kb": "{:.1f} KB warm",
    "elements": "{:.0f} elements",
}
HEADS = (
    "what", "n", "/s", "p50", "p95", "CPU app", "db", "ms", "queries", "bytes", "baseline ms", "ratio",
    "must / stretch", "",
)  # fmt: skip


@dataclass
class Run:
    """What one run measured, and under which load of the machine."""

    rows: int
    at: str
    results: Sequence[Row]
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "at": self.at,
            "load": round(self.load, 2),
            "machine": f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}",
            "results": [
                asdict(row) | {"cpu_ms": row.cpu_ms, "ratio": row.ratio, "verdict": row.verdict} for row in self.results
            ],
        }


def write(run: Run, path: Path) -> None:
    path.write_text(json.dumps(run.as_json(), indent=1) + "\n")


def table(run: Run) -> str:
    cells = [HEADS, *(_cells(row) for row in run.results)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    lines = [
        "  ".join(cell.ljust(width) if column in (0, 12, 13) else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in cells
    ]  # fmt: skip
    lines.insert(1, "-" * max(map(len, lines)))
    title = f"{run.rows:,} tickets, {run.at}, load {run.load:.1f}; gates are CPU and ratios, never requests a second."
    return "\n".join([title, "", *lines, "", *_notes(run.results)]).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.what,
        f"{row.n:,}",
        _number(row.per_second),
        _number(row.p50),
        _number(row.p95),
        _number(row.app_ms),
        _number(row.db_ms),
        _number(row.cpu_ms),
        "" if row.queries is None else str(row.queries),
        "" if row.bytes is None else f"{row.bytes:,.0f}",
        _number(row.baseline_ms),
        "" if row.ratio is None else f"{row.ratio:.1f}×",
        _first_limit(row),
        row.verdict,
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _first_limit(row: Row) -> str:
    """The budget's first figure; when there are more, they stand below the table."""
    limits = _limits(row)
    return limits[0] + (" …" if len(limits) > 1 else "") if limits else ""


def _limits(row: Row) -> list[str]:
    """The budget, as `≤ 7 ms / 3.5 ms`."""
    names = dict.fromkeys([*row.budget.must, *row.budget.stretch])
    lines = []
    for name in names:
        both = [limits.get(name) for limits in (row.budget.must, row.budget.stretch)]
        lines.append("≤ " + " / ".join("–" if each is None else WORDS[name].format(each) for each in both))
    return lines


def _notes(rows: Sequence[Row]) -> list[str]:
    lines = []
    for row in rows:
        told = [WORDS[name].format(value) for name, value in row.figures.items()]
        told += [row.note] if row.note else []
        told += [f"baseline: {row.baseline}"] if row.baseline else []
        told += [f"workers afterwards: {row.behind_ms:.2f} ms"] if row.behind_ms and row.behind_ms > 0.05 else []
        told += [f"budget {', '.join(_limits(row))}"] if len(_limits(row)) > 1 else []
        told += [f"peers: {row.peers}"] if row.peers else []
        lines.append(f"{row.what}: {'; '.join(told)}.")
    return lines
