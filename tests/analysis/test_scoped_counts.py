"""Counts from the documents agree with the rollups for the whole town and hold one unit's texts only for a liaison."""

import pytest

from analysis.count_rows import category_rows, step_of, window_of
from analysis.scoped_counts import breakdown, category_days, unit_categories, unit_hours, unit_sources
from store.session import transaction


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


@pytest.fixture
def now(invented):
    return invented.beijing(22, 15, 20)


@pytest.fixture
def filled(session, invented):
    filler, b = invented.Filler(session), invented.beijing
    own = filler.texts(b(22, 9), 4, categories=["education"], region="chengdong")
    filler.texts(
        b(22, 10),
        3,
        categories=["education"],
        region="xingang",
        source="shili_square",
        channel="social",
        sentiment="neutral",
    )
    filler.texts(b(21, 10), 2, categories=["education"], region=None)
    filler.texts(b(1, 0, 30), 5, categories=["education"], region="liulin")
    filler.texts(b(22, 11), 2, folded_into=own[0])
    filler.texts(b(22), 1, precision="day", categories=["education"])
    filler.incident("20261122-01", b(22, 9), own[:3])
    filler.incident("20261122-02", b(22, 9), own[3:], unit="zhujian")
    return filler


@pytest.mark.parametrize("hours", [24, 168, 720, 2160])
def test_places_sources_and_days_sum_to_the_categorys_total(session, filled, invented_catalogue, now, hours):
    row = next(one for one in category_rows(session, invented_catalogue, now, hours) if one.id == "education")
    places, sources = breakdown(session, invented_catalogue, now, hours, "education", None)
    assert row.total == sum(row.spark) == {24: 7, 168: 9, 720: 14, 2160: 14}[hours]
    assert sum(one.total for one in places) == sum(one.total for one in sources) == row.total
    assert sum(one.negative for one in places) == row.negative
    if hours > 168:
        days = category_days(session, now, hours, "education", None)
        assert [one.total for one in days] == list(row.spark)


def test_beyond_a_week_the_window_is_whole_beijing_days_up_to_today(invented, now):
    begins, ends = window_of(now, 720)
    assert (begins, ends) == (invented.beijing(24, month=10), invented.beijing(23))
    assert window_of(now, 168)[1] == invented.beijing(22, 16)
    assert (step_of(168), step_of(720)) == (1, 24)


def test_a_unit_counts_the_texts_of_its_own_incidents(session, filled, invented_catalogue, now, invented):
    counts = unit_categories(session, "jiaoyu", now, 24)
    row = next(
        one for one in category_rows(session, invented_catalogue, now, 24, counts) if one.id == "education"
    )
    assert row.total == 3
    assert unit_hours(session, "jiaoyu", now, 48, "education").total == 3
    assert unit_sources(session, "jiaoyu", invented.beijing(22), invented.beijing(23)) == {"shili_news": 3}
    places, sources = breakdown(session, invented_catalogue, now, 24, "education", "zhujian")
    assert sum(one.total for one in places) == sum(one.total for one in sources) == 1
    assert sum(one.total for one in category_days(session, now, 720, "education", "zhujian")) == 1


def test_a_unit_without_incidents_counts_nothing(session, filled, now):
    assert unit_categories(session, "zong", now, 24) == {}
