"""Priority schemes, windows and reminders, and what parents pass down."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from core.moves import perform
from incidents.matrix import DEFAULT
from incidents.models import Incident, IncidentPolicy, PriorityScheme, PropagationRule
from incidents.policies import scheme_for
from incidents.rehearsal import Proposal, Shift, compared, rehearse
from incidents.services import edit_incident, open_incident, override_priority, propagate
from incidents.services.administering import remove_scheme, save_policy, save_scheme, set_propagation
from tests.factories import ServiceFactory

PAGES = [
    "/administration/priorities/",
    "/administration/priorities/new/",
    "/administration/incident-rules/",
    "/administration/propagation/",
]
LEVELS = {
    priority: {"code": f"P{priority}", "name": f"Level {priority}", "description": "", "target": f"in {priority} h"}
    for priority in range(1, 6)
}


@pytest.fixture
def common(db):
    return PriorityScheme.objects.get(organisation=None, service=None)


def as_form(cells=DEFAULT, **given):
    form = {f"cell_{impact}_{urgency}": priority for (impact, urgency), priority in cells.items()}
    for priority, parts in LEVELS.items():
        form |= {f"level_{priority}_{name}": value for name, value in parts.items()}
    return form | {"name": "Common scheme"} | given


@pytest.mark.parametrize("url", PAGES)
def test_the_rules_are_for_administrators_and_incident_managers(
    url, administrator, manager, agent, auditor, requester, supplier, integration, signed_in
):
    for person in (administrator, manager):
        assert signed_in(person).get(url).status_code == 200
    for person in (agent, auditor, requester, supplier, integration):
        assert signed_in(person).get(url).status_code == 403
        assert signed_in(person).post(url, {}).status_code in (403, 405)
    assert Client().get(url).status_code == 302


def test_an_agent_sets_no_rule(common, agent):
    for verb in (
        lambda: save_scheme(
            actor=agent, name="X", organisation=None, service=None, cells=DEFAULT, levels=LEVELS, scheme=common
        ),
        lambda: remove_scheme(scheme=common, actor=agent),
        lambda: save_policy(actor=agent, reminder_days=[1]),
        lambda: set_propagation(passing=set(), actor=agent),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert not Activity.objects.exists()


# ---------------------------------------------------------------- schemes


def test_a_changed_matrix_makes_new_priorities_and_rewrites_none(common, requester, manager, desk, signed_in):
    old = open_incident(actor=requester, requester=requester, title="Before", impact=2, urgency=2)
    browser = signed_in(manager)

    answer = browser.post(f"/administration/priorities/{common.pk}/", as_form(DEFAULT | {(2, 2): 1}))

    assert answer.status_code == 302
    new = open_incident(actor=requester, requester=requester, title="After", impact=2, urgency=2)
    old.refresh_from_db()
    assert (old.priority, new.priority) == (3, 1)
    told = browser.get(f"/administration/priorities/{common.pk}/").context["changes"][0]
    assert told.activity.actor == manager
    assert ("Medium × Medium", "P3", "P1") in told.changes


def test_a_preview_tells_what_would_change_and_saves_nothing(common, requester, manager, desk, signed_in):
    for impact, urgency in ((2, 2), (2, 2), (3, 3), (1, 1)):
        open_incident(actor=requester, requester=requester, title="Open", impact=impact, urgency=urgency)
    by_hand = open_incident(actor=requester, requester=requester, title="By hand", impact=2, urgency=2)
    override_priority(incident=by_hand, priority=5, reason="Known", actor=manager)

    cells = DEFAULT | {(2, 2): 1, (3, 3): 4}
    answer = signed_in(manager).post(f"/administration/priorities/{common.pk}/", as_form(cells, preview="1"))

    rehearsal = answer.context["rehearsal"]
    assert (answer.status_code, rehearsal.count, rehearsal.of) == (200, 3, 4)
    assert rehearsal.shifts == [Shift(3, 1, 2), Shift(5, 4, 1)]
    assert "3 of 4 open incidents would have another priority" in answer.content.decode()
    assert {(cell.impact, cell.urgency): cell.priority for cell in common.cells.all()} == dict(DEFAULT)


def test_a_preview_counts_only_what_the_person_sees(common, requester, stranger, manager, administrator, desk):
    open_incident(actor=requester, requester=requester, title="Ours", impact=2, urgency=2)
    open_incident(actor=stranger, requester=stranger, title="Theirs", impact=2, urgency=2)
    Incident.objects.filter(title="Theirs").update(team=None, owning_team=None)
    proposal = Proposal(common.pk, None, None, DEFAULT | {(2, 2): 1})

    assert rehearse(proposal, manager).count == 1
    assert rehearse(proposal, administrator).count == 2


def test_the_comparison_takes_the_most_specific_scheme():
    common = Proposal(1, None, None, DEFAULT)
    of_organisation = Proposal(2, 10, None, dict.fromkeys(DEFAULT, 1))
    of_service = Proposal(3, None, 7, dict.fromkeys(DEFAULT, 2))
    groups = {
        (None, None, 2, 2, 3): 5,  # as it is
        (11, None, 2, 2, 3): 4,  # below the organisation
        (11, 7, 2, 2, 3): 3,  # the service goes before the organisation
        (12, None, 2, 2, 4): 2,  # another one: the common scheme
    }

    found = compared(groups, [common, of_organisation, of_service], {10: [10], 11: [10, 11], 12: [12]})

    assert found.shifts == [Shift(3, 1, 4), Shift(3, 2, 3), Shift(4, 3, 2)]
    assert found.of == 14


def test_a_scheme_for_an_organisation_is_added_holds_and_is_removed(
    common, northgate, depot, requester, manager, desk, signed_in
):
    browser = signed_in(manager)
    given = as_form(dict.fromkeys(DEFAULT, 2), name="Northgate", organisation=northgate.pk)

    assert browser.post("/administration/priorities/new/", given).status_code == 302
    made = PriorityScheme.objects.get(name="Northgate")
    assert made.levels.get(priority=1).target == "in 1 h"
    assert scheme_for(depot, None) == made
    incident = open_incident(actor=requester, requester=requester, title="Ours", impact=3, urgency=3)
    assert incident.priority == 2

    assert browser.get(f"/administration/priorities/{made.pk}/remove/").status_code == 200
    browser.post(f"/administration/priorities/{made.pk}/remove/")
    assert scheme_for(depot, None) == common
    incident.refresh_from_db()
    assert incident.priority == 2
    assert edit_incident(incident=incident, actor=manager, urgency=2).priority == DEFAULT[3, 2]
    assert "Northgate" in browser.get("/administration/priorities/").content.decode(), "the removal stays told"


def test_two_schemes_for_the_same_are_refused_and_the_common_one_stays(common, northgate, manager, signed_in):
    browser = signed_in(manager)
    save_scheme(actor=manager, name="First", organisation=northgate, service=None, cells=DEFAULT, levels=LEVELS)

    second = browser.post("/administration/priorities/new/", as_form(name="Second", organisation=northgate.pk))
    third = browser.post("/administration/priorities/new/", as_form(name="Third"))
    twice = browser.post("/administration/priorities/new/", as_form(name="First"))

    assert (second.status_code, third.status_code, twice.status_code) == (422, 422, 422)
    assert "First” holds there already" in second.content.decode()
    with pytest.raises(Refused):
        remove_scheme(scheme=common, actor=manager)
    with pytest.raises(Refused):
        save_scheme(
            actor=manager, name="Common scheme", organisation=northgate, service=None, cells=DEFAULT, levels=LEVELS,
            scheme=common,
        )  # fmt: skip
    assert PriorityScheme.objects.count() == 2


@pytest.mark.parametrize("given", [{"cell_1_1": "6"}, {"cell_2_2": ""}, {"level_1_code": ""}, {"name": ""}])
def test_a_scheme_with_a_hole_is_answered_with_the_form(common, manager, signed_in, given):
    answer = signed_in(manager).post(f"/administration/priorities/{common.pk}/", as_form(**given))

    assert answer.status_code == 422
    assert not Activity.objects.exists()


def test_a_matrix_that_is_not_whole_is_refused(common, manager):
    for cells in ({(1, 1): 1}, DEFAULT | {(1, 1): 0}, DEFAULT | {(4, 4): 1}):
        with pytest.raises(AnswersMissing):
            save_scheme(
                actor=manager, name="X", organisation=None, service=None, cells=cells, levels=LEVELS, scheme=common
            )


def test_a_scheme_for_a_service_that_a_manager_does_not_see_keeps_it(elsewhere, manager, signed_in, administrator):
    service = ServiceFactory(organisation=elsewhere)
    made = save_scheme(
        actor=administrator, name="Theirs", organisation=None, service=service, cells=DEFAULT, levels=LEVELS
    )

    signed_in(manager).post(f"/administration/priorities/{made.pk}/", as_form(name="Renamed", service=service.pk))

    made.refresh_from_db()
    assert (made.name, made.service) == ("Renamed", service)


# ---------------------------------------------------------------- rules


def rules(**given):
    return {"reopen_for_days": 14, "close_after_days": 5, "reminder_days": "2, 4", "no_answer_after_days": 6} | given


def test_the_rules_are_saved_and_told(manager, signed_in):
    browser = signed_in(manager)

    answer = browser.post("/administration/incident-rules/", rules(close_after_days=7, reminder_days="1,3, 5"))

    policy = IncidentPolicy.objects.get()
    assert answer.status_code == 302
    assert (policy.close_after_days, policy.reminder_days) == (7, [1, 3, 5])
    page = browser.get("/administration/incident-rules/")
    assert ("remind the requester after, in days", "2, 4", "1, 3, 5") in page.context["changes"][0].changes
    assert 'value="1, 3, 5"' in page.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"close_after_days": 0}, "close_after_days"),
        ({"reopen_for_days": "soon"}, "reopen_for_days"),
        ({"reminder_days": "4, 2"}, "reminder_days"),
        ({"reminder_days": "two"}, "reminder_days"),
        ({"reminder_days": "0, 1"}, "reminder_days"),
        ({"no_answer_after_days": 4}, "no_answer_after_days"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(manager, signed_in, given, field):
    answer = signed_in(manager).post("/administration/incident-rules/", rules(**given))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert IncidentPolicy.objects.get().reminder_days == [2, 4]


def test_no_reminders_are_a_rule_too(manager, signed_in):
    assert signed_in(manager).post("/administration/incident-rules/", rules(reminder_days="")).status_code == 302
    assert IncidentPolicy.objects.get().reminder_days == []


# ---------------------------------------------------------------- propagation


def test_what_passes_down_is_chosen_and_holds(manager, agent, requester, desk, signed_in):
    parent = open_incident(actor=requester, requester=requester, title="Parent")
    child = open_incident(actor=requester, requester=requester, title="Child")
    Incident.objects.filter(pk=child.pk).update(parent=parent)
    browser = signed_in(manager)

    browser.post("/administration/propagation/", {"passes": ["resolved."]})
    parent = perform(parent, "take", actor=agent)
    assert propagate(parent) == 0
    browser.post("/administration/propagation/", {"passes": ["resolved.", "in_progress."]})
    assert propagate(parent) == 1

    passing = PropagationRule.objects.filter(passes="status")
    assert {rule.event for rule in passing} == {"resolved", "in_progress"}
    assert "Line changed" in browser.get("/administration/propagation/").content.decode()


@pytest.mark.parametrize("never", ["closed.", "cancelled.", "on_hold.requester", "nonsense", "."])
def test_closing_cancelling_and_waiting_for_one_person_never_pass(manager, signed_in, never):
    before = list(PropagationRule.objects.values_list("event", "hold_reason", "passes"))

    signed_in(manager).post("/administration/propagation/", {"passes": ["in_progress.", never]})

    assert list(PropagationRule.objects.values_list("event", "hold_reason", "passes")) == before
    assert not Activity.objects.exists()


# ---------------------------------------------------------------- index and audit


def test_the_administration_leads_here_and_the_audit_tells_of_it(common, manager, administrator, auditor, signed_in):
    save_policy(actor=manager, reminder_days=[3])

    index = signed_in(administrator).get("/administration/").content.decode()
    audit = signed_in(auditor).get("/administration/audit/").content.decode()

    for url in PAGES:
        assert url.removesuffix("new/") in index
    assert "Rules changed" in audit
    assert "Sam Whitfield" in audit
