"""Stored pages looked at again while they are young: same, changed, gone, back; and the bytes kept as evidence."""

import time
from datetime import timedelta

import pytest
import zstandard
from sqlalchemy import select

from crawlers.run import crawl
from crawlers.spiders.feed import pieces_of
from store import page_checks
from store.model import Document, DocumentText, DocumentVersion, Evidence, PageCheck
from store.session import transaction

pytestmark = pytest.mark.slow
PAGE = (
    "<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1><div class=time>2026-11-20 08:05</div>"
    "<div><p>{text}沿线新增照明三十盏，居民晚间散步更加安心，施工方表示后续将补种树木，附近住户希望尽快补上座椅。</p></div></body></html>"
)
HOUR = timedelta(hours=1)


def page(title, text="柳叶渠步道昨日恢复通行，", **headers):
    return (
        200,
        {"Content-Type": "text/html", "ETag": '"1"'} | headers,
        PAGE.format(title=title, text=text).encode(),
    )


@pytest.fixture
def source(little_site, make_source, request):
    links = "".join(f"<li><a href='/{name}'>{name}号消息通报</a></li>" for name in "abc")
    little_site.pages["/"] = (200, {"Content-Type": "text/html"}, f"<ul>{links}</ul>".encode())
    little_site.pages |= {f"/{name}": page(f"{name}号消息通报") for name in "abc"}
    name = request.node.name[:30]
    return make_source(name=name, kind="listing", url=f"{little_site.base}/", options={"link": "li a"})


def documents(database, source):
    with transaction(database.app) as session:
        rows = session.scalars(select(Document).where(Document.source == source.name))
        return {row.canonical_url[-1]: row for row in rows}


def test_a_page_that_changed_gets_a_version_and_one_that_is_gone_is_marked_and_kept(
    little_site, source, database, now
):
    crawl([source], now, database.app)
    asked = len(little_site.asked)
    crawl([source], now + HOUR - timedelta(minutes=1), database.app)
    assert little_site.paths()[asked:] == ["/"]
    little_site.pages["/a"] = page("a号消息通报", "更正：步道东段仍在施工，")
    little_site.pages["/b"] = (410, {}, b"")
    later = now + HOUR + timedelta(minutes=1)
    [report] = crawl([source], later, database.app)
    assert (report.counts["new"], report.counts["changed"]) == (0, 1)
    found = documents(database, source)
    assert later <= found["b"].vanished_at < later + timedelta(minutes=1)
    assert found["a"].vanished_at is None
    with transaction(database.app) as session:
        [version] = session.scalars(
            select(DocumentVersion).where(DocumentVersion.document_id == found["a"].id)
        )
        assert "昨日恢复通行" in version.body
        texts = session.scalars(
            select(DocumentText.body).where(DocumentText.document_id.in_([found["a"].id, found["b"].id]))
        ).all()
        assert len(texts) == 2
        assert any("更正" in body for body in texts)
        kept = session.scalars(
            select(Evidence).where(Evidence.document_id == found["a"].id).order_by(Evidence.fetched_at)
        ).all()
    raw = [zstandard.decompress(one.body).decode() for one in kept]
    assert ["昨日恢复通行" in raw[0], "更正" in raw[1]] == [True, True]
    assert kept[0].headers["ETag"] == '"1"'
    assert all(len(one.sha256) == 64 for one in kept)


def test_the_conditions_of_the_first_answer_are_sent_and_a_304_changes_nothing(
    little_site, source, database, now
):
    crawl([source], now, database.app)
    little_site.pages["/c"] = (304, {}, b"")
    crawl([source], now + 1.1 * HOUR, database.app)
    sent = [headers for path, headers in little_site.asked if path == "/c"]
    assert ["If-None-Match" in headers for headers in sent] == [False, True]
    document = documents(database, source)["c"]
    with transaction(database.app) as session:
        assert session.get(PageCheck, document.id).checks == 1
    assert document.vanished_at is None


def test_a_page_that_came_back_is_no_longer_marked(little_site, source, database, now):
    crawl([source], now, database.app)
    good = little_site.pages["/b"]
    little_site.pages["/b"] = (404, {}, b"")
    crawl([source], now + 1.1 * HOUR, database.app)
    assert documents(database, source)["b"].vanished_at is not None
    little_site.pages["/b"] = good
    crawl([source], now + 6.1 * HOUR, database.app)
    assert documents(database, source)["b"].vanished_at is None


def test_a_site_that_is_down_marks_nothing(little_site, source, database, now):
    crawl([source], now, database.app)
    little_site.pages = dict.fromkeys(little_site.pages, (503, {}, b""))
    crawl([source], now + 1.1 * HOUR, database.app)
    assert all(document.vanished_at is None for document in documents(database, source).values())


@pytest.mark.parametrize(("hours", "is_due"), [(0.99, False), (1, True), (23, True), (71, True), (72, False)])
def test_a_page_is_due_after_its_hours_and_never_beyond_its_young_days(
    hours, is_due, little_site, make_source, database, now
):
    name = f"due_{hours}".replace(".", "_")
    little_site.pages |= {"/": (200, {}, b"<ul><li><a href='/x'>x</a></li></ul>"), "/x": page("x")}
    crawl(
        [make_source(name=name, kind="listing", url=f"{little_site.base}/", options={"link": "li a"})],
        now,
        database.app,
    )
    with transaction(database.app) as session:
        fetched = session.scalar(select(Document.fetched_at).where(Document.source == name))
        found = page_checks.due(session, name, fetched + hours * HOUR, 3, 10)
    assert bool(found) == is_due


def test_pages_of_posts_and_hotlines_are_not_looked_at_again_and_leave_no_bytes(
    little_site, make_source, database, now
):
    little_site.pages |= {
        "/": (200, {}, "<ul><li><a href='/f'>f号消息通报</a></li></ul>".encode()),
        "/f": page("f号消息通报"),
    }
    source = make_source(
        name="forum", kind="listing", channel="forum", url=f"{little_site.base}/", options={"link": "li a"}
    )
    crawl([source], now, database.app)
    document = documents(database, source)["f"]
    with transaction(database.app) as session:
        assert session.scalar(select(Evidence).where(Evidence.document_id == document.id)) is None
        assert page_checks.due(session, "forum", now + 2 * HOUR, 3, 10) == []
    assert len(document.fingerprint) > 8


FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>虚构报</title>"
    "<item><title>一号消息</title><link>{base}/1</link><description>甲</description></item>\n"
    "<item><title>二号消息</title><link>{base}/2</link><description>乙</description></item></channel></rss>"
)


@pytest.mark.parametrize(("channel", "is_kept"), [("government", True), ("news", True), ("forum", False)])
def test_an_entry_of_a_feed_without_pages_keeps_its_own_source_text_and_is_not_asked_for_as_a_page(
    channel, is_kept, little_site, make_source, database, now
):
    text = FEED.format(base=little_site.base)
    little_site.pages["/"] = (200, {"Content-Type": "text/xml; charset=utf-8"}, text.encode())
    source = make_source(name=f"entries_{channel}", kind="feed", channel=channel, url=f"{little_site.base}/")
    crawl([source], now, database.app)
    document = documents(database, source)["1"]
    with transaction(database.app) as session:
        kept = session.scalars(select(Evidence).where(Evidence.document_id == document.id)).all()
        assert page_checks.due(session, source.name, now + 2 * HOUR, 3, 10) == []
    assert len(kept) == is_kept
    for one in kept:
        assert (
            zstandard.decompress(one.body).decode() == text[text.index("<item>") : text.index("</item>") + 7]
        )
        assert one.headers["Part-Of"] == f"{little_site.base}/"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<rss><item>a</item><item x='1'>b</item></rss>", ["<item>a</item>", "<item x='1'>b</item>"]),
        ("<a:feed><a:entry>a</a:entry></a:feed>", ["<a:entry>a</a:entry>"]),
        ("<r><items/><itemx/><item>a</item></r>", ["<item>a</item>"]),
        ("<rss><item>a<item>b</item></rss>", []), ("<rss><item>a</item><item>b</rss>", []),
        ("<rss><item>a<item>b</item></item></rss>", []), ("</item><item>", []), ("", []),
    ],
)  # fmt: skip
def test_entries_are_cut_out_whole_or_not_at_all(text, found):
    assert pieces_of(text, max(1, len(found))) == found


def test_a_feed_of_nothing_but_beginnings_costs_no_time():
    began = time.process_time()
    assert pieces_of("<item>" * 1_000_000, 2000) == []
    assert time.process_time() - began < 5
