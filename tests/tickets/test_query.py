"""What somebody typed is taken apart without a surprise."""

import pytest

from tickets.query import LONGEST, MOST_TERMS, Operator, QueryError, Term, parse

KNOWN = ("assignee", "state", "team")


def test_words_phrases_exclusions_and_operators_are_told_apart():
    query = parse('assignee:me printer "paper jam" -toner -state:closed', KNOWN)

    assert query.terms == (Term("printer"), Term("paper jam", is_phrase=True), Term("toner", is_negated=True))
    assert query.operators == (Operator("assignee", "me"), Operator("state", "closed", is_negated=True))
    assert query.words == "printer paper jam"


def test_an_operator_takes_a_phrase_and_does_not_mind_capitals():
    assert parse('Team:"service desk"', KNOWN).operators == (Operator("team", "service desk"),)


def test_an_unknown_operator_is_named_with_those_that_there_are():
    with pytest.raises(QueryError, match=r'no "colour:".*assignee:, state:, team:'):
        parse("colour:red", KNOWN)


def test_an_operator_without_a_value_says_so():
    with pytest.raises(QueryError, match='Say what "team:" should be'):
        parse('team:""', KNOWN)


@pytest.mark.parametrize(
    "text",
    ["https://desk.example.org/a", "10:30", "error:", "aa:bb:cc:dd:ee", '"colour:red"', "C:\\temp", "file:\\\\srv"],
)
def test_a_colon_in_an_ordinary_word_is_no_operator(text):
    query = parse(text, KNOWN)

    assert [term.text for term in query.terms] == [text.strip('"')]
    assert query.operators == ()


@pytest.mark.parametrize("text", ["", "   ", '""', "- -- :", "\x00\u202e\u200b", "!!! ???"])
def test_nothing_to_search_for_is_an_empty_query(text):
    assert not parse(text, KNOWN)


def test_invisible_characters_part_words_and_do_not_join_them():
    assert parse("a\x00bc\u202edef", KNOWN).words == "a bc def"


def test_a_long_search_is_cut_at_a_word_and_says_so():
    long = parse("supercalifragilistic " * 20, KNOWN)
    many = parse("one two six ten " * 4, KNOWN)

    assert long.was_cut
    assert set(long.words.split()) == {"supercalifragilistic"}
    assert many.was_cut
    assert len(many.terms) == MOST_TERMS
    assert len(parse("x" * 500, KNOWN).words) == LONGEST
    assert not parse("one two", KNOWN).was_cut


def test_an_unclosed_quotation_mark_loses_no_word():
    assert parse('"paper jam', KNOWN).words == "paper jam"
