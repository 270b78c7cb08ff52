"""Finding tickets by number, by words, and by words that are nearly right, among those that a person may see.

Requesters are matched and ranked on the public words alone, the desk on all, a supplier's people on the title, the
description and the words that were meant for them. A search with few matches ranks them all; one for common words
ranks the newest, so that its cost does not grow with the table.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import BooleanField, Exists, F, FloatField, Func, OuterRef, Q, Value

from accounts.access import Access, access_of
from core.numbers import SERIES, written
from tickets import operators
from tickets.indexing import reindex
from tickets.models import Comment, Ticket, TicketSearch
from tickets.query import LONGEST, Query, Term, parse
from tickets.snippets import snippets

__all__ = ["Found", "Hit", "matching", "reindex", "search", "similar"]

COUNTED = 100
"""Hits are counted up to here; beyond, there are more."""
DEEPEST = 1_000
"""So far may somebody page, and so many of the newest matches of common words are ranked."""
MOST_MATCHES = 100_000
RARE = 5_000
"""Up to so many expected matches are all ranked; beyond, the words are common."""
WINDOW = 20_000
"""For common words, so many of the newest tickets are looked at first."""
FEW = 5
"""With fewer hits than this, beginnings of words count too, then titles that are nearly right."""
NEARLY = 0.45
SIMILAR_AMONG = 2_000
ALIKE = 0.3

_ALL_MATCHES = """
SELECT ticket_id, opened_at, {vector} AS words FROM tickets_ticketsearch WHERE {vector} @@ %(query)s::tsquery
"""
_NEWEST_MATCHES = """
SELECT * FROM (
  SELECT ticket_id, opened_at, {vector} AS words FROM tickets_ticketsearch ORDER BY opened_at DESC LIMIT %(window)s
) newest WHERE words @@ %(query)s::tsquery LIMIT %(most)s
"""
_RANKED = """
SELECT ticket_id FROM ({source}) matches
ORDER BY ts_rank(words, %(query)s::tsquery) DESC, opened_at DESC, ticket_id DESC LIMIT %(most)s
"""

_NUMBER = re.compile(r"^(?P<series>[A-Za-z]{3})?[\s#-]*0*(?P<value>[1-9]\d{0,11})$")


@dataclass(frozen=True)
class Hit:
    """A ticket that was found, by what (`number`, `words`, `nearly`, `operators`), and a piece of its text as HTML."""

    ticket: Any
    by: str
    snippet: str


@dataclass(frozen=True)
class Found:
    """A page of hits, best first. `count` stops at 101 or after the page. `is_newest_only`: the words are common."""

    hits: list[Hit]
    count: int
    has_more: bool
    is_newest_only: bool
    was_cut: bool

    @property
    def said(self) -> str:
        """The count as a page says it: `12`, or `100+`."""
        return f"{COUNTED}+" if self.count > COUNTED else str(self.count)


class TsQuery(Func):
    """A `tsquery` in its written form."""

    template = "%(expressions)s::tsquery"
    output_field = SearchQueryField()


class Matches(Func):
    """Whether a vector matches a `tsquery`."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def search(user: Any, text: str, *, limit: int = 20, offset: int = 0, queryset: Any = None) -> Found:
    """What a person finds. `queryset` narrows further; `QueryError` when an operator is unknown."""
    query = parse(text, operators.names())
    tickets = (Ticket.objects.all() if queryset is None else queryset).visible_to(user)
    tickets = operators.narrowed(tickets, query.operators, user)
    exact, wide = _as_tsqueries(query)
    last = min(offset + limit, DEEPEST)
    found = _Finding(tickets, access_of(user), up_to=max(last, COUNTED) + 1)
    if exact:
        found.by_number(query)
        found.by_words(exact, is_narrowed=bool(query.operators))
        if len(found.reasons) < FEW and wide:
            found.by_words(wide, is_narrowed=bool(query.operators))
        if len(found.reasons) < FEW and not any(term.is_phrase or term.is_negated for term in query.terms):
            found.by_likeness(query.words)
    elif query.operators:
        found.by_operators()
    page = list(found.reasons)[offset:last]
    shown = tickets.model.objects.filter(pk__in=page).select_related("requester", "assignee", "team").in_bulk()
    pieces = snippets(page, wide or exact, access_of(user)) if exact else {}
    return Found(
        hits=[Hit(shown[pk], found.reasons[pk], pieces.get(pk, "")) for pk in page],
        count=len(found.reasons),
        has_more=len(found.reasons) > last,
        is_newest_only=found.is_newest_only,
        was_cut=query.was_cut,
    )


def matching(user: Any, text: str, queryset: Any) -> Any:
    """The rows of a list that a search means, in the list's own order: a number's, else those with the words."""
    query = parse(text, operators.names())
    tickets = operators.narrowed(queryset.visible_to(user), query.operators, user)
    exact, _wide = _as_tsqueries(query)
    if not exact:
        return tickets
    finding = _Finding(tickets, access_of(user), up_to=COUNTED)
    finding.by_number(query)
    if finding.reasons:
        return tickets.filter(pk__in=list(finding.reasons))
    if finding.sees_all_words and finding.expected(exact) <= RARE:
        # Bounded, so that PostgreSQL begins with the few matches and never with the newest tickets.
        words = Matches(F(finding.vector), TsQuery(Value(exact)))
        return tickets.filter(pk__in=TicketSearch.objects.filter(words).values("ticket_id")[:MOST_MATCHES])
    return finding.with_words(exact)


def similar(user: Any, title: str, *, kind: str | None = None, limit: int = 5) -> list[Any]:
    """Unresolved tickets that a person may see with a title like this one, best first: suggested while one types.

    Looked at are the newest 2,000.
    """
    typed = " ".join(re.findall(r"\w{3,}", title[:LONGEST]))
    if not typed:
        return []
    tickets = Ticket.objects.visible_to(user).unresolved()
    if kind:
        tickets = tickets.filter(kind=kind)
    newest = tickets.order_by("-updated_at", "-id").values("pk")[:SIMILAR_AMONG]
    likeness = Func(F("title"), Value(typed), function="similarity", output_field=FloatField())
    alike = Ticket.objects.filter(pk__in=newest).annotate(likeness=likeness).filter(likeness__gte=ALIKE)
    return list(alike.order_by("-likeness", "-opened_at", "-id").for_lists()[:limit])


class _Finding:
    """The tickets that were found so far, best first, each with what it was found by. `up_to` bounds their number."""

    def __init__(self, tickets: Any, access: Access, *, up_to: int) -> None:
        self.tickets, self.access, self.up_to = tickets, access, up_to
        self.reasons: dict[int, str] = {}
        self.is_newest_only = False
        self.sees_all_words = access.reads_desk and access.supplier_id is None
        self.vector = "internal_vector" if self.sees_all_words else "public_vector"

    def add(self, ids: Any, by: str) -> None:
        for pk in ids:
            if len(self.reasons) < self.up_to:
                self.reasons.setdefault(pk, by)

    def by_number(self, query: Query) -> None:
        """`INC0000123`, `inc 123`, `123`, or another system's reference."""
        text = query.words
        if not any(character.isdigit() for character in text):
            return
        exactly = {text, text.upper(), text.lower()}
        numbers = set(exactly)
        if match := _NUMBER.match(text):
            series = [match["series"].upper()] if match["series"] else SERIES
            numbers |= {written(each, int(match["value"])) for each in series if each in SERIES}
        meant = self.tickets.filter(Q(number__in=numbers) | Q(external_ref__in=exactly)).order_by("-id")
        self.add(meant.values_list("pk", flat=True)[:20], "number")

    def by_operators(self) -> None:
        self.add(self._ids(self.tickets.order_by("-opened_at", "-id")), "operators")

    def by_words(self, tsquery: str, *, is_narrowed: bool) -> None:
        """Full text, ranked. Where the person sees most tickets, the words are looked at first, else the tickets."""
        is_common = self.sees_all_words and self.expected(tsquery) > RARE
        self.is_newest_only = self.is_newest_only or is_common
        if self.sees_all_words and not is_narrowed and self._add_ranked(tsquery, is_common=is_common):
            return
        matches = self.with_words(tsquery)
        if is_common:
            newest = matches.order_by("-opened_at", "-id").values_list("pk", flat=True)[:DEEPEST]
            matches = self.with_words(tsquery).filter(pk__in=list(newest))
        rank = Func(F("found_words"), TsQuery(Value(tsquery)), function="ts_rank", output_field=FloatField())
        self.add(self._ids(matches.annotate(rank=rank).order_by("-rank", "-search__opened_at", "-id")), "words")

    def by_likeness(self, words: str) -> None:
        """Titles that have something like these words in them: for typing errors."""
        if len(words) < 4:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(NEARLY)])
            alike = self.tickets.filter(title__trigram_word_similar=words)
            likeness = TrigramWordSimilarity(words, "title")
            self.add(self._ids(alike.annotate(likeness=likeness).order_by("-likeness", "-opened_at")[:20]), "nearly")

    def with_words(self, tsquery: str) -> Any:
        """The tickets whose words, as far as this person reads them, match; annotated as `found_words`."""
        asked = TsQuery(Value(tsquery))
        if self.access.supplier_id is None:
            return self.tickets.annotate(found_words=F(f"search__{self.vector}")).filter(
                Matches(F("found_words"), asked)
            )
        said = Comment.objects.filter(ticket=OuterRef("pk"), supplier_id=self.access.supplier_id)
        words = Func(F("text"), template="to_tsvector('evenkeel', %(expressions)s)", output_field=SearchVectorField())
        own = Func(
            F("search__public_vector"), template="ts_filter(%(expressions)s, '{a,b}')", output_field=SearchVectorField()
        )
        return self.tickets.annotate(found_words=own).filter(
            Matches(F("found_words"), asked) | Exists(said.filter(Matches(words, asked)))
        )

    def expected(self, tsquery: str) -> int:
        """How many tickets PostgreSQL's statistics expect to match: known without looking."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN (FORMAT JSON) SELECT FROM tickets_ticketsearch WHERE {self.vector} @@ %s::tsquery", [tsquery]
            )
            (plan,) = cursor.fetchone()
        return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])

    def _add_ranked(self, tsquery: str, *, is_common: bool) -> bool:
        """Rank matches by their words alone, then leave out what the person does not see; False when few were left.

        All matches, or for common words the newest among the newest tickets, without touching the others.
        """
        source = _NEWEST_MATCHES if is_common else _ALL_MATCHES
        with connection.cursor() as cursor:
            cursor.execute(
                _RANKED.format(source=source.format(vector=self.vector)),
                {"query": tsquery, "window": WINDOW, "most": DEEPEST},
            )
            ranked = [pk for (pk,) in cursor.fetchall()]
        is_all, seen = len(ranked) < DEEPEST and not is_common, 0
        for some in (ranked[: self.up_to], ranked[self.up_to :]):
            if some and len(self.reasons) < self.up_to:
                visible = set(self.tickets.filter(pk__in=some).values_list("pk", flat=True))
                self.add([pk for pk in some if pk in visible], "words")
                seen += len(visible)
        return is_all or seen >= (FEW if is_common else self.up_to)

    def _ids(self, tickets: Any) -> list[int]:
        return list(tickets.values_list("pk", flat=True)[: self.up_to])


def _as_tsqueries(query: Query) -> tuple[str, str]:
    """A search in PostgreSQL's written form: with its words as they are, and as beginnings of words (or empty)."""
    if not query.terms:
        return "", ""
    exact, wide = _expression(query.terms, is_wide=False), _expression(query.terms, is_wide=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({exact[0]})::text, ({wide[0]})::text", [*exact[1], *wide[1]])
        written_exact, written_wide = cursor.fetchone()
    return written_exact, "" if written_wide == written_exact else written_wide


def _expression(terms: tuple[Term, ...], *, is_wide: bool) -> tuple[str, list[str]]:
    pieces, texts = [], []
    for term in terms:
        function, text = "plainto_tsquery", term.text
        if term.is_phrase:
            function = "phraseto_tsquery"
        elif is_wide and not term.is_negated and len(text) > 2:
            function, text = "to_tsquery", "'" + text.replace("\\", " ").replace("'", " ") + "':*"
        pieces.append(f"{'!!' if term.is_negated else ''}{function}('evenkeel', %s)")
        texts.append(text)
    return " && ".join(pieces), texts
