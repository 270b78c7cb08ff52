"""Exports that a spreadsheet opens without running anything in them."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from core.exporting import as_csv, as_xlsx, cell, harmless


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", ' "=1', "\t=1", "＝1", "|calc"])
def test_what_a_spreadsheet_would_run_becomes_plain_text(text):
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["Booking", "3 = three", "a@b.example", "ἕν"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_numbers_stay_numbers_and_truth_does_not():
    assert cell(-3) == -3
    assert cell(2.5) == 2.5
    assert cell(True) == "True"
    assert cell(None) == ""
    assert harmless("a\x00b\x1fc") == "abc"


def test_a_moment_is_written_in_the_time_of_the_reader(settings):
    settings.TIME_ZONE = "UTC"

    assert harmless(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)).startswith("2026-03-01 ")


def test_csv_and_workbook_hold_the_same_lines():
    lines = [["Name", "Count"], ["=1+1", 7], ['Quoted "name", with comma', -2]]

    text = as_csv(lines, "things").getvalue().decode("utf-8-sig")
    book = load_workbook(io.BytesIO(as_xlsx(lines, "things").content))

    assert list(csv.reader(io.StringIO(text))) == [[str(v) for v in line] for line in _plain(lines)]
    assert [[each.value for each in row] for row in book["things"].iter_rows()] == _plain(lines)
    assert {each.data_type for row in book["things"].iter_rows() for each in row} == {"s", "n"}


def _plain(lines):
    return [["'=1+1" if value == "=1+1" else value for value in line] for line in lines]
