"""What a row of the log says, in the desk's words: every cell understood, or the row refused with the reason."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Location, Team, User
from incidents.importing.mapping import Mapping, State
from incidents.importing.reading import Row
from tickets.models import Category, Ticket

LONGEST: dict[str, Any] = {
    "number": Ticket._meta.get_field("external_ref").max_length,
    "location": Location._meta.get_field("name").max_length,
    "category": Category._meta.get_field("name").max_length,
    "subcategory": Category._meta.get_field("name").max_length,
    "team": Team._meta.get_field("name").max_length,
    "requester": User._meta.get_field("name").max_length,
    "opened_by": User._meta.get_field("name").max_length,
    "happened_by": User._meta.get_field("name").max_length,
    "assignee": User._meta.get_field("name").max_length,
    "resolved_by": User._meta.get_field("name").max_length,
    "resolution": 10_000,
}
MOMENTS = ("happened_at", "opened_at", "resolved_at", "closed_at")
COUNTS = ("reassignment_count", "reopen_count")
HIGHEST_COUNT = 32_767
CLOCK_MAY_DIFFER = timedelta(days=1)


class Unreadable(Exception):
    """A cell that is not understood; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an incident's history. Moments are UTC; what the log does not say is None or empty."""

    line: int
    number: str
    word: str
    state: State
    happened_at: datetime
    opened_at: datetime
    happened_by: str
    opened_by: str
    requester: str
    location: str
    category: tuple[str, ...]
    impact: int | None
    urgency: int | None
    priority: int | None
    channel: str
    team: str
    assignee: str
    resolved_by: str
    resolved_at: datetime | None
    closed_at: datetime | None
    resolution: str
    resolution_code: str
    reassignment_count: int | None
    reopen_count: int | None
    title: tuple[str, ...]
    kept: tuple[str, ...]


class Understanding:
    """Reads rows by a mapping. Words and dates recur on most lines, so each is worked out once and remembered."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        header = mapping.header
        self._columns: list[tuple[str, int, dict[str, Any]]] = [
            (name, header.index(column), {}) for name, column in mapping.columns.items()
        ]
        self._number = header.index(mapping.columns["number"])
        self._state = header.index(mapping.columns["state"])
        self._title = [header.index(column) for column in mapping.title]
        self._kept = [header.index(column) for column in mapping.kept]
        self._texts: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._latest = timezone.now() + CLOCK_MAY_DIFFER

    def number_of(self, row: Row) -> str:
        """The log's own number of the incident that a row belongs to; empty when it names none."""
        word = one_line(row.cells[self._number])
        return "" if word in self.mapping.missing else word

    def event(self, row: Row) -> Event:
        """What the row says. `Unreadable` names the cell that is not understood."""
        cells = row.cells
        said: dict[str, Any] = {}
        for name, place, known in self._columns:
            word = cells[place]
            if word not in known:
                known[word] = self._understood(name, word)
            said[name] = known[word]
        for name in ("number", "state", "happened_at", "opened_at"):
            if not said[name]:
                raise Unreadable(_("%(column)s says nothing.") % {"column": self.mapping.columns[name]})
        get: Callable[..., Any] = said.get
        category, subcategory = get("category", ""), get("subcategory", "")
        return Event(
            line=row.line,
            number=said["number"],
            word=one_line(cells[self._state]),
            state=said["state"],
            happened_at=said["happened_at"],
            opened_at=said["opened_at"],
            happened_by=get("happened_by", ""),
            opened_by=get("opened_by", ""),
            requester=get("requester", ""),
            location=get("location", ""),
            category=tuple(name for name in (category, subcategory) if name),
            impact=get("impact"),
            urgency=get("urgency"),
            priority=get("priority"),
            channel=get("channel") or "",
            team=get("team", ""),
            assignee=get("assignee", ""),
            resolved_by=get("resolved_by", ""),
            resolved_at=get("resolved_at"),
            closed_at=get("closed_at"),
            resolution=get("resolution", ""),
            resolution_code=get("resolution_code") or "",
            reassignment_count=get("reassignment_count"),
            reopen_count=get("reopen_count"),
            title=self._words(tuple([cells[place] for place in self._title])),
            kept=self._words(tuple([cells[place] for place in self._kept])),
        )

    def _words(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        if cells not in self._texts:
            self._texts[cells] = tuple("" if word.strip() in self.mapping.missing else one_line(word) for word in cells)
        return self._texts[cells]

    def _understood(self, name: str, word: str) -> Any:
        word = word.strip()
        column = self.mapping.columns[name]
        if word in self.mapping.missing:
            return None if name in MOMENTS or name in COUNTS or name in self.mapping.words else ""
        if name in MOMENTS:
            return self._moment(column, word)
        if name in COUNTS:
            if not (word.isascii() and word.isdecimal() and int(word[:9]) <= HIGHEST_COUNT):
                raise _not_understood(column, word, _("it is no count"))
            return int(word)
        if name == "state":
            if word not in self.mapping.states:
                raise _not_understood(column, word, _("[states] of the mapping does not name it"))
            return self.mapping.states[word]
        if name in self.mapping.words:
            if name == "resolution_code":
                return self.mapping.words[name].get(word)
            if word not in self.mapping.words[name]:
                raise _not_understood(
                    column, word, _("[words.%(name)s] of the mapping does not name it") % {"name": name}
                )
            return self.mapping.words[name][word]
        text = one_line(word)
        if not text or len(text) > LONGEST[name]:
            raise _not_understood(column, word, _("it is longer than %(n)d characters") % {"n": LONGEST[name]})
        return text

    def _moment(self, column: str, word: str) -> datetime:
        for form in self.mapping.dates:
            try:
                moment = datetime.strptime(word, form)
                moment = (moment if moment.tzinfo else moment.replace(tzinfo=self.mapping.zone)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
            if moment > self._latest:
                raise _not_understood(column, word, _("it lies in the future"))
            return moment
        raise _not_understood(
            column, word, _("it is no date of the form %(forms)s") % {"forms": ", ".join(self.mapping.dates)}
        )


def one_line(word: str) -> str:
    """Words on one line, without the control and direction marks that could make them look like others."""
    if word.isascii() and word.isprintable() and "  " not in word:
        return word.strip()
    kept = "".join(" " if each in "\t\r\n" else each for each in unicodedata.normalize("NFC", word))
    return " ".join("".join(each for each in kept if unicodedata.category(each) not in ("Cc", "Cf")).split())


def _not_understood(column: str, word: str, why: str) -> Unreadable:
    shown = word if len(word) <= 60 else f"{word[:60]}…"
    return Unreadable(_("%(column)s “%(word)s”: %(why)s.") % {"column": column, "word": shown, "why": why})
