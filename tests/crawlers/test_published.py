"""Time stamps as Chinese pages write them; what cannot be read is no time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.published import BEIJING, read_epoch, read_stamp

NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # 08:00 in Beijing


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2026-11-20 08:05", "2026-11-20T00:05:00", "minute"),
        ("2026年11月20日 08时05分", "2026-11-20T00:05:00", "minute"),
        ("2026年11月20日上午9时", "2026-11-20T01:00:00", "minute"),
        ("2026年11月20日 星期五 下午3:08", "2026-11-20T07:08:00", "minute"),
        ("2026-11-20T08:05:33Z", "2026-11-20T08:05:33", "minute"),
        ("2026-11-20T08:05:33.000+09:00", "2026-11-19T23:05:33", "minute"),
        ("2026-11-20-08:05:33", "2026-11-20T00:05:33", "minute"),
        ("Fri, 20 Nov 2026 08:05:00 +0800", "2026-11-20T00:05:00", "minute"),
        ("Fri, 20 Nov 2026 08:05:00", "2026-11-20T00:05:00", "minute"),
        ("20261120080533", "2026-11-20T00:05:33", "minute"),
        ("发布时间：2026/11/20", "2026-11-19T16:00:00", "day"),
        ("11-20 08:05", "2026-11-20T00:05:00", "minute"),
        ("12-31 08:05", "2025-12-31T00:05:00", "minute"),
        ("3分钟前", "2026-11-20T23:57:00", "minute"),
        ("发布时间：26-11-20 08:05", "2026-11-20T00:05:00", "minute"),
        ("刚刚", "2026-11-21T00:00:00", "minute"),
        ("昨天 14:05", "2026-11-20T06:05:00", "minute"),
        ("2小时前", "2026-11-20T16:00:00", "day"),
        ("9小时前", "2026-11-19T16:00:00", "day"),
        ("30秒前", "2026-11-20T23:59:30", "minute"),
        ("今天 07:59", "2026-11-20T23:59:00", "minute"),
        ("前天 23:59", "2026-11-19T15:59:00", "minute"),
        ("昨日 00:00", "2026-11-19T16:00:00", "minute"),
        ("2026年11月20日 中午12时", "2026-11-20T04:00:00", "minute"),
        ("2026年11月20日 晚上12:30", "2026-11-20T04:30:00", "minute"),
        ("2026 11/20 08:05:33", "2026-11-20T00:05:33", "minute"),
        ("2024年2月29日 08:05", "2024-02-29T00:05:00", "minute"),
        ("2026.11.20", "2026-11-19T16:00:00", "day"),
    ],
)
def test_a_stamp_is_read(text, expected, precision):
    stamp = read_stamp(text, NOW)
    assert stamp is not None
    assert (stamp.at.isoformat(), stamp.precision) == (expected + "+00:00", precision)


@pytest.mark.parametrize(
    "text",
    [
        "今天 08:11",
        "2026-02-29 08:05",
        "2026年2月30日",
        "2026-11-20 24:01",
        "2026-00-10",
        "2026-11-21 08:10:01",
        "",
        "1970-01-01 08:00",
        "99999-01-01",
        "2026-02-30",
        "无",
        "0000-00-00 00:00",
        "2026-13-01",
    ],
)
def test_what_is_no_time_is_not_invented(text):
    assert read_stamp(text, NOW) is None


def test_ten_minutes_ahead_is_accepted_and_one_second_more_is_not():
    ahead = NOW + timedelta(minutes=10)
    assert read_stamp(ahead.isoformat(), NOW)
    assert read_stamp((ahead + timedelta(seconds=1)).isoformat(), NOW) is None


@pytest.mark.parametrize(
    ("value", "unit", "good"),
    [(1795000000, "s", True), (1795000000000, "ms", True), (0, "s", False), (1e30, "ms", False)],
)
def test_epoch_numbers(value, unit, good):
    assert (read_epoch(value, unit, NOW) is not None) == good


@given(st.text(max_size=60))
def test_any_text_gives_a_time_not_after_the_tolerance_or_none(text):
    stamp = read_stamp(text, NOW)
    assert stamp is None or stamp.at <= NOW + timedelta(minutes=10)


unhurried = settings(deadline=None)  # a busy machine is no failure
DAYS = st.datetimes(datetime(1995, 1, 2), datetime(2026, 11, 20, 23, 59)).map(
    lambda at: at.replace(microsecond=0)
)
FORMS = [
    "{0:%Y-%m-%d %H:%M}", "{0:%Y/%m/%d %H:%M:%S}", "{0.year}年{0.month}月{0.day}日 {0:%H:%M}", "{0:%Y.%m.%d} {0:%H:%M}",
    "{0:%Y-%m-%dT%H:%M:%S}+08:00", "发布时间：{0:%Y-%m-%d %H:%M} 来源：虚构晚报", "{0.year}年{0.month}月{0.day}日{0.hour}时{0:%M}分",
]  # fmt: skip


@unhurried
@given(at=DAYS, form=st.sampled_from(FORMS))
def test_every_written_form_gives_back_its_minute(at, form):
    stamp = read_stamp(form.format(at), NOW)
    expected = at.replace(second=0, tzinfo=BEIJING)
    assert stamp is not None
    assert stamp.precision == "minute"
    assert stamp.at.replace(second=0) == expected


@unhurried
@given(
    at=DAYS,
    half=st.sampled_from(
        [("上午", range(0, 12)), ("下午", range(12, 24)), ("凌晨", range(0, 6)), ("晚上", range(18, 24))]
    ),
)
def test_halves_of_the_day_are_read_on_a_twelve_hour_clock(at, half):
    word, hours = half
    at = at.replace(hour=hours[at.hour % len(hours)], minute=30, second=0)
    hour = at.hour - 12 if at.hour > 12 else at.hour
    stamp = read_stamp(f"{at.year}年{at.month}月{at.day}日 {word}{hour}:30", NOW)
    assert stamp is not None
    assert stamp.at == at.replace(tzinfo=BEIJING)


@unhurried
@given(minutes=st.integers(0, 999), now=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)))
def test_minutes_ago_are_counted_from_the_moment_of_fetching(minutes, now):
    now = now.replace(tzinfo=UTC)
    stamp = read_stamp(f"{minutes}分钟前", now)
    assert stamp is not None
    assert stamp.at == now - timedelta(minutes=minutes)


@unhurried
@given(
    month=st.integers(1, 12),
    day=st.integers(1, 31),
    now=st.datetimes(datetime(2000, 2, 1), datetime(2030, 1, 1)),
)
def test_a_day_without_year_is_the_latest_one_that_is_not_ahead_or_none(month, day, now):
    now = now.replace(tzinfo=UTC)
    stamp = read_stamp(f"{month:02}-{day:02} 08:05", now)
    if stamp is not None:
        local = stamp.at.astimezone(BEIJING)
        assert (local.month, local.day, local.hour, local.minute) == (month, day, 8, 5)
        assert now - timedelta(days=2 * 366) < stamp.at <= now + timedelta(minutes=10)


@unhurried
@given(
    year=st.integers(1995, 2026),
    month=st.integers(0, 19),
    day=st.integers(0, 39),
    hour=st.integers(0, 30),
    minute=st.integers(0, 70),
)
def test_a_moment_the_calendar_does_not_have_is_never_bent_into_another(year, month, day, hour, minute):
    stamp = read_stamp(f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}", NOW)
    if stamp is not None and stamp.precision == "minute":
        local = stamp.at.astimezone(BEIJING)
        assert (local.year, local.month, local.day, local.hour, local.minute) == (
            year,
            month,
            day,
            hour,
            minute,
        )
