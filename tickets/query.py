"""What somebody typed into a search box, taken apart: words, exact phrases, words to leave out, and operators.

Pure: it knows no rows and no names, only which operators there are.

    assignee:me state:open "paper jam" -toner
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.exceptions import Refused

LONGEST = 100
MOST_TERMS = 10

_PIECE = re.compile(r'(?P<not>-)?(?:(?P<name>[A-Za-z_]{2,}):)?(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


class QueryError(Refused):
    """A search that cannot be understood; the message says which part and what would be."""


@dataclass(frozen=True)
class Term:
    """A word, or an exact phrase, that must be there or, negated, must not."""

    text: str
    is_phrase: bool = False
    is_negated: bool = False


@dataclass(frozen=True)
class Operator:
    """`name:value`, or `-name:value` for all but those."""

    name: str
    value: str
    is_negated: bool = False


@dataclass(frozen=True)
class Query:
    """A search taken apart. `was_cut` tells that it was longer than what is searched for."""

    terms: tuple[Term, ...] = ()
    operators: tuple[Operator, ...] = ()
    was_cut: bool = False

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that must be there."""
        return tuple(term for term in self.terms if not term.is_negated)

    @property
    def words(self) -> str:
        """What must be there, as plain words."""
        return " ".join(term.text for term in self.wanted)

    def __bool__(self) -> bool:
        return bool(self.terms or self.operators)


def parse(text: str, operators: Collection[str]) -> Query:
    """Take a search apart. A name before a colon that is none of `operators` is a `QueryError`.

    An address (`https://…`), a time (`10:30`) or a word that ends in a colon (`error:`) is a word.
    """
    clean = _INVISIBLE.sub(" ", text).replace("“", '"').replace("”", '"').strip()
    found: list[Term] = []
    asked: list[Operator] = []
    for piece in _PIECE.finditer(_cut(clean)):
        name, phrase, word = piece["name"], piece["phrase"], piece["word"]
        is_negated = bool(piece["not"])
        value = (phrase if phrase is not None else word).strip()
        if name and phrase is None and _is_not_an_operator(name, value, operators):
            name, value = None, piece[0].removeprefix("-")
        if name:
            asked.append(_operator(name.lower(), value, is_negated, operators))
        elif any(character.isalnum() for character in value):
            found.append(Term(value.strip('"'), phrase is not None, is_negated))
    return Query(tuple(found[:MOST_TERMS]), tuple(asked), len(clean) > LONGEST or len(found) > MOST_TERMS)


def _cut(text: str) -> str:
    """At most `LONGEST` characters, and no half word at the end if it can be helped."""
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]


def _is_not_an_operator(name: str, value: str, operators: Collection[str]) -> bool:
    return name.lower() not in operators and (value.startswith(("/", "\\")) or ":" in value)


def _operator(name: str, value: str, is_negated: bool, operators: Collection[str]) -> Operator:
    if name not in operators:
        raise QueryError(
            _('There is no "%(name)s:" to search by. There are %(known)s. Put it in quotes to find the words.')
            % {"name": name, "known": ", ".join(f"{each}:" for each in sorted(operators))}
        )
    if not value:
        raise QueryError(_('Say what "%(name)s:" should be.') % {"name": name})
    return Operator(name, value, is_negated)
