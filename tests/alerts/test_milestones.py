"""When people are reminded: the ladder of each duty, the overdue marks, folding and quiet hours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock import SHANGHAI, deadline
from alerts.errors import WrongFacts
from alerts.milestones import (
    MilestonePlan,
    fold,
    milestones,
    next_overdue,
    obeys_quiet_hours,
    passed_and_ahead,
)
from alerts.workdays import Suspension, is_workday
from catalogue.loader import load_duties

DUTIES = load_duties(None)
START = dt.datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)


def ladder(duty_id, start=START, **facts):
    duty = DUTIES[duty_id]
    return milestones(duty, start, deadline(duty, start, **facts))


def overdue_marks(duty_id, count):
    """The due mark's followers, each made when the one before fires."""
    plans = [ladder(duty_id)[-1]]
    while len(plans) <= count:
        plans.append(next_overdue(DUTIES[duty_id], plans[-1].code, plans[-1].due_at))
    return plans


@pytest.mark.parametrize(
    ("duty_id", "minutes"),
    [
        ("R1", [0, 60, 150, 240, 270, 300]),
        ("R2", [0, 360, 720, 1080, 1260, 1380, 1440]),
        ("R3", [0, 1440, 2160, 2640, 2820, 2880]),
    ],
)
def test_hour_clocks_remind_on_their_ladder_and_at_the_end(duty_id, minutes):
    plans = ladder(duty_id)
    assert [(plan.due_at - START) / dt.timedelta(minutes=1) for plan in plans] == minutes
    assert [plan.kind for plan in plans] == ["reminder"] * (len(minutes) - 1) + ["due"]
    assert len({plan.code for plan in plans}) == len(plans)


def test_a_day_clock_reminds_at_nine_halfway_two_days_one_day_and_on_the_last_day():
    plans = ladder("R7", dt.datetime(2026, 3, 2, 10, tzinfo=SHANGHAI))
    assert [(plan.code, plan.due_at.isoformat()) for plan in plans] == [
        ("start", "2026-03-02T10:00:00+08:00"),
        ("half", "2026-03-16T09:00:00+08:00"),
        ("2_days", "2026-03-26T09:00:00+08:00"),
        ("1_day", "2026-03-27T09:00:00+08:00"),
        ("due", "2026-03-30T09:00:00+08:00"),
    ]


def test_a_short_day_clock_reminds_once_a_day_and_keeps_the_more_urgent_word():
    plans = ladder("R5", dt.datetime(2026, 11, 20, 10, tzinfo=SHANGHAI))
    assert [(plan.code, plan.due_at.day) for plan in plans] == [
        ("start", 20),
        ("2_days", 23),
        ("1_day", 24),
        ("due", 25),
    ]


def test_calendar_days_are_reminded_on_working_days():
    plans = ladder("R10", dt.datetime(2026, 8, 2, 10, tzinfo=SHANGHAI))
    assert [plan.due_at.date().isoformat() for plan in plans[1:]] == [
        "2026-09-01",
        "2026-09-29",
        "2026-09-30",
        "2026-10-08",
    ]


def test_an_open_consultation_has_only_its_beginning():
    plans = ladder("R7", START, suspended=[Suspension(dt.date(2026, 11, 23))])
    assert [plan.code for plan in plans] == ["start"]


@pytest.mark.parametrize("duty_id", ["R1", "R2"])
def test_overdue_r1_and_r2_come_hourly_for_a_day_and_then_daily(duty_id):
    plans = overdue_marks(duty_id, 27)
    hours = [(plan.due_at - plans[0].due_at) / dt.timedelta(hours=1) for plan in plans[1:]]
    assert hours == [*range(1, 25), 48, 72, 96]
    assert {plan.kind for plan in plans[1:]} == {"overdue"}
    assert len({plan.code for plan in plans}) == len(plans)


def test_overdue_r3_comes_each_four_hours():
    plans = overdue_marks("R3", 10)
    assert [(plan.due_at - plans[0].due_at) / dt.timedelta(hours=1) for plan in plans[1:]] == [
        *range(4, 41, 4)
    ]


def test_an_overdue_day_clock_comes_each_working_day_at_nine():
    start = dt.datetime(2026, 9, 22, 10, tzinfo=SHANGHAI)  # R5 ends on Monday 28 September
    plan = ladder("R5", start)[-1]
    days = []
    for _ in range(4):
        plan = next_overdue(DUTIES["R5"], plan.code, plan.due_at)
        days.append((plan.code, plan.due_at.isoformat()))
    assert days == [
        ("overdue_1d", "2026-09-29T09:00:00+08:00"),
        ("overdue_2d", "2026-09-30T09:00:00+08:00"),
        ("overdue_3d", "2026-10-08T09:00:00+08:00"),
        ("overdue_4d", "2026-10-09T09:00:00+08:00"),
    ]


def test_only_the_due_mark_and_overdue_marks_have_a_follower():
    for code in ("start", "4h", "overdue", "overdue_h", "overdue_1h_"):
        with pytest.raises(WrongFacts):
            next_overdue(DUTIES["R1"], code, START)


def test_marks_passed_during_downtime_fold_into_one_message():
    plans = ladder("R1")
    passed, ahead = passed_and_ahead(plans, START + dt.timedelta(hours=4, minutes=10))
    folded = fold(passed)
    assert folded.covers == ("start", "1h", "2h30", "4h")
    assert folded.shown.code == "4h"
    assert [plan.code for plan in ahead] == ["4h30", "due"]
    assert not folded.is_due_among


def test_a_mark_is_passed_at_its_instant_and_ahead_a_microsecond_before():
    plans = ladder("R1")
    for moment, count in ((dt.timedelta(0), 6), (dt.timedelta(microseconds=-1), 5)):
        passed, ahead = passed_and_ahead(plans, START + dt.timedelta(hours=5) + moment)
        assert (len(passed), len(ahead)) == (count, 6 - count)


def test_a_clock_created_after_its_end_says_overdue_in_one_message():
    passed, ahead = passed_and_ahead(ladder("R1"), START + dt.timedelta(days=3))
    folded = fold(passed)
    assert (folded.shown.kind, len(folded.covers), ahead) == ("due", 6, [])
    assert folded.is_due_among


def test_nothing_passed_folds_to_nothing():
    assert fold([]) is None
    passed, ahead = passed_and_ahead(ladder("R1"), START - dt.timedelta(hours=1))
    assert (passed, len(ahead)) == ([], 6)


def test_r1_and_r2_ignore_quiet_hours_and_the_others_obey_except_the_due_mark():
    due = MilestonePlan("due", START, "due")
    reminder = MilestonePlan("24h", START, "reminder")
    overdue = MilestonePlan("overdue_4h", START, "overdue")
    for mark in (due, reminder, overdue):
        assert not obeys_quiet_hours(DUTIES["R1"], mark)
        assert not obeys_quiet_hours(DUTIES["R2"], mark)
    for duty_id in ("R3", "R5", "R7", "R10"):
        assert obeys_quiet_hours(DUTIES[duty_id], reminder)
        assert obeys_quiet_hours(DUTIES[duty_id], overdue)
        assert not obeys_quiet_hours(DUTIES[duty_id], due)


@given(
    st.sampled_from([duty for duty in DUTIES.values() if duty.kind == "limit"]),
    st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2060, 1, 1), timezones=st.just(SHANGHAI)),
)
def test_every_ladder_is_in_order_begins_at_the_start_and_ends_before_the_deadline(duty, start):
    end = deadline(duty, start)
    plans = milestones(duty, start, end)
    moments = [plan.due_at for plan in plans]
    assert moments[0] == start
    assert moments == sorted(set(moments))
    assert [plan.code for plan in plans if plan.kind == "due"] == ["due"] == [plans[-1].code]
    assert end.allows(moments[-1])
    if not duty.counts_hours:
        assert all(is_workday(moment.date()).is_workday for moment in moments[1:])
