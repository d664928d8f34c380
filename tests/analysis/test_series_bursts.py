from datetime import UTC, datetime, timedelta

import pytest

from analysis.series_bursts import FLOOR, by_series, line_of, series_burst
from analysis.window import Seen
from catalogue.source import CHANNELS

NOW = datetime(2026, 11, 20, 4, 40, tzinfo=UTC)
THIS = NOW.replace(minute=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DISTRICTS = {"haicheng": "haicheng", "haicheng_east": "haicheng", "lingnan": "lingnan"}
HEALTH = ("hotline", "health", "haicheng")


def seen(number, hours=0.0, channel="hotline", categories=("health",), region="haicheng"):
    moment = NOW - HOUR * hours
    return Seen(
        id=number, source="s", channel=channel, visibility="public", at=moment, published_at=moment, fetched_at=moment,
        counted_at=moment, copies=0, title="t", body="", sentiment="negative", categories=categories, region=region,
        service_friction=False, sudden_incident=False, incident=None, is_new=True,
    )  # fmt: skip


def matter(amount, **kind):
    return [seen(n, hours=n * 5 / max(1, amount), **kind) for n in range(amount)]


def daily(amount, days=28, at=0, first=1):
    """So many texts each day, `at` hours before now."""
    return {THIS - DAY * day - HOUR * at: amount for day in range(first, first + days)}


def counts(own, **usual):
    """A town in which one district's hotline is quiet and the other's is not; the matter is counted with it."""
    quiet = daily(1) | {THIS: own, THIS - DAY * 28 - HOUR * 23: 1}  # 28 whole days
    found = {HEALTH: quiet, ("hotline", "health", "lingnan"): daily(30)}
    return found | usual


def test_a_burst_in_one_district_that_drowns_in_the_towns_total_is_seen():
    found = series_burst(matter(9), counts(9), DISTRICTS, NOW)
    assert found.series == ("hotline", "health", "haicheng")
    assert (found.hours, found.documents) == (6, tuple(range(9)))
    assert found.ratio > 1
    assert found.line == FLOOR


def test_the_words_name_the_series_the_span_and_the_usual():
    found = series_burst(matter(9), counts(9), DISTRICTS, NOW)
    words = found.words(CHANNELS, {"health": "卫生健康"}, {"haicheng": "海城区"})
    assert words == f"海城区 · 热线 · 卫生健康：6 小时 9 件，平时 {found.expected:.1f} 件"
    assert found.expected == pytest.approx(1, abs=0.2)


def test_what_belongs_to_no_category_is_seen_among_all_texts_of_its_district():
    usual = {("hotline", "*", "haicheng"): daily(1), ("hotline", "*", "lingnan"): daily(40)}
    found = series_burst(matter(9, categories=()), usual, DISTRICTS, NOW)
    assert found.series == ("hotline", "*", "haicheng")
    assert found.words(CHANNELS, {}, {"haicheng": "海城区"}).startswith("海城区 · 热线：6 小时 9 件")


def test_a_township_counts_for_its_district():
    east = matter(9, region="haicheng_east")
    assert series_burst(east, counts(9), DISTRICTS, NOW).series[2] == "haicheng"


def test_a_matter_of_the_whole_town_is_seen_in_its_kind_of_channel():
    usual = {("hotline", "health", None): daily(1), ("news", "health", None): daily(40)}
    found = series_burst(matter(9, region=None), usual, DISTRICTS, NOW)
    assert found.series == ("hotline", "health", "*")


@pytest.mark.parametrize(("amount", "is_seen"), [(4, False), (5, True)])
def test_less_than_five_texts_are_no_burst(amount, is_seen):
    nearly_silent = {HEALTH: {THIS - DAY * 28: 1}}
    assert (series_burst(matter(amount), nearly_silent, DISTRICTS, NOW) is not None) is is_seen


def test_what_the_series_brings_every_day_is_no_burst():
    assert series_burst(matter(9), {HEALTH: daily(8)}, DISTRICTS, NOW) is None


@pytest.mark.parametrize(("days", "is_seen"), [(13, False), (14, True)])
def test_less_than_two_weeks_of_history_are_too_few(days, is_seen):
    """样本不足: nothing is said of single series. The first day counts when it is whole."""
    young = {HEALTH: daily(1, days, at=0) | {NOW.replace(minute=0) - DAY * days - HOUR * 23: 1}}
    assert (series_burst(matter(9), young, DISTRICTS, NOW) is not None) is is_seen


@pytest.mark.parametrize(("louder_days", "is_seen"), [(4, True), (5, False)])
def test_a_line_that_chance_crosses_more_than_once_a_week_rises(louder_days, is_seen):
    """Other categories that leave their usual as far: four such days in 28 are the budget, the fifth sets the line."""
    others = {
        ("hotline", f"c{n}", "lingnan"): daily(0) | {THIS - DAY * (3 * n + 2): 40} for n in range(louder_days)
    }
    found = series_burst(matter(9), counts(9) | others, DISTRICTS, NOW)
    assert (found is not None) is is_seen


def test_the_line_counts_one_day_of_a_category_once_in_whichever_series():
    """One loud day of one district is loud in its channel and its category too, over six hours and over the day."""
    loud = {("hotline", "health", "haicheng"): daily(0) | {THIS - DAY * 2: 40}}
    days = by_series(loud, DISTRICTS, THIS + HOUR)
    assert len(days) == 3
    assert line_of(days, list(range(1, 8))) == FLOOR


def test_a_day_on_which_everything_is_louder_raises_the_usual():
    assert series_burst(matter(9), counts(9), DISTRICTS, NOW, factor=1.0) is not None
    assert series_burst(matter(9), counts(9), DISTRICTS, NOW, factor=4.0) is None


@pytest.mark.parametrize(("silent", "is_seen"), [(14, True), (15, False)])
def test_days_on_which_the_sources_were_down_are_no_samples(silent, is_seen):
    gaps = [THIS - DAY * day - HOUR * 3 for day in range(1, silent + 1)]
    assert (series_burst(matter(9), counts(9), DISTRICTS, NOW, gaps=gaps) is not None) is is_seen


def test_nothing_at_all_is_no_burst():
    assert series_burst([], {}, DISTRICTS, NOW) is None
    assert series_burst(matter(9), {}, DISTRICTS, NOW) is None
