"""How long a source waits: its own rhythm between its bounds, nights, and the same answer when asked twice."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.rhythm import interval_seconds, is_night, jitter

SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # 10:00 in Beijing
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
COUNTS = st.dictionaries(st.tuples(st.booleans(), st.integers(0, 23)), st.integers(0, 5000))


def every_hour(per_day: int) -> dict[tuple[bool, int], int]:
    """So many texts in each hour of 20 work days and 8 weekend days."""
    return {
        (weekend, hour): per_day * (8 if weekend else 20) for weekend in (True, False) for hour in range(24)
    }


@pytest.mark.parametrize(
    ("per_hour", "expected"), [(0, 7200), (1, 3600), (2, 1800), (6, 600), (12, 600), (1000, 600)]
)
def test_a_source_is_read_when_about_one_text_is_to_be_expected(per_hour, expected):
    assert interval_seconds(600, 7200, 0, every_hour(per_hour), SATURDAY) == expected


def test_without_a_known_rhythm_or_a_wider_bound_the_shortest_interval_holds():
    assert interval_seconds(600, 7200, 0, {}, SATURDAY) == 600
    assert interval_seconds(600, 0, 0, every_hour(0), SATURDAY) == 600


def test_a_busy_hour_ahead_ends_the_wait_and_weekends_have_a_rhythm_of_their_own():
    office = {(False, hour): 200 for hour in range(8, 18)}
    assert interval_seconds(600, 7200, 0, office, MONDAY) == 600
    assert interval_seconds(600, 7200, 0, office, SATURDAY) == 7200
    seven_oclock = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday 07:00, an hour before the office opens
    assert 3600 < interval_seconds(600, 7200, 0, office, seven_oclock) <= 4200


@pytest.mark.parametrize(("hour", "expected"), [(22, False), (23, True), (0, True), (5, True), (6, False)])
def test_night_is_from_23_to_6_in_beijing(hour, expected):
    moment = datetime(2026, 11, 21, (hour - 8) % 24, 0, tzinfo=UTC)
    assert is_night(moment) == expected
    assert interval_seconds(600, 0, 3600, {}, moment) == (3600 if expected else 600)


@given(COUNTS, st.integers(30, 7200), st.integers(0, 86400), st.integers(0, 7200), st.datetimes())
def test_the_interval_stays_between_its_bounds(arrivals, every, more, night, at):
    longest = every + more
    found = interval_seconds(every, longest, night, arrivals, at.replace(tzinfo=UTC))
    assert every <= found <= max(longest, night)


def test_jitter_is_the_same_when_asked_twice_and_spreads_sources():
    spread = {jitter(f"s{number}", SATURDAY) for number in range(50)}
    assert len(spread) == 50
    assert all(0 <= value < 1 for value in spread)
    assert jitter("s1", SATURDAY) == jitter("s1", SATURDAY)
