"""How a run is judged: both sides of each bound."""

from datetime import UTC, datetime, timedelta

import pytest

from catalogue.source import Healthy
from crawlers.health import Judgement, RunFacts, failure_score, judge, next_due, trouble_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
BOUNDS = Healthy(items_min=20, items_max=80, newest_max_age_seconds=7200, required=("title", "published_at"))


def state(facts, healthy=BOUNDS, history=()):
    verdict = judge(facts, healthy, history, NOW)
    assert verdict.reason
    return verdict.state, verdict.status


def run(**values):
    return RunFacts(**{"listed": 30, "articles": 30, "newest_at": NOW} | values)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (run(), ("正常", "ok")),
        (run(listed=20), ("正常", "ok")),
        (run(listed=19), ("失败", "failed")),
        (run(listed=80), ("正常", "ok")),
        (run(listed=81), ("量异常", "warning")),
        (run(listed=0, articles=0), ("页面变更疑似", "failed")),
        (run(newest_at=NOW - timedelta(hours=2)), ("正常", "ok")),
        (run(newest_at=NOW - timedelta(hours=2, seconds=1)), ("延迟", "warning")),
        (run(missing={"published_at": 15}), ("正常", "ok")),
        (run(missing={"published_at": 16}), ("页面变更疑似", "warning")),
        (run(front_error="网站拒绝访问"), ("失败", "failed")),
        (run(listed=0, articles=0, is_unchanged=True), ("正常", "unchanged")),
        (
            run(listed=0, articles=0, is_unchanged=True, newest_at=NOW - timedelta(days=1)),
            ("延迟", "warning"),
        ),
        (run(listed=0, articles=0, is_incremental=True), ("正常", "ok")),
        (run(articles=29, errors=1, problems=("一页 404",)), ("正常", "warning")),
        (run(articles=0, errors=30, problems=("一页 404",)), ("失败", "failed")),
    ],
)
def test_a_run_is_judged(facts, expected):
    assert state(facts) == expected


def test_volume_is_compared_with_the_usual_only_after_eight_runs():
    quiet = Healthy(required=())
    assert state(run(listed=9), quiet, [100] * 8) == ("量异常", "warning")
    assert state(run(listed=9), quiet, [100] * 7) == ("正常", "ok")
    assert state(run(listed=30), quiet, [100] * 8) == ("正常", "ok")


def test_failures_double_the_interval_up_to_six_hours():
    waits = [(next_due(NOW, 600, failures, None) - NOW).total_seconds() for failures in (0, 1, 2, 3, 6, 99)]
    assert waits == [600, 1200, 2400, 4800, 21600, 21600]


def test_retry_after_is_kept_where_it_is_longer_than_our_own_wait():
    assert next_due(NOW, 600, 1, 3600) == NOW + timedelta(seconds=3600)
    assert next_due(NOW, 600, 1, 60) == NOW + timedelta(seconds=1200)


def test_a_daily_source_that_fails_waits_at_least_its_day():
    assert next_due(NOW, 86400, 3, None) == NOW + timedelta(days=1)


def test_jitter_lengthens_a_failing_wait_by_at_most_a_fifth_and_a_good_one_never():
    assert next_due(NOW, 600, 1, None, 0.5) == NOW + timedelta(seconds=1320)
    assert next_due(NOW, 600, 0, None, 0.99) == NOW + timedelta(seconds=600)


def test_retry_after_holds_after_a_good_run_too():
    assert next_due(NOW, 600, 0, 3600) == NOW + timedelta(seconds=3600)


@pytest.mark.parametrize(
    ("seen", "usual", "weeks", "expected"),
    [
        (12, 40, 4, "正常"), (11, 40, 4, "量异常"), (160, 40, 4, "正常"), (161, 40, 4, "量异常"),
        (0, 10, 4, "量异常"), (0, 9.5, 4, "正常"), (0, 40, 2, "量异常"), (0, 40, 1, "正常"), (0, None, 0, "正常"),
    ],
)  # fmt: skip
def test_the_volume_of_a_day_is_judged_against_the_same_weekday(seen, usual, weeks, expected):
    facts = run(day_seen=seen, day_usual=usual, day_weeks=weeks)
    assert state(facts)[0] == expected
    assert state(run(is_unchanged=True, day_seen=seen, day_usual=usual, day_weeks=weeks))[0] == expected


def test_pages_left_for_the_next_run_are_a_warning_and_no_odd_volume():
    facts = run(postponed=7, day_seen=0, day_usual=40, day_weeks=4)
    verdict = judge(facts, BOUNDS, (), NOW)
    assert (verdict.state, verdict.status) == ("正常", "warning")
    assert "7 条留到下次" in verdict.reason


def test_the_failure_score_rises_with_failures_and_fades_with_good_runs():
    score = 0.0
    for _ in range(10):
        score = failure_score(score, True)
    assert 0.85 < score < 0.95
    assert failure_score(score, False) < score
    assert failure_score(0.0, False) == 0.0


@pytest.mark.parametrize(
    ("name", "failures", "expected"),
    [
        ("失败", 2, None),
        ("失败", 3, "failing"),
        ("延迟", 0, "silent"),
        ("量异常", 0, "silent"),
        ("正常", 0, None),
    ],
)
def test_people_hear_of_the_third_failure_and_of_silence(name, failures, expected):
    assert trouble_of(Judgement(name, "warning", "因故"), failures) == expected
