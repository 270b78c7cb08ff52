"""Made-up logs: a test says what its lines hold, the rest is filled in."""

import csv
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from incidents.importing import mapping

HEADER = mapping.load(mapping.DEFAULT).header

NOTHING_SAID = dict.fromkeys(HEADER, "?") | {
    "incident_state": "New",
    "opened_at": "1/3/2024 09:00",
    "sys_updated_at": "1/3/2024 09:05",
    "sys_updated_by": "Updated by 1",
    "opened_by": "Opened by 7",
    "caller_id": "Caller 3",
    "contact_type": "Phone",
    "location": "Location 5",
    "category": "Category 1",
    "subcategory": "Subcategory 2",
    "impact": "2 - Medium",
    "urgency": "2 - Medium",
    "priority": "3 - Moderate",
    "reassignment_count": "0",
    "reopen_count": "0",
}
Line = Mapping[str, str]


def line(number: str, **cells: str) -> dict[str, str]:
    """One line of a log; `state`, `at` and `team` are short for the columns that tests name most."""
    short = {"state": "incident_state", "at": "sys_updated_at", "team": "assignment_group", "assignee": "assigned_to"}
    return {**NOTHING_SAID, "number": number, **{short.get(name, name): cell for name, cell in cells.items()}}


def as_csv(lines: list[Line]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


WHOLE_LIFE = [
    line("INC0000045", at="1/3/2024 09:10", u_symptom="Symptom 9"),
    line("INC0000045", at="1/3/2024 09:30", team="Group 56", sys_updated_by="Updated by 2"),
    line("INC0000045", at="1/3/2024 10:00", state="Active", team="Group 56", assignee="Resolver 4"),
    line("INC0000045", at="1/3/2024 11:00", state="Awaiting User Info", team="Group 56", assignee="Resolver 4"),
    line("INC0000045", at="1/3/2024 13:00", state="Active", team="Group 56", assignee="Resolver 4", impact="1 - High"),
    line("INC0000045", at="2/3/2024 09:00", state="Active", team="Group 70", assignee="Resolver 6", impact="1 - High"),
    line(
        "INC0000045", at="2/3/2024 10:00", state="Resolved", team="Group 70", assignee="Resolver 6", impact="1 - High"
    ),
    line("INC0000045", at="7/3/2024 10:00", state="Closed", team="Group 70", assignee="Resolver 6", impact="1 - High"),
]
FILLED_IN_AFTERWARDS = {
    "resolved_at": "2/3/2024 10:00",
    "closed_at": "7/3/2024 10:00",
    "resolved_by": "Resolved by 6",
    "closed_code": "code 6",
    "reassignment_count": "1",
}
WHOLE_LIFE = [{**each, **FILLED_IN_AFTERWARDS} for each in WHOLE_LIFE]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write lines, or text, to a log file: `write(WHOLE_LIFE)`."""

    def to_file(lines: list[Line] | str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        content = lines if isinstance(lines, str | bytes) else as_csv(lines)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to_file


@pytest.fixture
def take_in(db: None, write: Callable[..., Path]) -> Callable[..., str]:
    """Import lines by the command, as from the shell; gives what it printed."""

    def run(lines: Any, **options: Any) -> str:
        printed = StringIO()
        path = lines if isinstance(lines, Path) else write(lines)
        call_command("import_log", "incident-log", str(path), stdout=printed, stderr=StringIO(), **options)
        return printed.getvalue()

    return run
