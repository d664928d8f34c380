"""From the moment a source publishes to the stored, scored document, with the DAGs running:

HUIYING_DATA=DIR python bench/crawl_latency.py [--minutes 10]     (a running demo; never a real installation)

Three invented sites on loopback join the demo's sources: a feed with pages behind it and a feed with whole texts, asked each minute, and
a list page, asked every two. They publish at random moments; the time until each text was read and scored, less
the interval of its source, is what the schedule, the crawl and the reading add. Bar: at most 90 s.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent.parent))

from catalogue.settings import settings
from store.session import read_now, transaction

BAR_SECONDS = 90
PATIENCE = timedelta(minutes=6)  # after the last publication
BEGIN_SECONDS = 150  # each source is read once before anything is published: a first crawl is no news
READ = text(
    "select canonical_url, fetched_at, read_at from document where source like 'bench\\_%' and read_at is not null"
)
PLACES = (
    "虚构东里",
    "虚构西庄",
    "虚构南坪",
    "虚构北岗",
    "虚构中渡",
    "虚构上埠",
    "虚构下湾",
    "虚构石桥",
    "虚构柳堤",
    "虚构沙洲",
)
MATTERS = (
    ("{}早市改为隔日开放", "摊主从侧门进场，果蔬与水产分开摆放，收摊后由街道统一冲洗，雨天顺延一天。"),
    ("{}图书角添置儿童绘本", "志愿者用两个周末给旧书编号，靠窗的位置铺了地垫，借阅不收押金。"),
    ("{}公交末班推迟半小时", "夜班职工提出建议后，车队重新排了班次，沿线站牌本周内更换。"),
    ("{}中学操场重铺草皮", "旧草皮卷走后先铺排水层，体育课暂借对面球场，预计月底完工。"),
    ("{}果园进入采摘期", "今年雨水匀，果子个头比去年大，合作社在村口设了统一过秤的地方。"),
    ("{}老桥换上新护栏", "施工队夜里作业，白天留一条车道，护栏刷成和桥墩一样的灰色。"),
    ("{}卫生站增加理疗床位", "退休的针灸师每周来三天，挂号在窗口和电话里都可以。"),
)  # fmt: skip


@dataclass
class Item:
    """A text and when it was published, in the play time of the demo."""

    number: int
    title: str
    body: str
    at: datetime


@dataclass
class Site:
    """A loopback site of one source; what stands in `items` is on it."""

    name: str
    every_seconds: int
    table: str
    items: list[Item] = field(default_factory=list)
    base: str = ""

    def answer(self, path: str) -> tuple[str, str]:
        """Content type and body; "" for what is not there."""
        newest = self.items[::-1]
        if path == "/feed.xml":
            parts = "".join(self.entry(item) for item in newest)
            return (
                "application/rss+xml",
                f'<rss version="2.0"><channel><title>虚构</title>{parts}</channel></rss>',
            )
        if path == "/list":
            rows = "".join(f'<li><a href="/p/{item.number}">{item.title}</a></li>' for item in newest)
            return (
                "text/html",
                f"<html><head><title>虚构栏目</title></head><body><ul>{rows}</ul></body></html>",
            )
        found = next((item for item in self.items if path == f"/p/{item.number}"), None)
        return ("text/html", self.page(found)) if found else ("text/html", "")

    def entry(self, item: Item) -> str:
        whole = f"<description>{item.body}</description>" if self.name == "bench_texts" else ""
        link = f"<link>{self.base}/p/{item.number}</link><pubDate>{format_datetime(item.at)}</pubDate>"
        return f"<item><title>{item.title}</title>{link}{whole}</item>"

    def page(self, item: Item) -> str:
        local = item.at.astimezone().isoformat(timespec="seconds")
        return (
            f'<html><head><title>{item.title}</title><meta name="pubdate" content="{local}"></head>'
            f"<body><h1>{item.title}</h1><div class=content><p>{item.body}</p></div></body></html>"
        )

    def serve(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = site.answer(self.path)
                data = body.encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def source_file(self) -> str:
        front = "list" if "listing" in self.table else "feed.xml"
        kind = "listing" if "listing" in self.table else "feed"
        return (
            f'name = "{self.name}"\npublisher = "虚构站点"\nkind = "{kind}"\nchannel = "news"\nurl = "{self.base}/{front}"\n'
            f'allow_hosts = ["{self.base.removeprefix("http://")}"]\nevery = "{self.every_seconds}s"\ndelay = "0s"\n'
            f'purpose = "测量"\nowner = "bench"\nstatus = "enabled"\n\n{self.table}\n'
        )


SITES = (
    Site("bench_feed", 60, "[feed]\narticle = true"),
    Site("bench_texts", 60, "[feed]\narticle = false"),
    Site("bench_list", 120, '[listing]\nlink = "li a"'),
)


def now_in_play() -> datetime:
    with transaction(settings().database_url) as session:
        return read_now(session)


def new_item(number: int) -> Item:
    title, body = MATTERS[number % len(MATTERS)]
    place = PLACES[number // len(MATTERS) % len(PLACES)]
    return Item(number, title.format(place) + f"（{number}）", f"{place}：{body}", now_in_play())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10, help="how long items are published")
    args = parser.parse_args()
    if not settings().is_demo:
        sys.exit("只在演示系统上测量：请先 make demo，再用 HUIYING_DATA 指明其数据目录。")
    folder = settings().site_dir / "sources"
    files = [folder / f"{site.name}.toml" for site in SITES]
    rng = random.Random(7)
    published: dict[str, tuple[Site, Item]] = {}
    try:
        for site, file in zip(SITES, files, strict=True):
            site.serve()
            site.items.append(new_item(len(published) + 900))  # what stood there before
            file.write_text(site.source_file(), encoding="utf-8")
        time.sleep(BEGIN_SECONDS)
        ends = time.monotonic() + 60 * args.minutes
        while time.monotonic() < ends:
            site = SITES[len(published) % len(SITES)]
            item = new_item(len(published))
            site.items.append(item)
            published[f"{site.base}/p/{item.number}"] = site, item
            time.sleep(rng.uniform(5, 25))
        report(published)
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def report(published: dict[str, tuple[Site, Item]]) -> None:
    """Wait for what is still on its way, then print what each source took."""
    until = now_in_play() + PATIENCE
    seen: dict[str, tuple[datetime, datetime]] = {}
    while len(seen) < len(published) and now_in_play() < until:
        time.sleep(5)
        with transaction(settings().database_url) as session:
            rows = session.execute(READ).all()
        seen = {
            row.canonical_url: (row.fetched_at, row.read_at) for row in rows if row.canonical_url in published
        }
    print(
        f"published {len(published)}, stored and scored {len(seen)}, not within {PATIENCE}: {len(published) - len(seen)}"
    )
    for name in (*(site.name for site in SITES), "all"):
        chosen = [url for url in seen if name in ("all", published[url][0].name)]
        late = [beyond(published[url], seen[url][1]) for url in chosen]
        stored = [beyond(published[url], seen[url][0]) for url in chosen]
        if late:
            print(f"{name:12} n {len(late):3}  to stored: {figures(stored)}; to scored: {figures(late)}")
    print(f"seconds from publication, less the source's interval; bar: at most {BAR_SECONDS}")


def beyond(found: tuple[Site, Item], at: datetime) -> float:
    site, item = found
    return (at - item.at).total_seconds() - site.every_seconds


def figures(values: list[float]) -> str:
    ordered = sorted(values)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return f"median {statistics.median(ordered):.0f} s, p95 {p95:.0f} s, max {ordered[-1]:.0f} s"


if __name__ == "__main__":
    main()
