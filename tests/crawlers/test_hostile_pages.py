"""One bad page between two good ones: what is stored, what is reported, and that the good ones always arrive.

All cases are read in one round by the real process into a real database; its memory is watched meanwhile.
"""

import importlib.util
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from crawlers.run import crawl
from store.model import CrawlRun, Document, DocumentText, HostState, SourceState
from store.session import transaction

pytestmark = pytest.mark.slow
_spec = importlib.util.spec_from_file_location("hostile_site", Path(__file__).with_name("hostile_site.py"))
site = importlib.util.module_from_spec(_spec)
sys.modules["hostile_site"] = site
_spec.loader.exec_module(site)

GOOD = {"柳叶渠步道恢复通行", "老城区路灯改造完成"}
SHORT = "<html><head><title>{title}</title></head><body>{body}</body></html>"
PEAK_MB = 500

REFUSED = {
    # name: (the bad page, words that must be reported)
    "bomb_gzip": (site.packed("gzip", 200 * site.MIB), "超过大小上限"),
    "bomb_deflate": (site.packed("deflate", 200 * site.MIB), "超过大小上限"),
    "bomb_brotli": (site.packed("br", 200 * site.MIB), "超过大小上限"),
    "bomb_zstd": (site.packed("zstd", 200 * site.MIB), "超过大小上限"),
    "lying_encoding": (site.answer("明文", Content_Encoding="gzip"), "无法解开"),
    "unknown_encoding": (site.answer("明文", Content_Encoding="lzma"), "无法解开"),
    "three_layers": (site.answer("明文", Content_Encoding="gzip, gzip, gzip"), "无法解开"),
    "endless": (site.endless(), "超过大小上限"),
    "hundred_megabytes": (site.answer(b"", Content_Length=str(100 * site.MIB)), "超过大小上限"),
    "slow_body": (site.dripping(20), "没有回应"),
    "no_answer": (site.silent, "没有回应"),
    "cut": (site.answer(site.ARTICLE.format(title="坏页面"), Content_Length="90000"), "不完整"),
    "short_length": (site.answer(site.ARTICLE.format(title="坏页面"), Content_Length="20"), "没有给出完整回应"),
    "not_http": (b"220 mail.example ESMTP\r\n", "没有给出完整回应"),
    "bad_chunks": (
        b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<html>", "没有给出完整回应",
    ),
    "negative_length": (site.answer("x", Content_Length="-5"), "没有给出完整回应"),
    "giant_header": (site.answer("x", X_Bomb="a" * 2_000_000), "没有给出完整回应"),
    "many_headers": (site.answer("x", **{f"X_{n}": "a" for n in range(50_000)}), "没有给出完整回应"),
    "to_broken": (site.redirect("http://[::1/"), "无法解析"),
    "to_nowhere": (site.redirect("http://"), "反复转向"),
    "loop": (site.redirect("/bad"), "反复转向"),
    "endless_redirects": (site.redirect("/bad?1"), "404"),
    "to_file": (site.redirect("file:///etc/passwd"), "不允许的地址"),
    "to_gopher": (site.redirect("gopher://127.0.0.1:70/_x"), "不允许的地址"),
    "to_data": (site.redirect("data:text/html,<h1>x</h1>"), "不允许的地址"),
    "refresh_loop": (site.answer('<meta http-equiv="refresh" content="0;url=/bad">'), "反复转向"),
    "empty": (site.answer(""), "空"),
    "picture": (site.answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 500, kind="image/png"), "二进制"),
    "gone": (site.answer("已撤", 410), "410"),
    "soft_404": (site.answer(SHORT.format(title="页面不存在", body="您访问的页面不存在")), "页面已不存在"),
    "soft_404_words": (site.answer(SHORT.format(title="某某新闻网", body="对不起，您访问的页面已被删除")), "页面已不存在"),
    "soft_404_home": (site.redirect("/index.html"), "页面已不存在"),
    "captcha": (site.answer(SHORT.format(title="安全验证", body="<div id=nc_1_n1z></div>请完成下方验证")), "人机验证"),
    "cloudflare": (
        site.answer(SHORT.format(title="Just a moment...", body="<script src=/cdn-cgi/challenge-platform/x></script>")),
        "人机验证",
    ),
    "script_gate": (site.answer("<html><script>var arg1='A';setCookie('acw_sc__v2',1)</script></html>"), "人机验证"),
    "login": (site.answer(SHORT.format(title="用户登录", body="<input type=password>")), "登录页面"),
    "login_elsewhere": (site.redirect("/passport/login?back=/bad"), "登录页面"),
    "maintenance": (site.answer(SHORT.format(title="系统维护中", body="网站正在升级维护，请稍后访问")), "维护"),
    "service_503": (site.answer("忙", 503, Retry_After="3600"), "503"),
    "too_many_429": (site.answer("慢", 429, Retry_After="Sat, 21 Nov 2026 02:00:00 GMT"), "429"),
    "unasked_304": (site.answer(b"", 304), "304"),
    "deep": (site.answer("<html><body>" + "<div>" * 100_000 + "深" + "</div>" * 100_000), ""),
    "wide": (site.answer("<html><body>" + "<a href=x>y</a>" * 500_000), ""),
}  # fmt: skip
TRAPS = {
    "to_loopback": "http://127.0.0.1:{trap}/", "to_name": "http://localhost:{trap}/",
    "to_ipv6": "http://[::1]:{trap}/", "to_mapped": "http://[::ffff:127.0.0.1]:{trap}/",
    "to_decimal": "http://2130706433:{trap}/", "to_hex": "http://0x7f000001:{trap}/",
    "to_octal": "http://0177.0.0.1:{trap}/", "to_short": "http://127.1:{trap}/",
    "to_zero": "http://0.0.0.0:{trap}/", "to_user": "http://a.example@127.0.0.1:{trap}/",
    "to_private": "http://10.0.0.1/", "to_metadata": "http://169.254.169.254/latest/meta-data/",
    "to_cgnat": "http://100.100.100.200/", "to_nat64": "http://[64:ff9b::7f00:1]/",
    "to_port": "http://127.0.0.1:22/", "by_refresh": "http://127.0.0.1:{trap}/", "by_link": "http://localhost:{trap}/",
}  # fmt: skip


@pytest.fixture(scope="module")
def read(database, request):
    """Every case once, in one round: (reports, hosts, the trap, stored titles by source, peak MB, seconds)."""
    from datetime import UTC, datetime

    now = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    web = site.HostileSite()
    trap = web.host("trap")
    trap.pages["/"] = site.article("陷阱")
    sources = []
    make = request.getfixturevalue("make_source_for_module")
    for name, bad in {**{k: v[0] for k, v in REFUSED.items()}, **dict.fromkeys(TRAPS)}.items():
        host = web.host(name)
        address = TRAPS.get(name, "").format(trap=trap.port)
        if name == "by_refresh":
            bad = site.answer(f'<meta http-equiv="refresh" content="0;url={address}">')
        elif address:
            bad = site.redirect(address)
        site.listing(host, bad)
        if name == "by_link":
            host.pages["/"] = (
                host.pages["/"]
                .replace(b'"/bad"', f'"{address}"'.encode())
                .replace(b"Content-Length", b"X-Length")
            )
        if name == "soft_404_home":
            host.pages["/index.html"] = site.article("某某新闻网首页")
        if name == "login_elsewhere":
            host.pages["/passport/login?back=/bad"] = site.article("某某新闻网")
        options = {"link": "li a", "timeout": 2 if name in ("slow_body", "no_answer") else 15}
        sources.append(make(name=name, kind="listing", url=f"{host.base}/", options=options))
    watch = Watch()
    began = time.monotonic()
    reports = {report.source: report for report in crawl(sources, now, database.app)}
    seconds = time.monotonic() - began
    watch.stop()
    with transaction(database.app) as session:
        rows = session.execute(
            select(Document.source, DocumentText.title).join(
                DocumentText, DocumentText.document_id == Document.id
            )
        ).all()
    stored = {name: {title for source, title in rows if source == name} for name in reports}
    yield reports, web.hosts, trap, stored, watch.peak_mb, seconds
    web.close()


class Watch:
    """The largest memory of the crawler's processes together, sampled."""

    def __init__(self) -> None:
        self.peak_mb, self.is_on = 0.0, True
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self) -> None:
        while self.is_on:
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    if any("crawlers." in part for part in child.cmdline()):
                        total += child.memory_info().rss
                except psutil.Error:
                    continue
            self.peak_mb = max(self.peak_mb, total / site.MIB)
            time.sleep(0.05)

    def stop(self) -> None:
        self.is_on = False
        self.thread.join()


@pytest.mark.parametrize("name", [*REFUSED, *TRAPS])
def test_the_good_pages_beside_a_bad_one_are_stored(name, read):
    reports, _, _, stored, _, _ = read
    assert stored[name] >= GOOD, (reports[name].judgement, reports[name].problems)


@pytest.mark.parametrize("name", [name for name, (_, words) in REFUSED.items() if words])
def test_a_bad_page_is_not_stored_and_reported_in_words(name, read):
    reports, _, _, stored, _, _ = read
    assert stored[name] == GOOD
    assert REFUSED[name][1] in " ".join(reports[name].problems), reports[name].problems
    assert reports[name].judgement.status == "warning"


@pytest.mark.parametrize("name", list(TRAPS))
def test_no_way_leads_to_an_address_that_is_not_public(name, read):
    reports, _, trap, stored, _, _ = read
    assert stored[name] == GOOD
    assert "未访问" in " ".join(reports[name].problems), reports[name].problems
    assert trap.asked == []


def test_the_whole_set_is_short_and_small(read):
    *_, peak, seconds = read
    assert seconds < 90
    assert 0 < peak < PEAK_MB


def test_retry_after_delays_the_next_run_as_seconds_and_as_a_date(read, database):
    reports = read[0]
    with transaction(database.app) as session:
        for name, at in {"service_503": "01:00", "too_many_429": "02:00"}.items():
            due = session.get(SourceState, name).next_due_at
            assert f"{due:%H:%M}" in (at, f"{at[:3]}01"), (name, due)
            assert reports[name].counts["new"] == 2


def test_every_run_is_kept_with_its_reason_and_no_source_counts_as_failed(read, database):
    with transaction(database.app) as session:
        runs = session.scalars(select(CrawlRun)).all()
    assert {run.status for run in runs} <= {"ok", "warning"}
    assert all(run.message for run in runs)
    assert len(runs) == len(REFUSED) + len(TRAPS)


def test_the_requests_of_every_host_are_counted_for_its_day(read, database):
    hosts = read[1]
    with transaction(database.app) as session:
        counted = {row.host: row.asked for row in session.scalars(select(HostState))}
    for name in ("gone", "soft_404", "captcha"):
        assert counted[f"127.0.0.1:{hosts[name].port}"] == len(hosts[name].asked)
