"""What moved between two runs."""

import json
from pathlib import Path
from typing import Any

REPEATS_WITHIN = 0.10
"""CPU a request repeats within a tenth; less than that is no news."""

COMPARED = ("cpu_ms", "app_ms", "db_ms", "queries", "bytes", "ratio")


def compared(first: Path, second: Path) -> str:
    """Workloads and figures that differ by more than chance, worst first."""
    a, b = json.loads(first.read_text()), json.loads(second.read_text())
    old = {row["name"]: row for row in a["results"]}
    new = {row["name"]: row for row in b["results"]}
    moved = sorted(
        (change for name in old.keys() & new.keys() for change in _changes(old[name], new[name])), reverse=True
    )
    lines = [
        f"A: {a['rows']:,} tickets, {a['at']}, load {a['load']}; B: {b['rows']:,} tickets, {b['at']}, load {b['load']}."
    ]
    lines += [text for _change, text in moved] or ["Nothing moved by more than a tenth."]
    lines += [f"Only in A: {old[name]['what']}." for name in sorted(old.keys() - new.keys())]
    lines += [f"Only in B: {new[name]['what']}." for name in sorted(new.keys() - old.keys())]
    return "\n".join(lines)


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[float, str]]:
    pairs = [(name, old.get(name), new.get(name)) for name in COMPARED]
    pairs += [(name, old["figures"].get(name), value) for name, value in new["figures"].items()]
    found = []
    for name, before, after in pairs:
        if not before or after is None or abs(after / before - 1) <= REPEATS_WITHIN:
            continue
        change = after / before - 1
        verdict = f" ({old['verdict']} → {new['verdict']})" if old["verdict"] != new["verdict"] else ""
        found.append((change, f"{change:+7.0%}  {new['what']}: {name} {before:.4g} → {after:.4g}{verdict}"))
    return found
