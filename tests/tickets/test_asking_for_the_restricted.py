"""Somebody of the desk who asks for what is restricted to another team is a requester there, like any other."""

import pytest
from django.core.exceptions import PermissionDenied

from core.moves import perform
from incidents.services import open_incident
from tests.factories import CategoryFactory
from tickets.models import Comment
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_matter(agent, desk, network):
    """What an agent of the desk reported, restricted to the network team."""
    return open_incident(actor=agent, requester=agent, title="A personal matter", restricted_teams=[network])


def test_they_read_what_is_meant_for_requesters_and_the_circle_reads_all(own_matter, agent, second_line):
    add_comment(ticket=own_matter, text="Between us", actor=second_line)
    add_comment(ticket=own_matter, text="For you", actor=second_line, audience="requester")

    read = Comment.objects.visible_to(agent).filter(ticket=own_matter.pk).values_list("text", flat=True)
    assert list(read) == ["For you"]
    assert Comment.objects.visible_to(second_line).filter(ticket=own_matter.pk).count() == 2


def test_they_may_not_work_on_it_and_the_circle_may(own_matter, agent, second_line):
    with pytest.raises(PermissionDenied):
        perform(own_matter, "take", actor=agent)

    assert perform(own_matter, "take", actor=second_line).assignee == second_line


def test_their_page_of_it_is_the_portals(own_matter, agent, second_line, signed_in):
    answer = signed_in(agent).get(own_matter.get_absolute_url())

    assert answer.status_code == 302
    assert answer["Location"] == f"/portal/tickets/{own_matter.number}/"
    assert signed_in(second_line).get(own_matter.get_absolute_url()).status_code == 200


def test_an_unrestricted_one_of_theirs_stays_the_desks(agent, desk, second_line):
    plain = open_incident(actor=agent, requester=agent, title="My screen flickers", category=CategoryFactory())
    add_comment(ticket=plain, text="Between us", actor=second_line)

    assert Comment.objects.visible_to(agent).filter(ticket=plain.pk).count() == 1
    assert perform(plain, "take", actor=agent).assignee == agent
