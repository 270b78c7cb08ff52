"""Search finds what a person may see by the words that they may read, and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from core.exceptions import AnswersMissing
from tests.factories import TeamFactory, UserFactory
from tickets import search as searching
from tickets.models import Comment, Ticket, TicketSearch
from tickets.query import QueryError
from tickets.search import matching, reindex, search, similar
from tickets.services.editing import edit
from tickets.services.words import add_comment, redact_comment

pytestmark = pytest.mark.django_db


def numbers(found):
    return [hit.ticket.number for hit in found.hits]


def test_words_of_title_and_description_are_found_at_once(opened, agent, requester):
    jam = opened("Paper jam at gate four", description="The feeder squeals before it stops.")
    opened("Cannot sign in")

    assert numbers(search(agent, "paper")) == [jam.number]
    assert numbers(search(agent, "SQUEALS feeder")) == [jam.number]
    assert numbers(search(requester, "squeals")) == [jam.number]
    assert search(agent, "squeals sign").hits == []


def test_accents_do_not_matter_either_way(opened, agent):
    cafe = opened("Café terminal offline")

    assert numbers(search(agent, "cafe")) == [cafe.number]
    assert numbers(search(agent, "CAFÉ")) == [cafe.number]


@pytest.mark.parametrize("write", [str, str.lower, lambda n: n[3:].lstrip("0"), lambda n: f"inc {n[3:].lstrip('0')}"])
def test_a_number_finds_its_ticket_first_however_it_is_written(opened, agent, write):
    wanted = opened("Scanner beeps")
    for _ in range(3):
        opened(f"Same as {wanted.number}, says the caller")

    found = search(agent, write(wanted.number))

    assert found.hits[0].ticket.number == wanted.number
    assert found.hits[0].by == "number"


def test_another_systems_reference_finds_its_ticket_first(opened, agent):
    wanted = opened("Imported", external_source="servicenow", external_ref="INC99-7781")

    assert search(agent, "inc99-7781").hits[0].ticket.number == wanted.number
    assert search(agent, "inc99-7781").hits[0].by == "number"


def test_the_title_counts_more_than_the_description_and_that_more_than_comments(opened, agent):
    said = opened("A third thing")
    add_comment(ticket=said, text="Might be the gateway.", actor=agent)
    described = opened("Another thing", description="The gateway is slow.")
    titled = opened("Gateway slow")

    assert numbers(search(agent, "gateway")) == [titled.number, described.number, said.number]


def test_exact_phrases_and_exclusions(opened, agent):
    exact = opened("Paper jam in tray two")
    loose = opened("Jam of paper in tray one")

    assert numbers(search(agent, '"paper jam"')) == [exact.number]
    assert numbers(search(agent, "paper jam -two")) == [loose.number]
    assert numbers(search(agent, 'paper -"paper jam"')) == [loose.number]


def test_with_few_hits_beginnings_of_words_count(opened, agent):
    wanted = opened("Printers at dock nine are silent")

    found = search(agent, "printer dock")

    assert numbers(found) == [wanted.number]


def test_a_typing_error_finds_a_title_that_is_nearly_right(opened, agent):
    wanted = opened("Forklift scanner loses connection")
    opened("Payroll export empty")

    found = search(agent, "forklfit")

    assert numbers(found) == [wanted.number]
    assert found.hits[0].by == "nearly"


def test_a_requester_who_searches_for_internal_words_finds_nothing(opened, agent, requester):
    ticket = opened("Cannot sign in")
    add_comment(ticket=ticket, text="Smells of credential stuffing.", actor=agent, audience="internal")
    add_comment(ticket=ticket, text="We reset your password.", actor=agent, audience="requester")

    assert numbers(search(agent, "stuffing")) == [ticket.number]
    assert search(requester, "stuffing").hits == []
    assert numbers(search(requester, "password")) == [ticket.number]
    assert list(matching(requester, "stuffing", Ticket.objects.all())) == []


def test_a_requesters_snippet_holds_public_words_alone(opened, agent, requester):
    ticket = opened("Cannot sign in", description="My badge shows a lock.")
    add_comment(ticket=ticket, text="The lock was set by security.", actor=agent, audience="internal")

    assert "security" in search(agent, "lock").hits[0].snippet
    assert "security" not in search(requester, "lock").hits[0].snippet
    assert "<mark>lock</mark>" in search(requester, "lock").hits[0].snippet


def test_a_snippet_is_safe_html_whatever_was_written(opened, agent):
    opened("Odd", description="<script>alert(1)</script> \ue000<b>blinky</b>\ue001 & more \ue000 blinky")

    snippet = search(agent, "blinky").hits[0].snippet

    assert "<script" not in snippet
    assert "<b>" not in snippet
    assert "&amp; more" in snippet
    assert snippet.count("<mark>") == snippet.count("</mark>") == 2


def test_nobody_finds_what_they_may_not_see(opened, agent, requester, stranger, colleague):
    ticket = opened("Quarterly forecast lost")

    assert numbers(search(agent, "forecast")) == [ticket.number]
    assert numbers(search(requester, "forecast")) == [ticket.number]
    for person in (stranger, colleague):
        for text in ("forecast", "forecsat", ticket.number, "state:open", "quarterly -x"):
            assert search(person, text).hits == []


def test_a_restricted_ticket_is_found_by_its_circle_alone(opened, agent, second_line, network, requester, auditor):
    ticket = opened("Suspicion against a member of staff", restricted_teams=[network])
    Ticket.objects.filter(pk=ticket.pk).update(reader_ids=[requester.pk])

    for text in ("suspicion", "suspicoin", ticket.number, "is:restricted"):
        assert numbers(search(second_line, text)) == [ticket.number]
        assert search(agent, text).hits == []
        assert search(agent, text).count == 0
        assert search(auditor, text).hits == []
    assert similar(agent, "Suspicion against a member of staff") == []
    assert similar(second_line, "Suspicion against a member of staff") == [Ticket.objects.get(pk=ticket.pk)]


def test_a_suppliers_people_find_by_title_description_and_the_words_meant_for_them(
    opened, agent, supplier, supplier_organisation
):
    ticket = opened("Uplink flaps", description="Since the storm.")
    Ticket.objects.filter(pk=ticket.pk).update(supplier_ids=[supplier_organisation.pk])
    ticket.refresh_from_db()
    add_comment(ticket=ticket, text="Public apology.", actor=agent, audience="requester")
    add_comment(ticket=ticket, text="They overcharge.", actor=agent, audience="internal")
    add_comment(
        ticket=ticket, text="Please test the splice.", actor=agent, audience="supplier", supplier=supplier_organisation
    )

    for text in ("uplink", "storm", "splice"):
        assert numbers(search(supplier, text)) == [ticket.number]
    for text in ("apology", "overcharge"):
        assert search(supplier, text).hits == []
    assert "apology" not in search(supplier, "storm").hits[0].snippet


def test_an_edit_and_a_redaction_take_words_away(opened, agent):
    ticket = opened("Pritner broken")
    comment = add_comment(ticket=ticket, text="The pin is 4711.", actor=agent)
    assert numbers(search(agent, "4711")) == [ticket.number]

    redact_comment(comment=comment, actor=agent, reason="A pin")
    edit(ticket=ticket, actor=agent, title="Printer broken")

    assert search(agent, '"4711"').hits == []
    assert search(agent, '"pritner"').hits == []
    assert numbers(search(agent, "printer")) == [ticket.number]


def test_words_are_searchable_only_when_their_transaction_holds(opened, agent):
    ticket = opened()
    with pytest.raises(AnswersMissing):
        edit(ticket=ticket, actor=agent, title="z" * 201)

    assert TicketSearch.objects.get(pk=ticket.pk).public_vector.count("zzz") == 0


def test_operators_narrow_and_repeat_as_either(opened, agent, colleague, network, desk):
    mine = opened("Desk phone dead", assignee=agent)
    theirs = opened("Desk lamp dead", requester=colleague, team=network)

    assert numbers(search(agent, "dead assignee:me")) == [mine.number]
    assert numbers(search(agent, "dead -assignee:me")) == [theirs.number]
    assert numbers(search(agent, "team:network")) == [theirs.number]
    assert numbers(search(agent, "requester:carla dead")) == [theirs.number]
    assert numbers(search(agent, 'requester:"Carla Nov"')) == [theirs.number]
    assert set(numbers(search(agent, "team:network team:desk state:open"))) == {mine.number, theirs.number}
    assert numbers(search(agent, "is:unassigned")) == [theirs.number]
    assert search(agent, "state:closed dead").hits == []
    assert numbers(search(agent, "state:new is:mine")) == [mine.number]
    assert search(agent, "requester:nobody-of-that-name").hits == []
    assert len(search(agent, "priority:1,2,3,4,5").hits) == 2


@pytest.mark.parametrize("text", ["colour:red", "priority:high", "is:purple", "state:limbo"])
def test_what_an_operator_does_not_know_is_a_clear_error(agent, text):
    with pytest.raises(QueryError):
        search(agent, text)


@pytest.mark.parametrize("text", ["\x00", "' OR 1=1 --", "a' & b:*", "\\", "(((", "!!", "%%", "a|b & !c", ":*", "''"])
def test_whatever_is_typed_is_searched_for_and_breaks_nothing(opened, agent, text):
    opened()

    assert search(agent, text).count <= 1


def test_pages_of_hits_follow_each_other(opened, agent):
    for n in range(5):
        opened(f"Dock {n} dark")

    first, second = search(agent, "dark", limit=3), search(agent, "dark", limit=3, offset=3)

    assert (first.count, first.has_more, second.has_more) == (5, True, False)
    assert len({*numbers(first), *numbers(second)}) == 5


def test_common_words_look_at_the_newest_and_say_so(opened, agent, monkeypatch):
    monkeypatch.setattr(searching, "RARE", 0)
    monkeypatch.setattr(searching, "WINDOW", 6)
    wanted = [opened(f"Dock {n} dark").number for n in range(7)]

    found = search(agent, "dark")

    assert found.is_newest_only
    assert set(numbers(found)) == set(wanted[1:])


def test_common_words_that_are_rare_among_the_newest_are_found_all_the_same(opened, agent, monkeypatch):
    old = opened("Dock one dark")
    for n in range(6):
        opened(f"Printer {n}")
    monkeypatch.setattr(searching, "RARE", 0)
    monkeypatch.setattr(searching, "WINDOW", 3)

    assert numbers(search(agent, "dark")) == [old.number]


def test_a_very_long_ticket_is_searchable_and_breaks_nothing(opened, agent):
    words = " ".join(f"{chr(0x4E00 + n // 400)}{chr(0x4E00 + n % 400)}-{n}" for n in range(16_000))
    ticket = opened("Huge")
    Ticket.objects.filter(pk=ticket.pk).update(description=words)
    Comment.objects.bulk_create(
        Comment(ticket_id=ticket.pk, text=words[:50_000], via="page", created_at=ticket.opened_at, audience=audience)
        for audience in ["internal", "requester"] * 4
    )

    reindex([ticket.pk])

    assert numbers(search(agent, "huge")) == [ticket.number]


def test_many_tickets_are_reindexed_in_one_statement(opened):
    ids = [opened().pk for _ in range(4)]
    TicketSearch.objects.all().delete()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        reindex(ids)

    assert len(queries) == 1
    assert set(TicketSearch.objects.values_list("pk", flat=True)) == set(ids)


def test_search_takes_the_same_few_queries_however_many_hits(opened, agent):
    def count():
        with CaptureQueriesContext(connection) as queries:
            search(agent, "dock dark")
        return len(queries)

    for n in range(6):
        opened(f"Dock {n} dark")
    few = count()
    for n in range(12):
        opened(f"Dock {n} dark")

    assert count() == few <= 9


def test_similar_unresolved_tickets_are_suggested_best_first(opened, agent, requester, stranger):
    close = opened("Label printer at gate 4 prints blank labels")
    opened("Payroll export is empty")

    assert similar(agent, "labels blank at gate 4 printer") == [Ticket.objects.get(pk=close.pk)]
    assert similar(agent, "labels blank", kind="problem") == []
    assert similar(stranger, "labels blank at gate 4 printer") == []
    assert similar(agent, "??") == []


def test_someone_with_no_desk_role_finds_among_their_own_in_any_number(opened, northgate, agent):
    other = UserFactory(organisation=northgate)
    for n in range(6):
        opened(f"Dock {n} dark")
    own = opened("Dock dark too", requester=other)

    assert numbers(search(other, "dark")) == [own.number]
    assert other.roles == Role.REQUESTER
    assert TeamFactory().pk


def test_a_count_beyond_a_hundred_is_said_as_such():
    assert searching.Found([], 101, True, False, False).said == "100+"
    assert searching.Found([], 100, False, False, False).said == "100"
