"""Rows out of a log file, plain or packed, each whole or refused with its line and reason. No word of the desk."""

import csv
import gzip
import lzma
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

OPENERS: dict[str, Any] = {".xz": lzma.open, ".gz": gzip.open}
BROKEN = (lzma.LZMAError, zlib.error, EOFError, OSError, UnicodeError)
LONGEST_CELL = 20_000


class LogError(Exception):
    """A log that cannot be read at all, or not to its end; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log: the cells of the columns that were asked for, in that order."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be read, and why."""

    line: int
    reason: str


def rows(path: Path, *, header: tuple[str, ...], encoding: str, delimiter: str) -> Iterator[Row | Refused]:
    """The rows of a log with the columns named in `header`. `LogError` when there is no such log, or it breaks off.

    Equal cells are one string in memory, as the same words stand on most lines of a log.
    """
    lines = _Lines(path, encoding)
    with lines.file:
        records = _records(lines, delimiter)
        names = next(records, None)
        if names is None or isinstance(names[1], str):
            raise LogError(_("%(path)s is empty, or its first line holds no column names.") % {"path": path})
        places, width = _places(path, names[1], header), len(names[1])
        words: dict[str, str] = {}
        for line, cells in records:
            if isinstance(cells, str):
                yield Refused(line, cells)
            elif reason := _fault(cells, width):
                yield Refused(line, reason)
            else:
                yield Row(line, tuple([words.setdefault(cells[place], cells[place]) for place in places]))


class _Lines:
    """The physical lines of a file, which can be put back: a stray quotation mark must not swallow what follows it."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path = path
        self.number = 0
        self.taken: list[str] = []
        self._back: deque[str] = deque()
        opener: Callable[..., IO[str]] = OPENERS.get(path.suffix.lower(), open)
        try:
            self.file = opener(path, "rt", encoding=encoding, errors="surrogateescape", newline="")
        except OSError as error:
            raise LogError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error.strerror}) from error

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = self._back.popleft() if self._back else next(self.file)
        except BROKEN as error:
            raise LogError(
                _("%(path)s breaks off after line %(line)d: %(why)s")
                % {"path": self.path, "line": self.number, "why": error}
            ) from error
        self.number += 1
        self.taken.append(line)
        return line

    def put_back_all_but_first(self) -> None:
        self._back.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        self.taken = self.taken[:1]


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the number of its first line: its cells, or the reason why it has none."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    width: int | None = None
    while True:
        lines.taken = []
        first = lines.number + 1
        try:
            cells: list[str] | str = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = _("The line is not CSV: %(why)s.") % {"why": error}
        if len(lines.taken) > 1 and width and (isinstance(cells, str) or len(cells) != width):
            lines.put_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter)
            cells = _("A quotation mark is opened and not closed.")
        if cells == []:
            continue  # an empty line
        width = width or len(cells)
        yield first, cells


def _places(path: Path, names: list[str], header: tuple[str, ...]) -> list[int]:
    names = [name.removeprefix("\ufeff").strip() for name in names]
    if missing := [name for name in header if name not in names]:
        raise LogError(
            _("%(path)s has no column %(names)s. Its columns are: %(found)s. The mapping says which means what.")
            % {"path": path, "names": ", ".join(missing), "found": ", ".join(names)[:1000]}
        )
    return [names.index(name) for name in header]


def _fault(cells: list[str], width: int) -> str:
    """Why a row is not to be trusted, or nothing."""
    if len(cells) != width:
        return _("It has %(n)d columns instead of %(width)d.") % {"n": len(cells), "width": width}
    text = "".join(cells)
    if "\0" in text:
        return _("It holds a NUL byte.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return _("It holds bytes that are not in the log's encoding.")
    return ""
