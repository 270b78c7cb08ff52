import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.access import Access
from accounts.models import User
from accounts.roles import Role
from accounts.services import (
    create_person,
    create_token,
    deactivate_person,
    edit_person,
    edit_profile,
    reactivate_person,
    set_deputy,
    set_roles,
)
from core.exceptions import AnswersMissing, Refused
from core.models import Activity


def last_activity(subject) -> Activity:
    return Activity.objects.filter(subject_kind=subject.subject_kind, subject_id=subject.pk).latest("id")


def test_administrators_add_people_and_others_do_not(administrator, agent, manager, northgate):
    for person in (agent, manager):
        with pytest.raises(PermissionDenied):
            create_person(actor=person, username="new", name="New Person")

    made = create_person(
        actor=administrator,
        username="new",
        name="New Person",
        email="New.Person@Example.org",
        organisation=northgate,
        roles=Role.AGENT | Role.CAB_MEMBER,
    )

    assert made.email == "new.person@example.org"
    assert not made.has_usable_password()
    assert Access.of(made).roles == Role.REQUESTER | Role.AGENT | Role.CAB_MEMBER
    assert Activity.objects.filter(verb="person.created", subject_id=made.pk, actor=administrator).exists()


def test_an_edit_is_kept_with_both_values(administrator, requester, colleague):
    edit_person(requester, actor=administrator, job_title="Planner", manager=colleague)

    requester.refresh_from_db()
    activity = last_activity(requester)
    assert (requester.job_title, requester.manager) == ("Planner", colleague)
    assert activity.changes == {"job_title": ["", "Planner"], "manager": [None, "Carla Novak"]}


def test_an_edit_that_changes_nothing_records_nothing(administrator, requester):
    edit_person(requester, actor=administrator, name=requester.name)

    assert not Activity.objects.filter(subject_kind="person", subject_id=requester.pk).exists()


def test_people_change_their_own_profile_and_nobody_elses(requester, colleague, administrator):
    edit_profile(requester, actor=requester, phone="+31 20 555 0101", theme="dark")
    with pytest.raises(PermissionDenied):
        edit_profile(requester, actor=colleague, phone="x")
    with pytest.raises(PermissionDenied):
        edit_profile(requester, actor=requester, is_vip=True)

    requester.refresh_from_db()
    assert (requester.phone, requester.theme, requester.is_vip) == ("+31 20 555 0101", "dark", False)


def test_nobody_reports_to_themselves_by_a_detour(administrator, requester, colleague, agent):
    edit_person(requester, actor=administrator, manager=colleague)
    edit_person(colleague, actor=administrator, manager=agent)

    with pytest.raises(AnswersMissing) as error:
        edit_person(agent, actor=administrator, manager=requester)
    assert "manager" in error.value.errors


def test_a_chain_of_deputies_is_fine_and_a_loop_is_refused(agent, manager, second_line):
    set_deputy(agent, manager, actor=agent)
    set_deputy(manager, second_line, actor=manager)

    with pytest.raises(AnswersMissing, match="stand in for themselves"):
        set_deputy(second_line, agent, actor=second_line)
    with pytest.raises(AnswersMissing, match="stand in for themselves"):
        set_deputy(second_line, second_line, actor=second_line)
    second_line.refresh_from_db()
    assert second_line.deputy is None


def test_a_deputy_stands_in_on_the_days_named(agent, manager):
    set_deputy(agent, manager, actor=agent, from_on=dt.date(2026, 11, 20), until_on=dt.date(2026, 11, 22))
    agent = User.objects.get(pk=agent.pk)

    stands_in = []
    for day in range(19, 24):
        with time_machine.travel(dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)):
            stands_in.append(agent.standing_deputy == manager)
    assert stands_in == [False, True, True, True, False]


def test_a_deputy_must_be_active_and_the_days_in_order(agent, manager, administrator, colleague):
    deactivate_person(colleague, actor=administrator)
    colleague.refresh_from_db()

    with pytest.raises(AnswersMissing, match="no longer active"):
        set_deputy(agent, colleague, actor=agent)
    with pytest.raises(AnswersMissing, match="before the first"):
        set_deputy(agent, manager, actor=agent, from_on=dt.date(2026, 11, 22), until_on=dt.date(2026, 11, 20))


def test_only_oneself_or_an_administrator_names_the_deputy(agent, manager, administrator):
    with pytest.raises(PermissionDenied):
        set_deputy(agent, manager, actor=manager)
    set_deputy(agent, manager, actor=administrator)

    agent.refresh_from_db()
    assert agent.deputy == manager


def test_deactivation_ends_sessions_and_tokens_at_once(agent, administrator, signed_in):
    browser = signed_in(agent)
    token, _text = create_token(owner=agent, name="Script", scopes=["*"], actor=agent)
    assert browser.get("/profile/").status_code == 200

    deactivate_person(agent, actor=administrator)

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert browser.get("/profile/").status_code == 302
    agent = User.objects.get(pk=agent.pk)
    assert agent.roles == Role.NONE
    reactivate_person(agent, actor=administrator)
    assert browser.get("/profile/").status_code == 302  # the old session stays ended
    assert signed_in(User.objects.get(pk=agent.pk)).get("/profile/").status_code == 200


def test_the_last_administrator_stays_one(administrator, agent):
    set_roles(agent, Role.AGENT | Role.ADMINISTRATOR, actor=administrator)
    set_roles(administrator, Role.NONE, actor=User.objects.get(pk=agent.pk))

    with pytest.raises(Refused, match="yourself"):
        deactivate_person(agent, actor=User.objects.get(pk=agent.pk))
    with pytest.raises(Refused, match="last administrator"):
        set_roles(agent, Role.AGENT, actor=None)
    with pytest.raises(Refused, match="last administrator"):
        deactivate_person(agent, actor=None)
    assert User.objects.get(pk=agent.pk).is_active


def test_roles_are_given_and_taken_with_a_record(administrator, agent):
    set_roles(agent, Role.PROBLEM_MANAGER, actor=administrator)

    assert User.objects.get(pk=agent.pk).roles == Role.REQUESTER | Role.PROBLEM_MANAGER
    assert last_activity(agent).changes == {"roles": [["agent"], ["problem_manager"]]}


def test_names_differ_by_more_than_case(administrator, agent, requester):
    with pytest.raises(Exception, match="user_username_ci"):
        create_person(actor=administrator, username="MARA", name="Another Mara")
