"""Who reads a ticket after somebody else was found to have asked."""

import pytest

from incidents.services import edit_incident
from tickets.models import Ticket
from tickets.services.restricting import restrict
from tickets.services.watching import watch

pytestmark = pytest.mark.django_db


def sees(person, ticket):
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def test_who_was_taken_for_the_requester_by_mistake_reads_it_no_more(ticket, agent, requester, colleague):
    assert sees(requester, ticket)
    assert not sees(colleague, ticket)

    edit_incident(incident=ticket, actor=agent, requester=colleague)

    assert sees(colleague, ticket)
    assert not sees(requester, ticket)
    assert sees(agent, ticket)


def test_a_former_requester_who_watches_goes_on_reading(ticket, agent, requester, colleague):
    watch(ticket=ticket, user=requester, actor=requester)

    edit_incident(incident=ticket, actor=agent, requester=colleague)

    assert sees(requester, ticket)


def test_on_a_restricted_ticket_the_new_requester_takes_the_place_of_the_former(
    ticket, agent, desk, requester, colleague, second_line
):
    restrict(ticket=ticket, teams=[desk], people=[second_line], actor=agent, reason="Personnel")

    edit_incident(incident=ticket, actor=agent, requester=colleague)

    assert sees(colleague, ticket)
    assert sees(second_line, ticket)
    assert not sees(requester, ticket)
