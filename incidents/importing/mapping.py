"""The mapping of a log: which column and which word mean what. A TOML file that a user can copy and change."""

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from accounts.models import Organisation, Team
from incidents.models.incident import HoldReason, ResolutionCode, Status
from tickets.models import Ticket

SHIPPED = Path(__file__).parent / "mappings"
DEFAULT = SHIPPED / "servicenow_event_log.toml"

REQUIRED = ("number", "state", "happened_at", "opened_at")
OPTIONAL = (
    "happened_by",
    "opened_by",
    "requester",
    "location",
    "category",
    "subcategory",
    "impact",
    "urgency",
    "priority",
    "channel",
    "team",
    "assignee",
    "resolved_by",
    "resolved_at",
    "closed_at",
    "resolution",
    "resolution_code",
    "reassignment_count",
    "reopen_count",
)
UNCHANGED = "unchanged"
TABLES = {"source", "file", "organisation", "columns", "wanting", "teams", "kept", "states", "words"}
WORDS: dict[str, set[Any]] = {
    "impact": set(Ticket.Level.values),
    "urgency": set(Ticket.Level.values),
    "priority": set(Ticket.Priority.values),
    "channel": set(Ticket.Channel.values),
    "resolution_code": set(ResolutionCode.values),
}


class MappingError(Exception):
    """A mapping that cannot be used; the message says what to mend."""


@dataclass(frozen=True)
class State:
    """What a state of the log is to us: a status with its hold reason, or None where the status stays."""

    status: str | None
    hold_reason: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping that has been checked: `columns` and `words` by our names, `states` by the log's."""

    source: str
    encoding: str
    delimiter: str
    missing: frozenset[str]
    dates: tuple[str, ...]
    zone: ZoneInfo
    organisation: Table[str, Any]
    columns: dict[str, str]
    title: tuple[str, ...]
    untitled: str
    requester: str
    teams: dict[str, str]
    kept: tuple[str, ...]
    states: dict[str, State]
    words: dict[str, dict[str, Any]]

    @property
    def header(self) -> tuple[str, ...]:
        """Every column of the log that is read, once."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.title, *self.kept)))


def load(path: Path, *, time_zone: str | None = None) -> Mapping:
    """Read and check a mapping; `MappingError` says in words what is wrong with it."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(_("The mapping %(path)s cannot be read: %(why)s") % _at(path, error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(_("The mapping %(path)s is not TOML: %(why)s") % _at(path, error)) from error
    try:
        return _checked(table, time_zone)
    except MappingError as error:
        raise MappingError(_("The mapping %(path)s is wrong: %(why)s") % _at(path, error)) from error


def _at(path: Path, why: object) -> dict[str, object]:
    return {"path": path, "why": why}


def _checked(table: dict[str, Any], time_zone: str | None) -> Mapping:
    if unknown := set(table) - TABLES:
        raise MappingError(_("there is no table called %(names)s.") % {"names": ", ".join(sorted(unknown))})
    file, wanting = _table(table, "file"), _table(table, "wanting")
    return Mapping(
        source=_text(table, "source", longest=40),
        encoding=_encoding(_text(file, "encoding", default="utf-8")),
        delimiter=_text(file, "delimiter", default=",", longest=1),
        missing=frozenset(_texts(file, "missing")),
        dates=_texts(file, "dates", at_least_one=True),
        zone=_zone(time_zone or _text(file, "time_zone", default="UTC")),
        organisation=_organisation(_table(table, "organisation")),
        columns=_columns(_table(table, "columns")),
        title=_texts(wanting, "title"),
        untitled=_text(wanting, "untitled", longest=200),
        requester=_text(wanting, "requester", longest=150),
        teams=_teams(_table(table, "teams")),
        kept=_texts(_table(table, "kept"), "columns"),
        states=_states(_table(table, "states")),
        words=_words(_table(table, "words")),
    )


def _table(table: Table[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise MappingError(_("[%(name)s] must be a table.") % {"name": name})
    return found


def _text(table: Table[str, Any], name: str, *, default: str | None = None, longest: int = 200) -> str:
    value = table.get(name, default)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise MappingError(_("%(name)s must be a text of 1 to %(n)d characters.") % {"name": name, "n": longest})
    return value


def _texts(table: Table[str, Any], name: str, *, at_least_one: bool = False) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or (at_least_one and not value):
        raise MappingError(_("%(name)s must be a list of texts.") % {"name": name})
    return tuple(value)


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError as error:
        raise MappingError(_("there is no encoding called %(name)s.") % {"name": name}) from error
    return name


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MappingError(_("there is no time zone called %(name)s.") % {"name": name}) from error


def _organisation(table: dict[str, Any]) -> dict[str, Any]:
    kind = table.get("kind", Organisation.Kind.CUSTOMER)
    if kind not in (Organisation.Kind.INTERNAL, Organisation.Kind.CUSTOMER):
        raise MappingError(_("the organisation's kind is internal or customer."))
    return {
        "key": _text(table, "key", longest=60),
        "name": _text(table, "name", longest=150),
        "kind": kind,
        "served_by_default_team": bool(table.get("served_by_default_team", False)),
        "served_by": _texts(table, "served_by"),
    }


def _columns(table: dict[str, Any]) -> dict[str, str]:
    if missing := [name for name in REQUIRED if name not in table]:
        raise MappingError(_("[columns] must say which is %(names)s.") % {"names": ", ".join(missing)})
    if unknown := set(table) - {*REQUIRED, *OPTIONAL}:
        raise MappingError(_("[columns] cannot hold %(names)s.") % {"names": ", ".join(sorted(unknown))})
    return {name: _text(table, name) for name in table}


def _teams(table: dict[str, Any]) -> dict[str, str]:
    for name, level in table.items():
        if level not in Team.Level.values:
            raise MappingError(
                _("[teams] “%(name)s”: a level is one of %(names)s.")
                % {"name": name, "names": ", ".join(Team.Level.values)}
            )
    return dict(table)


def _states(table: dict[str, Any]) -> dict[str, State]:
    states = {}
    for word in table:
        status, _space, reason = _text(table, word).partition(" ")
        if status == UNCHANGED and not reason:
            states[word] = State(None)
            continue
        if status not in Status.values:
            raise MappingError(_("[states] “%(word)s”: there is no status %(name)s.") % {"word": word, "name": status})
        if (status == Status.ON_HOLD) != (reason in HoldReason.values):
            raise MappingError(
                _("[states] “%(word)s”: on_hold, and nothing else, names its reason: %(names)s.")
                % {"word": word, "names": ", ".join(HoldReason.values)}
            )
        states[word] = State(status, reason)
    return states


def _words(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if unknown := set(table) - set(WORDS):
        raise MappingError(_("[words] cannot hold %(names)s.") % {"names": ", ".join(sorted(unknown))})
    for name, allowed in WORDS.items():
        for word, value in _table(table, name).items():
            if not isinstance(value, str | int) or value not in allowed:
                raise MappingError(
                    _("[words.%(name)s] “%(word)s” cannot be %(value)s; it can be %(allowed)s.")
                    % {"name": name, "word": word, "value": value, "allowed": ", ".join(map(str, sorted(allowed)))}
                )
    return {name: _table(table, name) for name in WORDS}
