"""Figures: made anew from everything, and shown."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from itsm.bench import client, metering, peers
from itsm.bench.registry import Budget, Row, workload
from itsm.bench.stage import Stage
from metrics import rollups

PERCENTILE = """
SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolved_at - opened_at) FROM tickets_ticket
WHERE resolved_at >= %s
"""


@workload("metrics", "metrics-rebuild", "Figures: rebuild of everything")
def rebuild(stage: Stage) -> list[Row]:
    with metering.spending_here() as spent:
        started = timezone.now()
        count = rollups.rebuild()
    row = Row(
        "metrics-rebuild", "Figures: rebuild of everything", Budget({"cpu_ms": 0.3}, {"cpu_ms": 0.06}), peers.METRICS,
        unit="ticket", n=count, app_ms=spent.app / count, db_ms=spent.db / count,
    )  # fmt: skip
    seconds = (timezone.now() - started).total_seconds()
    row.per_second = count / seconds
    row.note = f"{seconds:.1f} s for {count:,} tickets"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE metrics_ticketfigure, metrics_daycount")
    return [row]


def _page(stage: Stage, name: str, what: str, days: int, budget: Budget) -> list[Row]:
    today, headers = timezone.now().date(), stage.headers["page"]
    first = today - timedelta(days=days)
    target = f"/metrics/?from={first}&to={today}"
    row = Row(name, what, budget, peers.METRICS, baseline="percentiles in SQL")
    metering.serve(stage, row, lambda _n: client.request("GET", target, headers), at_once=1)
    row.queries = metering.queries(stage, "GET", target, "page")
    row.baseline_ms = metering.bare_sql(stage, PERCENTILE, lambda _n: (first,))
    return [row]


@workload("metrics", "metrics-90", "HTML: figures of 90 days")
def ninety_days(stage: Stage) -> list[Row]:
    budget = Budget({"cpu_ms": 300}, {"cpu_ms": 60})
    return _page(stage, "metrics-90", "HTML: figures of 90 days", 90, budget)


@workload("metrics", "metrics-all", "HTML: figures of all time")
def all_time(stage: Stage) -> list[Row]:
    budget = Budget({"cpu_ms": 1000}, {"cpu_ms": 60})
    return _page(stage, "metrics-all", "HTML: figures of all time", 730, budget)
