"""Official replies on the pages: on the text, in the list and its filter, on the incident; internal words stay inside."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dashboards.replies import reply_head
from store.incoming import IncomingItem
from store.intake import take
from store.session import transaction

REPLY = "您好，食堂已停业整顿，检测结果下周公布。联系人：王小明，电话13800138000。" + "另有说明。" * 60


@pytest.fixture(scope="module")
def replied(database, town):
    """A hotline item of the main incident that got its reply."""
    with transaction(database.app) as session:
        row = session.execute(
            text(
                "select d.id, d.url, d.canonical_url, d.published_at, d.fetched_at, t.title, t.body from membership m"
                " join document d on d.id = m.document_id join document_text t on t.document_id = d.id"
                " where m.incident_id = :i and m.until is null and d.channel = 'hotline' order by d.id limit 1"
            ),
            {"i": town.main},
        ).one()
        item = IncomingItem(
            source="haichuan_hotline", channel="hotline", url=row.url, canonical_url=row.canonical_url, title=row.title,
            text=row.body, fetched_at=town.now, published_at=row.published_at, published_precision="minute",
            answer=REPLY, answered_at=row.published_at + timedelta(days=2), answered_precision="day",
            answered_by="海川市市场监管局 王小明",
        )  # fmt: skip
        take(session, [item], town.now)
    return row.id


def list_total(page, walk):
    return next(int(one["data-total"]) for one in walk(page) if one.get("id") == "list-total")


def test_the_list_shows_the_reply_with_its_day_and_office_and_no_person(client, town, replied, reading):
    walk, words = reading
    page = client("zhiban").draw(f"/documents?incident={town.main}&replied=yes")
    said = words(page)
    assert list_total(page, walk) == 1
    assert "官方答复 20" in said
    assert "（海川市市场监管局）：您好，食堂已停业整顿" in said
    assert "来件已答复" in said
    for hidden in ("王小明", "13800138000"):
        assert hidden not in said


def test_answered_and_unanswered_together_are_all_messages(client, town, replied, reading):
    walk, _ = reading
    chief = client("daiban")
    whole = list_total(chief.draw(f"/documents?incident={town.main}&source=haichuan_hotline"), walk)
    answered = list_total(chief.draw(f"/documents?incident={town.main}&replied=yes"), walk)
    open_ones = list_total(chief.draw(f"/documents?incident={town.main}&replied=no"), walk)
    assert (answered, open_ones) == (1, whole - 1)
    assert whole > 1


def test_the_list_of_the_unanswered_holds_no_news(client, replied, reading):
    _, words = reading
    said = words(client("daiban").draw("/documents?replied=no"))
    assert "海川市12345热线" in said
    assert "已有官方答复" not in said


@pytest.mark.parametrize("value", ["", "maybe", "yes'--"])
def test_another_word_in_the_address_is_no_filter(client, replied, reading, value):
    walk, _ = reading
    chief = client("daiban")
    assert list_total(chief.draw(f"/documents?replied={value}"), walk) == list_total(
        chief.draw("/documents"), walk
    )


def test_the_text_page_has_the_whole_reply_and_calls_it_a_candidate(client, replied, reading):
    _, words = reading
    said = words(client("zhiban").draw(f"/document/{replied}"))
    assert "另有说明。" * 60 in said
    assert "是否构成对事件的回应由人认定" in said


def test_who_may_not_read_internal_items_sees_that_there_is_a_reply_and_not_its_words(
    client, town, replied, reading
):
    _, words = reading
    for path in (
        f"/documents?incident={town.main}&replied=yes",
        f"/document/{replied}",
        f"/incident/{town.main}",
    ):
        assert "停业整顿" not in words(client("chakan").draw(path))
    assert "已有官方答复" in words(client("chakan").draw(f"/documents?incident={town.main}&replied=yes"))


def test_the_incident_counts_its_replies_and_records_no_response_by_itself(
    client, town, replied, reading, database
):
    _, words = reading
    said = words(client("zhiban").draw(f"/incident/{town.main}"))
    assert "已有官方答复" in said
    assert "1 条，中位 2 天" in said
    assert "候选回应" in said
    assert "没有超过 5 个工作日的，未到 5 个工作日的" in said
    assert "各地规定不同，请核对本地" in said
    with transaction(database.app) as session:
        stored = session.scalar(
            text("select count(*) from response where incident_id = :i and url like '%hotline%'"),
            {"i": town.main},
        )
    assert stored == 0


def test_an_incident_without_letters_has_no_such_card(client, town, reading):
    _, words = reading
    assert "来件答复" not in words(client("zhiban").draw(f"/incident/{town.closed}"))


@pytest.mark.parametrize(
    ("precision", "by", "words"),
    [
        ("minute", "A市住建局", "官方答复 2026-11-21 08:05（A市住建局）"),
        ("day", "A市住建局", "官方答复 2026-11-21（A市住建局）"),
        ("none", None, "官方答复（时间不明）（未写明单位）"),
        (None, "A市住建局", "官方答复（时间不明）（A市住建局）"),
    ],
)
def test_no_more_of_the_time_is_said_than_is_known(precision, by, words):
    assert reply_head(datetime(2026, 11, 21, 0, 5, tzinfo=UTC), precision, by) == words
    assert reply_head(None, "minute", None) == "官方答复（时间不明）（未写明单位）"
