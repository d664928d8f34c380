"""Before and after a release: held against the forecast without it, and never more than was seen."""

from datetime import UTC, datetime, timedelta

import pytest

from analysis.effect import effect_of, tone_of, wilson
from analysis.story import HOUR, Hour

T0 = datetime(2026, 11, 21, 0, tzinfo=UTC)


def hours(*counts, negative=0):
    return [Hour(T0 + HOUR * at, count, min(negative, count or 0)) for at, count in enumerate(counts)]


def test_the_hour_of_the_release_belongs_to_neither_side():
    course = hours(*[5] * 12, 100, *[1] * 6)
    effect = effect_of(course, T0 + 12 * HOUR + timedelta(minutes=20))
    [volume] = effect.volumes
    assert volume.begins == T0 + 13 * HOUR
    assert volume.came == 6
    assert volume.forecast.seen_texts == 60
    assert volume.place == "below"


def test_a_release_on_the_full_hour_counts_that_hour_as_after():
    effect = effect_of(hours(*[5] * 12, *[5] * 6), T0 + 12 * HOUR)
    assert effect.volumes[0].begins == T0 + 12 * HOUR
    assert effect.volumes[0].forecast.seen_texts == 60


@pytest.mark.parametrize(("after", "spans"), [(5, []), (6, [6]), (23, [6]), (24, [6, 24])])
def test_a_horizon_is_told_when_it_has_passed_and_not_before(after, spans):
    effect = effect_of(hours(*[5] * 12, *[2] * after), T0 + 12 * HOUR)
    assert [volume.forecast.hours for volume in effect.volumes] == spans
    assert (effect.tone is None) is not spans


def test_hours_without_sources_after_the_release_are_not_a_fall():
    assert effect_of(hours(*[5] * 12, None, *[0] * 5), T0 + 12 * HOUR).volumes == ()


def test_a_release_before_everything_has_nothing_to_compare():
    [volume] = effect_of(hours(*[5] * 6), T0 - HOUR).volumes
    assert not volume.forecast.is_enough


def test_growth_beyond_the_interval_is_said_as_plainly():
    assert effect_of(hours(*[2] * 24, *[20] * 6), T0 + 24 * HOUR).volumes[0].place == "above"


def test_tone_is_a_difference_with_interval_and_needs_ten_texts_on_both_sides():
    tone = tone_of(hours(*[10] * 6, negative=8), hours(*[10] * 6, negative=2))
    assert tone.before == (48, 60)
    assert tone.after == (12, 60)
    assert tone.difference == pytest.approx(-0.6)
    assert tone.low < -0.6 < tone.high < 0
    assert tone.is_enough
    assert not tone_of(hours(9, negative=1), hours(50, negative=1)).is_enough
    assert tone_of(hours(10, negative=1), hours(10, negative=1)).is_enough
    assert tone_of([], hours(10)).high == 1.0


def test_wilson_agrees_with_the_published_example():
    """Newcombe 1998, table I: 81 of 263."""
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
