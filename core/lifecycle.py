"""Lifecycles as data: the table from which buttons, forms, API, documents and the exhaustive test are read.

Roles are opaque flags here; what they mean stands in `accounts.roles`.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag
from typing import Any

from django import forms
from django.utils.functional import Promise

Guard = Callable[[Any, Any, datetime], str | None]
"""`guard(record, actor, at)` gives the reason why a move is not open at that moment, or None. Pages ask it for every
button: few queries, none in loops."""


@dataclass(frozen=True)
class Making:
    """What an effect gets to know: who moves, when, with which cleaned answers."""

    actor: Any
    at: datetime
    answers: Mapping[str, Any]


Effect = Callable[[Any, Making], None]
"""`effect(record, making)` sets fields of the locked record; `perform` saves what changed."""


@dataclass(frozen=True)
class Question:
    """What a move asks. `field(record, actor)` makes the form field that page and API both validate with."""

    name: str
    field: Callable[[Any, Any], forms.Field]


@dataclass(frozen=True)
class Move:
    """One line of a lifecycle table: name, from where, to where (None: stays), what is recorded, and by whom.

    `needs` must be answered, `takes` may be. `after` runs once the record is saved and its activity recorded, in the
    same transaction, for what stands in other rows. `rank` orders the buttons; the lowest open one is the likely move.
    """

    name: str
    sources: AbstractSet[str]
    target: str | None
    event: str
    label: str | Promise
    by: Flag
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    effect: Effect | None = None
    after: Effect | None = None
    icon: str = ""
    rank: int = 50
    tells_requester: bool = False


@dataclass(frozen=True)
class Lifecycle:
    """The statuses of one kind of record, where it begins, the stage of each, its moves, and what they ask."""

    statuses: type
    initial: str
    moves_list: Sequence[Move]
    stages: Mapping[str, str]
    questions: Sequence[Question] = ()
    moves: dict[str, Move] = field(init=False)
    asks: dict[str, Question] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "moves", {move.name: move for move in self.moves_list})
        object.__setattr__(self, "asks", {question.name: question for question in self.questions})
        for move in self.moves_list:
            for name in (*move.needs, *move.takes):
                if name not in self.asks:
                    raise ValueError(f"Move {move.name} asks for {name}, which has no question.")

    def form(self, record: Any, move: Move, actor: Any) -> type[forms.Form]:
        """The form class that asks what a move needs and takes; pages render it, the API validates with it."""
        fields: dict[str, forms.Field] = {}
        for name in (*move.needs, *move.takes):
            asked = self.asks[name].field(record, actor)
            asked.required = name in move.needs
            fields[name] = asked
        return type("MoveForm", (forms.Form,), fields)
