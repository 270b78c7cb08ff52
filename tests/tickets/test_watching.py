"""Watching tells and lets read; being mentioned tells those who may read already."""

import pytest
from django.core.exceptions import PermissionDenied

from core.exceptions import Refused
from core.models import Activity
from tickets.models import Ticket, Watcher
from tickets.services.readers import readers_of
from tickets.services.watching import mentions, unwatch, watch, watch_as_mentioned

pytestmark = pytest.mark.django_db


def sees(person, ticket):
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def test_the_desk_lets_a_colleague_watch_and_read(ticket, agent, colleague):
    assert not sees(colleague, ticket)

    watch(ticket=ticket, user=colleague, actor=agent)
    watch(ticket=ticket, user=colleague, actor=agent)

    assert sees(colleague, ticket)
    assert Watcher.objects.count() == 1
    assert Activity.objects.filter(verb="ticket.watched").count() == 1


def test_whoever_saw_it_only_by_watching_sees_it_no_more(ticket, agent, colleague, requester):
    watch(ticket=ticket, user=colleague, actor=agent)
    watch(ticket=ticket, user=requester, actor=requester)

    unwatch(ticket=ticket, user=colleague, actor=colleague)
    unwatch(ticket=ticket, user=requester, actor=requester)

    assert not sees(colleague, ticket)
    assert sees(requester, ticket)


def test_a_requester_watches_for_themselves_alone(ticket, requester, colleague, agent):
    with pytest.raises(PermissionDenied):
        watch(ticket=ticket, user=colleague, actor=requester)
    watch(ticket=ticket, user=agent, actor=agent)
    with pytest.raises(PermissionDenied):
        unwatch(ticket=ticket, user=agent, actor=requester)

    assert watch(ticket=ticket, user=requester, actor=requester).pk


def test_nobody_of_another_company_and_no_supplier_is_let_in_by_the_way(ticket, agent, stranger, supplier):
    with pytest.raises(Refused, match="another organisation"):
        watch(ticket=ticket, user=stranger, actor=agent)
    with pytest.raises(Refused, match="refer the ticket"):
        watch(ticket=ticket, user=supplier, actor=agent)
    with pytest.raises(PermissionDenied):
        watch(ticket=ticket, user=stranger, actor=stranger)

    assert not sees(stranger, ticket)
    assert not sees(supplier, ticket)


def test_readers_are_who_asked_wrote_had_and_watch(opened, requester, agent, second_line, colleague):
    ticket = opened(assignee=second_line)
    watch(ticket=ticket, user=colleague, actor=agent)

    ticket = Ticket.objects.get(pk=ticket.pk)
    assert readers_of(ticket) == sorted([requester.pk, agent.pk, second_line.pk, colleague.pk])
    assert ticket.reader_ids == readers_of(ticket)


def test_a_mention_tells_those_who_may_read_the_words_and_names_the_others(
    ticket, agent, second_line, requester, colleague, stranger
):
    text = f"@{second_line.username} @{requester.username}, see @{stranger.username}. Not @nobody or a@b.example"

    internal = mentions(text, ticket=ticket, audience="internal")
    public = mentions(text, ticket=ticket, audience="requester")

    assert internal.told == [second_line]
    assert internal.not_told == [requester.username, stranger.username, "nobody"]
    assert set(public.told) == {second_line, requester}
    assert public.not_told == [stranger.username, "nobody"]
    assert not sees(stranger, ticket)


def test_a_suppliers_person_is_told_only_of_words_meant_for_their_company(
    ticket, agent, supplier, supplier_organisation
):
    Ticket.objects.filter(pk=ticket.pk).update(supplier_ids=[supplier_organisation.pk])

    meant = mentions(f"@{supplier.username}", ticket=ticket, audience="supplier", supplier_id=supplier_organisation.pk)
    public = mentions(f"@{supplier.username}", ticket=ticket, audience="requester")

    assert meant.told == [supplier]
    assert public.told == []


def test_the_mentioned_go_on_being_told(ticket, second_line):
    for _ in range(2):
        watch_as_mentioned(ticket=ticket, people=[second_line])

    assert Watcher.objects.get().user == second_line
