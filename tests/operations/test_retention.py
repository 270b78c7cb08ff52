from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.operations.retention import keep

TODAY = date(2026, 11, 20)
days = st.dates(date(2025, 1, 1), date(2027, 1, 1))


def pruned_every_day(first: date, count: int, missed: frozenset[date] = frozenset()) -> set[date]:
    kept: set[date] = set()
    for day in (first + timedelta(days=n) for n in range(count)):
        kept |= {day} - missed
        kept = keep(kept, day)
    return kept


def test_a_year_of_daily_backups_leaves_fourteen_over_more_than_three_months():
    kept = sorted(pruned_every_day(TODAY - timedelta(days=364), 365))

    assert len(kept) == 14
    assert kept[-7:] == [TODAY - timedelta(days=n) for n in reversed(range(7))]
    assert kept[-11:-7] == [date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9)]
    assert kept[:3] == [date(2026, 8, 3), date(2026, 9, 7), date(2026, 10, 5)]


@given(st.integers(0, 800))
def test_whatever_day_it_is_daily_backups_reach_back_three_months(offset):
    last = date(2026, 1, 1) + timedelta(days=offset)

    kept = pruned_every_day(last - timedelta(days=250), 251)

    assert len(kept) == 14
    assert (last - min(kept)).days >= 84


@given(st.sets(days, max_size=60))
def test_never_more_than_fourteen_and_always_the_newest_seven(dates):
    past = {day for day in dates if day <= TODAY}

    kept = keep(past, TODAY)

    assert kept <= past
    assert len(kept) <= 14
    assert set(sorted(past)[-7:]) <= kept


@given(st.sets(days, max_size=60))
def test_pruning_twice_is_the_same_as_once(dates):
    once = keep(dates, TODAY)

    assert keep(once, TODAY) == once


@given(st.sets(days, max_size=60))
def test_what_is_dated_in_the_future_is_left_alone(dates):
    assert {day for day in dates if day > TODAY} <= keep(dates, TODAY)


@given(st.sets(st.integers(0, 249), max_size=60))
def test_days_without_a_backup_cost_nothing_but_themselves(missed):
    first = TODAY - timedelta(days=249)

    kept = pruned_every_day(first, 250, frozenset(first + timedelta(days=n) for n in missed))

    assert 12 <= len(kept) <= 14


def test_a_desk_that_stood_still_for_a_year_keeps_its_last_backups():
    last = {TODAY - timedelta(days=365 + n) for n in range(7)}

    assert keep(last, TODAY) == last
