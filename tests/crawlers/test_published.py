"""Time stamps as Chinese pages write them; what cannot be read is no time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.published import read_epoch, read_stamp

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
    ],
)
def test_a_stamp_is_read(text, expected, precision):
    stamp = read_stamp(text, NOW)
    assert stamp is not None
    assert (stamp.at.isoformat(), stamp.precision) == (expected + "+00:00", precision)


@pytest.mark.parametrize(
    "text", ["", "1970-01-01 08:00", "99999-01-01", "2026-02-30", "无", "0000-00-00 00:00", "2026-13-01"]
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
