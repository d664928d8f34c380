"""Numbers behind charts: they equal the list behind them, and say where they are weak."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from analysis.series import (
    category_rows,
    change_mark,
    channel_rows,
    days,
    incident_hours,
    region_rows,
    town_hours,
    week_table,
)
from store.crawl_runs import save_source_state
from store.model import CrawlRun, Document
from store.session import transaction

HOUR = timedelta(hours=1)


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


@pytest.fixture
def filler(session, invented):
    return invented.Filler(session)


@pytest.fixture
def now(invented):
    return invented.beijing(21, 14, 32)


def run(session, source, at, status="ok", message=""):
    session.execute(
        insert(CrawlRun).values(source=source, started_at=at, finished_at=at, status=status, message=message)
    )


def test_the_sum_of_the_hours_is_the_length_of_the_list_behind_them(session, filler, invented, now):
    first = filler.texts(invented.beijing(21, 9, 20), 4)[0]
    filler.texts(invented.beijing(21, 14, 10), 2, sentiment="positive", categories=("housing", "education"))
    filler.texts(invented.beijing(21, 9, 40), 3, folded_into=first)
    filler.texts(invented.beijing(17, 9, 40), 5)
    series = town_hours(session, now, hours=72)
    listed = session.scalar(
        select(func.count()).where(
            Document.folded_into.is_(None),
            Document.counted_at >= series.begins,
            Document.counted_at < series.ends,
        )
    )
    assert series.total == listed == 6
    assert (series.negative, series.peak.hour, series.peak.total) == (4, invented.beijing(21, 9), 4)
    assert town_hours(session, now, category="housing").total == 2
    assert town_hours(session, now, region="chengdong").total == 6
    assert town_hours(session, now, category="housing", region=["xingang", "chengdong"]).total == 2
    assert town_hours(session, now, category="housing", region="xingang").total == 0


def test_only_the_running_hour_is_partial(session, now):
    points = town_hours(session, now, hours=24).points
    assert [point.is_partial for point in points] == [False] * 23 + [True]
    assert points[-1].hour + HOUR > now >= points[-1].hour


def test_without_history_there_is_no_line_and_the_series_says_so(session, filler, invented, now):
    filler.texts(invented.beijing(21, 9), 9)
    series = town_hours(session, now)
    assert not series.enough_history
    assert all(point.warning_line is None and not point.is_burst for point in series.points)


def test_four_quiet_weeks_make_a_line_that_a_crowded_hour_leaves(session, filler, invented, now):
    for back in range(1, 36):
        for hour in (9, 10):
            filler.texts(invented.beijing(21, hour) - timedelta(days=back), 2)
    filler.texts(invented.beijing(21, 9, 5), 20)
    series = town_hours(session, now, hours=24)
    assert series.enough_history
    assert [point.hour for point in series.points if point.is_burst] == [invented.beijing(21, 9)]


def test_a_failed_hour_is_a_gap_and_a_source_alone_is_named(session, invented, now):
    for source in ("a", "b", "c"):
        save_source_state(session, source, first_run_at=invented.beijing(1), last_success_at=now)
        for hour in range(15):
            failed = (source == "a" and hour in (9, 10)) or hour == 12
            run(session, source, invented.beijing(21, hour, 5), "failed" if failed else "ok", "超时")
    series = town_hours(session, now, hours=14)
    assert [point.hour for point in series.points if point.is_gap] == [invented.beijing(21, 12)]
    assert series.down_sources == ("a", "b", "c")


def test_hours_in_which_nothing_ran_are_gaps_too(session, invented, now):
    save_source_state(session, "a", first_run_at=invented.beijing(1), last_success_at=now)
    for hour in (*range(6), *range(9, 15)):
        run(session, "a", invented.beijing(21, hour, 5))
    series = town_hours(session, now, hours=15)
    assert [point.hour for point in series.points if point.is_gap] == [
        invented.beijing(21, hour) for hour in (6, 7, 8)
    ]
    assert "*" in series.down_sources


def test_hours_after_the_last_success_are_not_called_quiet(session, invented, now):
    save_source_state(
        session, "a", first_run_at=invented.beijing(1), last_success_at=invented.beijing(21, 11, 40)
    )
    points = {point.hour: point for point in town_hours(session, now, hours=6).points}
    assert points[invented.beijing(21, 11)].is_partial
    assert [hour for hour in range(9, 15) if points[invented.beijing(21, hour)].is_gap] == [12, 13]


def test_an_incident_counts_first_publications_among_its_members(session, filler, invented, now):
    ids = filler.texts(invented.beijing(21, 7, 30), 3)
    copy = filler.texts(invented.beijing(21, 8), 1, folded_into=ids[0])
    filler.texts(invented.beijing(21, 8), 4)
    filler.incident("20261121-01", invented.beijing(21, 8), [*ids, *copy])
    series = incident_hours(session, "20261121-01", now, hours=36)
    assert (series.total, len(series.points)) == (3, 36)


def test_rows_add_up_and_a_text_of_two_categories_is_in_both(
    session, filler, invented, invented_catalogue, now
):
    filler.texts(invented.beijing(21, 9), 4, region="liulin", categories=("education", "housing"))
    filler.texts(invented.beijing(21, 10), 3, region=None, channel="social", sentiment="neutral")
    filler.texts(invented.beijing(20, 9), 1, region="chengdong")
    categories = {row.id: row for row in category_rows(session, invented_catalogue, now)}
    assert len(categories) == 12
    assert (
        categories["education"].total,
        categories["education"].previous,
        categories["education"].mark,
    ) == (7, 1, "▲")
    assert sum(categories["education"].spark) == 7
    regions = {row.name: row for row in region_rows(session, invented_catalogue, now)}
    assert (regions["城东区"].total, regions["新港区"].total, regions["未标注"].total) == (4, 0, 3)
    assert regions["城东区"].members == ("chengdong", "liulin")
    assert sum(row.total for row in regions.values()) == town_hours(session, now, hours=24).total
    channels = channel_rows(session, now)
    assert [(row.name, row.total) for row in channels[:2]] == [("新闻", 4), ("社交平台", 3)]


def test_a_region_that_left_the_catalogue_is_shown_under_its_own_id(
    session, filler, invented, invented_catalogue, now
):
    filler.texts(invented.beijing(21, 9), 2, region="gone")
    assert ("gone", 2) in [(row.id, row.total) for row in region_rows(session, invented_catalogue, now)]


@pytest.mark.parametrize(
    ("total", "previous", "mark"),
    [(3, 0, "▲"), (2, 0, "—"), (110, 100, "▲"), (109, 100, "—"), (90, 100, "▼"), (0, 3, "▼"), (5, 5, "—")],
)
def test_a_change_is_marked_from_ten_percent_and_three_texts_on(total, previous, mark):
    assert change_mark(total, previous) == mark


def test_the_week_holds_texts_without_a_time_and_compares_the_same_days(
    session, filler, invented, invented_catalogue
):
    filler.texts(invented.beijing(18, 9), 3)
    filler.texts(invented.beijing(18), 2, precision="day")
    filler.texts(invented.beijing(11, 23, 59), 1)
    filler.texts(invented.beijing(15, 23, 59), 7)
    begins, ends = date(2026, 11, 16), date(2026, 11, 19)
    assert [point.total for point in days(session, begins, ends)] == [0, 0, 5]
    rows = {row.id: row for row in week_table(session, invented_catalogue, begins, ends)}
    assert (rows["*"].total, rows["*"].previous, rows["*"].days) == (5, 1, (0, 0, 5))
    assert rows["education"].total == 5
    places = week_table(session, invented_catalogue, begins, ends, by="region")
    assert sum(row.total for row in places[1:]) == places[0].total == 5


def test_nothing_at_all_is_answered_in_zeros(session, invented_catalogue, now):
    session.execute(update(Document).values(folded_into=None))
    assert town_hours(session, now).total == 0
    assert all(row.total == 0 and row.mark == "—" for row in category_rows(session, invented_catalogue, now))
