"""The share of the usual volume that was seen: what counts as missing, and when people are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from analysis.seen import Seen, is_short, judged, little_words, missing_words, share_words, since_words
from catalogue.loader import load
from store.source_volume import Volume

NOW = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)  # Wednesday noon in Beijing, an ordinary week
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def catalogue():
    return load(Path("/nowhere"))


def of(*volumes, ends=NOW, hours=24):
    return judged([Volume(*one) for one in volumes], ends - timedelta(hours=hours), ends)


@pytest.mark.parametrize(
    ("lost", "share", "is_little"), [(10, 0.9, False), (11, 0.89, True), (9, 0.91, False), (100, 0.0, True)]
)
def test_people_are_told_below_nine_tenths_and_not_at_it(lost, share, is_little, catalogue):
    seen = of(("big", 100 - lost, float(100 - lost), 4), ("gone", 0, float(lost), 4))
    assert seen.share == pytest.approx(share)
    assert seen.is_little is is_little
    assert bool(little_words(seen, catalogue, NOW)) is is_little
    assert seen.missing == ("gone",)


def test_a_loud_source_does_not_make_up_for_a_silent_one():
    assert of(("loud", 90, 30.0, 4), ("gone", 0, 30.0, 4)) == Seen(NOW - DAY, NOW, 0.5, ("gone",))


def test_without_a_usual_nothing_is_said():
    assert of(("new", 9, None, 0), ("quiet", 0, 0.0, 4)) == Seen(NOW - DAY, NOW, None, ())
    assert of() == Seen(NOW - DAY, NOW, None, ())


@pytest.mark.parametrize(
    ("seen", "usual", "expected"),
    [
        (50, 100.0, False),
        (49, 100.0, True),
        (0, 4.0, False),
        (0, 5.0, True),
        (3, 10.0, False),
        (2, 10.0, True),
    ],
)
def test_a_source_is_short_below_half_and_beyond_chance(seen, usual, expected):
    assert is_short(seen, usual, 4) is expected


def test_one_week_of_history_is_less_sure_than_four():
    assert is_short(2, 10.0, 4)
    assert not is_short(2, 10.0, 1)
    assert not is_short(0, 10.0, 0)


def test_a_small_source_whose_runs_all_failed_counts_however_small_it_is():
    assert of(("big", 8, 8.0, 4), ("small", 0, 2.0, 4, True)).missing == ("small",)
    assert of(("big", 8, 8.0, 4), ("small", 0, 2.0, 4, False)).missing == ()
    assert of(("big", 8, 8.0, 4), ("small", 2, 2.0, 4, True)).missing == ()  # it brought all the same


def test_many_small_sources_silent_together_are_no_chance():
    silent = of(*((f"s{n:02d}", 0, 2.0, 4) for n in range(15)))
    assert silent.share == 0.0
    assert len(silent.missing) == 15


@pytest.mark.parametrize("rates", [[2.0] * 40, [3.0] * 5, [1.0] * 20 + [5.0] * 10 + [40.0] * 8])
def test_chance_alone_hardly_ever_makes_a_healthy_town_look_blind(rates):
    """A thousand days of sources at their usual rate: under 2 in 100 are called little."""
    random = np.random.default_rng(3)
    told = 0
    for _ in range(1000):
        counts = random.poisson(rates, (5, len(rates)))
        usual = np.median(counts[1:], axis=0)
        told += of(*((str(n), int(counts[0, n]), float(usual[n]), 4) for n in range(len(rates)))).is_little
    assert told < 20


def test_on_a_holiday_only_what_failed_is_missing():
    spring = datetime(2026, 2, 17, 4, 0, tzinfo=UTC)  # 春节
    quiet = (("a", 0, 50.0, 4), ("b", 0, 50.0, 4, True))
    assert of(*quiet, ends=spring).missing == ("b",)
    assert of(*quiet).missing == ("a", "b")


@pytest.mark.parametrize(
    ("day", "is_comparable"),
    [
        (2, False),
        (3, True),
        (7, False),
        (8, True),
        (10, False),
        (14, True),
    ],  # 国庆: the 3rd is a Saturday like others, the 10th one that is worked
)
def test_one_holiday_among_four_weeks_does_not_spoil_the_days_after_it(day, is_comparable):
    found = of(("a", 50, 50.0, 4), ends=datetime(2026, 10, day, 4, 0, tzinfo=UTC), hours=6)
    assert found.is_comparable is is_comparable


def test_a_day_worked_instead_of_a_holiday_is_not_like_its_week():
    worked = datetime(
        2026, 2, 28, 4, 0, tzinfo=UTC
    )  # a Saturday that is worked; the Saturday before was free
    assert of(("a", 0, 50.0, 4), ends=worked, hours=6).missing == ()


@pytest.mark.parametrize(("share", "words"), [(0.8999, "89%"), (0.62, "62%"), (0.0, "0%"), (1.0, "100%")])
def test_a_share_is_rounded_down(share, words):
    assert share_words(Seen(NOW, NOW, share, ())) == words


@pytest.mark.parametrize(
    ("begins", "now", "words"),
    [
        (NOW - timedelta(hours=6), NOW, "今日 6 时"),
        (NOW - DAY, NOW, "昨日 12 时"),
        (NOW - 2 * DAY, NOW, "11 月 16 日 12 时"),
        (NOW - timedelta(hours=12), NOW, "今日 0 时"),
        (NOW - timedelta(hours=13), NOW, "昨日 23 时"),
        (NOW - timedelta(hours=6), None, "11 月 18 日 6 时"),
    ],
)
def test_since_when_in_beijing_words(begins, now, words):
    assert since_words(begins, now) == words


def test_the_sentence_names_three_and_counts_the_rest(catalogue):
    seen = Seen(NOW - timedelta(hours=6), NOW, 0.62, ("a", "b", "c", "d"))
    assert little_words(seen, catalogue, NOW) == (
        "今日 6 时以来只看到平时同一时段的 62%，缺：a、b、c 等 4 个来源；平静可能只是没看到。"
    )
    assert missing_words(Seen(NOW, NOW, 0.5, ("a", "b", "c")), catalogue) == "a、b、c"
