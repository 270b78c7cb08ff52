from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import Period, Step, buckets, day_of, instants, start_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_the_clocks_say(day, hours):
    begins, ends = instants(Period(day, day), AMSTERDAM)

    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=hours)


def test_the_last_minute_before_midnight_is_still_that_day():
    assert day_of(datetime(2026, 3, 28, 22, 59, tzinfo=UTC), AMSTERDAM) == date(2026, 3, 28)
    assert day_of(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), AMSTERDAM) == date(2026, 3, 29)
    assert day_of(datetime(2026, 3, 29, 22, 0, tzinfo=UTC), AMSTERDAM) == date(2026, 3, 30)


@given(DAYS, st.integers(0, 400), st.sampled_from(Step))
def test_buckets_cover_a_period_once_and_in_order(first, length, step):
    period = Period(first, first + timedelta(days=length))

    found = buckets(period, step, today=date(2080, 1, 1))

    assert found[0].first == period.first
    assert found[-1].last == period.last
    assert all(following.first - each.last == timedelta(days=1) for each, following in pairwise(found))
    assert all(start_of(each.first, step) == start_of(each.last, step) == each.start for each in found)


def test_this_week_is_unfinished_and_the_last_one_is_not():
    thursday = date(2026, 11, 19)

    *_, last, this = buckets(Period(date(2026, 11, 2), thursday), Step.WEEK, today=thursday)

    assert this.is_unfinished
    assert not last.is_unfinished


def test_a_month_that_the_period_cuts_short_is_unfinished_though_it_is_long_past():
    january, february = buckets(Period(date(2020, 1, 1), date(2020, 2, 10)), Step.MONTH, today=date(2026, 1, 1))

    assert not january.is_unfinished
    assert february.is_unfinished


def test_today_is_unfinished_until_it_is_over():
    today = date(2026, 11, 19)

    assert buckets(Period(today, today), Step.DAY, today=today)[0].is_unfinished
    assert not buckets(Period(today, today), Step.DAY, today=today + timedelta(days=1))[0].is_unfinished


def test_the_period_before_has_the_same_length_and_touches_it():
    period = Period(date(2026, 3, 2), date(2026, 3, 31))

    assert period.before() == Period(date(2026, 1, 31), date(2026, 3, 1))
    assert period.before().days == period.days


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 3, 2), date(2026, 3, 1))
