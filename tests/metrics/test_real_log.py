"""The real log: the figures of 24,918 incidents, counted anew from its lines with the standard library alone.

What the log says, and what it cannot: reported is its `opened_at`, and so, assumed, is the start of the impact;
acknowledged is its first line with somebody assigned or another state than new; first work is its first line that is
active or waiting; the service is restored, assumed, when the incident is resolved (`resolved_at`, of incidents that end
resolved or closed); closed is its `closed_at`. A line happened at `sys_updated_at`, never before the line above it.
"""

import csv
import lzma
import os
import statistics
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.roles import Role
from metrics import figures, rollups
from metrics.counting import counts
from metrics.definitions import FIGURES, MTTR
from metrics.periods import Period
from metrics.selection import Narrowing, Rows
from metrics.sight import Sight
from metrics.spreads import spreads
from tests.factories import UserFactory
from tests.metrics.made import interpolated

DATA = Path(os.environ.get("ITSM_SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
LOG = DATA / "servicenow_event_log" / "incident_event_log.csv.xz"
HOLDS = {"Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence"}
ALL_TIME = Period(date(2000, 1, 1), date(2030, 1, 1))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def log():
    if not LOG.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{LOG} is missing")
        pytest.skip(f"{LOG} is not on this machine")
    return LOG


def moment(text):
    return None if text == "?" else datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def seconds(start, end):
    return None if start is None or end is None or end < start else int((end - start).total_seconds())


def facts_of(lines):
    """The facts of one incident, from its lines as they stand in the log."""
    opened = moment(lines[0]["opened_at"])
    found = {"reported": opened, "impact": opened, "acknowledged": None, "work": None}
    stretches, state, at = [], "New", opened
    for line in lines:
        at = max(at, moment(line["sys_updated_at"]))
        if line["incident_state"] != "-100":
            state = line["incident_state"]
        if found["acknowledged"] is None and (line["assigned_to"] != "?" or state != "New"):
            found["acknowledged"] = at
        if found["work"] is None and (state == "Active" or state in HOLDS):
            found["work"] = at
        stretches.append((at, state in HOLDS))
    is_over = state in ("Resolved", "Closed")
    resolved = moment(lines[-1]["resolved_at"]) if is_over else None
    found["resolved"] = found["restored"] = None if resolved is None else max(resolved, opened)
    found["closed"] = None
    if state == "Closed":
        found["closed"] = max(moment(lines[-1]["closed_at"]) or at, found["resolved"] or opened)
    found["holds"] = [
        (since, until)
        for (since, is_held), (until, _next) in zip(stretches, [*stretches[1:], (None, False)], strict=True)
        if is_held
    ]
    found["is_over"] = is_over
    return found


def repair(facts):
    span = seconds(facts["work"], facts["restored"])
    if span is None:
        return None
    held = 0.0
    for since, until in facts["holds"]:
        until = facts["restored"] if until is None else min(until, facts["restored"])
        held += max((until - max(since, facts["work"])).total_seconds(), 0)
    return max(span - int(held), 0)


FOUR = {
    "respond": (lambda f: f["acknowledged"] or f["resolved"], lambda f: seconds(f["reported"], f["acknowledged"])),
    "repair": (lambda f: f["is_over"], repair),
    "recovery": (lambda f: f["is_over"], lambda f: seconds(f["impact"], f["restored"])),
    "resolve": (lambda f: f["is_over"], lambda f: seconds(f["reported"], f["resolved"])),
    "close": (lambda f: f["closed"], lambda f: seconds(f["reported"], f["closed"])),
}
"""Figure -> (whether an incident is in its population, its seconds)."""


@pytest.fixture
def told(log):
    lines = defaultdict(list)
    with lzma.open(log, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines[row["number"]].append(row)
    return [facts_of(of_one) for of_one in lines.values()]


def test_the_figures_of_the_real_log_are_those_counted_from_its_lines(log, told, desk):
    call_command("import_log", "incident-log", str(log))
    while rollups.refresh():
        pass
    auditor = UserFactory(roles=Role.AUDITOR)

    for name, (belongs, seconds_of) in FOUR.items():
        population = [facts for facts in told if belongs(facts)]
        values = [value for facts in population if (value := seconds_of(facts)) is not None]
        spread = spreads(FIGURES[name], Sight.of(auditor), ALL_TIME, Narrowing())[0, True]

        assert len(values) > 15_000, name
        assert (spread.n, spread.population) == (len(values), len(population)), name
        assert spread.left_out == len(population) - len(values), name
        assert spread.median == pytest.approx(statistics.median(values)), name
        assert spread.mean == pytest.approx(statistics.fmean(values)), name
        assert spread.p90 == pytest.approx(interpolated(values, 0.9)), name
        assert figures.rows(Rows(name, ALL_TIME), auditor).count() == len(values), name
    assert set(MTTR) <= set(FOUR)

    zone = ZoneInfo(settings.REPORTING_TIME_ZONE)
    march = Period(date(2016, 3, 1), date(2016, 3, 31))
    opened = sum(1 for facts in told if facts["reported"].astimezone(zone).strftime("%Y-%m") == "2016-03")
    assert counts(["opened"], Sight.of(auditor), march, Narrowing())[0, True]["opened"] == opened > 5_000
    by_march = figures.backlog(Sight.of(auditor), march, [march.last], Narrowing())[0][0]
    still_open = sum(
        1
        for facts in told
        if facts["reported"].astimezone(zone).date() <= march.last
        and not (facts["is_over"] and _over_on(facts, zone) <= march.last)
    )
    assert sum(by_march) == still_open


def _over_on(facts, zone):
    return (facts["resolved"] or facts["closed"]).astimezone(zone).date()
