"""A restricted ticket exists for its circle alone."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from core.moves import perform
from tests.factories import CategoryFactory, UserFactory
from tickets.models import Comment, Ticket, Watcher
from tickets.services.referring import refer, take_back
from tickets.services.restricting import restrict, restriction_of, unrestrict
from tickets.services.watching import watch
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


def sees(person, ticket):
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


@pytest.fixture
def expert(northgate, network):
    return UserFactory(name="Elif Kaya", organisation=northgate, roles=Role.AGENT, teams=[network])


def test_a_restricted_ticket_is_seen_by_its_teams_and_those_who_stand_on_it(
    opened, requester, agent, desk, manager, second_line, auditor, administrator, colleague
):
    ticket = opened(actor=requester)
    assert all(sees(person, ticket) for person in (agent, second_line, auditor, administrator, requester))

    restrict(ticket=ticket, teams=[desk], people=[colleague], actor=agent, reason="Personnel")

    assert all(sees(person, ticket) for person in (agent, manager, requester, colleague))
    assert not any(sees(person, ticket) for person in (second_line, auditor, administrator))
    assert not Comment.objects.visible_to(second_line).exists()


def test_whoever_restricts_does_not_lock_out_the_team_that_has_it_nor_themselves(
    opened, agent, requester, second_line, network, desk
):
    ticket = opened(actor=requester)
    with pytest.raises(Refused, match="Service desk has the ticket"):
        restrict(ticket=ticket, teams=[network], actor=agent, reason="Security")
    perform(ticket, "escalate", actor=agent, team=network)
    Ticket.objects.filter(pk=ticket.pk).update(reader_ids=[requester.pk])

    with pytest.raises(Refused, match="would not see"):
        restrict(ticket=ticket, teams=[network], actor=agent, reason="Security")
    restrict(ticket=ticket, teams=[network], people=[agent], actor=agent, reason="Security")

    assert sees(agent, ticket)
    assert sees(second_line, ticket)


def test_a_restriction_needs_a_team_a_reason_and_the_desk(opened, agent, desk, requester):
    ticket = opened()
    with pytest.raises(AnswersMissing):
        restrict(ticket=ticket, teams=[desk], actor=agent, reason=" ")
    with pytest.raises(AnswersMissing):
        restrict(ticket=ticket, teams=[], people=[agent], actor=agent, reason="Why not")
    with pytest.raises(PermissionDenied):
        restrict(ticket=ticket, teams=[desk], actor=requester, reason="Mine alone")

    assert restrict(ticket=ticket, teams=[desk], actor=agent, reason="Security").is_restricted


def test_watchers_who_lose_sight_are_removed_and_it_is_told(opened, agent, desk, requester, second_line, colleague):
    ticket = opened(actor=requester)
    watch(ticket=ticket, user=second_line, actor=second_line)
    watch(ticket=ticket, user=colleague, actor=agent)
    watch(ticket=ticket, user=agent, actor=agent)

    restrict(ticket=ticket, teams=[desk], people=[colleague], actor=agent, reason="Security")

    assert set(Watcher.objects.values_list("user_id", flat=True)) == {colleague.pk, agent.pk}
    told = Activity.objects.get(verb="ticket.restricted")
    assert told.data["watchers_removed"] == [second_line.pk]
    assert told.data["reason"] == "Security"
    assert told.changes["is_restricted"] == [False, True]


def test_watching_a_restricted_ticket_lets_nobody_in_and_keeps_nobody_in(opened, agent, desk, requester, second_line):
    ticket = restrict(ticket=opened(actor=requester), teams=[desk], actor=agent, reason="Security")

    with pytest.raises(Refused, match="not of the circle"):
        watch(ticket=ticket, user=second_line, actor=agent)
    watch(ticket=ticket, user=agent, actor=agent)
    agent.memberships.all().delete()
    agent.__dict__.pop("access", None)

    assert not sees(agent, ticket)


def test_a_supplier_that_returned_it_loses_sight_until_it_is_opened_again(
    opened, agent, desk, supplier, supplier_organisation
):
    ticket = opened()
    take_back(referral=refer(ticket=ticket, supplier=supplier_organisation, actor=agent), actor=agent)
    assert sees(supplier, ticket)

    restrict(ticket=ticket, teams=[desk], actor=agent, reason="Security")
    assert not sees(supplier, ticket)
    unrestrict(ticket=ticket, actor=agent, reason="Over")

    assert sees(supplier, ticket)


def test_opening_it_again_brings_back_the_ordinary_rules(opened, agent, desk, second_line, stranger):
    ticket = restrict(ticket=opened(), teams=[desk], actor=agent, reason="Security")

    unrestrict(ticket=ticket, actor=agent, reason="Published")

    assert sees(second_line, ticket)
    assert not sees(stranger, ticket)
    assert Activity.objects.get(verb="ticket.unrestricted").data["reason"] == "Published"


def test_an_agent_who_is_its_requester_does_not_lift_the_restriction(opened, agent, desk, expert, second_line, network):
    ticket = opened(requester=second_line, actor=second_line)
    restrict(ticket=ticket, teams=[desk], actor=agent, reason="A matter about a colleague")

    assert sees(second_line, ticket)
    for verb in (
        lambda: unrestrict(ticket=ticket, actor=second_line, reason="It is about me"),
        lambda: restrict(ticket=ticket, teams=[desk, network], actor=second_line, reason="My team helps"),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert not sees(expert, ticket)


def test_a_restricted_category_restricts_what_hangs_below_it(network, desk):
    personnel, leave, printing = CategoryFactory(), CategoryFactory(), CategoryFactory()
    leave.parent = personnel
    leave.save()
    personnel.restricted_to.set([network])

    assert restriction_of(personnel) == [network.pk]
    assert restriction_of(leave) == [network.pk]
    assert restriction_of(printing) == []
    assert restriction_of(None) == []
    leave.restricted_to.set([desk])
    assert restriction_of(leave) == [desk.pk]


def test_a_ticket_of_a_restricted_category_stays_restricted(opened, agent, desk):
    category = CategoryFactory()
    category.restricted_to.set([desk])
    ticket = opened(category=category)
    assert ticket.is_restricted

    with pytest.raises(Refused, match="category is restricted"):
        unrestrict(ticket=ticket, actor=agent, reason="Enough")


def test_words_and_files_of_a_restricted_ticket_are_seen_by_its_circle_alone(
    opened, agent, desk, second_line, requester
):
    ticket = opened(actor=requester)
    said = add_comment(ticket=ticket, text="Sensitive.", actor=agent, audience="internal")
    assert said in Comment.objects.visible_to(second_line)

    restrict(ticket=ticket, teams=[desk], actor=agent, reason="Security")

    assert said in Comment.objects.visible_to(agent)
    assert said not in Comment.objects.visible_to(second_line)


def test_a_ticket_below_a_restricted_category_is_restricted_from_its_opening(opened, desk, second_line):
    personnel, leave = CategoryFactory(), CategoryFactory()
    leave.parent = personnel
    leave.save()
    personnel.restricted_to.set([desk])

    ticket = opened(category=leave)

    assert ticket.restricted_team_ids == [desk.pk]
    assert not sees(second_line, ticket)
    assert sees(second_line, opened(category=CategoryFactory(), requester=second_line))
