"""Exactly what a list shows, as CSV or XLSX. A cell that a spreadsheet would run as a formula is made plain text."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from tickets.queue.columns import Column

MOST = 50_000
"""Rows of one export; the page says so before."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def harmless(value: Any) -> str:
    """A cell's text, without controls. What a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    text = "".join(char for char in text if char in "\t\n" or char >= " ")
    return f"'{text}" if text.lstrip(' "').startswith(DANGEROUS) else text


def lines(rows: Iterable[Any], columns: list[Column]) -> Iterator[list[str]]:
    """A head, then a line for each row."""
    yield [str(column.export_label or column.label) for column in columns]
    for row in rows:
        yield [harmless(column.text(row)) for column in columns]


class _Echo:
    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[Any], columns: list[Column], name: str) -> StreamingHttpResponse:
    """A CSV, streamed, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    body = (writer.writerow(line) for line in lines(rows, columns))
    return _named(StreamingHttpResponse(_after("\ufeff", body), content_type="text/csv; charset=utf-8"), f"{name}.csv")


def as_xlsx(rows: Iterable[Any], columns: list[Column], name: str) -> HttpResponse:
    """A workbook of one sheet; every cell is text, so that nothing is run."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for line in lines(rows, columns):
        cells = []
        for text in line:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    content = BytesIO()
    book.save(content)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(HttpResponse(content.getvalue(), content_type=kind), f"{name}.xlsx")


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _named(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
