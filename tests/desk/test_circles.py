"""A restricted ticket stays with its circle, however it is edited, resolved or handed on."""

import pytest

from core.exceptions import AnswersMissing, MoveRefused
from core.models import Activity
from core.moves import offers, perform
from incidents.services import edit_incident
from tests.factories import CategoryFactory
from tickets.models import Ticket
from tickets.services.restricting import restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def personnel(desk):
    """A category whose tickets are for the service desk alone."""
    category = CategoryFactory(key="personnel", name="Personnel")
    category.restricted_to.set([desk])
    return category


@pytest.fixture
def secret(ticket, desk, agent):
    return restrict(ticket=ticket, teams=[desk], actor=agent, reason="Personnel matter")


def sees(person, ticket):
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def test_a_ticket_that_gets_a_restricted_category_is_restricted(ticket, agent, second_line, personnel, desk):
    assert sees(second_line, ticket)

    edited = edit_incident(incident=ticket, actor=agent, category=personnel)

    assert (edited.is_restricted, edited.restricted_team_ids) == (True, [desk.pk])
    assert not sees(second_line, ticket)
    told = Activity.objects.get(verb="ticket.restricted")
    assert "Personnel" in told.data["reason"]


def test_the_page_says_that_it_is_restricted_now(mara, ticket, personnel):
    answer = mara.post(
        f"/incidents/{ticket.number}/edit/category/", {"category": personnel.pk, "version": ticket.version}, follow=True
    )

    assert "is restricted now" in answer.content.decode()
    assert "only Service desk" in answer.content.decode()


def test_resolving_into_a_restricted_category_restricts_too(ticket, agent, second_line, personnel):
    perform(ticket, "take", actor=agent)

    resolved = perform(
        ticket, "resolve", actor=agent, resolution_code="fixed", resolution="Done", category=personnel,
        resolved_ci="none", fix_kind="permanent",
    )  # fmt: skip

    assert resolved.is_restricted
    assert not sees(second_line, ticket)


def test_a_category_that_would_hide_it_from_the_team_that_has_it_is_refused(mara, ticket, network):
    category = CategoryFactory(key="security", name="Security")
    category.restricted_to.set([network])

    answer = mara.post(
        f"/incidents/{ticket.number}/edit/category/", {"category": category.pk, "version": ticket.version}
    )

    assert answer.status_code == 422
    assert "would not see it any more" in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.is_restricted, ticket.category) == (False, None)


@pytest.mark.parametrize("move", ["assign", "escalate"])
def test_it_is_not_given_to_a_team_outside_its_circle(secret, agent, network, second_line, desk, move):
    with pytest.raises(AnswersMissing, match="Network is not among the teams"):
        perform(secret, move, actor=agent, team=network)
    assert not sees(second_line, secret)

    restrict(ticket=secret, teams=[desk, network], actor=agent, reason="They help")
    moved = perform(secret, move, actor=agent, team=network)

    assert moved.team == network


def test_the_form_says_why_and_keeps_what_was_chosen(mara, secret, network):
    answer = mara.post(f"/tickets/{secret.number}/moves/escalate/", {"team": "network", "reason": "Yours"})

    assert answer.status_code == 422
    assert "Widen the restriction first" in answer.content.decode()


def test_it_is_not_returned_to_a_team_outside_its_circle(ticket, agent, second_line, network, desk):
    perform(ticket, "escalate", actor=agent, team=network)
    perform(ticket, "take", actor=second_line)
    restrict(ticket=ticket, teams=[network], actor=second_line, reason="Only us")

    offer = next(
        each for each in offers(Ticket.objects.get(pk=ticket.pk).incident, second_line) if each.move.name == "return"
    )
    assert "Service desk is not among the teams" in str(offer.reason)
    with pytest.raises(MoveRefused):
        perform(ticket, "return", actor=second_line, reason="Not ours")
