"""Extraction in a process of its own, under a time limit: a page can cost its own text, never the run.

`Extractor` is the side of the run; `python -m crawlers.worker` is the process. One JSON line and the page's bytes go
in, one JSON line comes back. A page that takes too long, or kills the process, is refused and the process replaced.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from crawlers import errors
from crawlers.charset import decode
from crawlers.errors import PageEmpty, PageRefused, PageTooSlow
from crawlers.extract import Extracted, Hints, extract
from crawlers.refusals import SHORT, Asked, recognise

SECONDS = 8.0
FIRST_SECONDS = 40.0  # starting the process is part of the first page's wait
MEMORY_BYTES = 288 * 2**20  # a page of 3 MB needs 70 MB; what needs more is refused
NOTHING_ASKED = Asked()
ROOT = Path(__file__).resolve().parents[1]


class Extractor:
    """A worker process on demand; `extract` may be called from several threads, one page at a time."""

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()

    def extract(
        self,
        body: bytes,
        headers: Mapping[str, str],
        url: str,
        now: datetime,
        hints: Hints,
        asked: Asked = NOTHING_ASKED,
    ) -> Extracted:
        """As crawlers.extract.extract; also raises PageTooSlow, and NotContent for what is no article."""
        with self.lock:
            limit = self.seconds
            if self.process is None:
                self.process = self.start()
                limit = max(limit, min(FIRST_SECONDS, limit + 25))
            try:
                answer = self.ask(request_line(body, headers, url, now, hints, asked), body, limit)
            except (TimeoutError, OSError, ValueError):
                self.stop()
                raise PageTooSlow(f"{url}：页面在 {limit:.0f} 秒内没有解析完，已放弃这一页。") from None
        if "refused" in answer:
            raise getattr(errors, answer["refused"], PageRefused)(answer["message"])
        at = answer.pop("published_at")
        return Extracted(published_at=datetime.fromisoformat(at) if at else None, **answer)

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "crawlers.worker"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, line: bytes, body: bytes, limit: float) -> dict[str, Any]:
        """Send one page and wait for its line. Raises TimeoutError, OSError or ValueError when none comes."""
        source, sink = self.pipes()
        sink.write(line + body)
        sink.flush()
        deadline, received = time.monotonic() + limit, b""
        while not received.endswith(b"\n"):
            ready, _, _ = select.select([source], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            piece = os.read(source.fileno(), 65536)
            if not piece:
                raise OSError("worker ended")
            received += piece
        return json.loads(received)

    def pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self.process is None or self.process.stdin is None or self.process.stdout is None:
            raise OSError("no worker")
        return self.process.stdout, self.process.stdin

    def stop(self) -> None:
        """End the process; safe to call twice."""
        process, self.process = self.process, None
        if process:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()


def request_line(
    body: bytes, headers: Mapping[str, str], url: str, now: datetime, hints: Hints, asked: Asked
) -> bytes:
    values = asdict(hints) | {"zone": hints.zone.key}
    message = {
        "length": len(body),
        "headers": dict(headers),
        "url": url,
        "now": now.isoformat(),
        "hints": values,
        "asked": asdict(asked),
    }
    return json.dumps(message).encode() + b"\n"


def answer_one(message: dict[str, Any], body: bytes) -> dict[str, Any]:
    hints = Hints(**message["hints"] | {"zone": ZoneInfo(message["hints"]["zone"])})
    try:
        found = read_page(body, message, hints)
    except PageRefused as error:
        return {"refused": type(error).__name__, "message": str(error)}
    except (ValueError, RecursionError, MemoryError) as error:
        words = f"{message['url']}：页面无法解析（{type(error).__name__}）。"
        return {"refused": "PageRefused", "message": words}
    at = found.published_at.isoformat() if found.published_at else None
    return asdict(found) | {"published_at": at}


def read_page(body: bytes, message: dict[str, Any], hints: Hints) -> Extracted:
    """Raises NotContent where the page is a challenge, a login, a maintenance notice or a soft 404."""
    headers, url = message["headers"], message["url"]
    asked = Asked(**message["asked"])
    try:
        found = extract(body, headers, url, datetime.fromisoformat(message["now"]), hints)
    except PageEmpty:
        gate = recognise(asked, url, "", "", decode(body, headers))
        if gate is None:
            raise
        raise gate from None
    html = decode(body, headers) if len(found.text) < SHORT else ""
    gate = recognise(asked, url, found.title, found.text, html, found.published_at is not None)
    if gate:
        raise gate
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    while line := sys.stdin.buffer.readline():
        message = json.loads(line)
        answer = answer_one(message, sys.stdin.buffer.read(message["length"]))
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
