"""`./run import incident-log FILE`: trying it out, doing it twice, being cut short, bad input."""

import csv
import gzip
import lzma
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accounts.models import Organisation, User
from core.models import Activity
from incidents.importing import loading, mapping
from incidents.importing.progress import Progress
from incidents.models import Incident
from tests.importing.conftest import WHOLE_LIFE, as_csv, line
from tickets.models import Assignment, Ticket

FIVE = [line(f"INC{number:07}", at="1/3/2024 09:10") for number in range(1, 6)]


def counts():
    return {model: model.objects.count() for model in (Incident, Ticket, Activity, Assignment, User, Organisation)}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(take_in):
    before = counts()

    printed = take_in([*WHOLE_LIFE, *FIVE], dry_run=True)

    assert "0 incidents already there, 6 would be new; nothing was written." in printed
    assert "13 activities" in printed
    assert counts() == before


def test_the_run_after_a_dry_run_does_what_it_said(take_in):
    take_in(WHOLE_LIFE, dry_run=True)

    printed = take_in(WHOLE_LIFE)

    assert "0 already there, 1 new." in printed
    assert Incident.objects.count() == 1


def test_twice_is_the_same_as_once_and_says_so(take_in):
    take_in([*WHOLE_LIFE, *FIVE])
    once = counts()

    printed = take_in([*WHOLE_LIFE, *FIVE])

    assert "6 already there, 0 new." in printed
    assert "differ" not in printed
    assert counts() == once


def test_an_updated_log_adds_what_is_new_and_names_what_differs(take_in):
    take_in(FIVE)
    later = [*FIVE, line("INC0000002", at="1/3/2024 12:00", state="Active"), line("INC0000099")]

    printed = take_in(later)

    assert "5 already there, 1 new." in printed
    assert "1 of those already there differ from the log; they were left as they are." in printed
    assert "(INC0000002)" in printed
    assert Incident.objects.get(external_ref="INC0000002").status == "new"
    assert Incident.objects.filter(external_ref="INC0000099").exists()


def test_the_same_numbers_of_another_system_are_other_incidents(take_in, write):
    other = write(mapping.DEFAULT.read_text().replace('source = "servicenow"', 'source = "helix"'), "helix.toml")
    take_in(FIVE)

    take_in(FIVE, mapping=other)

    assert Incident.objects.count() == 10


def test_an_import_that_is_cut_short_leaves_whole_incidents_and_goes_on_when_run_again(take_in, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 2)
    written = []

    def cut_short(happenings):
        if len(written) == 1:
            raise KeyboardInterrupt
        written.append(replay(happenings))

    replay = loading.replay
    monkeypatch.setattr(loading, "replay", cut_short)
    with pytest.raises(CommandError, match="2 incidents went in whole"):
        take_in(FIVE)
    assert set(Incident.objects.values_list("external_ref", flat=True)) == {"INC0000001", "INC0000002"}
    assert Activity.objects.filter(verb="incident.opened").count() == Ticket.objects.count() == 2
    monkeypatch.setattr(loading, "replay", replay)

    printed = take_in(FIVE)

    assert "2 already there, 3 new." in printed
    assert Activity.objects.filter(verb="incident.opened").count() == Ticket.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_second_import_at_the_same_time_is_refused(take_in, monkeypatch):
    monkeypatch.setattr(loading, "PATIENCE", 0.3)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [loading.LOCK])

        with pytest.raises(CommandError, match="Another import is running"):
            take_in(FIVE)
        assert not Incident.objects.exists()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [loading.LOCK])
    finally:
        other.close()

    take_in(FIVE)
    assert Incident.objects.count() == 5


def test_the_lock_is_given_back(take_in):
    take_in(FIVE)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"state": "Sleeping"}, "incident_state “Sleeping”: [states] of the mapping does not name it."),
        ({"at": "31/2/2024 09:00"}, "sys_updated_at “31/2/2024 09:00”: it is no date of the form %d/%m/%Y %H:%M."),
        ({"at": "?"}, "sys_updated_at says nothing."),
        ({"opened_at": "1/3/2999 09:00"}, "opened_at “1/3/2999 09:00”: it lies in the future."),
        ({"impact": "9 - Huge"}, "impact “9 - Huge”: [words.impact] of the mapping does not name it."),
        ({"reopen_count": "-1"}, "reopen_count “-1”: it is no count."),
        ({"caller_id": "x" * 151}, "it is longer than 150 characters."),
        ({"caller_id": "Cal\0ler"}, "It holds a NUL byte."),
    ],
)
def test_a_line_that_cannot_be_read_is_reported_and_the_rest_goes_in(take_in, tmp_path, cells, reason):
    bad = line("INC0000003", **cells)
    details = tmp_path / "report.csv"

    printed = take_in([*FIVE, bad], report=details)

    assert "6 lines read, 1 not readable." in printed
    assert "0 already there, 5 new." in printed
    assert reason in printed
    with details.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["what"], row["line"]) == ("refused", "7")
    assert reason in row["reason"]


def test_an_incident_without_a_readable_line_is_left_out_whole(take_in):
    printed = take_in([*FIVE, line("INC0000099", state="Sleeping")])

    assert "1 incidents have no readable line and were left out." in printed
    assert not Incident.objects.filter(external_ref="INC0000099").exists()


def test_a_line_without_a_number_belongs_to_nothing(take_in):
    printed = take_in([*FIVE, line("?")])

    assert "6 lines read, 1 not readable." in printed
    assert "number says nothing." in printed
    assert Incident.objects.count() == 5


def test_bytes_in_another_encoding_are_reported(take_in):
    text = as_csv([line("A", caller_id="Müller"), line("B")])

    printed = take_in(text.encode("latin-1"))

    assert "It holds bytes that are not in the log's encoding." in printed
    assert list(Incident.objects.values_list("external_ref", flat=True)) == ["B"]


def test_the_same_bytes_are_read_when_the_mapping_names_their_encoding(take_in, write):
    latin = write(mapping.DEFAULT.read_text().replace('"utf-8"', '"latin-1"'), "latin.toml")
    text = as_csv([line("A", caller_id="Müller")])

    take_in(text.encode("latin-1"), mapping=latin)

    assert Incident.objects.get().requester.name == "Müller"


def test_a_wrong_count_of_columns_is_reported(take_in):
    text = as_csv(FIVE) + "INC0000006,New\n"

    printed = take_in(text)

    assert "line 7: It has 2 columns instead of" in printed
    assert Incident.objects.count() == 5


def test_a_stray_quotation_mark_does_not_swallow_the_lines_below(take_in):
    header, *rows = as_csv(FIVE).splitlines(keepends=True)
    rows[1] = rows[1].replace("Caller 3", '"Caller 3')

    printed = take_in("".join([header, *rows]))

    assert "line 3: A quotation mark is opened and not closed." in printed
    assert set(Incident.objects.values_list("external_ref", flat=True)) == {
        "INC0000001", "INC0000003", "INC0000004", "INC0000005"
    }  # fmt: skip


def test_a_cell_may_hold_a_line_break(take_in):
    take_in([line("A", u_symptom="First\nsecond"), line("B")])

    assert Incident.objects.get(external_ref="A").title == "Subcategory 2, First second"
    assert Incident.objects.count() == 2


def test_formulas_in_a_report_are_words(take_in, tmp_path):
    details = tmp_path / "report.csv"

    take_in([line("=cmd()", state="Sleeping")], report=details)

    assert "'=cmd()" in details.read_text()


@pytest.mark.parametrize(("suffix", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_packed_logs_are_read_as_they_are(take_in, write, suffix, pack):
    take_in(write(pack(as_csv(FIVE).encode()), f"log.csv{suffix}"))

    assert Incident.objects.count() == 5


def test_a_log_that_breaks_off_is_refused_before_anything_is_written(take_in, write):
    whole = lzma.compress(as_csv([line(f"INC{n:07}", u_symptom=f"{n * 7919}") for n in range(3000)]).encode())

    with pytest.raises(CommandError, match="breaks off after line"):
        take_in(write(whole[: len(whole) // 2], "log.csv.xz"))

    assert not Ticket.objects.exists()


def test_a_log_without_a_column_that_the_mapping_wants_names_it(take_in):
    with pytest.raises(CommandError, match=r"has no column incident_state, .*Its columns are: number, status"):
        take_in("number,status\n1,New\n")


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_log_is_refused(take_in, content):
    with pytest.raises(CommandError, match="is empty"):
        take_in(content)


def test_a_file_that_is_not_there_is_refused(take_in, tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        take_in(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('source = "servicenow"', "source =", "is not TOML"),
        ('"Active" = "in_progress"', '"Active" = "busy"', "there is no status busy"),
        ('"Active" = "in_progress"', '"Active" = "on_hold"', "names its reason"),
        ('"2 - Medium" = 2', '"2 - Medium" = 7', "cannot be 7"),
        ('number = "number"', "", "must say which is number"),
        ('time_zone = "UTC"', 'time_zone = "Mars/Base"', "no time zone called Mars/Base"),
        ("[kept]", "[keep]", "no table called keep"),
        ("[teams]", '[teams]\n"Group 1" = "third_line"', "a level is one of"),
        ("served_by = []", 'served_by = ["nobody"]', "do not exist: nobody"),
    ],
)
def test_a_wrong_mapping_is_refused_in_words(take_in, write, old, new, why):
    text = mapping.DEFAULT.read_text()
    assert old in text

    with pytest.raises(CommandError, match=why):
        take_in(FIVE, mapping=write(text.replace(old, new, 1), "mine.toml"))

    assert not Ticket.objects.exists()


def test_progress_is_one_line_on_a_terminal_and_silent_elsewhere_when_it_is_quick():
    terminal, file = StringIO(), StringIO()

    for stream, is_terminal in ((terminal, True), (file, False)):
        progress = Progress(stream.write, total=1000, is_terminal=is_terminal)
        progress.at(500, 100)
        progress.done(1000, 200)

    assert terminal.getvalue().startswith("\r")
    assert "1,000 of 1,000 lines, 200 incidents" in terminal.getvalue()
    assert terminal.getvalue().count("\n") == 1
    assert file.getvalue() == ""


def test_the_command_takes_no_other_kind_of_log(db, write):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("import_log", "payroll", str(write(FIVE)))
