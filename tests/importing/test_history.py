"""What an incident of a log becomes: its facts, its stretches of work, its timeline."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Location, Organisation, Team, User
from core.models import Activity, Delivery
from core.outbox import sweep_deliveries
from incidents.importing import mapping
from incidents.models import Incident
from metrics.models import DirtyTicket
from tests.importing.conftest import WHOLE_LIFE, line
from tickets.models import Assignment, Category, TicketSearch


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def incident(take_in):
    take_in(WHOLE_LIFE)
    return Incident.objects.get()


def timeline(incident):
    return list(Activity.objects.filter(subject_kind="ticket", subject_id=incident.pk).order_by("at", "id"))


def test_an_incident_has_a_number_of_ours_and_keeps_the_logs(incident):
    assert incident.number.startswith("INC")
    assert incident.number != "INC0000045"
    assert (incident.external_source, incident.external_ref) == ("servicenow", "INC0000045")


def test_people_teams_places_and_categories_are_those_that_the_log_names(incident):
    organisation = Organisation.objects.get(key="servicenow")

    assert incident.requester.name == "Caller 3"
    assert incident.requester.organisation == organisation == incident.organisation
    assert incident.opened_by.name == "Opened by 7"
    assert incident.assignee.name == "Resolver 6"
    assert incident.resolved_by.name == "Resolved by 6"
    assert incident.team.name == "Group 70"
    assert incident.owning_team.name == "Group 56"
    assert set(organisation.served_by.all()) == set(Team.objects.all())
    assert incident.location.name == "Location 5"
    assert incident.category.name == "Subcategory 2"
    assert incident.category.parent.name == "Category 1"
    assert incident.category.path == f"/{incident.category.parent_id}/{incident.category_id}/"
    assert incident.channel == "phone"


def test_imported_people_cannot_sign_in_and_hold_no_role(incident):
    for person in User.objects.all():
        assert not person.has_usable_password()
        assert person.is_active
        assert not person.groups.exists()


def test_status_and_level_are_those_of_the_last_line(incident):
    assert (incident.status, incident.stage) == ("closed", "closed")
    assert (incident.impact, incident.urgency, incident.priority) == (1, 2, 3)
    assert incident.resolution == "code 6"
    assert incident.resolution_code == ""
    assert not incident.awaits_acceptance


def test_facts_stand_at_their_own_time_and_what_was_not_said_is_marked_as_assumed(incident):
    assert incident.opened_at == incident.reported_at == incident.detected_at == incident.impact_started_at == at(1, 9)
    assert incident.acknowledged_at == incident.work_started_at == at(1, 10)
    assert incident.resolved_at == incident.restored_at == at(2, 10)
    assert incident.closed_at == at(7, 10)
    assert incident.first_response_at is None
    assert set(incident.assumed_facts) == {"reported_at", "detected_at", "impact_started_at", "restored_at"}
    assert incident.fact_setters["resolved_at"] == incident.resolved_by_id


def test_time_on_hold_is_summed(incident):
    assert incident.held_seconds == timedelta(hours=2).total_seconds()
    assert (incident.hold_reason, incident.held_at) == ("", None)


def test_who_had_it_when_is_kept(incident):
    stretches = [
        (each.team.name, each.assignee.name, each.assigned_at, each.accepted_at, each.ended_at, each.end)
        for each in Assignment.objects.select_related("team", "assignee")
    ]

    assert stretches == [
        ("Group 56", "Resolver 4", at(1, 9, 30), at(1, 10), at(2, 9), "passed_on"),
        ("Group 70", "Resolver 6", at(2, 9), at(2, 9), at(2, 10), "resolved"),
    ]
    assert incident.reassignment_count == 1


def test_each_line_is_an_activity_at_its_own_time_by_its_own_person(incident):
    told = [(each.verb, each.at, each.actor.name if each.actor else None) for each in timeline(incident)]

    assert told == [
        ("incident.opened", at(1, 9), "Opened by 7"),
        ("incident.assigned", at(1, 9, 30), "Updated by 2"),
        ("incident.taken", at(1, 10), "Updated by 1"),
        ("incident.held", at(1, 11), "Updated by 1"),
        ("incident.resumed", at(1, 13), "Updated by 1"),
        ("incident.assigned", at(2, 9), "Updated by 1"),
        ("incident.resolved", at(2, 10), "Updated by 1"),
        ("incident.closed", at(7, 10), "Updated by 1"),
    ]
    assert {each.via for each in timeline(incident)} == {"import"}
    assert not any(each.data.get("imported") for each in timeline(incident))


def test_an_activity_holds_old_and_new_values(incident):
    held, resumed, reassigned = timeline(incident)[3:6]

    assert held.changes == {"status": ["in_progress", "on_hold"], "hold_reason": ["", "requester"]}
    assert resumed.changes["impact"] == [2, 1]
    assert set(reassigned.changes) == {"team", "assignee"}
    assert reassigned.changes["assignee"][1] == incident.assignee_id


def test_columns_without_a_field_of_ours_are_kept_word_for_word(incident):
    opened, assigned = timeline(incident)[:2]

    assert opened.data["log"] == {"u_symptom": "Symptom 9", "closed_code": "code 6"}
    assert assigned.data["log"] == {"u_symptom": ["Symptom 9", ""]}
    assert incident.title == "Subcategory 2, Symptom 9"


def test_the_past_is_delivered_to_nobody(incident):
    told = Delivery.objects.filter(activity_id__in=[each.pk for each in timeline(incident)])

    assert not told.exists()


def test_what_came_in_is_told_once_a_chunk_to_whoever_keeps_figures(incident):
    landed = Activity.objects.get(verb="import.landed")

    assert (landed.subject_kind, landed.subject_id) == ("organisation", incident.organisation_id)
    assert landed.data["tickets"] == [incident.pk]
    assert landed.data["from"] == incident.opened_at.isoformat()


def test_the_words_can_be_searched(incident):
    vector = TicketSearch.objects.get(ticket=incident).public_vector

    assert "inc0000045" in vector
    assert "symptom" in vector


def test_moves_that_the_desk_does_not_know_are_kept_and_marked(take_in):
    take_in(
        [
            line("A", at="1/3/2024 09:10", state="Active"),
            line("A", at="1/3/2024 10:00", state="Closed"),
            line("A", at="1/3/2024 11:00", state="Active"),
            line("A", at="1/3/2024 12:00", state="Resolved"),
        ]
    )

    marks = [
        (each.verb, each.changes.get("status"), "imported" in each.data) for each in timeline(Incident.objects.get())
    ]
    assert marks == [
        ("incident.opened", ["", "in_progress"], True),
        ("incident.closed", ["in_progress", "closed"], True),
        ("incident.reopened", ["closed", "in_progress"], True),
        ("incident.resolved", ["in_progress", "resolved"], False),
    ]


def test_a_state_without_a_name_leaves_the_status_and_is_noted(take_in):
    take_in(
        [
            line("A", at="1/3/2024 09:10", state="Awaiting Vendor"),
            line("A", at="1/3/2024 10:00", state="-100"),
            line("A", at="1/3/2024 11:00", state="Active"),
        ]
    )

    incident = Incident.objects.get()
    _opened, unnamed, resumed = timeline(incident)
    assert unnamed.changes == {}
    assert unnamed.data == {"imported": True, "state": "-100"}
    assert resumed.changes["status"] == ["on_hold", "in_progress"]
    assert incident.held_seconds == timedelta(hours=2).total_seconds()


def test_an_incident_without_a_moment_of_resolution_gets_none(take_in):
    take_in(
        [
            line("A", at="1/3/2024 10:00", state="Resolved", closed_at="4/3/2024 10:00"),
            line("A", at="4/3/2024 10:00", state="Closed", closed_at="4/3/2024 10:00"),
        ]
    )

    incident = Incident.objects.get()
    assert incident.closed_at == at(4, 10)
    assert (incident.resolved_at, incident.restored_at) == (None, None)


def test_a_resolution_filled_in_afterwards_says_nothing_of_an_incident_that_is_open(take_in):
    take_in([line("A", state="Awaiting User Info", resolved_at="2/3/2024 10:00", resolved_by="Resolved by 6")])

    incident = Incident.objects.get()
    assert (incident.status, incident.hold_reason, incident.held_at) == ("on_hold", "requester", at(1, 9))
    assert (incident.resolved_at, incident.resolved_by, incident.closed_at) == (None, None, None)


def test_moments_that_run_backwards_keep_the_order_of_the_lines(take_in):
    printed = take_in(
        [
            line("A", at="1/3/2024 08:00", opened_at="1/3/2024 09:00"),
            line("A", at="1/3/2024 12:00", opened_at="1/3/2024 09:00", state="Awaiting Problem"),
            line("A", at="1/3/2024 11:00", opened_at="1/3/2024 09:00", state="Active"),
            line("A", at="1/3/2024 13:00", opened_at="1/3/2024 09:00", state="Active", team="Group 1"),
        ]
    )

    incident = Incident.objects.get()
    assert [each.at for each in timeline(incident)] == [at(1, 9), at(1, 12), at(1, 12), at(1, 13)]
    assert incident.held_seconds == 0
    assert "2 lines are dated before the line above them" in printed


def test_lines_of_several_incidents_may_be_mixed(take_in):
    one, two = WHOLE_LIFE, [{**each, "number": "INC0000046"} for each in WHOLE_LIFE]

    take_in([each for pair in zip(one, two, strict=True) for each in pair])

    assert [len(timeline(incident)) for incident in Incident.objects.all()] == [8, 8]


def test_acknowledgement_is_assumed_where_nobody_was_named_before_it_was_resolved(take_in):
    take_in([line("A", at="1/3/2024 09:10"), line("A", at="1/3/2024 11:00", state="Resolved")])

    incident = Incident.objects.get()
    assert incident.acknowledged_at == at(1, 11)
    assert "acknowledged_at" in incident.assumed_facts
    assert incident.work_started_at is None


def test_without_counts_in_the_log_they_are_those_that_its_lines_show(take_in, write):
    text = mapping.DEFAULT.read_text()
    text = text.replace('reassignment_count = "reassignment_count"', "").replace('reopen_count = "reopen_count"', "")

    take_in(
        [
            line("A", at="1/3/2024 09:10", team="Group 1"),
            line("A", at="1/3/2024 10:00", team="Group 2", assignee="Resolver 1"),
            line("A", at="1/3/2024 11:00", team="Group 2", state="Resolved"),
            line("A", at="1/3/2024 12:00", team="Group 2", state="Active"),
        ],
        mapping=write(text, "mine.toml"),
    )

    incident = Incident.objects.get()
    assert (incident.reassignment_count, incident.reopen_count) == (2, 1)


def test_local_dates_are_read_in_the_zone_that_is_named(take_in):
    take_in([line("A", opened_at="15/7/2024 09:00", at="15/7/2024 09:05")], time_zone="Europe/Lisbon")

    assert Incident.objects.get().opened_at == datetime(2024, 7, 15, 8, tzinfo=UTC)


def test_a_log_without_a_requester_or_words_gets_those_of_the_mapping(take_in):
    take_in([line("A", caller_id="?", subcategory="?")])

    incident = Incident.objects.get()
    assert incident.requester.name == "Unknown caller"
    assert incident.title == "Incident without a description"
    assert incident.category.name == "Category 1"


def test_incidents_of_a_category_that_was_restricted_since_are_restricted_too(take_in, desk):
    take_in([line("A")])
    Category.objects.get(name="Subcategory 2").restricted_to.add(desk)

    take_in([line("A"), line("B")])

    ours = {each.external_ref: each for each in Incident.objects.all()}
    assert not ours["A"].is_restricted
    assert ours["B"].is_restricted
    assert ours["B"].restricted_team_ids == [desk.pk]


def test_names_that_read_differently_are_different_people(take_in):
    take_in(
        [
            line("A", caller_id="Jörg Müller"),
            line("B", caller_id="Jorg Muller"),
            line("C", caller_id="Jörg\u202e Müller"),
        ]
    )

    people = {each.external_ref: each.requester for each in Incident.objects.select_related("requester")}
    assert people["A"] != people["B"]
    assert people["A"] == people["C"]
    assert people["C"].name == "Jörg Müller"
    assert Location.objects.count() == 1


def test_figures_hear_of_what_came_in(take_in):
    take_in(WHOLE_LIFE)
    sweep_deliveries()

    assert set(DirtyTicket.objects.values_list("ticket_id", flat=True)) == {Incident.objects.get().pk}


def test_a_team_has_the_level_that_the_mapping_gives_it(take_in, write):
    text = mapping.DEFAULT.read_text().replace("[teams]", '[teams]\n"Group 56" = "service_desk"')

    take_in(WHOLE_LIFE, mapping=write(text, "mine.toml"))

    assert set(Team.objects.values_list("name", "level")) == {("Group 56", "service_desk"), ("Group 70", "second_line")}
