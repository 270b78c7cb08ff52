"""The API as integrations use it, with a bearer token."""

from datetime import UTC, datetime

import orjson

from accounts.tokens import authenticate
from itsm.bench import client, metering, peers
from itsm.bench.made_up import COMMON
from itsm.bench.registry import Budget, Row, workload
from itsm.bench.stage import Stage

API = "/api/v1/incidents/"
STATUS = "in_progress"
LIST = f"{API}?status={STATUS}&ordering=-opened_at&cursor="

# The rows of one ticket, its practice and its activity in one statement: what a hand would write for speed alone.
INSERT = """
WITH made AS (
  INSERT INTO tickets_ticket (number, kind, title, description, status, stage, priority, impact, urgency, channel,
    requester_id, routed_by, script_answers, is_restricted, restricted_team_ids, reader_ids, supplier_ids, opened_at,
    updated_at, version, external_source, external_ref)
  VALUES (%s, 'incident', 'It does not print', %s, 'new', 'open', 4, 3, 2, 'api', %s, '', '{}', false, '{}', '{}',
    '{}', now(), now(), 1, '', '')
  RETURNING id, opened_at
), incident AS (
  INSERT INTO incidents_incident (ticket_ptr_id, hold_reason, hold_awaits, reminder_count, resolution, resolution_code,
    fix_kind, cancel_reason, is_major, priority_override_reason, impact_answers, reopen_count, reassignment_count,
    bounce_count, escalation_count, awaits_acceptance, held_seconds, assumed_facts, fact_setters)
  SELECT id, '', '', 0, '', '', '', '', false, '', '{}', 0, 0, 0, 0, true, 0, '{}', '{}' FROM made
)
INSERT INTO core_activity (verb, subject_kind, subject_id, via, audience, at, changes, data, request_id)
SELECT 'incident.opened', 'ticket', id, 'api', 'requester', opened_at, '{}', '{}', '' FROM made
"""


def _headers(stage: Stage) -> dict[str, str]:
    return {**stage.headers["api"], "Content-Type": "application/json"}


@workload("api", "api-create", "API: create a ticket")
def create(stage: Stage) -> list[Row]:
    said = {"title": f"The {COMMON} on floor 3 does not print", "description": "It blinks, and prints nothing. " * 6}
    body = orjson.dumps({**said, "requester": "ben", "impact": 2, "urgency": 2, "service": "printing"})
    headers = _headers(stage)

    def make(_number: int) -> bytes:
        return client.request("POST", API, headers, body)

    row = Row("api-create", "API: create a ticket", Budget({"cpu_ms": 7.0}, {"cpu_ms": 3.5, "ratio": 16}), peers.CREATE)
    metering.serve(stage, row, make, expect=b'"number"')
    row.queries = metering.queries(stage, "POST", API, "api", body)
    stamp = datetime.now(UTC).strftime("%d%H%M%S")
    row.baseline = "one SQL statement, durable"
    row.baseline_ms = metering.bare_sql(
        stage, INSERT, lambda n: (f"SQL{stamp}-{n}", said["description"], stage.found["caller_id"]), commits=True
    )
    return [row]


@workload("api", "api-get", "API: get a ticket")
def get(stage: Stage) -> list[Row]:
    numbers, headers = stage.found["numbers"], stage.headers["api"]

    def make(number: int) -> bytes:
        return client.request("GET", f"{API}{numbers[number % len(numbers)]}/", headers)

    def bare(number: int) -> bytes:
        return client.request("GET", f"/tickets/{numbers[number % len(numbers)]}/")

    row = Row("api-get", "API: get a ticket", Budget({"cpu_ms": 2.5}, {"cpu_ms": 1.6}), peers.GET)
    row.baseline = "bare Django view"
    metering.serve(stage, row, make, expect=b'"number"', bare=bare)
    row.queries = metering.queries(stage, "GET", f"{API}{numbers[0]}/", "api")
    return [row]


@workload("api", "api-list", "API: list 50 by status, newest first")
def list_by_status(stage: Stage) -> list[Row]:
    headers = stage.headers["api"]
    row = Row("api-list", "API: list 50 by status, newest first", Budget({"cpu_ms": 3.5}, {"cpu_ms": 2.3}), peers.LIST)
    row.baseline = "bare Django view"
    metering.serve(
        stage, row, lambda _n: client.request("GET", LIST, headers), expect=b'"results"',
        bare=lambda _n: client.request("GET", f"/tickets/?status={STATUS}"),
    )  # fmt: skip
    row.queries = metering.queries(stage, "GET", LIST, "api")
    return [row]


@workload("api", "api-auth", "API: authentication alone")
def authentication(stage: Stage) -> list[Row]:
    header = stage.headers["api"]["Authorization"]
    budget = Budget({"cpu_ms": 0.5}, {"cpu_ms": 0.2})
    row = Row("api-auth", "API: authentication alone", budget, peers.AUTHENTICATION, unit="token", queries=1)
    authenticate(header, "127.0.0.1")
    count = max(int(500 * stage.seconds), 50)
    with metering.spending_here() as spent:
        for _each in range(count):
            authenticate(header, "127.0.0.1")
    row.n, row.app_ms, row.db_ms = count, spent.app / count, spent.db / count
    key = header.split("_")[1]
    row.baseline = "one SQL statement"
    row.baseline_ms = metering.bare_sql(stage, "SELECT * FROM accounts_apitoken WHERE key = %s", lambda _n: (key,))
    return [row]
