from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from store import crawl_runs
from store.incoming import IncomingItem
from store.intake import take
from store.model import Document, DocumentText, DocumentVersion, Evidence, Sighting
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def item(number: int = 1, **changes) -> IncomingItem:
    base = IncomingItem(
        source="示例报",
        channel="news",
        url=f"https://news.example.test/{number}.html",
        canonical_url=f"https://news.example.test/{number}.html",
        title=f"示例市第{number}条消息",
        text="某小区停水两天，请问何时恢复？联系电话13800138000。",
        fetched_at=NOW,
        published_at=NOW - timedelta(minutes=5),
        published_precision="minute",
    )
    return replace(base, **changes)


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def test_a_new_address_becomes_a_document_and_the_same_batch_again_changes_nothing(session):
    first = take(session, [item(1), item(2)], NOW)
    again = take(session, [item(1), item(2)], NOW)
    assert (first.new, first.duplicates) == (2, 0)
    assert (again.new, again.changed, again.duplicates) == (0, 0, 2)
    assert session.scalar(select(func.count()).select_from(Document)) == 2


def test_personal_data_is_masked_before_the_first_write(session):
    take(session, [item(1, title="找13912345678咨询\r\n停水")], NOW)
    row = session.execute(select(DocumentText.title, DocumentText.body, DocumentText.masked)).one()
    assert "13800138000" not in row.body
    assert "13912345678" not in row.title
    assert "\n" not in row.title
    assert sum(row.masked.values()) == 2


def test_a_changed_text_keeps_the_old_one_as_a_version_and_is_read_again(session):
    take(session, [item(1)], NOW)
    session.execute(text("update document set read_at = now()"))
    result = take(session, [item(1, text="更正：供水已于今晨恢复。")], NOW + timedelta(hours=1))
    assert result.changed == 1
    version = session.execute(select(DocumentVersion)).scalar_one()
    assert version.version == 1
    assert "停水两天" in version.body
    assert session.scalar(select(Document.read_at)) is None
    assert "已于今晨恢复" in session.scalar(select(DocumentText.body))


def test_a_ranking_seen_twice_is_one_document_with_two_sightings(session):
    hot = item(1, channel="hotlist", rank=5, heat=1000.0)
    take(session, [hot], NOW)
    later = NOW + timedelta(minutes=10)
    take(session, [replace(hot, rank=2, heat=9000.0, fetched_at=later, text="另一段摘要")], later)
    ranks = session.scalars(select(Sighting.rank).order_by(Sighting.seen_at)).all()
    assert ranks == [5, 2]
    assert session.scalar(select(func.count()).select_from(DocumentVersion)) == 0


def test_evidence_is_kept_for_news_and_never_for_posts(session):
    take(session, [item(1, raw=b"<html>"), item(2, channel="social", raw=b"{}")], NOW)
    assert session.scalar(select(func.count()).select_from(Evidence)) == 1


def test_hotline_items_are_internal_whatever_the_source_says(session):
    take(session, [item(1, channel="hotline", visibility="public")], NOW)
    assert session.scalar(select(Document.visibility)) == "internal"


def test_the_archive_of_a_first_crawl_counts_in_no_hour_when_it_has_no_date(session):
    undated = {"published_at": None, "published_precision": "none"}
    take(session, [item(1, **undated)], NOW)
    crawl_runs.save_source_state(session, "示例报", first_run_at=NOW)
    take(session, [item(2, **undated)], NOW)
    rows = dict(session.execute(select(Document.url, Document.counted_at)).all())
    assert rows["https://news.example.test/1.html"] is None
    assert rows["https://news.example.test/2.html"] == NOW


def test_a_date_without_a_time_counts_on_its_day_and_in_no_hour(session):
    midnight = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)  # 00:00 on the 20th in Beijing
    take(session, [item(1, published_at=midnight, published_precision="day")], NOW)
    row = session.execute(select(Document.counted_at, Document.counted_on)).one()
    assert row.counted_at is None
    assert row.counted_on == date(2026, 11, 20)


@pytest.mark.parametrize("year", [1970, 9999])
def test_an_impossible_date_is_dropped_and_the_text_kept(session, year):
    take(session, [item(1, published_at=datetime(year, 1, 1, tzinfo=UTC))], NOW)
    row = session.execute(select(Document.published_at, Document.published_precision)).one()
    assert tuple(row) == (None, "none")


def test_an_empty_item_is_refused_by_name_and_the_rest_is_stored(session):
    result = take(session, [item(1, title="", text=" \x00 "), item(2)], NOW)
    assert result.new == 1
    assert [refusal.reason for refusal in result.refusals] == ["标题和正文都是空的"]


@pytest.mark.parametrize(
    "hostile", ["a\x00b", "\ud800半个代理", "\\N\t\\.", "'引号\\斜杠'", "<script>alert(1)</script>"]
)
def test_hostile_text_is_stored_and_searchable_as_text(session, hostile):
    assert take(session, [item(1, title=hostile, text=hostile)], NOW).new == 1


def test_a_naive_time_is_an_error_of_ours(session):
    with pytest.raises(ValueError, match="naive"):
        take(session, [item(1, fetched_at=NOW.replace(tzinfo=None))], NOW)


def places(session):
    return session.execute(select(Document.source, Document.folded_into).order_by(Document.id)).all()


def first_id(session):
    return session.scalar(select(func.min(Document.id)))


def test_the_same_address_in_another_source_is_joined_under_the_first_publication(session):
    take(session, [item(1)], NOW)
    take(session, [item(1, source="转载站", text="摘要而已"), item(2, source="转载站")], NOW)
    assert places(session) == [("示例报", None), ("转载站", first_id(session)), ("转载站", None)]


def test_the_same_text_under_another_address_is_joined_within_two_weeks_and_not_after(session):
    take(session, [item(1)], NOW)
    other = {"url": "https://b.example/x", "canonical_url": "https://b.example/x", "source": "乙站"}
    take(session, [item(1, **other, fetched_at=NOW + timedelta(days=13))], NOW)
    late = other | {"source": "丙站", "canonical_url": "https://c.example/x"}
    take(session, [item(1, **late, fetched_at=NOW + timedelta(days=28))], NOW)
    assert [folded for _, folded in places(session)] == [None, first_id(session), None]


def test_copies_in_one_batch_and_of_copies_name_the_first_of_all(session):
    take(session, [item(1), item(1, source="乙站"), item(1, source="丙站")], NOW)
    take(session, [item(1, source="丁站")], NOW)
    assert [folded for _, folded in places(session)] == [None] + [first_id(session)] * 3


def test_an_internal_item_is_never_joined_with_a_public_text(session):
    take(session, [item(1)], NOW)
    take(session, [item(1, source="热线", channel="hotline", visibility="internal")], NOW)
    assert [folded for _, folded in places(session)] == [None, None]
