"""A shift leaves notes; the next takes them over in one move."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.exceptions import AnswersMissing
from core.models import Activity
from core.moves import perform
from tickets.handover import Shift, open_notes, sections
from tickets.mentioning import watch_the_mentioned
from tickets.models import HandoverNote, Ticket, Watcher
from tickets.services.handing_over import take_over, write_note
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


def test_the_open_note_of_a_ticket_is_written_anew_until_it_is_taken_over(ticket, agent, manager, desk):
    write_note(ticket=ticket, team=desk, note="Waits for parts", actor=agent)
    write_note(ticket=ticket, team=desk, note="Parts are here", next_action="Swap it", actor=manager)

    note = open_notes(desk, agent).get()
    assert (note.note, note.next_action, note.author) == ("Parts are here", "Swap it", manager)
    take_over(team=desk, actor=agent)
    write_note(ticket=ticket, team=desk, note="Swapped", actor=agent)
    assert HandoverNote.objects.count() == 2


def test_a_shift_is_taken_over_in_one_move_and_once(opened, agent, manager, desk):
    tickets = [opened(f"Ticket {n}") for n in range(3)]
    for ticket in tickets:
        write_note(ticket=ticket, team=desk, note="Look at it", actor=manager)

    taken = take_over(team=desk, actor=agent)

    assert {note.ticket_id for note in taken} == {ticket.pk for ticket in tickets}
    assert {note.taken_over_by for note in HandoverNote.objects.all()} == {agent}
    assert take_over(team=desk, actor=manager) == []
    assert Activity.objects.filter(verb="ticket.handover_taken").count() == 3


def test_only_the_teams_people_of_the_desk_hand_over(ticket, desk, second_line, requester, agent):
    for person in (second_line, requester):
        with pytest.raises(PermissionDenied):
            write_note(ticket=ticket, team=desk, note="x", actor=person)
        with pytest.raises(PermissionDenied):
            take_over(team=desk, actor=person)
    with pytest.raises(AnswersMissing):
        write_note(ticket=ticket, team=desk, note="  ", actor=agent)


def test_a_note_on_a_ticket_that_one_may_not_see_is_neither_shown_nor_taken_over(opened, agent, manager, desk, network):
    hidden = opened("Personnel")
    write_note(ticket=hidden, team=desk, note="Sensitive", actor=manager)
    Ticket.objects.filter(pk=hidden.pk).update(is_restricted=True, restricted_team_ids=[network.pk], reader_ids=[])

    assert list(open_notes(desk, agent)) == []
    assert take_over(team=desk, actor=agent) == []
    assert HandoverNote.objects.get().taken_over_at is None


def test_a_shift_learns_what_changed_what_nobody_has_and_what_wakes(opened, agent, desk, network, requester):
    now = timezone.now()
    old = opened("Old", assignee=agent, at=now - timedelta(days=3))
    fresh = opened("Fresh", assignee=agent)
    nobodys = opened("Nobody has it", at=now - timedelta(days=2))
    opened("Another team's", team=network)
    waking = opened("Sleeps", assignee=agent, at=now - timedelta(days=2))
    perform(waking, "take", actor=agent, at=now - timedelta(days=1))
    held = {"hold_reason": "observing", "wake_at": now + timedelta(hours=3)}
    perform(waking, "hold", actor=agent, at=now - timedelta(days=1), **held)
    Ticket.objects.filter(pk=nobodys.pk).update(is_restricted=False)
    shift = Shift(desk, agent, began_at=now - timedelta(hours=8), ends_at=now + timedelta(hours=8))

    found = {each["name"]: [ticket.pk for ticket in each["tickets"]] for each in sections(shift)}

    assert found["changed"] == [fresh.pk]
    assert found["unowned"] == [nobodys.pk]
    assert found["waking"] == [waking.pk]
    assert old.pk not in found["changed"] + found["unowned"] + found["waking"]
    for_requester = sections(Shift(desk, requester, shift.began_at, shift.ends_at))
    Ticket.objects.filter(pk=fresh.pk).update(is_restricted=True, restricted_team_ids=[network.pk], reader_ids=[])
    assert not next(each for each in sections(shift) if each["name"] == "changed")["tickets"]
    assert {each["name"] for each in for_requester} == set(found)


def test_the_mentioned_watch_when_they_may_read_what_was_said(ticket, agent, second_line, requester, stranger):
    text = f"@{second_line.username} @{requester.username} @{stranger.username} look"
    add_comment(ticket=ticket, text=text, actor=agent, audience="internal")

    for _ in range(2):
        watch_the_mentioned(Activity.objects.get(verb="ticket.commented"))

    assert [each.user for each in Watcher.objects.all()] == [second_line]
