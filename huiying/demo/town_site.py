"""The sample town's web site on loopback: five sources whose content depends on the play clock.

Run: python -m huiying.demo.town_site --town haichuan --port 8081 --clock-offset -3600
"""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from huiying.demo import town_pages
from huiying.demo.town import Town, TownItem, items_until, load_town

ROBOTS = "User-agent: *\nDisallow: /private/\n"
Answer = tuple[str, bytes, datetime | None]  # content type, body, last modified


class TownSite:
    """What the site answers at a moment; `clock` gives the play time."""

    def __init__(self, town: Town, clock: Callable[[], datetime], base: str = "http://127.0.0.1"):
        self.town, self.clock, self.base = town, clock, base

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer | None:
        """The answer to a GET, or None where there is no such page."""
        now = self.clock()
        items = items_until(self.town, now)

        def of(channel: str) -> list[TownItem]:
            return [item for item in items if item.channel == channel]

        if path == "/robots.txt":
            return "text/plain", ROBOTS.encode(), None
        if path in ("/", "/healthz"):
            return html(f"<h1>{self.town.name}</h1><p>{self.town.raw['note']}</p>", None)
        if path == "/rss.xml":
            news = of("news")
            body = town_pages.rss(self.town, news, self.base)
            return "application/rss+xml; charset=utf-8", body.encode(), newest(news)
        if path.startswith("/news/") or path.startswith("/gov/20"):
            return self.article(path, of("news" if path.startswith("/news/") else "government"))
        if path.startswith("/gov/index"):
            page = int(path.removeprefix("/gov/index").strip("_.html") or 0)
            body = town_pages.government_list(self.town, of("government"), page)
            return "text/html", body.encode("gbk", "xmlcharrefreplace"), newest(of("government"))
        if path == "/hot/list.json":
            body = town_pages.hot_json(items, now, self.base)
            return "application/json; charset=utf-8", body.encode(), None
        if path == "/api/v1/timelines/public":
            limit, max_id, since_id = (number(query, key) for key in ("limit", "max_id", "since_id"))
            body = town_pages.statuses_json(of("timeline"), self.base, limit or 20, max_id, since_id)
            return "application/json; charset=utf-8", body.encode(), None
        if path == "/hotline/export.csv":
            body = town_pages.hotline_csv(self.town, of("hotline"), now)
            return "text/csv", body.encode("gb18030"), None
        return None

    def article(self, path: str, items: list[TownItem]) -> Answer | None:
        wanted = path.rsplit("/", 1)[-1].removesuffix(".html").split("_")[-1]
        item = next((item for item in items if str(item.number) == wanted), None)
        if item is None:
            return None
        if item.channel == "news":
            return html(town_pages.news_page(self.town, item, self.base), item.at)
        body = town_pages.government_page(self.town, item)
        return "text/html", body.encode("gbk", "xmlcharrefreplace"), item.at


def html(body: str, modified: datetime | None) -> Answer:
    return "text/html; charset=utf-8", body.encode(), modified


def newest(items: list[TownItem]) -> datetime | None:
    return max((item.at for item in items), default=None)


def number(query: dict[str, list[str]], key: str) -> int | None:
    value = query.get(key, [""])[0]
    return int(value) if value.isascii() and value.isdigit() else None


class Handler(BaseHTTPRequestHandler):
    """GET with ETag and Last-Modified; 304 where the asker has it already. Keeps connections open."""

    protocol_version = "HTTP/1.1"
    site: ClassVar[TownSite]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = self.site.answer(parts.path, parse_qs(parts.query))
        if answer is None:
            return self.send_body(404, "text/html; charset=utf-8", "<h1>404 没有这个页面</h1>".encode(), {})
        kind, body, modified = answer
        tag = '"' + hashlib.sha1(body).hexdigest()[:16] + '"'
        headers = {"ETag": tag}
        if modified:
            headers["Last-Modified"] = formatdate(int(modified.timestamp()), usegmt=True)
        if self.is_known(tag, modified):
            return self.send_body(304, kind, b"", headers)
        return self.send_body(200, kind, body, headers)

    def is_known(self, tag: str, modified: datetime | None) -> bool:
        if self.headers.get("If-None-Match"):
            return tag in self.headers["If-None-Match"]
        since = self.headers.get("If-Modified-Since")
        try:
            return bool(
                since and modified and modified.replace(microsecond=0) <= parsedate_to_datetime(since)
            )
        except (ValueError, TypeError):
            return False

    def send_body(self, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            if status != 304 or not name.startswith("Content-"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that hangs up is nobody's error."""


def serve(town: Town, clock: Callable[[], datetime], port: int = 0) -> Server:
    """A listening server (not yet serving) on 127.0.0.1; port 0 takes a free one, read `server_port`."""
    handler = type("TownHandler", (Handler,), {})
    server = Server(("127.0.0.1", port), handler)
    handler.site = TownSite(town, clock, f"http://127.0.0.1:{server.server_port}")
    return server


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="演示城镇的网站（仅本机可访问）。")
    parser.add_argument("--town", default="haichuan", help="城镇名或城镇文件")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--clock-offset", type=float, default=0.0, metavar="SECONDS", help="演示时钟与真实时钟之差"
    )
    args = parser.parse_args(argv)
    offset = timedelta(seconds=args.clock_offset)
    try:
        server = serve(
            load_town(args.town), lambda: datetime.fromtimestamp(time.time(), UTC) + offset, args.port
        )
    except OSError as error:
        print(f"演示城镇网站无法使用端口 {args.port}：{error.strerror}；请换一个端口。", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
