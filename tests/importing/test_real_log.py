"""The real log, whole: counted anew from its lines with the standard library, and cut short by a kill."""

import csv
import lzma
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F

from accounts.models import Location, Team, User
from core.models import Activity, Delivery
from incidents.models import Incident
from tickets.models import Assignment, Category, Ticket, TicketSearch

ROOT = Path(__file__).resolve().parents[2]
LOG = (
    Path(os.environ.get("ITSM_SHARED_DATA") or ROOT.parent / "shared" / "data")
    / "servicenow_event_log"
    / "incident_event_log.csv.xz"
)
HOLDS = {"Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def log():
    if not LOG.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{LOG} is missing")
        pytest.skip(f"{LOG} is not on this machine")
    return LOG


@pytest.fixture
def told(log):
    """The log's own lines, by incident, in their order."""
    lines = defaultdict(list)
    with lzma.open(log, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines[row["number"]].append(row)
    return lines


def moment(text):
    return None if text == "?" else datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def family(state):
    return "On hold" if state in HOLDS else state


def transitions_of(told):
    found = Counter()
    for lines in told.values():
        for before, after in pairwise(lines):
            if family(before["incident_state"]) != family(after["incident_state"]):
                found[family(before["incident_state"]), family(after["incident_state"])] += 1
    return found


def run_import(log, **options):
    printed = StringIO()
    call_command("import_log", "incident-log", str(log), stdout=printed, stderr=StringIO(), **options)
    return printed.getvalue()


def test_the_real_log_goes_in_as_its_own_lines_say(db, log, told):
    began = time.monotonic()

    printed = run_import(log)

    assert time.monotonic() - began < 180
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1024 * 1024
    assert "0 already there, 24,918 new." in printed
    assert_counts(printed, told)
    assert_rows(told)
    assert_each_incident(told)

    once = {model: model.objects.count() for model in (Ticket, Incident, Activity, Assignment, User, Category)}
    printed = run_import(log)

    assert "24,918 already there, 0 new." in printed
    assert "differ" not in printed
    assert {model: model.objects.count() for model in once} == once


def assert_counts(printed, told):
    """What the import says of the log is what the log says when it is counted by other means."""
    found = transitions_of(told)
    assert found["New", "Resolved"] == 6_347
    assert found["On hold", "Resolved"] == 5_020
    assert found["Closed", "Active"] == 12
    for (before, after), words in {
        ("New", "Resolved"): "New → Resolved",
        ("On hold", "Resolved"): "On hold → Resolved",
        ("Closed", "Active"): "Closed → In progress",
        ("Resolved", "Active"): "Resolved → In progress",
    }.items():
        assert f"{found[before, after]:,}  {words}\n" in printed
    otherwise = sum(lines[0]["incident_state"] != "New" for lines in told.values())
    unresolved = sum(lines[-1]["resolved_at"] == "?" for lines in told.values())
    assert (otherwise, unresolved) == (8_521, 1_556)
    assert f"{otherwise:,} do not begin as new; {unresolved:,} never get a moment of resolution." in printed
    assert "141,712 lines read, 0 not readable." in printed


def assert_rows(told):
    events = sum(map(len, told.values()))
    activities = Activity.objects.filter(subject_kind="ticket")
    assert events == activities.count() == 141_712
    assert Incident.objects.count() == Ticket.objects.count() == TicketSearch.objects.count() == len(told) == 24_918
    assert Ticket.objects.values("number").distinct().count() == 24_918
    assert not Delivery.objects.filter(activity_id__in=activities.values("pk")).exists()

    def named(*columns):
        return {row[column] for lines in told.values() for row in lines for column in columns} - {"?"}

    people = named("caller_id", "opened_by", "assigned_to", "resolved_by", "sys_updated_by")
    ours = {" ".join(name.split()) for name in people}
    assert set(User.objects.values_list("name", flat=True)) == ours | {"Unknown caller"}
    assert set(Team.objects.values_list("name", flat=True)) == named("assignment_group")
    assert set(Location.objects.values_list("name", flat=True)) == named("location")
    pairs = {(row["category"], row["subcategory"]) for lines in told.values() for row in lines}
    below = Category.objects.filter(parent__isnull=False).values_list("parent__name", "name")
    assert set(below) == {pair for pair in pairs if "?" not in pair}


def assert_each_incident(told):
    facts = {
        reference: rest
        for reference, *rest in Incident.objects.values_list(
            "external_ref", "opened_at", "resolved_at", "closed_at", "reopen_count", "reassignment_count", "status"
        )
    }
    acknowledged = dict(Incident.objects.values_list("external_ref", "acknowledged_at"))
    held = dict(Incident.objects.values_list("external_ref", "held_seconds"))
    lines_of = dict(Activity.objects.filter(subject_kind="ticket").values_list("subject_id").annotate(Count("pk")))
    key_of = dict(Ticket.objects.values_list("external_ref", "pk"))
    for number, lines in told.items():
        last = lines[-1]
        assert facts[number] == [
            moment(last["opened_at"]),
            moment(last["resolved_at"]),
            moment(last["closed_at"]),
            int(last["reopen_count"]),
            int(last["reassignment_count"]),
            "closed",
        ], number
        assert lines_of[key_of[number]] == len(lines)
        assert (acknowledged[number], held[number]) == worked(lines), number


def worked(lines):
    """When somebody first had it, and the seconds on hold, from the lines alone."""
    latest, first, held, since, state = moment(lines[0]["opened_at"]), None, 0, None, "New"
    for row in lines:
        latest = max(latest, moment(row["sys_updated_at"]))
        state = row["incident_state"] if row["incident_state"] != "-100" else state
        if first is None and (row["assigned_to"] != "?" or state != "New"):
            first = latest
        if state in HOLDS:
            since = since or (moment(row["opened_at"]) if row is lines[0] else latest)
        elif since:
            held, since = held + int((latest - since).total_seconds()), None
    return first, held


@pytest.fixture
def beginning(log, tmp_path):
    """The log's first 30,000 lines, for what need not be seen at full length, and how many incidents they tell of."""
    path = tmp_path / "beginning.csv"
    with lzma.open(log, "rt", encoding="utf-8", newline="") as whole:
        lines = [next(whole) for _ in range(30_001)]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path, len({line.split(",", 1)[0] for line in lines[1:]})


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_leaves_nothing_half_done_and_goes_on(beginning, tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "itsm.settings_test", "DATABASE_URL": this_database()}
    log, incidents = beginning
    command = [sys.executable, str(ROOT / "manage.py"), "import_log", "incident-log", str(log)]
    told = tmp_path / "told"
    with told.open("w") as file:
        victim = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 120
        while Ticket.objects.count() < 1_000 and time.monotonic() < deadline:
            assert victim.poll() is None, told.read_text()
            time.sleep(0.02)
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait()

    cut_short = Ticket.objects.count()
    assert 1_000 <= cut_short < incidents
    assert Incident.objects.count() == TicketSearch.objects.count() == cut_short
    assert not half_done()

    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)

    there = int(second.stdout.split(" already there")[0].split("\n")[-1].replace(",", ""))
    assert cut_short <= there < incidents
    assert f"{there:,} already there, {incidents - there:,} new." in second.stdout
    assert Ticket.objects.count() == Incident.objects.count() == TicketSearch.objects.count() == incidents
    assert not half_done()


def half_done():
    """Incidents with fewer or more activities than the lines that they were made of."""
    return (
        Activity.objects.filter(verb="incident.opened")
        .extra(
            where=[
                "(data->>'rows')::int <> (SELECT count(*) FROM core_activity line"
                " WHERE line.subject_kind = 'ticket' AND line.subject_id = core_activity.subject_id)"
            ]
        )
        .annotate(incident=F("subject_id"))
        .exists()
    )


def this_database():
    chosen = connection.settings_dict
    port = f":{chosen['PORT']}" if chosen["PORT"] else ""
    if str(chosen["HOST"]).startswith("/"):
        return f"postgresql://{chosen['USER']}@{port}/{chosen['NAME']}?host={chosen['HOST']}"
    return f"postgresql://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}{port}/{chosen['NAME']}"
