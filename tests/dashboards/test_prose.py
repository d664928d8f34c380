"""How a paper writes numbers and times."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.prose import compare, duration, full_span, listed, moment, percent, share, span


@pytest.mark.parametrize(
    ("begins", "ends", "text"),
    [
        (date(2026, 11, 16), date(2026, 11, 23), "11月16日至22日"),
        (date(2026, 11, 30), date(2026, 12, 7), "11月30日至12月6日"),
        (date(2026, 11, 16), date(2026, 11, 17), "11月16日"),
    ],
)
def test_a_span_names_its_first_and_last_day(begins, ends, text):
    assert span(begins, ends) == text


def test_a_week_over_new_year_names_both_years():
    assert full_span(date(2026, 12, 28), date(2027, 1, 4)) == "2026年12月28日至2027年1月3日"


def test_moments_are_beijing_time():
    assert moment(datetime(2026, 11, 21, 16, 5, tzinfo=UTC)) == "11月22日0时05分"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (7, 20, "负面7条，占20条的35%"), (7, 19, "负面7条（共19条，样本不足20条，不计占比）"),
        (0, 50, "负面0条"), (0, 0, "无负面"),
    ],
)  # fmt: skip
def test_a_share_names_its_denominator_and_small_samples_get_none(part, whole, text):
    assert share(part, whole, "负面") == text


@pytest.mark.parametrize(
    ("total", "previous", "text"),
    [
        (120, 100, "较上周同期（x）的100条增加20条，增长20%"), (5, 9, "较上周同期（x）的9条减少4条"),
        (0, 0, "与上周同期（x）的0条持平"), (30, 0, "较上周同期（x）的0条增加30条"),
    ],
)  # fmt: skip
def test_a_comparison_names_its_base_and_small_bases_get_no_rate(total, previous, text):
    assert compare(total, previous, "x") == text


def test_small_parts_are_not_called_zero_per_cent():
    assert (percent(1, 1000), percent(0, 10), percent(0, 0)) == ("不足1%", "0%", "—")


def test_durations_and_lists():
    assert duration(timedelta(minutes=59)) == "59分钟"
    assert duration(timedelta(hours=3)) == "3小时"
    assert duration(timedelta(hours=3, minutes=12)) == "3小时12分钟"
    assert listed(["甲", "乙", "丙"], 2) == "甲、乙等3个"
