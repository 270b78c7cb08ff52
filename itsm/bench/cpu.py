"""The CPU that processes have used, to the nanosecond, from /proc."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def used(pids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Nanoseconds on a CPU by (process, thread), of these processes as far as they live."""
    found: dict[tuple[int, int], int] = {}
    for pid in pids:
        with suppress(OSError, ValueError):
            for thread in os.listdir(PROC / str(pid) / "task"):
                with suppress(OSError, ValueError):
                    text = (PROC / str(pid) / "task" / thread / "schedstat").read_text()
                    found[pid, int(thread)] = int(text.split()[0])
    return found


def between(before: dict[tuple[int, int], int], after: dict[tuple[int, int], int]) -> float:
    """Milliseconds that were used; a thread that was not there before began with none."""
    return sum(spent - before.get(thread, 0) for thread, spent in after.items()) / 1e6


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir(PROC):
        if entry.isdigit():
            with suppress(OSError):
                children.setdefault(parent(int(entry)), []).append(int(entry))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def reaped(pid: int) -> float:
    """Milliseconds of a process's children that have ended."""
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * 1000 / os.sysconf("SC_CLK_TCK")


def parent(pid: int) -> int:
    return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])


def memory(pids: Iterable[int]) -> float:
    """MiB that processes occupy, what several share divided among them (PSS)."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024
