"""The SQL of the roll-ups. What each figure lies between stands in words in `metrics.definitions`."""

TAKE_MARKS = """
WITH taken AS (
  DELETE FROM metrics_dirtyticket
  WHERE id IN (SELECT id FROM metrics_dirtyticket ORDER BY id LIMIT %(limit)s)
  RETURNING ticket_id
)
SELECT DISTINCT ticket_id FROM taken
"""

FIND_NEW = """
SELECT incident.ticket_ptr_id
FROM incidents_incident incident
WHERE incident.ticket_ptr_id > %(after)s
  AND NOT EXISTS (SELECT FROM metrics_ticketfigure figure WHERE figure.ticket_id = incident.ticket_ptr_id)
ORDER BY incident.ticket_ptr_id
LIMIT %(limit)s
"""

DAYS_OF = """
SELECT DISTINCT day
FROM metrics_ticketfigure figure
CROSS JOIN LATERAL unnest(ARRAY[opened_on, resolved_on, closed_on]) AS day
WHERE figure.ticket_id = ANY(%(tickets)s) AND day IS NOT NULL
"""


def _seconds(start: str, end: str) -> str:
    """Whole seconds between two moments; null when one is missing or the second lies before the first."""
    return f"CASE WHEN {end} >= {start} THEN floor(extract(epoch FROM {end} - {start}))::bigint END"


def _held(start: str, end: str) -> str:
    """Seconds of the stretches on hold that lie between two moments."""
    overlap = f"least(coalesce(stretch.until, {end}), {end}) - greatest(stretch.since, {start})"
    return f"coalesce(sum(greatest(extract(epoch FROM {overlap}), 0)), 0)"


def _day(moment: str) -> str:
    return f"CASE WHEN NOT is_left_out THEN (({moment}) AT TIME ZONE %(zone)s)::date END"


def _assumes(*facts: str) -> str:
    return f"assumed_facts && ARRAY[{', '.join(repr(fact) for fact in facts)}]::varchar[]"


# Stretches on hold come from the history. Where it names none, as for tickets loaded without one, the incident's own
# sum stands in for them.
_SOURCE = f"""
WITH incident AS MATERIALIZED (
  SELECT ticket.id, ticket.organisation_id, ticket.team_id, ticket.service_id, ticket.category_id, ticket.priority,
    ticket.is_restricted, ticket.status, ticket.stage,
    ticket.opened_at, ticket.updated_at, ticket.resolved_at, ticket.closed_at,
    incident.impact_started_at, incident.detected_at, incident.reported_at, incident.acknowledged_at,
    incident.work_started_at, incident.restored_at, incident.held_seconds, incident.assumed_facts,
    coalesce(incident.resolved_by_id, ticket.assignee_id) AS resolver_id,
    incident.reassignment_count, incident.escalation_count, incident.bounce_count, incident.reopen_count,
    team.level,
    ticket.status = 'cancelled' OR incident.resolution_code = 'duplicate' AS is_left_out
  FROM incidents_incident incident
  JOIN tickets_ticket ticket ON ticket.id = incident.ticket_ptr_id
  LEFT JOIN accounts_team team ON team.id = ticket.team_id
  WHERE ticket.id = ANY(%(tickets)s)
), held AS (
  SELECT incident.id,
    CASE WHEN bool_or(stretch.since IS NOT NULL) THEN {_held("work_started_at", "restored_at")}
      ELSE least(held_seconds, extract(epoch FROM restored_at - work_started_at)) END AS in_repair,
    CASE WHEN bool_or(stretch.since IS NOT NULL) THEN {_held("work_started_at", "resolved_at")}
      ELSE least(held_seconds, extract(epoch FROM resolved_at - work_started_at)) END AS in_work
  FROM incident
  LEFT JOIN LATERAL (
    SELECT moved.since, moved.until FROM (
      SELECT at AS since, lead(at) OVER (ORDER BY at, id) AS until, changes->'status'->>1 AS status
      FROM core_activity
      WHERE subject_kind = 'ticket' AND subject_id = incident.id AND changes ? 'status'
    ) moved
    WHERE moved.status = 'on_hold'
  ) stretch ON true
  WHERE incident.held_seconds > 0 OR incident.status = 'on_hold'
  GROUP BY incident.id, incident.held_seconds, incident.work_started_at, incident.restored_at, incident.resolved_at
), facts AS (
  SELECT incident.*, coalesce(held.in_repair, 0) AS in_repair, coalesce(held.in_work, 0) AS in_work,
    {_seconds("reported_at", "work_started_at")} AS queued_seconds,
    {_seconds("work_started_at", "resolved_at")} AS work_seconds,
    {_seconds("work_started_at", "restored_at")} AS fixing_seconds
  FROM incident LEFT JOIN held ON held.id = incident.id
)
"""

_TIMED = "queued_seconds IS NOT NULL AND work_seconds IS NOT NULL"

_COLUMNS = {
    "ticket_id": "id",
    "organisation_id": "organisation_id",
    "team_id": "team_id",
    "service_id": "service_id",
    "category_id": "category_id",
    "resolver_id": "resolver_id",
    "priority": "priority",
    "is_restricted": "is_restricted",
    "opened_on": _day("opened_at"),
    "detected_on": _day("coalesce(detected_at, reported_at, opened_at)"),
    "responded_on": _day("coalesce(acknowledged_at, resolved_at, closed_at)"),
    "restored_on": _day("coalesce(restored_at, resolved_at, closed_at)"),
    "resolved_on": _day(
        "CASE WHEN stage IN ('resolved', 'closed') THEN coalesce(resolved_at, closed_at, updated_at) END"
    ),
    "closed_on": _day("CASE WHEN stage = 'closed' THEN coalesce(closed_at, updated_at) END"),
    "detect_seconds": _seconds("impact_started_at", "detected_at"),
    "respond_seconds": _seconds("reported_at", "acknowledged_at"),
    "repair_seconds": "CASE WHEN fixing_seconds >= 0 THEN greatest(fixing_seconds - floor(in_repair)::bigint, 0) END",
    "recovery_seconds": _seconds("impact_started_at", "restored_at"),
    "resolve_seconds": _seconds("reported_at", "resolved_at"),
    "close_seconds": _seconds("reported_at", "closed_at"),
    "waiting_seconds": f"CASE WHEN {_TIMED} THEN queued_seconds + floor(in_work)::bigint END",
    "touched_seconds": f"CASE WHEN {_TIMED} THEN greatest(work_seconds - floor(in_work)::bigint, 0) END",
    "assumes_detect": _assumes("impact_started_at", "detected_at"),
    "assumes_respond": _assumes("reported_at", "acknowledged_at"),
    "assumes_repair": _assumes("work_started_at", "restored_at"),
    "assumes_recovery": _assumes("impact_started_at", "restored_at"),
    "assumes_resolve": _assumes("reported_at", "resolved_at"),
    "assumes_close": _assumes("reported_at", "closed_at"),
    "is_first_contact": (
        "coalesce(level = 'service_desk', false) AND reassignment_count = 0 AND escalation_count = 0"
        " AND bounce_count = 0 AND reopen_count = 0 AND held_seconds = 0"
    ),
    "was_reassigned": "reassignment_count > 0",
    "was_returned": "bounce_count > 0",
    "was_reopened": "reopen_count > 0",
}

WRITE_FIGURES = f"""
{_SOURCE}
INSERT INTO metrics_ticketfigure ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS.values())} FROM facts ORDER BY id
ON CONFLICT (ticket_id) DO UPDATE SET
  {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "ticket_id")}
"""

_COUNTED = ("opened", "resolved", "closed", "first_contact", "reassigned", "returned", "reopened", "timed")
_SUMMED = ("waiting_seconds", "touched_seconds")
_DIMENSIONS = ("organisation_id", "team_id", "priority")


def _counting(days: str) -> str:
    """Insert the counts of days; `days` is a condition with `{column}` for the day it speaks of."""
    return f"""
INSERT INTO metrics_daycount (day, {", ".join(_DIMENSIONS)}, {", ".join(_COUNTED)}, {", ".join(_SUMMED)})
SELECT day, {", ".join(_DIMENSIONS)}, {", ".join(f"sum({name})" for name in (*_COUNTED, *_SUMMED))}
FROM (
  SELECT opened_on AS day, {", ".join(_DIMENSIONS)},
    1 AS opened, 0 AS resolved, 0 AS closed, 0 AS first_contact, 0 AS reassigned, 0 AS returned, 0 AS reopened,
    0 AS timed, 0 AS waiting_seconds, 0 AS touched_seconds
  FROM metrics_ticketfigure WHERE NOT is_restricted AND {days.format(column="opened_on")}
  UNION ALL
  SELECT resolved_on, {", ".join(_DIMENSIONS)},
    0, 1, 0, is_first_contact::int, was_reassigned::int, was_returned::int, was_reopened::int,
    (touched_seconds IS NOT NULL)::int, coalesce(waiting_seconds, 0), coalesce(touched_seconds, 0)
  FROM metrics_ticketfigure WHERE NOT is_restricted AND {days.format(column="resolved_on")}
  UNION ALL
  SELECT closed_on, {", ".join(_DIMENSIONS)}, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0
  FROM metrics_ticketfigure WHERE NOT is_restricted AND {days.format(column="closed_on")}
) happened
GROUP BY day, {", ".join(_DIMENSIONS)}
"""


COUNT_DAYS = _counting("{column} = ANY(%(days)s)")
COUNT_ALL_DAYS = _counting("{column} IS NOT NULL")

KEEP_STATE = """
INSERT INTO metrics_rollupstate AS state (id, zone, complete_to, seen_to)
VALUES (1, %(zone)s, 0, 0)
ON CONFLICT (id) DO UPDATE SET
  zone = excluded.zone,
  refreshed_at = now(),
  changed_at = CASE WHEN %(has_changed)s THEN clock_timestamp() ELSE state.changed_at END,
  complete_to = CASE WHEN state.seen_at < now() - interval '1 hour' THEN state.seen_to ELSE state.complete_to END,
  seen_to = CASE WHEN state.seen_at < now() - interval '1 hour'
    THEN (SELECT coalesce(max(ticket_ptr_id), 0) FROM incidents_incident) ELSE state.seen_to END,
  seen_at = CASE WHEN state.seen_at < now() - interval '1 hour' THEN now() ELSE state.seen_at END
"""
