"""Who is told what happens on a ticket, and that it is told once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import Membership
from core import outbox
from core.models import Activity, Delivery
from core.moves import perform
from incidents.services.opening import open_incident
from notifications import services
from notifications.models import Mail, Notice, Notification
from notifications.subjects import news
from tests.factories import CategoryFactory, OrganisationFactory, UserFactory
from tickets.models import Watcher
from tickets.services.referring import hand_back, refer
from tickets.services.watching import watch
from tickets.services.words import add_comment
from tickets.subscribers import tell_of_words

pytestmark = pytest.mark.django_db


def told(person, **about) -> list[str]:
    """The notices that a person has been told of, oldest first."""
    return list(Notification.objects.filter(user=person, **about).order_by("pk").values_list("notice", flat=True))


def deliver() -> None:
    outbox.sweep_deliveries()
    assert not Delivery.objects.filter(done_at=None).exists(), Delivery.objects.filter(done_at=None).first().error


def say(incident, text, actor, audience="requester", **rest):
    return add_comment(ticket=incident, text=text, actor=actor, audience=audience, **rest)


def test_a_new_ticket_is_told_to_the_team_that_is_to_take_it_and_not_to_others(
    incident, agent, manager, second_line, requester
):
    assert told(agent) == [Notice.TEAM]
    assert told(second_line) == []
    assert told(requester) == []


def test_a_ticket_opened_for_somebody_is_told_to_them(requester, agent, desk):
    open_incident(actor=agent, requester=requester, title="Ben's screen flickers")
    deliver()

    assert told(requester) == [Notice.STATUS]


def test_the_person_assigned_is_told_and_the_one_who_assigned_is_not(incident, agent, manager):
    perform(incident, "assign", actor=manager, assignee=agent)
    deliver()

    assert told(agent)[-1] == Notice.ASSIGNED
    assert Notice.ASSIGNED not in told(manager)


def test_whoever_took_a_ticket_before_the_news_of_it_went_out_is_not_told_that_it_is_there(
    requester, agent, manager, desk
):
    made = open_incident(actor=requester, requester=requester, title="Printer")
    perform(made, "take", actor=agent)
    deliver()

    assert told(agent) == []
    assert told(manager) == []
    assert told(requester) == [Notice.STATUS]


def test_a_ticket_passed_to_another_team_is_told_to_its_people(incident, agent, second_line, network):
    perform(incident, "escalate", actor=agent, team=network)
    deliver()

    assert told(second_line) == [Notice.TEAM]


def test_the_requester_is_told_who_works_on_it(incident, agent, requester):
    perform(incident, "take", actor=agent)
    deliver()

    line = _line(requester)
    assert told(requester) == [Notice.STATUS]
    assert line.sentence == "Mara Lindqvist is working on this."


def test_a_public_reply_reaches_the_requester_and_watchers_on_their_side(
    incident, agent, requester, colleague, stranger
):
    _watch(incident, colleague)
    say(incident, "We are on it.", agent)
    deliver()

    assert told(requester) == [Notice.REPLY]
    assert told(colleague) == [Notice.WATCHED]
    assert told(stranger) == []
    assert _line(requester).words == "We are on it."


def test_an_internal_note_reaches_the_assignee_and_desk_watchers_and_no_requester(
    incident, agent, manager, requester, colleague, second_line
):
    perform(incident, "assign", actor=manager, assignee=agent)
    _watch(incident, colleague, second_line)
    deliver()
    before = len(told(requester)), len(told(colleague))
    say(incident, "They always break it.", manager, audience="internal")
    deliver()

    assert told(agent)[-1] == Notice.NOTE
    assert told(second_line) == [Notice.WATCHED]
    assert (len(told(requester)), len(told(colleague))) == before


def test_the_requesters_reply_reaches_the_assignee(incident, agent, manager, requester):
    perform(incident, "take", actor=agent)
    deliver()
    before = told(manager)
    say(incident, "It burns again.", requester)
    deliver()

    assert told(agent)[-1] == Notice.REPLY
    assert told(manager) == before


def test_the_requesters_reply_reaches_the_team_while_nobody_has_it(incident, agent, manager, requester):
    say(incident, "It burns again.", requester)
    deliver()

    assert told(agent) == [Notice.TEAM, Notice.TEAM]


def test_words_for_a_supplier_reach_its_people_alone(incident, agent, supplier, supplier_organisation, requester):
    type(incident).objects.filter(pk=incident.pk).update(supplier_ids=[supplier_organisation.pk])
    other = UserFactory(organisation=OrganisationFactory(kind="supplier"))
    say(incident, "Please send a part.", agent, audience="supplier", supplier=supplier_organisation)
    deliver()

    assert told(supplier) == [Notice.REPLY]
    assert told(requester) == []
    assert told(other) == []


def test_a_referral_is_told_to_its_supplier_alone_and_its_return_to_whoever_has_the_ticket(
    incident, agent, supplier, supplier_organisation, requester
):
    other_company = OrganisationFactory(kind="supplier")
    other = UserFactory(organisation=other_company)
    perform(incident, "take", actor=agent)
    referral = refer(ticket=incident, supplier=supplier_organisation, actor=agent, question="Which part is it?")
    refer(ticket=incident, supplier=other_company, actor=agent, question="Yours is another question.")
    deliver()
    assert told(supplier) == told(other) == [Notice.ASSIGNED]
    assert _line(supplier).words == "Which part is it?"
    assert _line(other).words == "Yours is another question."
    everything = Activity.objects.select_related("actor")
    assert "another question" not in str(news(supplier, everything))

    hand_back(referral=referral, actor=supplier, answer="Part 7.")
    deliver()
    assert told(agent)[-1] == Notice.REPLY
    assert _line(agent).words == "Part 7."
    assert Notice.REPLY not in told(requester)


def test_somebody_of_the_desk_who_is_made_a_watcher_is_told_so(incident, agent, second_line):
    watch(ticket=incident, user=second_line, actor=agent)
    deliver()

    assert told(second_line) == [Notice.WATCHED]
    assert _line(second_line).sentence == "Mara Lindqvist asked that you hear of this."


def test_somebody_mentioned_is_told_so_and_no_more_than_once(incident, agent, manager, second_line):
    perform(incident, "take", actor=second_line)
    _watch(incident, second_line)
    deliver()
    comment = say(incident, "@luca do you know this?", agent, audience="internal")
    deliver()

    activity = Activity.objects.get(data__comment=comment.pk)
    assert told(second_line, activity_id=activity.pk) == [Notice.MENTION]


def test_a_mention_of_somebody_who_may_not_see_the_ticket_tells_nobody(incident, agent, stranger, requester):
    say(incident, "@otto and @ben, look", agent, audience="internal")
    deliver()

    assert told(stranger) == []
    assert told(requester) == []


def test_a_hold_is_told_to_the_requester_only_when_it_waits_for_them(incident, agent, requester):
    perform(incident, "take", actor=agent)
    deliver()
    before = told(requester)
    perform(incident, "hold", actor=agent, hold_reason="observing")
    deliver()
    assert told(requester) == before

    perform(incident, "hold", actor=agent, hold_reason="requester", hold_awaits="Ask Ben, who is slow")
    deliver()

    assert told(requester) == [*before, Notice.STATUS]
    assert _line(requester).sentence == "We need something from you before we can go on."
    assert "slow" not in _line(requester).words


def test_a_resolution_is_told_once_with_its_words(incident, agent, requester):
    _resolve(incident, agent)
    deliver()

    assert told(requester) == [Notice.STATUS]
    assert _line(requester).words == "The fire is out."
    assert _line(requester).sentence.startswith("This should be solved.")


def test_a_reopening_by_the_requester_is_told_once_to_whoever_had_it(incident, agent, requester):
    perform(incident, "take", actor=agent)
    _resolve(incident, agent)
    deliver()
    before = told(agent)
    perform(incident, "reopen", actor=requester, reason="It smokes.")
    deliver()

    assert told(agent) == [*before, Notice.STATUS]
    assert _line(agent).words == "It smokes."


def test_an_escalation_upwards_reaches_the_lead(incident, agent, manager):
    perform(incident, "escalate_up", actor=agent, reason="Third time this week")
    deliver()

    assert told(manager)[-1] == Notice.ESCALATED


def test_a_deputy_who_stands_in_is_told_too_and_one_who_does_not_is_not(incident, agent, manager, second_line):
    agent.deputy, agent.deputy_until_on = second_line, timezone.localdate()
    agent.save()
    perform(incident, "assign", actor=manager, assignee=agent)
    deliver()
    assert told(second_line) == [Notice.ASSIGNED]

    agent.deputy_until_on = timezone.localdate() - timedelta(days=2)
    agent.save()
    perform(incident, "escalate_up", actor=second_line, reason="Help")
    perform(incident, "assign", actor=manager, assignee=agent)
    deliver()
    assert told(second_line) == [Notice.ASSIGNED]


def test_a_deputy_who_may_not_see_the_ticket_is_told_nothing(incident, agent, manager, stranger):
    agent.deputy = stranger
    agent.save()
    perform(incident, "assign", actor=manager, assignee=agent)
    deliver()

    assert told(agent)[-1] == Notice.ASSIGNED
    assert told(stranger) == []


def test_an_inactive_person_and_an_integration_are_told_nothing(incident, agent, manager, integration, desk):
    gone = UserFactory(organisation=agent.organisation, is_active=False)
    Membership.objects.create(team=desk, user=gone)
    say(incident, "Anybody?", incident.requester)
    deliver()

    assert told(agent)[-1] == Notice.TEAM
    assert told(gone) == []
    assert told(integration) == []


def test_a_restricted_ticket_is_told_only_to_those_it_is_restricted_to(
    incident, agent, second_line, network, requester, auditor
):
    type(incident).objects.filter(pk=incident.pk).update(
        is_restricted=True, restricted_team_ids=[network.pk], assignee=second_line
    )
    for outsider in (agent, auditor):  # they once asked to watch it
        Watcher.objects.create(ticket_id=incident.pk, user=outsider)
    before = told(agent)
    say(incident, "Quietly now.", requester)
    deliver()

    assert told(second_line) == [Notice.REPLY]
    assert told(agent) == before
    assert told(auditor) == []


def test_telling_twice_is_telling_once(incident, agent, requester):
    say(incident, "We are on it.", agent)
    activity = Activity.objects.get(verb="ticket.commented")
    deliver()
    tell_of_words(activity)
    tell_of_words(activity)

    assert told(requester) == [Notice.REPLY]
    assert Mail.objects.filter(user=requester, activity_id=activity.pk).count() == 1


def test_history_from_long_ago_is_news_to_nobody(incident, agent, requester):
    long_ago = timezone.now() - timedelta(days=30)
    say(incident, "A month ago.", agent, at=long_ago)
    say(incident, "Today.", agent)
    deliver()

    assert told(requester) == [Notice.REPLY]
    assert _line(requester).words == "Today."


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(agent, requester, desk):
    incident = open_incident(actor=requester, requester=requester, title="Printer")
    outbox.sweep_deliveries()
    comment = say(incident, "We are on it.", agent)
    activity = Activity.objects.get(data__comment=comment.pk)
    errors = []

    def tell():
        try:
            tell_of_words(activity)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert told(requester) == [Notice.REPLY]
    assert Mail.objects.filter(user=requester, activity_id=activity.pk).count() == 1


def test_the_bell_counts_what_may_still_be_read_with_two_queries(
    incident, agent, requester, django_assert_max_num_queries
):
    for n in range(5):
        say(incident, f"Word {n}", agent)
    deliver()
    requester.access  # noqa: B018  # read once per request anyway
    with django_assert_max_num_queries(2):
        assert services.unread_count(requester) == 5

    services.mark_subject_read(actor=requester, kind="ticket", subject_id=incident.pk)
    with django_assert_max_num_queries(1):
        assert services.unread_count(requester) == 0


def test_what_became_invisible_is_neither_counted_nor_shown(incident, agent, manager, network):
    say(incident, "Help", incident.requester)
    deliver()
    person = type(agent).objects.get(pk=agent.pk)
    assert services.unread_count(person) == 2

    type(incident).objects.filter(pk=incident.pk).update(is_restricted=True, restricted_team_ids=[network.pk])

    assert services.unread_count(person) == 0
    assert news(person, Activity.objects.all()) == {}


def test_marking_read_touches_ones_own_alone(incident, agent, manager, requester):
    say(incident, "We are on it.", agent)
    deliver()
    own = Notification.objects.get(user=requester)

    assert services.mark_read(actor=manager, ids=[own.pk]) == 0
    assert services.mark_read(actor=requester, ids=[own.pk]) == 1
    assert services.mark_read(actor=requester, ids=[own.pk]) == 0


def _line(person):
    """What the person reads of what they were told last."""
    last = Notification.objects.filter(user=person).latest("pk")
    activity = Activity.objects.select_related("actor").get(pk=last.activity_id)
    return news(type(person).objects.get(pk=person.pk), [activity])[activity.pk]


def _watch(incident, *people) -> None:
    """As the watching service does: a row, and a place among the readers."""
    for person in people:
        Watcher.objects.create(ticket_id=incident.pk, user=person)
    incident.refresh_from_db()
    readers = [
        *incident.reader_ids,
        *(person.pk for person in people if person.organisation_id == incident.organisation_id),
    ]
    type(incident).objects.filter(pk=incident.pk).update(reader_ids=sorted(readers))


def _resolve(incident, agent):
    return perform(
        incident,
        "resolve",
        actor=agent,
        resolution_code="fixed",
        resolution="The fire is out.",
        category=CategoryFactory(),
        resolved_ci="none",
        fix_kind="permanent",
    )
