"""Flagged titles of rankings on the workbench and beside an incident, in words; nothing of them for a single unit."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dashboards.board_flags import rise_words
from store.model import BoardFlag
from store.queries_boards import Flagged
from store.session import transaction

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def flagged(rank=12, entry_rank=31, minutes=40, **changes):
    values = {
        "document_id": 1, "source": "weibo", "title": "某话题", "url": "", "first_seen_at": AT - timedelta(minutes=minutes),
        "flagged_at": AT, "entry_rank": entry_rank, "rank": rank, "times_median": 2.34, "reached_at": None, "region": None,
        "incident": None,
    }  # fmt: skip
    return Flagged(**(values | changes))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (flagged(), "名次 40 分钟内由 31 升到 12，热度是榜单中位数的 2.3 倍"),
        (flagged(minutes=60), "名次 1 小时内由 31 升到 12，热度是榜单中位数的 2.3 倍"),
        (flagged(rank=5, entry_rank=5, minutes=0), "首次上榜即第 5 名，热度是榜单中位数的 2.3 倍"),
        (flagged(rank=5, entry_rank=5), "上榜 40 分钟，保持在第 5 名，热度是榜单中位数的 2.3 倍"),
        (flagged(rank=9, entry_rank=5), "上榜 40 分钟，现第 9 名，热度是榜单中位数的 2.3 倍"),
    ],
)
def test_the_rise_is_said_in_words(one, words):
    assert rise_words(one) == words


@pytest.fixture(scope="module")
def risen(town, database):
    """Two flags: a text of the main incident that reached the top three, and one that names no place of ours."""
    with transaction(database.app) as session:
        own = session.execute(
            text("select min(document_id) from membership where incident_id = :id and until is null"),
            {"id": town.main},
        ).scalar_one()
        other = session.execute(
            text(
                "select min(d.id) from document d left join membership m on m.document_id = d.id"
                " where m.document_id is null and d.folded_into is null"
            )
        ).scalar_one()
        session.execute(text("update reading set region = null where document_id = :id"), {"id": other})
        for number, minutes, reached in ((own, 90, 30), (other, 20, None)):
            session.add(
                BoardFlag(
                    document_id=number, source="weibo_hot", first_seen_at=town.now - timedelta(minutes=minutes + 40),
                    flagged_at=town.now - timedelta(minutes=minutes), entry_rank=31, rank=12, times_median=2.3, score=0.4,
                    line=0.1, reached_at=reached and town.now - timedelta(minutes=reached),
                )
            )  # fmt: skip
    return own, other


def test_the_workbench_lists_own_titles_first_and_says_what_became_of_them(client, risen, reading):
    walk, words = reading
    page = client("zhiban").draw("/")
    [box] = [one for one in walk(page) if one.get("className") == "reasons boards"]
    lines = [words(one) for one in box["children"]]
    assert len(lines) == 2
    assert "涉及本地" in lines[0]
    assert "进入前三" in lines[0]
    assert "尚未" not in lines[0]
    assert "涉及本地" not in lines[1]
    assert "尚未进入前三" in lines[1]
    assert "近 12 小时 2 个，其中涉及本地 1 个" in words(page)


def test_what_is_more_than_eight_stands_folded_and_complete(client, risen, town, reading, database):
    walk, words = reading
    with transaction(database.app) as session:
        session.execute(
            text(
                "insert into board_flag (document_id, source, first_seen_at, flagged_at, entry_rank, rank, times_median, score,"
                " line) select id, 'weibo_hot', :at, :at, 9, 9, 1.5, 0.4, 0.1 from document where folded_into is null"
                " and id not in (select document_id from board_flag) order by id limit 8"
            ),
            {"at": town.now},
        )
    page = client("zhiban").draw("/")
    lists = [one for one in walk(page) if one.get("className") == "reasons boards"]
    assert [len(one["children"]) for one in lists] == [8, 2]
    assert "另有 2 个" in words(page)


def test_an_incident_names_the_rise_among_its_reasons_without_a_new_level(
    client, risen, town, reading, database
):
    _, words = reading
    said = words(client("zhiban").draw(f"/incident/{town.main}"))
    assert "热榜上升" in said
    assert "名次 40 分钟内由 31 升到 12" in said
    assert "不计入等级" in said
    with transaction(database.app) as session:
        stored = session.execute(text("select reasons::text from incident where id = :id"), {"id": town.main})
        assert "热榜上升" not in stored.scalar_one()


def test_an_incident_without_such_a_title_says_nothing_of_it(client, risen, town, reading):
    _, words = reading
    assert "热榜上升" not in words(client("zhiban").draw(f"/incident/{town.overdue}"))


def test_a_single_unit_sees_no_board(client, risen, reading):
    _, words = reading
    assert "可能上升到前三" not in words(client("lianluo").draw("/"))
