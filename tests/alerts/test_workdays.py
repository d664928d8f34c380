"""Working days: three years of notices typed by hand, the office's own table, and years without a notice."""

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import BeyondCalendar, NaiveTime
from alerts.workdays import (
    LUNAR_HOLIDAYS,
    Suspension,
    add_workdays,
    is_statutory_holiday,
    is_workday,
    roll_to_workday,
)
from catalogue.errors import CatalogueError
from catalogue.workday_table import parse_workday_table

# From the notices of 国务院办公厅: days off as (month, first, month, last), and the weekend days that work.
NOTICES = {
    2024: (
        [
            (1, 1, 1, 1),
            (2, 10, 2, 17),
            (4, 4, 4, 6),
            (5, 1, 5, 5),
            (6, 10, 6, 10),
            (9, 15, 9, 17),
            (10, 1, 10, 7),
        ],
        [(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)],
        251,
    ),
    2025: (
        [(1, 1, 1, 1), (1, 28, 2, 4), (4, 4, 4, 6), (5, 1, 5, 5), (5, 31, 6, 2), (10, 1, 10, 8)],
        [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
        248,
    ),
    2026: (
        [
            (1, 1, 1, 3),
            (2, 15, 2, 23),
            (4, 4, 4, 6),
            (5, 1, 5, 5),
            (6, 19, 6, 21),
            (9, 25, 9, 27),
            (10, 1, 10, 7),
        ],
        [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
        248,
    ),
}
LAST_NOTICED_YEAR = max(chinese_calendar.holidays).year
UNKNOWN_YEAR = max(LAST_NOTICED_YEAR + 1, 2027)

TABLE = parse_workday_table(
    {
        "complete_years": [2030],
        "days": [
            {"from": dt.date(2030, 2, 2), "to": dt.date(2030, 2, 8), "works": False, "notice": "示例通知"},
            {"from": dt.date(2030, 2, 9), "works": True, "notice": "示例通知"},
            {"from": dt.date(2026, 11, 23), "works": False, "notice": "本地示例"},
        ],
    },
    "calendar/own.toml",
)


def days_of(year):
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(offset) for offset in range((dt.date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_three_years_is_as_the_notice_says(year):
    ranges, working_weekends, total = NOTICES[year]
    off = {
        day
        for m1, d1, m2, d2 in ranges
        for day in days_of(year)
        if dt.date(year, m1, d1) <= day <= dt.date(year, m2, d2)
    }
    made_up = {dt.date(year, month, day) for month, day in working_weekends}
    for day in days_of(year):
        answer = is_workday(day)
        assert answer.is_workday == (day in made_up or (day.isoweekday() < 6 and day not in off)), day
        assert (answer.provisional, answer.source) == (False, "notice")
    assert sum(is_workday(day).is_workday for day in days_of(year)) == total


def test_the_year_after_the_last_notice_is_provisional_and_the_day_before_it_is_not():
    assert not is_workday(dt.date(LAST_NOTICED_YEAR, 12, 31)).provisional
    answer = is_workday(dt.date(LAST_NOTICED_YEAR + 1, 1, 1))
    assert (answer.is_workday, answer.provisional, answer.source) == (False, True, "statute")


def test_years_before_the_first_notice_are_provisional_too():
    assert is_workday(dt.date(2003, 12, 31)).provisional
    assert not is_workday(dt.date(2004, 1, 1)).provisional


@pytest.mark.parametrize(
    ("day", "is_holiday"),
    [
        ("2027-02-04", False),
        ("2027-02-05", True),  # 除夕
        ("2027-02-08", True),  # 初三
        ("2027-02-09", False),
        ("2027-04-05", True),
        ("2027-05-02", True),
        ("2027-05-03", False),
        ("2027-06-09", True),
        ("2027-09-15", True),
        ("2027-10-03", True),
        ("2027-10-04", False),
        ("2036-10-01", True),  # beyond the lunar table the fixed days still count
        ("2036-02-01", False),
    ],
)
def test_statutory_days_are_those_of_the_regulation(day, is_holiday):
    assert is_statutory_holiday(dt.date.fromisoformat(day)) == is_holiday


@pytest.mark.parametrize("year", LUNAR_HOLIDAYS)
def test_the_lunar_table_agrees_with_the_moon(year):
    """春节 and the months of 端午 and 中秋 begin at new moons; 清明 is the solar term of the package."""
    spring, clear, dragon, autumn = (dt.date(year, *day) for day in LUNAR_HOLIDAYS[year])
    for first_day in (spring, dragon - dt.timedelta(4), autumn - dt.timedelta(14)):
        assert abs(days_from_new_moon(first_day)) < 1.2, first_day
    terms = chinese_calendar.get_solar_terms(clear, clear)
    assert [name for _, name in terms] == ["清明"]
    assert (dragon - spring).days in range(116, 153)
    assert (autumn - dragon).days in range(95, 130)


def days_from_new_moon(day):
    """Distance of noon in Beijing from the nearest mean new moon (mean and true differ by up to 0.6 days)."""
    known_new_moon, month = dt.datetime(2000, 1, 6, 18, 14, tzinfo=dt.UTC), 29.530588861
    noon = dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC)
    phase = ((noon - known_new_moon) / dt.timedelta(days=1)) % month
    return phase if phase < month / 2 else phase - month


def test_the_offices_own_table_wins_over_notice_and_statute():
    assert is_workday(dt.date(2026, 11, 23)).is_workday
    own = is_workday(dt.date(2026, 11, 23), TABLE)
    assert (own.is_workday, own.provisional, own.source) == (False, False, "override")
    assert is_workday(dt.date(2030, 2, 9), TABLE).is_workday
    assert not is_workday(dt.date(2030, 2, 8), TABLE).is_workday


def test_a_year_declared_complete_is_no_longer_provisional():
    plain = is_workday(dt.date(2030, 3, 5), TABLE)
    assert (plain.is_workday, plain.provisional) == (True, False)
    assert not is_workday(dt.date(2030, 3, 9), TABLE).is_workday
    assert is_workday(dt.date(2031, 3, 5), TABLE).provisional


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"days": [{"from": dt.date(2027, 1, 1), "works": False}]}, "notice"),
        ({"days": [{"works": False, "notice": "x"}]}, "from"),
        (
            {
                "days": [
                    {"from": dt.date(2027, 1, 2), "to": dt.date(2027, 1, 1), "works": False, "notice": "x"}
                ]
            },
            "to",
        ),
        ({"days": [{"from": "2027-01-01", "works": False, "notice": "x"}]}, "from"),
        (
            {"days": [{"from": dt.date(2027, 1, 1), "work": False, "works": True, "notice": "x"}]},
            "是否想写 works",
        ),
        (
            {
                "days": [
                    {"from": dt.date(2027, 1, 1), "works": False, "notice": "x"},
                    {"from": dt.date(2027, 1, 1), "works": True, "notice": "y"},
                ]
            },
            "相反",
        ),
        ({"complete_years": ["2027"]}, "complete_years"),
    ],
)
def test_a_wrong_table_is_refused_with_its_key(raw, message):
    with pytest.raises(CatalogueError, match=message):
        parse_workday_table(raw, "calendar/own.toml")


def test_counting_passes_over_holidays_and_suspended_days():
    friday = dt.date(2026, 11, 20)
    assert add_workdays(friday, 1).day == dt.date(2026, 11, 23)
    assert add_workdays(friday, 0).day == friday
    assert add_workdays(friday, -1).day == dt.date(2026, 11, 19)
    waiting = Suspension(dt.date(2026, 11, 20), dt.date(2026, 11, 24))
    assert add_workdays(friday, 1, suspended=[waiting]).day == dt.date(2026, 11, 25)


def test_a_count_is_provisional_only_when_it_enters_an_unknown_year():
    december = dt.date(LAST_NOTICED_YEAR, 12, 1)
    assert not add_workdays(december, 5).provisional
    assert add_workdays(december, 40).provisional


def test_a_free_day_rolls_to_the_next_working_day_and_a_working_day_stays():
    assert roll_to_workday(dt.date(2026, 10, 1)).day == dt.date(2026, 10, 8)
    assert roll_to_workday(dt.date(2026, 10, 8)).day == dt.date(2026, 10, 8)
    assert roll_to_workday(dt.date(2026, 10, 1), direction=-1).day == dt.date(2026, 9, 30)


def test_a_datetime_is_refused_because_its_zone_would_be_lost():
    with pytest.raises(NaiveTime):
        is_workday(dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC))


def test_the_ends_of_the_calendar_give_one_sentence():
    with pytest.raises(BeyondCalendar, match="9999"):
        add_workdays(dt.date.max, 1)
    with pytest.raises(BeyondCalendar):
        add_workdays(dt.date.min, -1)


@given(st.dates())
def test_no_date_of_any_year_fails(day):
    answer = is_workday(day)
    assert answer.provisional == (answer.source == "statute")
    assert not (answer.provisional and answer.is_workday and day.isoweekday() > 5)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 60))
def test_counting_forth_and_back_returns_to_the_last_working_day(day, count):
    there = add_workdays(day, count).day
    assert is_workday(there).is_workday
    assert add_workdays(there, -count).day == roll_to_workday(day, direction=-1).day
    assert add_workdays(day, count + 1).day > there
