"""An import from end to end: the log is read twice; incidents go in a thousand at a time, a chunk whole or not at all.

The first reading finds the last line of each incident, so that the second needs to hold only those that are still
told of, in whatever order the log tells them.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.activity import record
from core.context import acting
from core.models import Activity
from core.moves import replay
from incidents.importing.events import Event, Understanding, Unreadable
from incidents.importing.history import Taken, taken
from incidents.importing.mapping import Mapping
from incidents.importing.names import Names
from incidents.importing.reading import LogError, Refused, Row, rows
from incidents.importing.report import Report
from tickets.bulk import insert_rows, insert_tickets
from tickets.models import Ticket

CHUNK = 1_000
LOCK = 4_917_203_551  # any number that nothing else locks
PATIENCE = 5.0
"""Seconds to wait for the lock: the database may need one to notice that an import was killed."""


class ImportBusy(Exception):
    """Another import runs on this database."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that a log tells of one incident: its readable lines in order, and a digest of all its lines."""

    number: str
    events: list[Event]
    digest: str


@dataclass
class Landed:
    """What `import.landed` is about: the organisation whose incidents came in."""

    pk: int
    subject_kind: str = "organisation"


class Import:
    """One run over one log."""

    def __init__(self, path: Path, mapping: Mapping, report: Report, *, dry_run: bool = False) -> None:
        self.path, self.mapping, self.report, self.dry_run = path, mapping, report, dry_run
        self.names = Names(mapping, writes=not dry_run)
        self.understanding = Understanding(mapping)
        self._last_lines: dict[str, int] = {}

    def survey(self) -> int:
        """The first reading: how many lines there are. `LogError` when the log cannot be read to its end."""
        count = 0
        for row in self._rows():
            count += 1
            if isinstance(row, Row):
                self._last_lines[self.understanding.number_of(row)] = row.line
        return count

    def run(self, tell: Callable[[int, int], None]) -> None:
        """The second reading; `tell(lines, incidents)` follows each chunk. What went in before an error stays."""
        seen = 0
        with acting(via=Activity.Via.IMPORT), _alone(needed=not self.dry_run):
            for chunk in _chunks(self._told()):
                self._take_in(chunk)
                seen += len(chunk)
                tell(self.report.lines, seen)
        self.report.made = self.names.made
        self.report.shared_teams = self.names.shared_teams

    def _rows(self) -> Iterator[Row | Refused]:
        mapping = self.mapping
        return rows(self.path, header=mapping.header, encoding=mapping.encoding, delimiter=mapping.delimiter)

    def _told(self) -> Iterator[Told]:
        """Each incident as soon as its last line is read."""
        waiting: dict[str, list[Row]] = {}
        for row in self._rows():
            self.report.lines += 1
            if isinstance(row, Refused):
                self.report.refuse(row.line, "", row.reason)
                continue
            number = self.understanding.number_of(row)
            waiting.setdefault(number, []).append(row)
            if self._last_lines.get(number) == row.line:
                told = self._read(number, waiting.pop(number))
                if told is not None:
                    yield told
        if waiting:
            raise LogError(_("%(path)s was changed while it was read.") % {"path": self.path})

    def _read(self, number: str, lines: list[Row]) -> Told | None:
        events: list[Event] = []
        digest = hashlib.blake2b(digest_size=16)
        for row in lines:
            digest.update("\x1f".join((*row.cells, "\n")).encode())
            try:
                events.append(self.understanding.event(row))
            except Unreadable as error:
                self.report.refuse(row.line, number, str(error))
        if not events:
            if not number:
                return None
            self.report.refuse_incident(lines[0].line, number)
            return None
        previous = events[0].opened_at
        for event in events:
            if event.happened_at < previous:
                self.report.ran_backwards(event.line, number)
            previous = event.happened_at
        return Told(events[0].number, events, digest.hexdigest())

    def _take_in(self, chunk: Sequence[Told]) -> None:
        """Write the incidents of a chunk that are not there yet, in one transaction."""
        with transaction.atomic():
            fresh = self._not_there(chunk)
            if not fresh:
                return
            self.names.learn(event for told in fresh for event in told.events)
            found = [taken(told.events, mapping=self.mapping, names=self.names, digest=told.digest) for told in fresh]
            if not self.dry_run:
                self._write(found)
        for told, each in zip(fresh, found, strict=True):
            self.report.count(told.events, each.happenings, each.incident.resolved_at)

    def _not_there(self, chunk: Sequence[Told]) -> list[Told]:
        source = self.mapping.source
        there = {
            reference: (pk, number)
            for pk, number, reference in Ticket.objects.filter(
                external_source=source, external_ref__in=[told.number for told in chunk]
            ).values_list("pk", "number", "external_ref")
        }
        digests = dict(
            Activity.objects.filter(
                subject_kind="ticket", subject_id__in=[pk for pk, _number in there.values()], verb="incident.opened"
            ).values_list("subject_id", "data__digest")
        )
        for told in chunk:
            if told.number in there:
                self.report.there += 1
                pk, number = there[told.number]
                if digests.get(pk) != told.digest:
                    self.report.differs(told.events[0].line, told.number, number)
        return [told for told in chunk if told.number not in there]

    def _write(self, found: Sequence[Taken]) -> None:
        incidents = [each.incident for each in found]
        insert_tickets(incidents)
        for each in found:
            for assignment in each.assignments:
                assignment.ticket_id = each.incident.pk
        insert_rows([assignment for each in found for assignment in each.assignments])
        replay([happening for each in found for happening in each.happenings])
        record(
            "import.landed",
            Landed(self.names.organisation.pk),
            data={
                "source": self.mapping.source,
                "kind": "incident",
                "tickets": [incident.pk for incident in incidents],
                "from": min(incident.opened_at for incident in incidents).isoformat(),
                "until": max(incident.updated_at for incident in incidents).isoformat(),
            },
        )


def _chunks(told: Iterator[Told]) -> Iterator[list[Told]]:
    chunk: list[Told] = []
    for each in told:
        chunk.append(each)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@contextmanager
def _alone(*, needed: bool) -> Iterator[None]:
    """Hold the database's lock for imports: two at once would each find the other's incidents missing."""
    if not needed:
        yield
        return
    patience_ends = time.monotonic() + PATIENCE
    while not _locked():
        if time.monotonic() >= patience_ends:
            raise ImportBusy(_("Another import is running. Try again when it is done."))
        time.sleep(0.25)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
