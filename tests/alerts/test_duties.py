"""Which clocks an incident owes, and that no change of level, start or membership loses one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock import SHANGHAI
from alerts.duties import level_change, merged_start, merged_starts, moved, owed_duties
from alerts.errors import NaiveTime, NotAllowed, WrongFacts

SIX, FIVE = (dt.datetime(2026, 11, 20, hour, tzinfo=SHANGHAI) for hour in (6, 5))


@pytest.mark.parametrize(
    ("grade", "emergency", "event_level", "owed"),
    [
        ("I", True, "I", ("R1", "R2")),
        ("IV", True, "II", ("R1", "R2")),
        (None, True, "II", ("R1", "R2")),
        ("II", True, "III", ("R3",)),
        ("III", True, "IV", ("R3",)),
        ("I", True, None, ("R3",)),
        ("I", False, None, ("R3",)),
        ("I", False, "I", ("R3",)),  # a level without an emergency starts no conference clock
        ("III", False, None, ("R3",)),
        ("IV", False, None, ()),
        ("IV", True, "III", ()),
        (None, False, None, ()),
    ],
)
def test_grade_and_event_level_decide_the_clocks(grade, emergency, event_level, owed):
    assert owed_duties(grade, emergency, event_level) == owed


def test_a_person_may_ask_an_answer_for_grade_iv_and_a_chief_may_treat_anything_as_major():
    assert owed_duties("IV", False, None, needs_answer=True) == ("R3",)
    assert owed_duties("III", True, "III", treat_as_major=True) == ("R1", "R2")
    assert owed_duties("II", True, "II", needs_answer=True) == ("R1", "R2")


def test_an_unknown_level_is_refused():
    with pytest.raises(WrongFacts, match="突发事件等级"):
        owed_duties("I", True, "V")
    with pytest.raises(WrongFacts, match="舆情等级"):
        owed_duties("1", True, "I")


def test_raising_starts_r1_and_r2_and_needs_no_chief():
    change = level_change(["R3"], owed_duties("II", True, "II"))
    assert (change.start, change.supersede, change.needs_chief) == (("R1", "R2"), ("R3",), False)


def test_lowering_supersedes_r1_and_r2_by_a_chief_and_starts_r3():
    change = level_change(["R1", "R2"], owed_duties("III", True, "III"))
    assert (change.start, change.supersede, change.needs_chief) == (("R3",), ("R1", "R2"), True)


def test_an_unchanged_level_changes_nothing():
    change = level_change(["R1", "R2"], ("R1", "R2"))
    assert (change.start, change.supersede, change.needs_chief) == ((), (), False)


def test_a_deadline_moves_earlier_at_once():
    move = moved(SIX, FIVE)
    assert (move.direction, move.old, move.new) == ("earlier", SIX, FIVE)
    assert moved(SIX, SIX.astimezone(dt.UTC)).direction == "same"


def test_a_deadline_moves_later_only_by_a_chief_with_a_reason():
    move = moved(FIVE, SIX, by="chief-1", by_chief=True, reason="查明发生于六时")
    assert (move.direction, move.reason, move.by) == ("later", "查明发生于六时", "chief-1")
    for facts in (
        {},
        {"by": "duty-1", "reason": "查明"},
        {"by_chief": True, "reason": "查明"},
        {"by": "chief-1", "by_chief": True},
        {"by": "chief-1", "by_chief": True, "reason": "  "},
    ):
        with pytest.raises(NotAllowed):
            moved(FIVE, SIX, **facts)
    with pytest.raises(NotAllowed):
        moved(FIVE, FIVE + dt.timedelta(microseconds=1))


def test_a_naive_move_is_refused():
    with pytest.raises(NaiveTime):
        moved(FIVE.replace(tzinfo=None), SIX)


def test_merging_keeps_the_earliest_start_of_every_clock():
    merged = merged_starts({"R1": SIX, "R2": SIX, "R3": None}, {"R1": FIVE, "R3": SIX})
    assert merged == {"R1": FIVE, "R2": SIX, "R3": SIX}
    assert merged_start(None, None) is None


STARTS = st.dictionaries(
    st.sampled_from(["R1", "R2", "R3"]),
    st.none()
    | st.datetimes(dt.datetime(2020, 1, 1), timezones=st.just(dt.UTC), max_value=dt.datetime(2030, 1, 1)),
)


@given(STARTS, STARTS)
def test_merging_loses_no_clock_and_makes_none_later(one, other):
    merged = merged_starts(one, other)
    assert set(merged) == {*one, *other}
    assert merged == merged_starts(other, one)
    for side in (one, other):
        assert all(start is None or merged[duty] <= start for duty, start in side.items())
