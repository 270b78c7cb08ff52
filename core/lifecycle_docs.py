"""The lifecycles as a page of documentation, drawn from the tables."""

from collections.abc import Callable, Iterator
from enum import Flag
from typing import Any

from core.kinds import Kind, all_kinds
from core.lifecycle import Move

HEAD = """# Lifecycles

Drawn from the tables by `./run manage draw_lifecycles`; a test fails when this page is stale. A move that needs
answers names them; one that `may take` more names those too. *System* are workers.
"""


def markdown(role_names: Callable[[Flag], list[str]]) -> str:
    """The whole page: for each kind a diagram (Mermaid) and a table of its moves."""
    return "\n".join(
        [HEAD, *(part for kind in sorted(all_kinds(), key=lambda each: each.name) for part in _kind(kind, role_names))]
    )


def _kind(kind: Kind, role_names: Callable[[Flag], list[str]]) -> Iterator[str]:
    lifecycle = kind.lifecycle
    yield f"## {kind.label}\n"
    yield "```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {lifecycle.initial}"
    for move in lifecycle.moves_list:
        for source in sorted(move.sources) if move.target else []:
            yield f"    {source} --> {move.target}: {move.name}"
    yield "```\n"
    yield "| move | from | to | recorded as | needs | may take | who |"
    yield "|---|---|---|---|---|---|---|"
    for move in lifecycle.moves_list:
        yield _row(kind, move, role_names)
    yield ""


def _row(kind: Kind, move: Move, role_names: Callable[[Flag], list[str]]) -> str:
    def said(statuses: Any) -> str:
        return ", ".join(str(lifecycle_status(kind, status)) for status in sorted(statuses))

    to = said([move.target]) if move.target else "stays"
    cells = [
        f"**{move.label}** (`{move.name}`)",
        said(move.sources),
        to,
        f"`{kind.name}.{move.event}`",
        ", ".join(f"`{name}`" for name in move.needs),
        ", ".join(f"`{name}`" for name in move.takes),
        ", ".join(role_names(move.by)),
    ]
    return f"| {' | '.join(cells)} |"


def lifecycle_status(kind: Kind, status: str) -> str:
    statuses: Any = kind.lifecycle.statuses
    return str(statuses(status).label)
