import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.bursts import (
    HOUR,
    Usual,
    incident_burst,
    share_shift,
    surprise,
    tail,
    upper_quantile,
    warning_line,
)

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # Friday 14:00 in Beijing


def history(days: int, count) -> dict[datetime, int]:
    hours = [NOW - HOUR * back for back in range(1, days * 24 + 1)]
    return {hour: count(hour) for hour in hours}


def test_without_any_history_the_line_is_the_lowest_and_said_to_be_a_guess():
    (line,) = warning_line({}, [NOW])
    assert (line.expected, line.threshold, line.samples, line.is_enough) == (0.0, 3.0, 0, False)


@pytest.mark.parametrize(("days", "enough"), [(4, False), (9, True), (28, True)])
def test_few_days_are_too_few_for_a_baseline(days, enough):
    (line,) = warning_line(history(days, lambda hour: 4), [NOW])
    assert line.is_enough is enough


def test_the_line_learns_only_from_the_past():
    calm = history(28, lambda hour: 2)
    later = {NOW: 500, NOW + HOUR: 900}
    assert warning_line(calm, [NOW]) == warning_line(calm | later, [NOW])


def test_a_loud_afternoon_does_not_raise_the_line_of_the_night():
    afternoons = history(28, lambda hour: 40 if 4 <= hour.hour <= 8 else 0)
    day, night = warning_line(afternoons, [NOW, NOW + 12 * HOUR])
    assert day.threshold > 40
    assert night.threshold < 10


def test_working_days_are_no_measure_for_a_sunday():
    office = history(28, lambda hour: 30 if (hour + 8 * HOUR).weekday() < 5 else 1)
    (sunday,) = warning_line(office, [NOW + timedelta(days=2)])
    assert sunday.threshold < 20


def test_one_past_burst_does_not_hide_the_next():
    week_ago = NOW - timedelta(days=7)
    calm = history(28, lambda hour: 2)
    (with_burst,) = warning_line(calm | {week_ago: 300}, [NOW])
    assert with_burst.threshold < 15


def test_hours_in_which_the_sources_were_down_are_no_zeros():
    steady = history(28, lambda hour: 10)
    gaps = [NOW - timedelta(days=back) + HOUR * shift for back in range(1, 15) for shift in (-1, 0, 1)]
    broken = steady | dict.fromkeys(gaps, 0)
    (seen,), (blind,) = warning_line(broken, [NOW], gaps), warning_line(broken, [NOW])
    assert seen.expected == pytest.approx(10, abs=0.2)
    assert blind.expected < 9


def test_about_one_quiet_hour_in_two_hundred_lies_above_the_line():
    draw = random.Random(7)
    noisy = {NOW - HOUR * back: sum(draw.random() < 0.05 for _ in range(100)) for back in range(1, 24 * 70)}
    hours = [NOW - HOUR * back for back in range(1, 24 * 40)]
    above = sum(
        noisy[hour] > line.threshold for hour, line in zip(hours, warning_line(noisy, hours), strict=True)
    )
    assert above / len(hours) < 0.01


@given(st.floats(1.0, 1000), st.floats(1.0, 3.0))
def test_the_quantile_lies_above_the_mean_and_grows_with_the_spread(mean, factor):
    assert upper_quantile(mean, mean * factor) >= mean * 0.99
    assert upper_quantile(mean, mean * (factor + 5)) >= upper_quantile(mean, mean * factor) - 1


def test_surprise_grows_with_the_count_and_is_nothing_for_nothing():
    values = [surprise(count, 2.0, 3.0) for count in range(15)]
    assert values[0] == 0
    assert values == sorted(values)
    assert values[2] < 1 < 3 < values[12]


def test_twelve_texts_in_an_hour_are_a_burst_on_a_quiet_day_and_none_on_a_loud_one():
    own = {NOW: 12}
    quiet = incident_burst(own, Usual(history(28, lambda hour: 1)), NOW + timedelta(minutes=40))
    loud = incident_burst(own, Usual(history(28, lambda hour: 30)), NOW + timedelta(minutes=40))
    assert quiet.is_burst
    assert quiet.ratio > 2
    assert not loud.is_burst


def test_nothing_at_all_is_no_burst():
    assert not incident_burst({}, Usual({}), NOW).is_burst


def test_a_day_on_which_everything_is_louder_is_no_incident():
    calm, town = history(28, lambda hour: 2), history(28, lambda hour: 20)
    own = {NOW: 9}
    louder = {NOW - HOUR * back: 60 for back in range(6)}
    alone = incident_burst(own, Usual(calm, town | {NOW: 29}), NOW)
    among = incident_burst(own, Usual(calm, town | louder), NOW)
    assert alone.is_burst
    assert (alone.loudness, among.loudness > 2) == (1.0, True)
    assert not among.is_burst


def test_the_rest_of_the_town_never_hides_a_matter_altogether():
    town = history(28, lambda hour: 20) | {NOW - HOUR * back: 20_000 for back in range(6)}
    assert incident_burst({NOW: 60}, Usual(history(28, lambda hour: 2), town), NOW).is_burst


def test_with_most_sources_down_what_is_left_still_bursts():
    usual = history(28, lambda hour: 12)
    seen, blind = (incident_burst({NOW: 14}, Usual(usual, usual, (), share), NOW) for share in (1.0, 0.3))
    assert not seen.is_burst
    assert blind.is_burst


def test_a_public_holiday_is_measured_with_free_days():
    holiday = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)  # a Thursday
    hours = [holiday - HOUR * back for back in range(1, 28 * 24)]
    office = {hour: 30 if (hour + 8 * HOUR).weekday() < 5 else 1 for hour in hours}
    (line,) = warning_line(office, [holiday])
    assert line.threshold < 20


def test_a_worked_sunday_is_measured_with_working_days():
    worked = datetime(2026, 10, 10, 6, 0, tzinfo=UTC)  # a Saturday worked for the holiday
    hours = [worked - HOUR * back for back in range(1, 28 * 24)]
    office = {hour: 30 if (hour + 8 * HOUR).weekday() < 5 and hour.day > 8 else 1 for hour in hours}
    (line,) = warning_line(office, [worked])
    assert line.threshold > 20


@pytest.mark.parametrize(
    ("late", "early", "movement"),
    [
        (40, 40, "level"),
        (40, 4, "rising"),
        (4, 40, "falling"),
        (2, 1, "level"),
        (0, 0, "level"),
        (4, 0, "rising"),
    ],
)
def test_high_is_not_rising(late, early, movement):
    own = {NOW: late, NOW - 4 * HOUR: early}
    assert incident_burst(own, Usual(history(28, lambda hour: 1)), NOW).movement == movement


@given(st.integers(0, 1200), st.integers(0, 1200), st.floats(0.01, 0.99))
def test_a_tail_is_a_chance(hits, more, chance):
    assert 0 <= tail(hits, hits + more, chance) <= 1


def test_the_interval_of_the_usual_holds_its_mean():
    (line,) = warning_line(history(28, lambda hour: 10), [NOW])
    low, high = line.interval
    assert low <= line.expected <= high < line.threshold + 1


@pytest.mark.parametrize(
    ("shares", "is_shift"), [((8, 10, 50, 500), True), ((2, 10, 50, 500), False), ((0, 0, 5, 50), False)]
)
def test_the_negative_share_shifts_only_beyond_its_interval(shares, is_shift):
    difference, low, high = share_shift(*shares)
    assert low <= difference <= high
    assert (low > 0) is is_shift
