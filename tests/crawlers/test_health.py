"""How a run is judged: both sides of each bound."""

from datetime import UTC, datetime, timedelta

import pytest

from catalogue.source import Healthy
from crawlers.health import RunFacts, judge, next_due

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
