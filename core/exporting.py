"""Tables as CSV or XLSX that a spreadsheet opens without running anything in them."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

MOST = 50_000
"""Rows of one export of a list."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")

Lines = Iterable[Iterable[Any]]
"""A head, then a line of values for each row."""


def harmless(value: Any) -> str:
    """A cell's text, without controls. What a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    text = "".join(char for char in text if char in "\t\n" or char >= " ")
    return f"'{text}" if text.lstrip(' "').startswith(DANGEROUS) else text


def cell(value: Any) -> str | int | float:
    """A number stays one, so that a spreadsheet can count on it; everything else is harmless text."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else harmless(value)


class _Echo:
    def write(self, text: str) -> str:
        return text


def as_csv(lines: Lines, name: str) -> StreamingHttpResponse:
    """A CSV, streamed, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    body = (writer.writerow([cell(value) for value in line]) for line in lines)
    return _named(StreamingHttpResponse(_after("\ufeff", body), content_type="text/csv; charset=utf-8"), f"{name}.csv")


def as_xlsx(lines: Lines, name: str) -> HttpResponse:
    """A workbook of one sheet; a cell is a number or text, so that nothing is run."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for line in lines:
        sheet.append([_sheet_cell(sheet, cell(value)) for value in line])
    content = BytesIO()
    book.save(content)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(HttpResponse(content.getvalue(), content_type=kind), f"{name}.xlsx")


FORMS: dict[str, Callable[[Lines, str], HttpResponseBase]] = {"csv": as_csv, "xlsx": as_xlsx}
"""What `?export=` may ask for."""


def _sheet_cell(sheet: Any, value: str | int | float) -> Any:
    made = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        made.data_type = "s"
    return made


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _named(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
