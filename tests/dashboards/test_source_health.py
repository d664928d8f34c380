"""The state of a source as the page says it: patience follows the longest wait of the source, a changed page is named."""

from datetime import UTC, datetime, timedelta

import pytest

from catalogue.source import Healthy, Source
from dashboards.source_health import health_of
from store.model import CrawlRun, SourceState
from store.queries_sources import SourceFacts

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def source(**values):
    return Source(
        "a", "虚构报", "feed", "news", "https://a.example/", "Asia/Shanghai", 600, 2.0, "测试", "值班室", "public", "enabled",
        None, None, {}, Healthy(), **values,
    )  # fmt: skip


def facts(minutes, state="正常", reason="", status="ok", failures=0):
    at = NOW - timedelta(minutes=minutes)
    held = SourceState(source="a", state=state, reason=reason, failures=failures, last_success_at=at)
    return SourceFacts(held, 1, 1, 0, CrawlRun(source="a", started_at=at, status=status, message=reason))


@pytest.mark.parametrize(
    ("values", "minutes", "expected"),
    [
        ({}, 20, "ok"), ({}, 21, "late"), ({"every_max_seconds": 3600}, 120, "ok"), ({"every_max_seconds": 3600}, 121, "late"),
        ({"night_seconds": 7200}, 240, "ok"), ({"night_seconds": 7200}, 241, "late"),
    ],
)  # fmt: skip
def test_a_source_is_late_after_twice_its_longest_wait(values, minutes, expected):
    assert health_of(source(**values), facts(minutes), NOW).state == expected


@pytest.mark.parametrize(("status", "failures"), [("failed", 1), ("warning", 0)])
def test_a_page_that_seems_to_have_changed_is_said_so_and_not_merely_failed(status, failures):
    found = health_of(source(), facts(1, "页面变更疑似", "一条内容也没读出来", status, failures), NOW)
    assert (found.state, found.why) == ("layout", "一条内容也没读出来")
