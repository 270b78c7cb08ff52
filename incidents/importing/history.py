"""From the lines of one incident to the incident with its past: facts, stretches of work, and one activity a line.

Row order is the order of events. A moment that runs backwards counts as the one before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.activity import Happening
from core.kinds import get
from core.moves import Past, fold
from incidents.facts import assume
from incidents.importing.events import Event
from incidents.importing.mapping import Mapping
from incidents.importing.names import Names
from incidents.lifecycle import LIFECYCLE
from incidents.models import Incident
from incidents.models.incident import Status
from tickets.models import Assignment, Ticket

OPEN = (Status.NEW, Status.IN_PROGRESS, Status.ON_HOLD)
TOWARDS: dict[str, str] = {
    Status.NEW: "incident.reopened",
    Status.IN_PROGRESS: "incident.reopened",
    Status.ON_HOLD: "incident.held",
    Status.RESOLVED: "incident.resolved",
    Status.CLOSED: "incident.closed",
    Status.CANCELLED: "incident.cancelled",
}
"""What a transition is called that the lifecycle has no move for."""
KEPT_WHEN_MISSING = ("requester_id", "impact", "urgency", "priority", "channel")
"""Columns that cannot be empty: where a later line says nothing, the former word stays."""


@dataclass
class Taken:
    """An incident ready to be written: itself, its activities and its stretches of work."""

    incident: Incident
    happenings: list[Happening]
    assignments: list[Assignment]


def taken(events: Sequence[Event], *, mapping: Mapping, names: Names, digest: str) -> Taken:
    """Make the incident that these lines tell of. Every name in them must have been learnt."""
    first, last = events[0], events[-1]
    moments = moments_of(events)
    incident = Incident(
        kind="incident",
        title=_title(events, mapping),
        organisation_id=names.organisation.pk,
        external_source=mapping.source,
        external_ref=first.number,
        opened_at=first.opened_at,
        opened_by=names.person(first.opened_by),
        opening_category_id=names.category_id(first.category),
        owning_team_id=names.team_id(next((event.team for event in events if event.team), "")),
        resolution=last.resolution,
        resolution_code=last.resolution_code,
        resolved_by=names.person(last.resolved_by),
    )
    pasts = _pasts(events, moments, mapping, names, digest)
    happenings = fold(get("incident"), incident, pasts)
    incident.reader_ids = _readers(incident, events, names)
    restricted = names.restricted.get(incident.category_id or 0, [])
    incident.is_restricted, incident.restricted_team_ids = bool(restricted), restricted
    _set_facts(incident, events, moments, names)
    _count(incident, last, happenings)
    return Taken(incident, happenings, _assignments(incident, events, moments, names))


def moments_of(events: Sequence[Event]) -> list[datetime]:
    """When each line happened, never before the line above it nor before the opening."""
    moments: list[datetime] = []
    latest = events[0].opened_at
    for event in events:
        latest = max(latest, event.happened_at)
        moments.append(latest)
    return moments


def _title(events: Sequence[Event], mapping: Mapping) -> str:
    """The title columns as they were last filled, joined; what the mapping says where they never were."""
    words = [
        next((word for word in reversed(column) if word), "") for column in zip(*(e.title for e in events), strict=True)
    ]
    return ", ".join(word for word in words if word)[:200].strip() or mapping.untitled


def _readers(incident: Incident, events: Sequence[Event], names: Names) -> list[int]:
    """Who asked, who wrote it down, who had it and who resolved it: they read it whatever their teams."""
    people = {name for each in events for name in (each.requester, each.opened_by, each.assignee, each.resolved_by)}
    people.discard("")
    return sorted({incident.requester_id, *(names.person(name).pk for name in people)})


def _pasts(
    events: Sequence[Event], moments: Sequence[datetime], mapping: Mapping, names: Names, digest: str
) -> list[Past]:
    first = events[0]
    before = {
        "requester_id": names.person(mapping.requester).pk,
        "impact": Ticket.Level.MEDIUM.value,
        "urgency": Ticket.Level.MEDIUM.value,
        "priority": Ticket.Priority.P3.value,
        "channel": Ticket.Channel.IMPORT.value,
    }
    before = _values(first, names, before)
    said = {column: word for column, word in zip(mapping.kept, first.kept, strict=True) if word}
    data: dict[str, Any] = {"channel": before["channel"], "team": before["team_id"], "rows": len(events)}
    data |= {"digest": digest, "log": said, **_unnamed(first)}
    actor = names.person(first.opened_by or first.happened_by)
    status = first.state.status or LIFECYCLE.initial
    pasts = [Past(first.opened_at, "incident.opened", actor, status, before, data)]
    for previous, event, moment in zip(events, events[1:], moments[1:], strict=False):
        values = _values(event, names, before)
        changed = {name: value for name, value in values.items() if before[name] != value}
        data = _unnamed(event)
        if event.kept != previous.kept:
            data["log"] = {
                column: [old, new]
                for column, old, new in zip(mapping.kept, previous.kept, event.kept, strict=True)
                if old != new
            }
        actor = names.person(event.happened_by)
        verb = _verb(event.state.status, status, changed, data)
        pasts.append(Past(moment, verb, actor, event.state.status, changed, data))
        before, status = values, event.state.status or status
    return pasts


def _values(event: Event, names: Names, before: dict[str, Any]) -> dict[str, Any]:
    """The columns of the incident as this line leaves them."""
    values: dict[str, Any] = {
        "requester_id": names.person(event.requester).pk if event.requester else None,
        "location_id": names.location_id(event.location),
        "category_id": names.category_id(event.category),
        "impact": event.impact,
        "urgency": event.urgency,
        "priority": event.priority,
        "channel": event.channel or None,
        "team_id": names.team_id(event.team),
        "assignee_id": names.person(event.assignee).pk if event.assignee else None,
        "hold_reason": before.get("hold_reason", "") if event.state.status is None else event.state.hold_reason,
    }
    for name in KEPT_WHEN_MISSING:
        if values[name] is None:
            values[name] = before[name]
    return values


def _unnamed(event: Event) -> dict[str, Any]:
    """A state that the log has no name for is noted, and marked like every move that the table does not know."""
    return {"imported": True, "state": event.word} if event.state.status is None else {}


def _verb(to: str | None, status: str, changed: dict[str, Any], data: dict[str, Any]) -> str:
    """What a line is called that is no move of the desk's table."""
    if to is not None and to != status:
        return TOWARDS[to]
    if "hold_reason" in changed:
        return "incident.held"
    if "team_id" in changed or "assignee_id" in changed:
        return "incident.assigned"
    return "ticket.edited" if changed or "log" in data else "incident.touched"


def _set_facts(incident: Incident, events: Sequence[Event], moments: Sequence[datetime], names: Names) -> None:
    """The moments that figures are made of. Resolution is the log's own fact; where it lacks it, it stays unknown."""
    last = events[-1]
    setters: dict[str, int | None] = {"opened_at": _pk(names.person(events[0].opened_by))}
    if incident.status in (Status.RESOLVED, Status.CLOSED):
        incident.resolved_at = _not_before(incident.opened_at, last.resolved_at)
        setters["resolved_at"] = incident.resolved_by_id
    else:
        incident.resolved_by, incident.resolution, incident.resolution_code = None, "", ""
    if incident.stage == Ticket.Stage.CLOSED:
        incident.closed_at = _not_before(incident.resolved_at or incident.opened_at, last.closed_at) or moments[-1]
        setters["closed_at"] = _pk(names.person(last.happened_by))
    facts, assumed = assume({"opened_at": incident.opened_at, "resolved_at": incident.resolved_at})
    incident.reported_at, incident.detected_at = facts["reported_at"], facts["detected_at"]
    incident.impact_started_at, incident.restored_at = facts["impact_started_at"], facts.get("restored_at")
    _set_work(incident, events, moments, names, setters, assumed)
    incident.assumed_facts = assumed
    incident.fact_setters = {name: setter for name, setter in setters.items() if getattr(incident, name)}


def _set_work(
    incident: Incident,
    events: Sequence[Event],
    moments: Sequence[datetime],
    names: Names,
    setters: dict[str, int | None],
    assumed: list[str],
) -> None:
    """Acknowledged: the first line with a person on it or in progress, else the first no longer new (assumed).

    A hold that an incident begins with lasts since its opening. Work begins with the first line in progress or on
    hold; an incident resolved straight from new has no such moment.
    """
    status: str = LIFECYCLE.initial
    held_since: datetime | None = None
    for event, moment in zip(events, moments, strict=True):
        status = event.state.status or status
        if incident.acknowledged_at is None and (event.assignee or status != Status.NEW):
            incident.acknowledged_at = moment
            setters["acknowledged_at"] = _pk(names.person(event.happened_by))
            if not event.assignee and status != Status.IN_PROGRESS:
                assumed.append("acknowledged_at")
        if incident.work_started_at is None and status in (Status.IN_PROGRESS, Status.ON_HOLD):
            incident.work_started_at = moment
        if status == Status.ON_HOLD:
            held_since = held_since or (incident.opened_at if event is events[0] else moment)
        elif held_since is not None:
            incident.held_seconds += int((moment - held_since).total_seconds())
            held_since = None
    incident.held_at = held_since


def _count(incident: Incident, last: Event, happenings: Sequence[Happening]) -> None:
    """How often it was reassigned and reopened: the log's own counts, else what its lines show."""
    incident.awaits_acceptance = incident.status in OPEN and incident.acknowledged_at is None
    if last.reassignment_count is not None:
        incident.reassignment_count = last.reassignment_count
    else:
        incident.reassignment_count = sum(_takes_away(happening.changes) for happening in happenings)
    if last.reopen_count is not None:
        incident.reopen_count = last.reopen_count
    else:
        moves = [happening.changes["status"] for happening in happenings if "status" in happening.changes]
        incident.reopen_count = sum(old not in OPEN and new in OPEN for old, new in moves)


def _takes_away(changes: Any) -> bool:
    team, assignee = changes.get("team", [None, None]), changes.get("assignee", [None, None])
    return bool((team[0] and team[1]) or assignee[0])


def _assignments(
    incident: Incident, events: Sequence[Event], moments: Sequence[datetime], names: Names
) -> list[Assignment]:
    """The stretches in which a team or a person had it. A team's stretch goes on when one of its people takes it."""
    stretches: list[Assignment] = []
    current: Assignment | None = None
    status: str = LIFECYCLE.initial
    for event, moment in zip(events, moments, strict=True):
        status = event.state.status or status
        team_id, person = names.team_id(event.team), names.person(event.assignee)
        person_id = _pk(person)
        if current is not None:
            is_over = status not in OPEN
            if is_over or current.team_id != team_id or current.assignee_id not in (None, person_id):
                current.ended_at = moment
                current.end = Assignment.End.RESOLVED if is_over else Assignment.End.PASSED_ON
                current = None
            elif current.assignee_id is None and person_id is not None:
                current.assignee_id, current.accepted_at = person_id, moment
        if current is None and status in OPEN and (team_id or person_id):
            begun = incident.opened_at if event is events[0] else moment
            current = Assignment(team_id=team_id, assignee_id=person_id, assigned_at=begun)
            current.accepted_at = moment if person_id else None
            stretches.append(current)
    return stretches


def _not_before(earliest: datetime, moment: datetime | None) -> datetime | None:
    return None if moment is None else max(earliest, moment)


def _pk(record: Any) -> int | None:
    return record.pk if record is not None else None
