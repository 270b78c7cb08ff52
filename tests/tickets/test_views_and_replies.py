"""Saved views, canned replies and drafts: kept for whom they are meant, and refused to others."""

import pytest
from django.core.exceptions import PermissionDenied

from core.exceptions import AnswersMissing
from core.models import Activity
from tickets.canned import fill
from tickets.models import CannedReply, Draft, SavedView, Ticket
from tickets.services.canned import replies_for, retire_reply, save_reply
from tickets.services.drafting import clear_draft, draft_of, save_draft
from tickets.services.viewing import default_view, delete_view, edit_view, make_default, save_view, views_for

pytestmark = pytest.mark.django_db


def check(query):
    return [name for name in query if name not in ("stage", "team", "sort")]


@pytest.fixture
def save(agent):
    def one(name="Mine, open", query="stage=open", **fields):
        return save_view(**{"page": "incident", "name": name, "query": query, "actor": agent, "check": check, **fields})

    return one


def test_a_private_view_is_seen_and_changed_by_its_owner_alone(save, agent, manager):
    view = save(query="?stage=open&page=3&team=desk")

    assert view.query == "stage=open&team=desk"
    assert list(views_for(agent, "incident")) == [view]
    assert list(views_for(manager, "incident")) == []
    for verb in (
        lambda: edit_view(view=view, actor=manager, name="Taken"),
        lambda: delete_view(view=view, actor=manager),
        lambda: make_default(view=view, actor=manager),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_a_teams_view_is_its_peoples(save, agent, manager, second_line, desk, network):
    view = save(team=desk)

    assert list(views_for(manager, "incident")) == [view]
    assert list(views_for(second_line, "incident")) == []
    assert edit_view(view=view, actor=manager, name="Ours").name == "Ours"
    with pytest.raises(PermissionDenied):
        save(team=network)


def test_a_view_for_everybody_needs_an_incident_manager(save, manager, second_line):
    with pytest.raises(PermissionDenied):
        save(is_for_everybody=True)

    view = save(is_for_everybody=True, actor=manager)

    assert list(views_for(second_line, "incident")) == [view]
    assert list(views_for(second_line, "problem")) == []


def test_a_query_holds_only_what_the_list_knows(save, agent):
    with pytest.raises(AnswersMissing, match="colour"):
        save(query="stage=open&colour=red")
    view = save()
    with pytest.raises(AnswersMissing, match="colour"):
        edit_view(view=view, actor=agent, query="colour=red", check=check)
    with pytest.raises(ValueError, match="checked"):
        edit_view(view=view, actor=agent, query="stage=closed")

    assert edit_view(view=view, actor=agent, query="stage=closed", check=check).query == "stage=closed"
    assert Activity.objects.get(verb="view.edited").changes == {"query": ["stage=open", "stage=closed"]}


def test_names_are_there_once_and_say_something(save, manager):
    save("Open")
    for wrong in ("open", "  ", "x" * 61):
        with pytest.raises(AnswersMissing):
            save(wrong)

    assert save("Open", actor=manager).name == "Open"


def test_a_queue_opens_with_ones_own_default_before_the_teams(save, agent, manager, desk):
    everybodys = make_default(view=save("All", is_for_everybody=True, actor=manager), actor=manager)
    teams = make_default(view=save("Ours", team=desk), actor=agent)
    assert default_view(agent, "incident") == teams
    first, second = save("First"), save("Second")

    make_default(view=first, actor=agent)
    make_default(view=second, actor=agent)

    assert default_view(agent, "incident") == second
    assert SavedView.objects.filter(owner=agent, is_default=True).count() == 1
    make_default(view=second, actor=agent, is_default=False)
    delete_view(view=teams, actor=agent)
    assert default_view(agent, "incident") == everybodys


def test_a_reply_is_filled_in_once_and_names_what_it_does_not_know(ticket, agent, requester):
    Ticket.objects.filter(pk=ticket.pk).update(title="{{ agent }} & <b>")
    ticket = Ticket.objects.get(pk=ticket.pk)

    filled = fill(
        "Dear {{requester_first_name}}, {{ NUMBER }}: {{ title }} {{ weather }} {{ service }} {{{{", ticket, agent
    )

    first_name = requester.name.split()[0]
    rest = "{{ agent }} & <b> {{ weather }} {{ service }} {{{{"
    assert filled.text == f"Dear {first_name}, {ticket.number}: {rest}"
    assert filled.unknown == ["weather"]
    assert filled.empty == ["service"]


def test_a_reply_reaches_nothing_but_its_variables(ticket, agent):
    for text in ("{{ requester.password }}", "{% load x %}", "{{ __class__ }}", "{0.requester}", "%(number)s"):
        assert fill(text, ticket, agent).text == text


def test_replies_are_a_teams_or_the_desks(agent, manager, second_line, requester, desk, network):
    ours = save_reply(title="Reset", text="Dear {{ requester }}", team=desk, actor=agent)
    with pytest.raises(PermissionDenied):
        save_reply(title="All", text="Hello", actor=agent)
    with pytest.raises(PermissionDenied):
        save_reply(title="Theirs", text="Hello", team=network, actor=agent)
    with pytest.raises(PermissionDenied):
        save_reply(title="Moved", text="Hello", team=network, actor=agent, reply=ours)
    everybodys = save_reply(title="All", text="Hello", actor=manager)

    assert set(replies_for(agent)) == {ours, everybodys}
    assert set(replies_for(second_line)) == {everybodys}
    assert set(replies_for(requester)) == set()
    retire_reply(reply=ours, actor=agent)
    assert set(replies_for(agent)) == {everybodys}
    assert CannedReply.objects.count() == 2


def test_a_reply_with_an_unknown_variable_is_refused_when_it_is_written(manager):
    with pytest.raises(AnswersMissing, match=r"\{\{ weather \}\}"):
        save_reply(title="x", text="{{ weather }}", actor=manager)


def test_a_draft_is_ones_own_and_goes_when_nothing_is_written(ticket, agent, manager, stranger):
    save_draft(ticket=ticket, actor=agent, text="Dear B")
    save_draft(ticket=ticket, actor=agent, text="Dear Ben", audience="requester")

    assert draft_of(ticket, agent).text == "Dear Ben"
    assert draft_of(ticket, manager) is None
    assert Draft.objects.count() == 1
    with pytest.raises(PermissionDenied):
        save_draft(ticket=ticket, actor=stranger, text="x")
    with pytest.raises(AnswersMissing):
        save_draft(ticket=ticket, actor=agent, text="x" * 50_001)
    assert save_draft(ticket=ticket, actor=agent, text=" \x00 ") is None
    assert not Draft.objects.exists()
    clear_draft(ticket=ticket, actor=agent)


def test_a_draft_is_gone_with_the_sight_of_its_ticket(ticket, agent, network):
    save_draft(ticket=ticket, actor=agent, text="Dear Ben")
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True, restricted_team_ids=[network.pk], reader_ids=[])

    assert draft_of(ticket, agent) is None
