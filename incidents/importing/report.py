"""What an import found and did: counted for the summary, and line by line for a file."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.activity import Happening
from incidents.importing.events import Event
from incidents.lifecycle import LIFECYCLE

FIRST_SHOWN = 20
FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNNAMED = "unnamed"


@dataclass
class Report:
    """Counts, and the first of the lines that somebody should look at. `details` takes all of them, as they come."""

    details: "Details | None" = None
    lines: int = 0
    refused: int = 0
    refused_incidents: int = 0
    new: int = 0
    there: int = 0
    differ: int = 0
    activities: int = 0
    marked: int = 0
    began: Counter[str] = field(default_factory=Counter)
    transitions: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_resolved_at: int = 0
    backwards: int = 0
    made: Counter[str] = field(default_factory=Counter)
    shared_teams: set[str] = field(default_factory=set)
    first: list[tuple[int, str, str]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def refuse(self, line: int, number: str, reason: str) -> None:
        """A line that was not read."""
        self.refused += 1
        self._note("refused", line, number, reason)

    def refuse_incident(self, line: int, number: str) -> None:
        """An incident of which no line could be read."""
        self.refused_incidents += 1
        self._note("incident refused", line, number, _("None of its lines can be read."))

    def differs(self, line: int, number: str, ours: str) -> None:
        """An incident that is there already, and of which the log now says something else."""
        self.differ += 1
        self._note(
            "differs", line, number, _("The log says more or other than when %(ours)s was taken in.") % {"ours": ours}
        )

    def ran_backwards(self, line: int, number: str) -> None:
        """A line that is dated before what stands above it."""
        self.backwards += 1
        self._note(
            "backwards",
            line,
            number,
            _("It is dated before the line above it; the order of the lines was kept."),
            shown=False,
        )

    def count(self, events: Sequence[Event], happenings: Sequence[Happening], resolved_at: Any) -> None:
        """Count one incident that goes in."""
        self.new += 1
        self.activities += len(happenings)
        self.marked += sum(1 for each in happenings if each.data.get("imported"))
        self.without_resolved_at += resolved_at is None
        self.began[events[0].state.status or UNNAMED] += 1
        for before, after in pairwise(events):
            if before.state != after.state:
                ends = (before.state.status or UNNAMED, after.state.status or UNNAMED)
                if ends[0] != ends[1]:
                    self.transitions[ends] += 1

    @property
    def began_otherwise(self) -> int:
        """How many incidents do not begin as new ones of ours do."""
        return sum(count for status, count in self.began.items() if status != LIFECYCLE.initial)

    def _note(self, kind: str, line: int, number: str, reason: str, *, shown: bool = True) -> None:
        if shown and len(self.first) < FIRST_SHOWN:
            self.first.append((line, number, reason))
        if self.details:
            self.details.write(kind, line, number, reason)


class Details:
    """A CSV file of every line that somebody should look at. Cells that a spreadsheet would compute are made words."""

    def __init__(self, path: Path) -> None:
        self.file: IO[str] = path.open("w", newline="", encoding="utf-8", errors="backslashreplace")
        self._writer = csv.writer(self.file)
        self._writer.writerow(["what", "line", "number", "reason"])

    def write(self, kind: str, line: int, number: str, reason: str) -> None:
        self._writer.writerow(
            [kind, line, *(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in (number, reason))]
        )


def summary(report: Report, *, dry_run: bool) -> Iterator[str]:
    """The report in words, line by line."""
    yield _("%(lines)s lines read, %(refused)s not readable.") % _counts(lines=report.lines, refused=report.refused)
    if dry_run:
        yield _("%(there)s incidents already there, %(new)s would be new; nothing was written.") % _counts(
            there=report.there, new=report.new
        )
    else:
        yield _("%(there)s already there, %(new)s new.") % _counts(there=report.there, new=report.new)
    if report.differ:
        yield _("%(n)s of those already there differ from the log; they were left as they are.") % _counts(
            n=report.differ
        )
    if report.refused_incidents:
        yield _("%(n)s incidents have no readable line and were left out.") % _counts(n=report.refused_incidents)
    if report.new:
        yield from _of_new(report)
    if report.backwards:
        yield _("%(n)s lines are dated before the line above them; the order of the lines was kept.") % _counts(
            n=report.backwards
        )
    if report.shared_teams:
        yield _("%(n)s of the teams are those that the desk had already: %(names)s.") % {
            "n": f"{len(report.shared_teams):,}",
            "names": ", ".join(sorted(report.shared_teams)[:10]) + (" …" if len(report.shared_teams) > 10 else ""),
        }
    yield from _first_lines(report)


def _of_new(report: Report) -> Iterator[str]:
    made = ", ".join(f"{count:,} {name}" for name, count in report.made.items())
    yield _("With them: %(activities)s activities%(made)s.") % {
        "activities": f"{report.activities:,}",
        "made": f", {made}" if made else "",
    }
    yield _("%(marked)s activities are marked as imported: the desk's own moves do not know them.") % _counts(
        marked=report.marked
    )
    yield _("%(n)s do not begin as new; %(m)s never get a moment of resolution.") % _counts(
        n=report.began_otherwise, m=report.without_resolved_at
    )
    words = {str(value): str(label) for value, label in LIFECYCLE.statuses.choices} | {  # type: ignore[attr-defined]  # a TextChoices
        UNNAMED: _("a state without a name")
    }
    for (before, after), count in report.transitions.most_common():
        yield f"  {count:>8,}  {words[before]} → {words[after]}"


def _first_lines(report: Report) -> Iterator[str]:
    for line, number, reason in report.first:
        yield _("  line %(line)s%(number)s: %(reason)s") % {
            "line": f"{line:,}",
            "number": f" ({number})" if number else "",
            "reason": reason.encode("utf-8", "backslashreplace").decode(),
        }
    more = report.refused + report.differ + report.refused_incidents - len(report.first)
    if more > 0:
        yield ngettext(
            "  … and %(n)s more: --report FILE writes them all.",
            "  … and %(n)s more: --report FILE writes them all.",
            more,
        ) % {"n": f"{more:,}"}


def _counts(**numbers: int) -> dict[str, str]:
    return {name: f"{number:,}" for name, number in numbers.items()}
