"""Folding a past into an incident, and writing many rows at once."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from core.copying import assign_keys, copy_in
from core.kinds import get
from core.models import Activity
from core.moves import Past, fold, replay
from core.numbers import next_number
from incidents.models import Incident
from tickets.bulk import insert_rows, insert_tickets
from tickets.models import Comment, Ticket, TicketSearch

MORNING = datetime(2024, 3, 1, 9, tzinfo=UTC)
AWKWARD = 'a\tb\nc\\d\re "quoted" {braces}, \\N, =cmd(), ‮ Jörg 日本'


def unsaved(requester, **fields):
    return Incident(
        **{
            "kind": "incident",
            "title": "Printer",
            "requester": requester,
            "status": "new",
            "opened_at": MORNING,
            "updated_at": MORNING,
        }
        | fields,
    )


def begin(status="new"):
    return Past(MORNING, "incident.opened", status=status)


def folded(requester, *pasts):
    incident = unsaved(requester, status="")
    return incident, fold(get("incident"), incident, pasts)


def test_a_known_transition_is_called_as_its_move(requester):
    incident, (_opened, resolved) = folded(
        requester, begin(), Past(MORNING, "ticket.edited", status="resolved", values={"resolution": "Toner"})
    )

    assert (incident.status, incident.stage, incident.version) == ("resolved", "resolved", 2)
    assert (resolved.verb, resolved.data) == ("incident.resolved", {"move": "resolve"})
    assert resolved.changes == {"status": ["new", "resolved"], "resolution": ["", "Toner"]}
    assert resolved.audience == "requester"


def test_an_unknown_transition_is_kept_and_marked(requester):
    incident, (_opened, closed) = folded(requester, begin(), Past(MORNING, "incident.closed", status="closed"))

    assert (incident.status, incident.stage) == ("closed", "closed")
    assert (closed.verb, closed.data) == ("incident.closed", {"imported": True})


def test_a_beginning_as_the_table_has_it_changes_nothing_and_another_is_marked(requester):
    _incident, (as_usual,) = folded(requester, begin())
    _incident, (otherwise,) = folded(requester, begin("on_hold"))

    assert (as_usual.changes, as_usual.data, as_usual.version) == ({}, {}, 1)
    assert (otherwise.changes, otherwise.data) == ({"status": ["", "on_hold"]}, {"imported": True})


def test_a_line_that_says_what_stands_already_changes_nothing(requester):
    _incident, (_opened, edited) = folded(
        requester, begin(), Past(MORNING, "ticket.edited", values={"title": "Printer"})
    )

    assert (edited.verb, edited.changes) == ("ticket.edited", {})


def test_tickets_written_in_bulk_are_tickets_like_any_other(requester, northgate):
    incidents = [
        unsaved(
            requester, title=AWKWARD, organisation=northgate, reader_ids=[requester.pk], assumed_facts=["detected_at"]
        )
        for _ in range(3)
    ]

    insert_tickets(incidents)

    for written in incidents:
        read = Incident.objects.get(number=written.number)
        assert read.pk == written.pk == read.ticket_ptr_id
        assert read.title == AWKWARD
        assert read.reader_ids == [requester.pk]
        assert read.assumed_facts == ["detected_at"]
        assert read.opened_at == MORNING
        assert read.resolved_at is None
        assert read.impact_answers == {}
        assert read.is_major is False
        assert read.created_at is not None
    assert next_number("INC") > max(each.number for each in incidents)
    assert set(Incident.objects.visible_to(requester)) == set(incidents)


def test_the_database_still_refuses_what_must_not_be(requester):
    with pytest.raises(IntegrityError, match="ticket_priority"), transaction.atomic():
        insert_tickets([unsaved(requester), unsaved(requester, priority=9)])

    assert not Ticket.objects.exists()


def test_kinds_are_not_mixed(requester):
    with pytest.raises(ValueError, match="several kinds"):
        insert_tickets([unsaved(requester), unsaved(requester, kind="problem")])


def test_rows_that_hang_on_tickets_keep_every_character(requester):
    incident = unsaved(requester)
    insert_tickets([incident])

    insert_rows(
        [Comment(ticket_id=incident.pk, author=requester, text=AWKWARD, via="import", created_at=MORNING) for _ in "ab"]
    )

    assert [each.text for each in Comment.objects.all()] == [AWKWARD, AWKWARD]


def test_a_replayed_past_is_searchable_and_keeps_its_words(requester):
    incident = unsaved(requester, status="", title="Frozen kettle")
    happenings = fold(
        get("incident"), incident, [Past(MORNING, "incident.opened", requester, "new", data={"a": AWKWARD})]
    )
    insert_tickets([incident])

    replay(happenings)

    activity = Activity.objects.get(verb="incident.opened")
    assert (activity.data["a"], activity.actor, activity.at, activity.via) == (AWKWARD, requester, MORNING, "import")
    assert "kettle" in TicketSearch.objects.get(ticket_id=incident.pk).public_vector


def test_nothing_is_written_for_nobody(db):
    insert_tickets([])
    insert_rows([])
    assign_keys(Ticket, [])
    copy_in(Ticket, [])

    assert not Ticket.objects.exists()
