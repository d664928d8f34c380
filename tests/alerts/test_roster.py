from datetime import datetime

import pytest

from alerts.clock import SHANGHAI
from alerts.roster import escalation_chain, next_in_chain, on_duty, quiet_until, shift_began
from catalogue.roster import Roster, Shift

WEEK = (1, 2, 3, 4, 5, 6, 7)
DAY = Shift(WEEK, "08:00", "20:00", ("day",), "chief")
NIGHT = Shift(WEEK, "20:00", "08:00", ("night",), "chief")
FRIDAY_NIGHT = Shift((5,), "22:00", "06:00", ("friday",), "boss")
ROSTER = Roster("room", (DAY, NIGHT), ("deputy", "day", "leader"))


def at(day, hour, minute=0, second=0):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        (at(20, 7, 59, 59), "night"),
        (at(20, 8), "day"),
        (at(20, 19, 59, 59), "day"),
        (at(20, 20), "night"),
        (at(21, 0), "night"),
    ],
)
def test_a_shift_begins_on_the_minute_and_ends_before_it(moment, who):
    assert on_duty([ROSTER], moment).duty == (who,)


def test_a_night_shift_belongs_to_the_day_it_begins():
    friday = Roster("friday", (FRIDAY_NIGHT,), ())
    assert on_duty([friday], at(20, 23)).duty == ("friday",)
    assert on_duty([friday], at(21, 5, 59)).duty == ("friday",)
    assert on_duty([friday], at(21, 6)).duty == ()
    assert on_duty([friday], at(20, 5)).duty == ()


def test_nobody_is_on_duty_in_an_empty_roster():
    assert on_duty([], at(20, 12)).everyone == ()


def test_the_chain_skips_those_who_were_told_and_then_ends():
    assert escalation_chain([ROSTER], ["day", "chief"]) == ("deputy", "leader")
    assert [next_in_chain([ROSTER], ["day"], step) for step in range(3)] == ["deputy", "leader", None]


def test_quiet_hours_over_midnight_end_in_the_morning():
    assert quiet_until("22:00", "07:00", at(20, 23)) == at(21, 7)
    assert quiet_until("22:00", "07:00", at(21, 6, 59)) == at(21, 7)
    assert quiet_until("22:00", "07:00", at(21, 7)) is None
    assert quiet_until(None, None, at(21, 3)) is None


@pytest.mark.parametrize(
    ("moment", "began"),
    [
        ("2026-11-21T08:00:00", "2026-11-21T08:00:00"),
        ("2026-11-21T19:59:59", "2026-11-21T08:00:00"),
        ("2026-11-21T20:00:00", "2026-11-21T20:00:00"),
        ("2026-11-22T00:00:00", "2026-11-21T20:00:00"),
        ("2026-11-22T07:59:59", "2026-11-21T20:00:00"),
    ],
)
def test_the_shift_that_runs_began_on_its_own_minute_also_across_midnight(moment, began):
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert shift_began([ROSTER], at) == datetime.fromisoformat(began).replace(tzinfo=SHANGHAI)


def test_no_shift_began_when_nobody_is_on_duty():
    assert shift_began([], datetime(2026, 11, 21, tzinfo=SHANGHAI)) is None
