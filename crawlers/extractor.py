"""The run's side of extraction: pages go to the worker process (crawlers.worker), a few ahead; answers come in order.

One JSON line and the page's bytes go in, one JSON line comes back. A page that takes too long, or kills the process, is
refused, the process is replaced, and the pages behind it are sent again.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers import errors
from crawlers.errors import PageRefused, PageTooSlow
from crawlers.extract import Extracted, Hints
from crawlers.refusals import Asked

SECONDS = 8.0
FIRST_SECONDS = 40.0  # starting the process is part of the first page's wait
AHEAD = 4  # pages in the pipe, so that the worker need not wait for us between two of them
LONGEST_ANSWER = 4 * 2**20
NOTHING_ASKED = Asked()
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Page:
    """A page on its way: its message, its bytes, and who waits for the answer."""

    url: str
    line: bytes
    body: bytes
    answer: asyncio.Future[dict[str, Any]]

    def settle(self, answer: dict[str, Any]) -> None:
        if not self.answer.done():  # who asked may be gone
            self.answer.set_result(answer)


class Extractor:
    """A worker process on demand, for one event loop; any number of callers may wait at once.

    seconds: what one page may take from the moment the worker is free for it.
    """

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.waiting: deque[Page] = deque()
        self.sent: deque[Page] = deque()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.serving: asyncio.Task[None] | None = None

    async def extract(
        self,
        body: bytes,
        headers: Mapping[str, str],
        url: str,
        now: datetime,
        hints: Hints,
        asked: Asked = NOTHING_ASKED,
    ) -> Extracted:
        """As crawlers.extract.extract; also raises PageTooSlow, and NotContent for what is no article."""
        line = request_line(body, headers, url, now, hints, asked)
        page = Page(url, line, body, asyncio.get_running_loop().create_future())
        self.waiting.append(page)
        if self.serving is None or self.serving.done():
            self.serving = asyncio.create_task(self.serve())
        else:
            self.send()
        answer = await page.answer
        if "refused" in answer:
            raise getattr(errors, answer["refused"], PageRefused)(answer["message"])
        at = answer.pop("published_at")
        return Extracted(published_at=datetime.fromisoformat(at) if at else None, **answer)

    def send(self) -> None:
        while self.writer and self.waiting and len(self.sent) < AHEAD:
            page = self.waiting.popleft()
            self.sent.append(page)
            self.writer.writelines((page.line, page.body))

    async def serve(self) -> None:
        """Hand answers to those who wait, until nobody does."""
        while self.waiting or self.sent:
            limit = self.seconds if self.reader else max(self.seconds, min(FIRST_SECONDS, self.seconds + 25))
            try:
                async with asyncio.timeout(limit):
                    reader = self.reader or await self.start()
                    self.send()
                    answer = json.loads(await reader.readline())
                    page = self.sent.popleft()
            except (TimeoutError, OSError, ValueError):  # too slow, gone, or no JSON: an answer cut off
                self.stop()
                page = self.waiting.popleft()
                words = f"{page.url}：页面在 {limit:.0f} 秒内没有解析完，已放弃这一页。"
                answer = {"refused": PageTooSlow.__name__, "message": words}
            page.settle(answer)

    async def start(self) -> asyncio.StreamReader:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "crawlers.worker"], cwd=ROOT, stdin=theirs, stdout=theirs,
                    stderr=subprocess.DEVNULL,
                )  # fmt: skip
            self.reader, self.writer = await asyncio.open_unix_connection(sock=ours, limit=LONGEST_ANSWER)
        except BaseException:
            ours.close()
            raise
        return self.reader

    def stop(self) -> None:
        """End the process; safe to call twice. What it was sent waits again."""
        self.waiting.extendleft(reversed(self.sent))
        self.sent.clear()
        process, self.process = self.process, None
        writer, self.writer, self.reader = self.writer, None, None
        if writer:
            writer.transport.abort()
        if process:
            process.kill()
            process.wait()


def request_line(
    body: bytes, headers: Mapping[str, str], url: str, now: datetime, hints: Hints, asked: Asked
) -> bytes:
    message = {
        "length": len(body),
        "headers": dict(headers),
        "url": url,
        "now": now.isoformat(),
        "hints": {"title": hints.title, "time": hints.time, "text": hints.text, "zone": hints.zone.key},
        "asked": vars(asked),
    }
    return json.dumps(message).encode() + b"\n"
