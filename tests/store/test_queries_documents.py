"""A search finds the same texts whichever way it goes: among the newest, or by the index."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import queries_documents
from store.queries_documents import DocumentFilter, count_documents, list_documents
from store.session import transaction

EVERYWHERE = DocumentFilter(search="停水")
# How texts of the word are spread over the list, newest first; the last is found by the index alone.
COMMON, SOMETIMES, RARE = 2, 5, 40


@pytest.fixture(scope="module")
def filled(database, invented):
    """160 texts a minute apart: every second says 停水, every fifth 学费, every fortieth 塌方."""
    start = invented.beijing(20, 6, 0)
    with transaction(database.app) as session:
        filler = invented.Filler(session)
        for number in range(160):
            words = [
                word
                for word, every in (("停水", COMMON), ("学费", SOMETIMES), ("塌方", RARE))
                if number % every == 0
            ]
            place = "xingang" if number % 4 == 0 else "chengdong"
            filler.texts(
                start + timedelta(minutes=number), title=f"第{number}条{'和'.join(words)}", region=place
            )
        session.execute(queries_documents.text("update document set counted_at = null where id % 80 = 7"))
    return database.app, start


@pytest.fixture
def session(filled):
    with transaction(filled[0]) as session:
        yield session


@pytest.fixture(params=[(1, 1), (20, 60), (1000, 10_000)], ids=["index", "between", "newest"])
def way(request, monkeypatch):
    """How many of the newest are looked at: next to none, a few, all."""
    monkeypatch.setattr(queries_documents, "FEW", request.param[0])
    monkeypatch.setattr(queries_documents, "MANY", request.param[1])
    monkeypatch.setattr(queries_documents, "SOME", 2)


def expected(session, wanted: DocumentFilter) -> list[int]:
    """The whole list without a search, of which those are kept that say the word."""
    rows = list_documents(session, replace(wanted, search=None), size=1000)
    return [row.id for row in rows if wanted.search in row.title]


@pytest.mark.parametrize("word", ["停水", "学费", "塌方", "没有"])
@pytest.mark.parametrize("place", [(), ("xingang",)])
def test_every_page_of_a_search_is_the_same_by_every_way(session, way, word, place):
    wanted = DocumentFilter(search=word, regions=place)
    found, after = [], None
    while rows := list_documents(session, wanted, after, size=6):
        found += [row.id for row in rows]
        after = (rows[-1].counted_at, rows[-1].id)
    assert found == expected(session, wanted)
    assert count_documents(session, wanted) == (len(found), True)


def test_a_search_within_hours_stays_within_them(session, filled, way):
    wanted = replace(EVERYWHERE, begins=filled[1] + timedelta(hours=1), ends=filled[1] + timedelta(hours=2))
    rows = list_documents(session, wanted, size=1000)
    assert [row.id for row in rows] == expected(session, wanted)
    assert 25 < len(rows) <= 30


@pytest.mark.parametrize(("limit", "answer"), [(78, (78, False)), (80, (80, True)), (79, (79, False))])
def test_a_search_is_counted_up_to_its_limit(session, way, monkeypatch, limit, answer):
    monkeypatch.setattr(queries_documents, "SEARCH_COUNT_LIMIT", limit)
    assert count_documents(session, EVERYWHERE) == answer


def test_whole_hours_beyond_the_limit_come_from_the_counts(session, filled, monkeypatch):
    start = filled[1].replace(minute=0)
    wanted = DocumentFilter(regions=("xingang",), begins=start, ends=start + timedelta(hours=3))
    counted = count_documents(session, wanted)
    monkeypatch.setattr(queries_documents, "COUNT_LIMIT", 10)
    assert count_documents(session, wanted) == (40, True)
    assert counted == (40, True)
    assert count_documents(session, replace(wanted, source="shili_news")) == (10, False)
