"""Figures against an oracle of the standard library, over made incidents."""

from datetime import date, timedelta

import pytest

from accounts.models import Organisation, Team, User
from incidents.models import Incident
from metrics import figures, rollups
from metrics.counting import COUNTED, TIMED, counts
from metrics.definitions import AGES, FIGURES
from metrics.periods import Period, Step, start_of
from metrics.selection import PARTS, Narrowing, Rows
from metrics.sight import Sight
from metrics.spreads import spreads
from tests.factories import CategoryFactory, ServiceFactory
from tests.metrics.made import ORACLE, START, counts_at_all, day, expected, make, make_random

PERIOD = Period(date(2026, 2, 16), date(2026, 4, 12))
EVERYTHING = Narrowing()


@pytest.fixture
def incidents(
    requester: User, colleague: User, desk: Team, network: Team, depot: Organisation, auditor: User
) -> list[Incident]:
    made = make_random(
        200,
        [requester, colleague],
        seed=20260329,
        team=[desk, desk, network, None],
        service=[ServiceFactory(), ServiceFactory(), None],
        category=[CategoryFactory(), CategoryFactory()],
    )
    rollups.refresh()
    return list(Incident.objects.filter(pk__in=[each.pk for each in made]))


def test_each_length_of_time_equals_the_oracles(incidents, auditor):
    for name in ORACLE:
        spread = spreads(FIGURES[name], Sight.of(auditor), PERIOD, EVERYTHING)[0, True]

        wanted = expected(name, incidents, PERIOD.first, PERIOD.last)
        assert wanted["n"] > 30, name
        assert (spread.n, spread.population, spread.assumed) == (
            wanted["n"],
            wanted["population"],
            wanted["assumed"],
        ), name
        assert spread.left_out == wanted["population"] - wanted["n"], name
        assert spread.median == pytest.approx(wanted["median"]), name
        assert spread.p90 == pytest.approx(wanted["p90"]), name
        assert spread.mean == pytest.approx(wanted["mean"]), name


def test_the_made_incidents_have_what_has_to_be_left_out(incidents):
    assert any(
        each.restored_at and each.work_started_at and each.restored_at < each.work_started_at for each in incidents
    )
    assert any(each.status == "cancelled" for each in incidents)
    assert any(each.resolution_code == "duplicate" for each in incidents)
    assert any(each.assumed_facts for each in incidents)


def test_each_length_of_time_by_week_and_by_team_equals_the_oracles(incidents, auditor):
    mondays = {start_of(PERIOD.first + timedelta(days=n), Step.WEEK) for n in range(PERIOD.days)}
    for name in ORACLE:
        by_week = spreads(FIGURES[name], Sight.of(auditor), PERIOD, EVERYTHING, Step.WEEK)
        by_team = spreads(FIGURES[name], Sight.of(auditor), PERIOD, EVERYTHING, "team")

        for monday in mondays:
            wanted = expected(name, incidents, max(monday, PERIOD.first), min(monday + timedelta(days=6), PERIOD.last))
            assert by_week[monday, True].n == wanted["n"], name
            assert by_week[monday, True].median == pytest.approx(wanted["median"]), name
        for team in {each.team_id for each in incidents}:
            own = [each for each in incidents if each.team_id == team]
            wanted = expected(name, own, PERIOD.first, PERIOD.last)
            assert by_team[team, True].n == wanted["n"], name
            assert by_team[team, True].p90 == pytest.approx(wanted["p90"]), name


def test_the_days_before_the_period_are_a_spread_of_their_own(incidents, auditor):
    before = PERIOD.before()

    both = spreads(FIGURES["resolve"], Sight.of(auditor), PERIOD, EVERYTHING, since=before.first)

    assert both[0, True].n == expected("resolve", incidents, PERIOD.first, PERIOD.last)["n"]
    assert both[0, False].n == expected("resolve", incidents, before.first, before.last)["n"]


def test_assumed_facts_can_be_left_out_and_are_counted(incidents, auditor):
    without = spreads(FIGURES["recovery"], Sight.of(auditor), PERIOD, Narrowing(leaves_assumed=True))[0, True]

    told = [each for each in incidents if not {"impact_started_at", "restored_at"} & set(each.assumed_facts)]
    wanted = expected("recovery", told, PERIOD.first, PERIOD.last)
    everything = expected("recovery", incidents, PERIOD.first, PERIOD.last)
    assert without.n == wanted["n"]
    assert without.median == pytest.approx(wanted["median"])
    assert without.excluded == everything["assumed"] > 0
    assert without.left_out == everything["population"] - everything["n"]


def _direct(incidents, name):
    """What an additive count must say, counted one by one."""
    last = "closed_at" if name == "closed" else "opened_at" if name == "opened" else "resolved_at"
    has = {
        "reassigned": lambda each: each.reassignment_count > 0,
        "returned": lambda each: each.bounce_count > 0,
        "reopened": lambda each: each.reopen_count > 0,
        "first_contact": lambda each: (
            each.team is not None
            and each.team.level == "service_desk"
            and not any(
                (
                    each.reassignment_count,
                    each.escalation_count,
                    each.bounce_count,
                    each.reopen_count,
                    each.held_seconds,
                )
            )
        ),
    }.get(name, lambda each: True)
    return sum(
        1
        for each in incidents
        if counts_at_all(each)
        and getattr(each, last)
        and PERIOD.first <= day(getattr(each, last)) <= PERIOD.last
        and has(each)
    )


def test_each_count_equals_counting_one_by_one(incidents, auditor, agent):
    for name in COUNTED:
        of_auditor = counts([name], Sight.of(auditor), PERIOD, EVERYTHING)[0, True]
        of_agent = counts([name], Sight.of(agent), PERIOD, EVERYTHING)[0, True]

        assert of_auditor[name] == _direct(incidents, name) > 0
        assert of_agent[name] == _direct(incidents, name)


def test_a_count_by_each_dimension_equals_counting_one_by_one(incidents, auditor):
    for group, column in (("team", "team_id"), ("service", "service_id"), ("category", "category_id")):
        found = counts(COUNTED, Sight.of(auditor), PERIOD, EVERYTHING, group)

        for value in {getattr(each, column) for each in incidents}:
            own = [each for each in incidents if getattr(each, column) == value]
            for name in ("opened", "resolved", "first_contact"):
                assert found[value, True][name] == _direct(own, name), (group, name)


def test_a_count_can_be_narrowed_by_what_the_roll_up_does_not_tell_apart(incidents, auditor):
    category = incidents[0].category
    narrowing = Narrowing.of({"category": (category.key,)}, auditor)

    found = counts(COUNTED, Sight.of(auditor), PERIOD, narrowing)[0, True]

    own = [each for each in incidents if each.category_id == category.pk]
    for name in COUNTED:
        assert found[name] == _direct(own, name), name


def test_touched_and_waiting_time_add_up_to_the_time_from_report_to_resolution(incidents, auditor):
    sums = counts(TIMED, Sight.of(auditor), PERIOD, EVERYTHING)[0, True]

    timed = [
        each
        for each in incidents
        if counts_at_all(each)
        and each.resolved_at
        and PERIOD.first <= day(each.resolved_at) <= PERIOD.last
        and each.work_started_at
        and each.reported_at <= each.work_started_at <= each.resolved_at
    ]
    assert sums["timed"] == len(timed)
    whole = sum((each.resolved_at - each.reported_at).total_seconds() for each in timed)
    assert sums["waiting_seconds"] + sums["touched_seconds"] == pytest.approx(whole, abs=2 * len(timed))
    held = sum(min(each.held_seconds, (each.resolved_at - each.work_started_at).total_seconds()) for each in timed)
    queued = sum((each.work_started_at - each.reported_at).total_seconds() for each in timed)
    assert sums["waiting_seconds"] == pytest.approx(held + queued, abs=2 * len(timed))


def test_the_backlog_by_age_equals_counting_one_by_one(incidents, auditor):
    ends = [PERIOD.first + timedelta(days=7 * n) for n in range(8)]

    series = figures.backlog(Sight.of(auditor), PERIOD, ends, EVERYTHING)[0]

    for end, classes in zip(ends, series, strict=True):
        open_then = [
            (end - day(each.opened_at)).days
            for each in incidents
            if counts_at_all(each)
            and day(each.opened_at) <= end
            and (each.resolved_at is None or day(each.resolved_at) > end)
        ]
        wanted = tuple(
            sum(1 for age in open_then if youngest <= age and (older is None or age < older))
            for _name, _label, youngest, older in AGES
        )
        assert classes == wanted
        assert sum(classes) > 0


def test_the_rows_of_a_length_of_time_are_as_many_as_it_says(incidents, auditor):
    for name in ORACLE:
        spread = spreads(FIGURES[name], Sight.of(auditor), PERIOD, EVERYTHING)[0, True]

        said = [spread.n, spread.population, spread.left_out, spread.assumed]
        found = [figures.rows(Rows(name, PERIOD, part), auditor).count() for part in PARTS]
        assert found == said, name


def test_the_rows_of_a_count_or_rate_are_as_many_as_it_says(incidents, auditor):
    sums = counts((*COUNTED, *TIMED), Sight.of(auditor), PERIOD, EVERYTHING)[0, True]

    for name in ("inflow", "outflow", "first_contact", "reassigned", "returned", "reopened"):
        assert figures.rows(Rows(name, PERIOD), auditor).count() == sums[FIGURES[name].counted], name
    for name in ("first_contact", "reassigned", "returned", "reopened", "touched"):
        assert figures.rows(Rows(name, PERIOD, "population"), auditor).count() == sums["resolved"], name
    assert figures.rows(Rows("touched", PERIOD), auditor).count() == sums["timed"]
    assert figures.rows(Rows("touched", PERIOD, "left-out"), auditor).count() == sums["resolved"] - sums["timed"]


def test_the_rows_of_a_class_of_age_are_as_many_as_it_says(incidents, auditor):
    found = figures.backlog(Sight.of(auditor), PERIOD, [PERIOD.last], EVERYTHING)[0][0]

    for (name, _label, _youngest, _older), n in zip(AGES, found, strict=True):
        assert figures.rows(Rows("backlog", PERIOD, age=name), auditor).count() == n


def test_rows_survive_being_written_as_a_parameter():
    rows = Rows("resolve", PERIOD, "assumed", {"team": ("desk", "-"), "priority": ("2",)}, "", "mara", True)

    assert Rows.parse(str(rows)) == rows


def test_a_day_is_cut_at_midnight_of_the_reporting_zone(requester, auditor):
    """On 28 March it is an hour ahead of UTC; from the 29th, which has 23 hours, it is two."""
    before = make(requester, opened_at=START.replace(month=3, day=28, hour=22, minute=59))
    after = make(requester, opened_at=START.replace(month=3, day=28, hour=23, minute=0))
    late = make(requester, opened_at=START.replace(month=3, day=29, hour=21, minute=59))
    next_day = make(requester, opened_at=START.replace(month=3, day=29, hour=22, minute=0))
    rollups.refresh()

    def opened(on):
        return set(figures.rows(Rows("inflow", Period(on, on)), auditor).values_list("pk", flat=True))

    assert opened(date(2026, 3, 28)) == {before.pk}
    assert opened(date(2026, 3, 29)) == {after.pk, late.pk}
    assert opened(date(2026, 3, 30)) == {next_day.pk}
