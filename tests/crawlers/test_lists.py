"""Lists that go on: pages until what follows is known, boards whose answers come later, part lists that fail alone."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from crawlers.run import crawl
from store.model import Document, SourceState
from store.session import transaction

pytestmark = pytest.mark.slow
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
WORDS = "步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心，施工方表示后续将补种树木。" * 2


def article(number):
    title = f"柳叶渠第{number}标段恢复通行通告"
    body = f"<h1>{title}</h1><p>2026-11-20 08:05</p><div><p>第{number}段{WORDS}</p></div>"
    return 200, HTML, f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def column(site, pages, pinned=None):
    """A column of pages, each a list of numbers; page n is /l/index_{n}.html from the second on."""
    for number, rows in enumerate(pages):
        shown = ([pinned] if pinned and number == 0 else []) + list(rows)
        links = "".join(f"<li><a href='/a/{n}'>柳叶渠第{n}标段恢复通行通告</a></li>" for n in shown)
        site.pages["/l/" if number == 0 else f"/l/index_{number + 1}.html"] = (
            200,
            HTML,
            f"<ul>{links}</ul>".encode(),
        )
    for rows in pages:
        for n in [*rows, *([pinned] if pinned else [])]:
            site.pages[f"/a/{n}"] = article(n)


@pytest.fixture
def listing(make_source, little_site, request):
    options = {"link": "li a", "next_url": "index_{page}.html", "max_pages": 5}
    return make_source(
        name=f"column_{request.node.name[:30]}", kind="listing", url=f"{little_site.base}/l/", options=options,
        allow_hosts=(little_site.base[7:],),
    )  # fmt: skip


def one(source, now, database=None):
    [report] = crawl([source], now, database.app if database else None, dry_run=database is None)
    return report


def test_a_second_run_reads_on_to_the_last_known_row_and_no_further(listing, little_site, now, database):
    column(little_site, [range(8, 4, -1), range(4, 0, -1)])
    assert one(listing, now, database).counts["new"] == 8
    little_site.asked.clear()
    column(little_site, [range(16, 12, -1), range(12, 8, -1), range(8, 4, -1), range(4, 0, -1)])
    assert one(listing, now + timedelta(hours=1), database).counts["new"] == 8
    lists = [path for path in little_site.paths() if path.startswith("/l/")]
    assert lists == ["/l/", "/l/index_2.html", "/l/index_3.html"]


def test_a_known_notice_pinned_to_the_top_does_not_end_the_reading(listing, little_site, now, database):
    column(little_site, [[3, 2]], pinned=1)
    assert one(listing, now, database).counts["new"] == 3
    column(little_site, [[7, 6], [5, 4], [3, 2]], pinned=1)
    assert one(listing, now + timedelta(hours=1), database).counts["new"] == 4


def test_pages_are_bounded_and_the_number_after_the_last_is_no_error(listing, little_site, now):
    column(little_site, [[n] for n in range(10)])
    report = one(listing, now)
    assert (report.counts["items"], report.judgement.status) == (5, "ok")
    column(little_site, [[1], [2]])
    for number in range(3, 11):
        little_site.pages.pop(f"/l/index_{number}.html", None)
    report = one(listing, now)
    assert (report.counts["items"], report.problems) == (2, ())


def test_a_list_that_links_to_itself_ends(make_source, little_site, now):
    little_site.pages["/l/"] = (
        200,
        HTML,
        "<li><a href=/a/1>柳叶渠第1标段恢复通行</a></li><a class=n href=/l/>下一页</a>".encode(),
    )
    little_site.pages["/a/1"] = article(1)
    options = {"link": "li a", "next": "a.n", "max_pages": 50}
    report = one(make_source(kind="listing", url=f"{little_site.base}/l/", options=options), now)
    assert report.counts["items"] == 1
    assert little_site.paths().count("/l/") == 1


@pytest.mark.parametrize(("status", "body"), [(500, b""), (200, b"")])
def test_a_further_page_that_breaks_costs_only_itself(status, body, listing, little_site, now):
    column(little_site, [[1], [2]])
    little_site.pages["/l/index_2.html"] = (status, HTML, body)
    report = one(listing, now)
    assert [a.title for a in report.articles] == ["柳叶渠第1标段恢复通行通告"]
    assert (report.judgement.state, report.judgement.status) == ("正常", "warning")
    assert "后续页没有" in report.problems[0]


LETTER = (
    "<table><tr><th>信件标题</th><td>路灯不亮{n}</td></tr><tr><th>来信人</th><td>虚构市民</td></tr>"
    "<tr><th>来信内容</th><td>步道路灯不亮，何时修复？</td></tr>{reply}</table>"
)
REPLY = (
    "<tr><th>答复单位</th><td>云渡市城市管理局</td></tr><tr><th>答复时间</th><td>2026-11-20 15:40</td></tr>"
    "<tr><th>答复内容</th><td>已修复。</td></tr>"
)


def letters(site, listed, answered):
    rows = "".join(f"<li><a href='/x/{n}'>路灯不亮{n}</a><i>2026-11-1{n}</i></li>" for n in listed)
    site.pages["/x"] = (200, HTML, f"<ul>{rows}</ul>".encode())
    for n in range(1, 6):
        site.pages[f"/x/{n}"] = (200, HTML, LETTER.format(n=n, reply=REPLY if n in answered else "").encode())


@pytest.fixture
def board(make_source, little_site, request):
    options = {"item": "li", "link": "a", "received_at": "i", "detail": {}}
    return make_source(
        name=f"board_{request.node.name[:30]}", kind="board", channel="mailbox", visibility="internal",
        url=f"{little_site.base}/x", options=options, allow_hosts=(little_site.base[7:],),
    )  # fmt: skip


def answers(database, source):
    with transaction(database.app) as session:
        rows = session.execute(
            select(Document.url, Document.answered_by)
            .where(Document.source == source.name)
            .order_by(Document.url)
        )
        return {row.url.rsplit("/", 1)[-1]: row.answered_by for row in rows}


def test_an_answer_that_comes_later_is_found_and_an_answered_message_is_not_asked_for_again(
    board, little_site, now, database
):
    letters(little_site, [2, 1], answered=[1])
    assert one(board, now, database).counts["new"] == 2
    assert answers(database, board) == {"1": "云渡市城市管理局", "2": None}
    little_site.asked.clear()
    letters(little_site, [3, 2, 1], answered=[1, 2])
    report = one(board, now + timedelta(days=1), database)
    assert (report.counts["new"], report.counts["changed"]) == (1, 1)
    assert answers(database, board) == {"1": "云渡市城市管理局", "2": "云渡市城市管理局", "3": None}
    assert "/x/1" not in little_site.paths()


def test_a_message_that_left_the_list_is_still_asked_for_until_it_is_too_old_or_gone(
    board, little_site, now, database
):
    letters(little_site, [2, 1], answered=[])
    one(board, now, database)
    letters(little_site, [4, 3], answered=[1])
    one(board, now + timedelta(days=30), database)
    assert answers(database, board)["1"] == "云渡市城市管理局"
    little_site.pages["/x/2"] = (404, {}, b"")
    report = one(board, now + timedelta(days=31), database)
    assert "HTTP 404" in " ".join(report.problems)
    little_site.asked.clear()
    one(board, now + timedelta(days=32), database)
    assert "/x/2" not in little_site.paths()
    little_site.asked.clear()
    letters(little_site, [5], answered=[5])
    one(board, now + timedelta(days=120), database)
    assert not {"/x/3", "/x/4"} & set(little_site.paths())


def test_no_name_of_who_asked_reaches_the_memo(board, little_site, now, database):
    letters(little_site, [2, 1], answered=[])
    one(board, now, database)
    with transaction(database.app) as session:
        memo = session.get(SourceState, board.name).memo
    assert len(memo["unanswered"]) == 2
    assert "虚构市民" not in json.dumps(memo, ensure_ascii=False)


def test_a_letter_page_that_changed_its_build_is_named_and_the_others_come(board, little_site, now):
    letters(little_site, [2, 1], answered=[])
    little_site.pages["/x/1"] = (200, HTML, "<p>系统维护中</p>".encode())
    report = one(board, now)
    assert [a.title for a in report.articles] == ["路灯不亮2"]
    assert report.problems
    assert report.judgement.status == "warning"


def test_a_server_that_ignores_the_page_number_is_asked_twice_at_most(make_source, little_site, now):
    rows = {"rows": [{"id": n, "title": f"第{n}条消息", "url": f"/{n}"} for n in range(3)]}
    little_site.pages["/api"] = (200, JSON, json.dumps(rows).encode())
    options = {"items": "rows", "paging": {"field": "page", "start": 1}, "max_pages": 50}
    report = one(make_source(kind="api", url=f"{little_site.base}/api?page=1", options=options), now)
    assert len(report.articles) == 3
    assert [path for path in little_site.paths() if path != "/robots.txt"] == ["/api?page=1", "/api?page=2"]
