"""A window beside the same hours of four earlier weeks."""

from datetime import UTC, datetime, timedelta

import pytest

from store import crawl_runs
from store.incoming import IncomingItem
from store.intake import take
from store.model import CrawlRun
from store.session import transaction
from store.source_volume import Volume, arrivals, volumes

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # Saturday noon in Beijing
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def bring(session, source, at, number):
    items = [
        IncomingItem(
            source,
            "news",
            f"https://{source}.example/{at:%m%d%H%M}/{n}",
            "",
            f"{source}{at:%m%d%H%M}第{n}条",
            "",
            at,
        )
        for n in range(number)
    ]
    take(session, items, at)


def started(session, source, at):
    crawl_runs.save_source_state(session, source, first_run_at=at)


def test_usual_is_the_median_of_the_same_hours_of_earlier_weeks(session):
    started(session, "a", NOW - 5 * WEEK)
    for back, number in {4: 10, 3: 12, 2: 50, 1: 8, 0: 3}.items():
        bring(session, "a", NOW - back * WEEK - HOUR, number)
    bring(session, "a", NOW - 30 * HOUR, 99)  # outside the window
    assert volumes(session, NOW - 24 * HOUR, NOW)["a"] == Volume("a", 3, 11.0, 4)


def test_a_window_begins_with_its_first_moment_and_ends_before_its_last(session):
    started(session, "a", NOW - WEEK)
    bring(session, "a", NOW - 2 * HOUR, 1)
    bring(session, "a", NOW - HOUR, 2)
    bring(session, "a", NOW, 4)
    assert volumes(session, NOW - 2 * HOUR, NOW)["a"].seen == 3


def test_a_new_source_has_no_usual_and_its_backlog_counts_nowhere(session):
    began = NOW - timedelta(days=3)
    bring(session, "new", began - timedelta(minutes=1), 40)
    started(session, "new", began)
    bring(session, "new", NOW - HOUR, 2)
    assert volumes(session, NOW - WEEK, NOW)["new"] == Volume("new", 2, None, 0)


def test_a_week_in_which_the_source_was_not_yet_read_is_left_out(session):
    started(session, "a", NOW - 2 * WEEK - 25 * HOUR)
    bring(session, "a", NOW - WEEK - HOUR, 6)
    assert volumes(session, NOW - 24 * HOUR, NOW)["a"] == Volume("a", 0, 3.0, 2)


def test_a_source_switched_off_or_never_read_is_not_asked_for(session):
    started(session, "off", NOW - 5 * WEEK)
    crawl_runs.save_source_state(session, "off", disabled_by="duty")
    crawl_runs.save_source_state(session, "never", state="失败")
    assert volumes(session, NOW - HOUR, NOW) == {}


@pytest.mark.parametrize(
    ("statuses", "is_down"),
    [((), False), (("failed", "failed"), True), (("failed", "ok"), False), (("running",), False)],
)
def test_a_source_is_down_when_every_run_of_the_window_failed(session, statuses, is_down):
    started(session, "a", NOW - 2 * WEEK)
    for number, status in enumerate(statuses):
        session.add(CrawlRun(source="a", started_at=NOW - (number + 1) * HOUR, status=status))
    session.add(CrawlRun(source="a", started_at=NOW - 4 * HOUR, status="ok"))  # before the window
    session.add(CrawlRun(source="a", started_at=NOW, status="ok"))  # after it
    session.flush()
    assert volumes(session, NOW - 4 * HOUR + timedelta(seconds=1), NOW)["a"].is_down is is_down


def test_the_rhythm_is_known_after_two_weeks_by_hour_and_weekend(session):
    started(session, "a", NOW - timedelta(days=13))
    bring(session, "a", NOW - HOUR, 3)
    assert arrivals(session, "a", NOW) == {}
    started(session, "a", NOW - timedelta(days=15))
    bring(session, "a", NOW - timedelta(days=1, hours=2), 2)
    assert arrivals(session, "a", NOW) == {(True, 11): 3, (False, 10): 2}
