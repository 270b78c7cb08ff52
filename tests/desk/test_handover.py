"""The page on which a shift is handed over and taken over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from core.moves import perform
from tests.factories import UserFactory
from tickets.models import HandoverNote
from tickets.services.handing_over import write_note

pytestmark = pytest.mark.django_db


def test_the_entry_leads_to_ones_team(mara, desk):
    assert "/handover/" in mara.get("/").content.decode()
    assert mara.get("/handover/").url == "/handover/desk/"


def test_another_teams_handover_is_not_there(mara, network, signed_in, requester, auditor):
    assert mara.get("/handover/network/").status_code == 404
    assert mara.post("/handover/network/take/").status_code == 404
    assert signed_in(requester).get("/handover/").status_code == 403
    assert signed_in(auditor).get("/handover/desk/").status_code == 404


def test_it_shows_what_changed_what_nobody_has_and_what_wakes(mara, opened, agent):
    opened("Nobody has this one")
    held = perform(opened("This one sleeps"), "take", actor=agent)
    perform(held, "hold", actor=agent, hold_reason="observing", wake_at=timezone.now() + timedelta(hours=3))

    page = mara.get("/handover/desk/").content.decode()

    unowned, waking = page.split('id="section-unowned"')[1].split('id="section-waking"')
    assert "Nobody has this one" in unowned
    assert "This one sleeps" not in unowned
    assert "This one sleeps" in waking
    assert "Nobody has this one" not in waking


def test_a_note_is_written_and_mended_in_place(mara, ticket):
    url = f"/handover/desk/{ticket.number}/"
    answer = mara.post(url, {"note": "Waits for *parts*", "next_action": "Ring Petra"})
    assert answer.url == "/handover/desk/"

    mara.post(url, {"note": "Parts are here", "next_action": "Swap it"}, headers={"HX-Request": "true"})

    note = HandoverNote.objects.get()
    assert (note.note, note.next_action) == ("Parts are here", "Swap it")
    assert mara.post(url, {"note": ""}).status_code == 422
    page = mara.get("/handover/desk/").content.decode()
    assert "Parts are here" in page
    assert "Swap it" in page


def test_all_that_was_read_is_taken_over_in_one_move(mara, sam, manager, opened, desk):
    notes = [write_note(ticket=opened(f"T{n}"), team=desk, note="Look", actor=manager) for n in range(3)]
    page = mara.get("/handover/desk/").content.decode()
    assert "I take over all 3" in page
    late = write_note(ticket=opened("Late"), team=desk, note="Not read yet", actor=manager)

    mara.post("/handover/desk/take/", {"note": [note.pk for note in notes]})

    assert set(HandoverNote.objects.filter(taken_over_by__username="mara")) == set(notes)
    assert HandoverNote.objects.get(taken_over_at=None) == late
    second = sam.post("/handover/desk/take/", {"note": [note.pk for note in notes]}, follow=True)
    assert "Somebody was quicker" in second.content.decode()


def test_a_restricted_tickets_note_is_nobody_elses_to_read(mara, manager, desk, opened, network, second_line):
    hidden = opened("Personnel matter", actor=manager, restricted_teams=[network])
    HandoverNote.objects.create(team=desk, ticket=hidden, note="Hush", author=manager)

    page = mara.get("/handover/desk/").content.decode()

    assert "Personnel matter" not in page
    assert "Hush" not in page
    assert mara.get(f"/handover/desk/{hidden.number}/").status_code == 404


def test_an_agent_of_no_team_is_told_so(signed_in, northgate):
    alone = UserFactory(organisation=northgate, roles=Role.AGENT)

    assert "You are in no team" in signed_in(alone).get("/handover/").content.decode()


def test_the_page_asks_no_more_queries_for_more_tickets(mara, manager, opened, desk, django_assert_max_num_queries):
    write_note(ticket=opened(), team=desk, note="One", actor=manager)
    mara.get("/handover/desk/")
    with django_assert_max_num_queries(15) as few:
        mara.get("/handover/desk/")
    asked = len(few)
    for index in range(6):
        write_note(ticket=opened(f"T{index}"), team=desk, note="More", actor=manager)

    with django_assert_max_num_queries(asked):
        mara.get("/handover/desk/")
