"""The next hours with an interval; silent where too little was seen."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from analysis.forecast import HORIZONS, forecast, same_as_now


@pytest.mark.parametrize(
    ("counts", "enough"),
    [
        ([2] * 5, False),
        ([2] * 6, True),
        ([1] * 9, False),
        ([1] * 10, True),
        ([], False),
        ([None] * 30, False),
    ],
)
def test_six_hours_and_ten_texts_are_enough_and_no_less(counts, enough):
    assert forecast(counts, 6).is_enough is enough


def test_same_as_now_is_the_last_hours_once_more_or_the_rate_of_a_young_course():
    assert same_as_now([9, 9, 1, 1, 1, 1, 1, 1], 6) == 6
    assert same_as_now([4, 2], 6) == 18
    assert same_as_now([None, None], 6) == 0
    assert same_as_now([2, None, 2, 2, None, 2], 6) == 12


def test_a_steady_course_goes_on_about_as_it_was():
    said = forecast([2] * 400, 24)
    assert said.low <= 48 <= said.high
    assert said.is_usual


def test_a_young_loud_course_is_expected_to_fall_off():
    said = forecast([4, 9, 16, 26, 30, 22, 17], 24)
    assert said.expected < said.same_as_now
    assert not said.is_usual


def test_hours_without_sources_are_not_read_as_quiet():
    assert forecast([5] * 20 + [None] * 4, 6).expected > forecast([5] * 20 + [0] * 4, 6).expected


def test_the_hour_of_day_moves_the_forecast():
    night = [0.1] * 12 + [1.9] * 12  # loud from noon on
    counts = [0] * 12 + [4] * 12
    assert forecast(counts, 6, 0, night).expected < forecast(counts, 6, 12, night).expected


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 5000)), max_size=200),
    st.sampled_from(HORIZONS),
    st.integers(0, 23),
)
def test_the_interval_holds_the_expectation_and_never_goes_below_zero(counts, hours, next_hour):
    said = forecast(counts, hours, next_hour)
    assert 0 <= said.low <= said.high + 1
    assert said.low <= said.expected + 1
    assert said.high >= said.expected - 1
    assert said.seen_texts == sum(count for count in counts if count is not None)
