"""Extraction in a process of its own, under a limit of memory: a page can cost its own text, never the run.

Started by crawlers.extractor, never by hand: one JSON line and the page's bytes come in, one JSON line goes back.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.charset import decode
from crawlers.errors import PageEmpty, PageRefused
from crawlers.extract import Extracted, Hints, extract
from crawlers.refusals import SHORT, Asked, recognise

MEMORY_BYTES = 288 * 2**20  # a page of 3 MB needs 70 MB; what needs more is refused
READ_AHEAD = 2**18
GARBAGE_EVERY = 50_000  # objects: a page makes thousands and keeps none of them


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
    return vars(found) | {"published_at": at}


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
    gc.freeze()
    gc.set_threshold(GARBAGE_EVERY, 10, 10)
    with open(0, "rb", buffering=READ_AHEAD) as pages, open(1, "wb", buffering=0) as answers:
        while line := pages.readline():
            message = json.loads(line)
            answer = json.dumps(answer_one(message, pages.read(message["length"]))).encode() + b"\n"
            while answer:
                answer = answer[answers.write(answer) :]


if __name__ == "__main__":
    sys.exit(main())
