"""Full-text search, as the page over what an agent may see."""

from itsm.bench import client, metering, peers
from itsm.bench.made_up import COMMON, RARE
from itsm.bench.registry import Budget, Row, workload
from itsm.bench.stage import Stage

API = "/api/v1/incidents/?limit=20&search="
PAGE = "/search/?q="
RANKED = """
SELECT ticket_id FROM tickets_ticketsearch WHERE internal_vector @@ plainto_tsquery('evenkeel', %s)
ORDER BY ts_rank(internal_vector, plainto_tsquery('evenkeel', %s)) DESC LIMIT 20
"""


def _measured(stage: Stage, row: Row, target: str, word: str, who: str, at_once: int) -> list[Row]:
    headers = stage.headers[who]
    metering.serve(stage, row, lambda _n: client.request("GET", target + word, headers), at_once=at_once)
    row.queries = metering.queries(stage, "GET", target + word, who)
    row.baseline = "ranked SQL"
    row.baseline_ms = metering.bare_sql(stage, RANKED, lambda _n: (word, word))
    return [row]


@workload("search", "search-rare", "API: search, at most 1,400 hits")
def rare(stage: Stage) -> list[Row]:
    what = f"API: search, {stage.found['rare_hits']:,} hits"
    row = Row("search-rare", what, Budget({"cpu_ms": 8.7}, {"cpu_ms": 5.7}), peers.SEARCH)
    return _measured(stage, row, API, RARE, "api", 4)


@workload("search", "search-common", "API: search, a common word")
def common(stage: Stage) -> list[Row]:
    row = Row("search-common", "API: search, a common word", Budget({"cpu_ms": 200}, {"cpu_ms": 40}), peers.SEARCH)
    return _measured(stage, row, API, COMMON, "api", 1)


@workload("search", "search-page", "HTML: search page with snippets")
def page(stage: Stage) -> list[Row]:
    row = Row("search-page", "HTML: search page with snippets, 50 hits", Budget(), peers.SEARCH)
    return _measured(stage, row, PAGE, RARE, "page", 4)
