"""Phases, peak and turning points from hourly counts."""

from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given

from analysis.story import CLIMAX, FADE, HOUR, LATENT, SPREAD, Hour, course_of

T0 = datetime(2026, 11, 21, 0, tzinfo=UTC)


def hours(*counts, negative=None):
    bad = negative or [0] * len(counts)
    return [Hour(T0 + HOUR * at, count, bad[at]) for at, count in enumerate(counts)]


def names(course):
    return [phase.name for phase in course.phases]


def test_a_whole_life_has_four_phases_in_order_without_a_hole():
    course = course_of(hours(1, 0, 0, 0, 1, 0, 0, 4, 6, 9, 22, 30, 28, 20, 6, 3, 1, 0, 0, 0))
    assert names(course) == [LATENT, SPREAD, CLIMAX, FADE]
    assert course.peak.hour == T0 + 11 * HOUR
    for before, after in zip(course.phases, course.phases[1:], strict=False):
        assert before.ends == after.begins
    assert [phase.is_open for phase in course.phases] == [False, False, False, True]
    assert sum(phase.texts for phase in course.phases) == course.total


def test_while_it_rises_the_climax_is_open_and_nothing_fades_yet():
    course = course_of(hours(1, 2, 4, 8, 16, 30))
    assert names(course)[-1] == CLIMAX
    assert course.phase.is_open
    assert FADE not in names(course)


@pytest.mark.parametrize(("counts", "told"), [((3, 4, 4), False), ((3, 5, 4), True), ((2,) * 30, False)])
def test_too_few_texts_have_no_phases(counts, told):
    """11 texts or a loudest hour of 2 are too few; 12 texts with an hour of 3 are enough."""
    assert bool(course_of(hours(*counts)).phases) is told


def test_nothing_published_has_no_peak():
    assert course_of([]).peak is None
    assert course_of(hours(0, 0)).peak is None


def test_a_jump_and_a_drop_are_turning_points_and_an_even_course_has_none():
    turns = course_of(hours(2, 2, 2, 2, 30, 30, 30, 2, 2, 2, 2)).turns
    assert [(turn.kind, turn.at) for turn in turns] == [("rise", T0 + 4 * HOUR), ("fall", T0 + 7 * HOUR)]
    assert (turns[0].before, turns[0].after) == (2.0, 30.0)
    assert course_of(hours(*[6] * 24)).turns == ()
    assert course_of(hours(0, 1, 0, 0, 1, 0, 2, 0)).turns == ()


def test_an_hour_without_sources_is_no_turn():
    counts = [20, 20, 20, None, None, None, 20, 20, 20]
    assert [turn.kind for turn in course_of(hours(*counts)).turns] == []


def test_a_shift_of_the_negative_share_is_a_turning_point():
    turns = course_of(hours(*[10] * 12, negative=[1] * 6 + [9] * 6)).turns
    assert [(turn.kind, turn.at) for turn in turns] == [("worse", T0 + 6 * HOUR)]
    assert (turns[0].before, turns[0].after) == (10.0, 90.0)
    assert course_of(hours(*[2] * 12, negative=[0] * 6 + [2] * 6)).turns == ()


@given(st.lists(st.integers(0, 60), max_size=120))
def test_phases_cover_the_whole_course_once(counts):
    course = course_of(hours(*counts))
    if course.phases:
        assert course.phases[0].begins == T0
        assert course.phases[-1].ends == T0 + HOUR * len(counts)
        assert [phase.name for phase in course.phases] == [
            name for name in (LATENT, SPREAD, CLIMAX, FADE) if name in names(course)
        ]
        assert sum(phase.texts for phase in course.phases) == sum(counts)
        [climax] = [phase for phase in course.phases if phase.name == CLIMAX]
        assert climax.begins <= course.peak.hour < climax.ends
    assert all(turn.begins < turn.ends for turn in course.turns)
