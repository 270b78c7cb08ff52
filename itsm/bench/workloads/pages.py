"""Pages as a browser asks for them, with an agent's session; and what a browser has to load for one."""

import gzip
import re
from html.parser import HTMLParser

from itsm.bench import client, metering, peers
from itsm.bench.registry import Budget, Row, WentWrong, workload
from itsm.bench.stage import Stage

QUEUE = "/incidents/"
_IN_SHEET = re.compile(rb"url\(\s*[\"']?([^\"')]+)")
_IN_SCRIPT = re.compile(rb"(?:from|import)\s*[\"']([^\"']+\.js)[\"']")


@workload("pages", "queue-page", "HTML: queue of 50")
def queue(stage: Stage) -> list[Row]:
    headers = stage.headers["page"]
    row = Row("queue-page", "HTML: queue of 50", Budget({"cpu_ms": 22}, {"cpu_ms": 12}), peers.QUEUE_PAGE)
    row.baseline = "bare Django view"
    metering.serve(
        stage, row, lambda _n: client.request("GET", QUEUE, headers), expect=b"<table",
        bare=lambda _n: client.request("GET", "/queue/"),
    )  # fmt: skip
    row.queries = metering.queries(stage, "GET", QUEUE, "page")
    return [row]


@workload("pages", "ticket-page", "HTML: ticket")
def ticket(stage: Stage) -> list[Row]:
    numbers, headers = stage.found["numbers"], stage.headers["page"]

    def make(number: int) -> bytes:
        return client.request("GET", f"{QUEUE}{numbers[number % len(numbers)]}/", headers)

    def bare(number: int) -> bytes:
        return client.request("GET", f"/queue/{numbers[number % len(numbers)]}/")

    row = Row("ticket-page", "HTML: ticket", Budget({"cpu_ms": 16}, {"cpu_ms": 9}), peers.TICKET_PAGE)
    row.baseline = "bare Django view"
    metering.serve(stage, row, make, expect=b"<h1", bare=bare)
    row.queries = metering.queries(stage, "GET", f"{QUEUE}{numbers[0]}/", "page")
    return [row]


@workload("pages", "page-weight", "Page weight: queue of 50")
def weight(stage: Stage) -> list[Row]:
    """All that the page names, and what its sheets and scripts name, each fetched once, packed where it is served so.

    The page itself is packed here, as the proxy before the desk does.
    """
    connection = client.Connection(stage.port)
    answer = connection.ask(client.request("GET", QUEUE, stage.headers["page"]))
    if answer.status != 200:
        raise WentWrong(f"{QUEUE} gave {answer.status}")
    page = answer.body
    parts = _Parts()
    parts.feed(page.decode())
    wanted, fetched = list(dict.fromkeys(parts.named)), {}
    for address in wanted:
        answer = connection.ask(client.request("GET", address, {"Accept-Encoding": "gzip"}))
        if answer.status != 200:
            raise WentWrong(f"{address} gave {answer.status}")
        fetched[address] = len(answer.body)
        packed = b"content-encoding: gzip" in answer.head.lower()
        text = gzip.decompress(answer.body) if packed else answer.body
        wanted += [each for each in _named_in(address, text) if each not in wanted]
    connection.close()
    warm = len(gzip.compress(page, 6))
    budget = Budget(
        {"requests": 12, "cold_kb": 250, "warm_kb": 20, "elements": 2000},
        {"requests": 8, "cold_kb": 120, "warm_kb": 12, "elements": 2000},
    )
    row = Row("page-weight", "Page weight: queue of 50", budget, peers.WEIGHT, unit="page", n=1, bytes=len(page))
    row.figures = {
        "requests": 1 + len(fetched),
        "cold_kb": (warm + sum(fetched.values())) / 1024,
        "warm_kb": warm / 1024,
        "elements": parts.elements,
    }
    return [row]


class _Parts(HTMLParser):
    """The static files that a page names, and how many elements it has."""

    def __init__(self) -> None:
        super().__init__()
        self.named: list[str] = []
        self.elements = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        for name, value in attrs:
            if name in ("src", "href") and value and value.startswith("/static/"):
                self.named.append(value.partition("#")[0])


def _named_in(address: str, text: bytes) -> list[str]:
    """What a sheet or a script names in turn. A font counts, though a browser loads it only when it is used."""
    pattern = _IN_SHEET if address.endswith(".css") else _IN_SCRIPT if address.endswith(".js") else None
    found = [each.decode() for each in pattern.findall(text)] if pattern else []
    folder = address.rpartition("/")[0]
    whole = [each if each.startswith("/") else _joined(folder, each) for each in found if ":" not in each]
    return list(dict.fromkeys(each.partition("#")[0].partition("?")[0] for each in whole))


def _joined(folder: str, name: str) -> str:
    parts = folder.split("/")
    for part in name.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
