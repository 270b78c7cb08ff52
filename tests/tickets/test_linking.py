"""Ties between tickets are made by the desk, are honest both ways, and never tell of what one may not see."""

import pytest
from django.core.exceptions import PermissionDenied

from core.exceptions import Refused
from core.models import Activity
from core.moves import perform
from tests.factories import ConfigurationItemFactory
from tickets.models import Link, Ticket, TicketCi
from tickets.search import search
from tickets.services.linking import (
    add_ci,
    exclude_ci,
    link,
    remove_ci,
    remove_parent,
    set_parent,
    unlink,
    visible_children,
    visible_links,
    visible_parent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(opened, network):
    """A ticket that the service desk's agent does not see."""
    ticket = opened("Personnel matter", restricted_teams=[network])
    Ticket.objects.filter(pk=ticket.pk).update(reader_ids=[])
    return ticket


def test_a_link_is_seen_from_both_sides_and_told_on_both(opened, agent):
    one, other = opened("One"), opened("Other")

    link(source=one, target=other, kind="follow_up_of", actor=agent)

    assert [(each["other"].pk, each["is_outward"]) for each in visible_links(one, agent)] == [(other.pk, True)]
    assert [(each["other"].pk, each["is_outward"]) for each in visible_links(other, agent)] == [(one.pk, False)]
    told = Activity.objects.filter(verb="ticket.linked").values_list("subject_id", "data__ticket")
    assert set(told) == {(one.pk, other.pk), (other.pk, one.pk)}


def test_linking_twice_is_as_once_and_crosswise_is_refused_where_it_means_something(opened, agent):
    one, other = opened("One"), opened("Other")
    first = link(source=one, target=other, actor=agent)

    assert link(source=one, target=other, actor=agent) == first
    assert link(source=other, target=one, actor=agent) == first
    link(source=one, target=other, kind="follow_up_of", actor=agent)
    with pytest.raises(Refused, match="other way round"):
        link(source=other, target=one, kind="follow_up_of", actor=agent)
    with pytest.raises(Refused, match="itself"):
        link(source=one, target=one, actor=agent)


def test_only_the_desk_links_and_unlinks(opened, agent, requester):
    one, other = opened("One"), opened("Other")
    with pytest.raises(PermissionDenied):
        link(source=one, target=other, actor=requester)
    tied = link(source=one, target=other, actor=agent)

    with pytest.raises(PermissionDenied):
        unlink(link=tied, actor=requester)
    unlink(link=tied, actor=agent)

    assert not Link.objects.exists()


def test_a_ticket_that_one_may_not_see_cannot_be_linked_nor_seen_through_a_link(opened, hidden, agent, second_line):
    ticket = opened("Seen by all")
    with pytest.raises(PermissionDenied):
        link(source=ticket, target=hidden, actor=agent)

    link(source=ticket, target=hidden, actor=second_line)

    assert visible_links(ticket, agent) == []
    assert [each["other"].pk for each in visible_links(ticket, second_line)] == [hidden.pk]
    assert not Activity.objects.filter(data__icontains=hidden.number).exists()


def test_a_parent_and_its_children_show_only_what_one_may_see(opened, hidden, agent, second_line):
    parent, child = opened("Parent"), opened("Child")
    set_parent(child=child, parent=parent, actor=agent)
    Ticket.objects.filter(pk=hidden.pk).update(parent=parent)
    below_hidden = set_parent(child=opened("Below"), parent=hidden, actor=second_line)

    assert set(visible_children(parent, second_line)) == {
        Ticket.objects.get(pk=child.pk),
        Ticket.objects.get(pk=hidden.pk),
    }
    assert visible_children(parent, agent).count() == 1
    assert visible_parent(below_hidden, agent) is None
    assert visible_parent(below_hidden, second_line).pk == hidden.pk
    assert [hit.ticket.pk for hit in search(agent, "is:parent").hits] == [parent.pk]
    with pytest.raises(PermissionDenied):
        set_parent(child=opened("Another"), parent=hidden, actor=agent)


def test_a_parent_can_be_changed_and_taken_away_and_the_timeline_says_so(opened, agent, requester):
    first, second, child = opened("First"), opened("Second"), opened("Child")
    set_parent(child=child, parent=first, actor=agent)
    set_parent(child=child, parent=second, actor=agent)
    moved = remove_parent(child=child, actor=agent)

    assert moved.parent_id is None
    assert moved.version == child.version + 3
    verbs = Activity.objects.filter(subject_id=child.pk, subject_kind="ticket").order_by("pk")
    assert [each.verb for each in verbs][1:] == ["ticket.parent_set"] * 2 + ["ticket.parent_removed"]
    assert verbs.last().data == {"was": second.pk, "ticket": None}
    with pytest.raises(PermissionDenied):
        set_parent(child=child, parent=first, actor=requester)


def test_families_have_no_rings(opened, agent):
    top, middle, bottom = opened("Top"), opened("Middle"), opened("Bottom")
    set_parent(child=middle, parent=top, actor=agent)
    set_parent(child=bottom, parent=middle, actor=agent)

    for below in (middle, bottom):
        with pytest.raises(Refused, match="below this ticket"):
            set_parent(child=top, parent=below, actor=agent)
    with pytest.raises(Refused, match="own parent"):
        set_parent(child=top, parent=top, actor=agent)


def test_a_parent_must_be_worked_on_and_of_the_same_kind(opened, agent):
    done, child = opened("Done"), opened("Child")
    perform(done, "cancel", actor=agent, reason="Not needed")
    other_kind = opened("Another kind")

    with pytest.raises(Refused, match="no longer"):
        set_parent(child=child, parent=done, actor=agent)
    Ticket.objects.filter(pk=child.pk).update(kind="task")
    child.kind = "incident"
    with pytest.raises(Refused, match="same kind"):
        set_parent(child=child, parent=other_kind, actor=agent)


def test_what_a_person_says_of_an_item_stands_above_what_was_computed(opened, agent, requester, northgate):
    ticket, item = opened(), ConfigurationItemFactory(organisation=northgate)
    TicketCi.objects.create(ticket_id=ticket.pk, ci=item, source="computed")

    excluded = exclude_ci(ticket=ticket, ci=item, actor=agent)
    assert excluded.source == "excluded"
    said = add_ci(ticket=ticket, ci=item, actor=agent, role="cause")
    assert (said.pk, said.source, said.role) == (excluded.pk, "manual", "cause")
    remove_ci(ticket=ticket, ci=item, actor=agent)
    assert not TicketCi.objects.exists()
    with pytest.raises(PermissionDenied):
        add_ci(ticket=ticket, ci=item, actor=requester)


def test_an_item_that_one_may_not_see_cannot_be_named(opened, agent, elsewhere):
    with pytest.raises(PermissionDenied):
        add_ci(ticket=opened(), ci=ConfigurationItemFactory(organisation=elsewhere), actor=agent)
