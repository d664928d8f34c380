"""How well and how fast articles are read: body F1, exact titles, exact minutes, CPU beside other extractors.

Run: python bench/extract.py [--data DIR] [--pages] [--rounds N]. DIR holds gold.jsonl.gz and the pages it names; without
it the shared sample is used. Peers read the same pages in the same run: readability-lxml always, trafilatura and GNE
(gne) where they are installed; neither is a dependency. F1 is over character bigrams, intervals are 95 % bootstrap over
pages, CPU is the best of the rounds for each page and extractor, one page read by all before the next.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import logging
import os
import random
import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from lxml.html import fromstring  # noqa: E402
from readability import Document  # noqa: E402

from crawlers.errors import PageRefused  # noqa: E402
from crawlers.extract import extract  # noqa: E402

BEIJING = ZoneInfo("Asia/Shanghai")
RESAMPLES = 2000
Answer = tuple[str, str, str]  # title, minute "YYYY-MM-DD HH:MM" or "", text
Reader = Callable[[bytes, str, str], Answer]


def default_data() -> Path:
    return Path(os.environ.get("HUIYING_SHARED", ROOT.parent / "shared")) / "data" / "pages"


def read_ours(body: bytes, encoding: str, url: str) -> Answer:
    try:
        found = extract(body, {"Content-Type": f"text/html; charset={encoding}"}, url, datetime.now(UTC))
    except PageRefused as error:
        return f"<{error}>", "", ""
    at = (
        found.published_at.astimezone(BEIJING) if found.published_at and found.precision == "minute" else None
    )
    return found.title, at.strftime("%Y-%m-%d %H:%M") if at else "", found.text


def read_readability(body: bytes, encoding: str, url: str) -> Answer:
    page = Document(body.decode(encoding, "replace"))
    text = fromstring(page.summary(html_partial=True)).text_content()
    return page.short_title(), "", text


def peers() -> dict[str, Reader]:
    """The extractors to stand beside, those that are installed."""
    found: dict[str, Reader] = {"readability": read_readability}
    with contextlib.suppress(ImportError):
        import trafilatura

        def read_trafilatura(body: bytes, encoding: str, url: str) -> Answer:
            answer = trafilatura.bare_extraction(
                body.decode(encoding, "replace"), url=url, with_metadata=True
            )
            values = answer.as_dict() if answer else {}
            return values.get("title") or "", "", values.get("text") or ""

        found["trafilatura"] = read_trafilatura
    with contextlib.suppress(ImportError):
        from gne import GeneralNewsExtractor

        def read_gne(body: bytes, encoding: str, url: str) -> Answer:
            with contextlib.redirect_stdout(io.StringIO()):
                values = GeneralNewsExtractor().extract(body.decode(encoding, "replace"))
            return (
                values["title"],
                re.sub("[/T]", lambda mark: {"/": "-", "T": " "}[mark.group()], values["publish_time"] or "")[
                    :16
                ],
                values["content"],
            )

        found["gne"] = read_gne
    return found


def bigram_f1(found: str, gold: str) -> float:
    def bigrams(text: str) -> Counter[str]:
        text = re.sub(r"\s+", "", text)
        return Counter(text[i : i + 2] for i in range(len(text) - 1))

    ours, theirs = bigrams(found), bigrams(gold)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def fold(text: str) -> str:
    return re.sub(r"\s+", "", text)


def measure(
    row: dict[str, Any], folder: Path, readers: dict[str, Reader], rounds: int
) -> dict[str, dict[str, Any]]:
    """For each extractor: body F1, title and minute right or not, best CPU seconds, and what it found."""
    raw = (folder / row["file"]).read_bytes()
    body = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    url = row.get("url") or f"https://example.org/{row['id']}"
    gold_minute = row["time"][:16] if row.get("time") else ""
    results: dict[str, dict[str, Any]] = defaultdict(lambda: {"seconds": float("inf")})
    for _ in range(rounds):
        for name, reader in readers.items():
            started = time.process_time()
            try:
                title, minute, text = reader(body, row["encoding"], url)
            except Exception as error:  # a peer that breaks on a page read nothing there
                if name == "ours":
                    raise
                title, minute, text = f"<{type(error).__name__}>", "", ""
            seconds = time.process_time() - started
            best = min(seconds, results[name]["seconds"])
            results[name] = {
                "body": bigram_f1(text, row["body"]), "title": fold(title) == fold(row["title"]),
                "minute": minute == gold_minute, "seconds": best, "found": (title, minute),
            }  # fmt: skip
    return results


def interval(values: list[float]) -> tuple[float, float, float]:
    """The mean and the ends of its 95 % bootstrap interval."""
    chance = random.Random(7)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return sum(values) / len(values), means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--pages", action="store_true", help="show each page")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with gzip.open(args.data / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    readers: dict[str, Reader] = {"ours": read_ours} | peers()
    results = [measure(row, args.data, readers, args.rounds) for row in rows]
    for row, result in zip(rows, results, strict=True) if args.pages else []:
        print(f"{row['id']:30}" + "  ".join(f"{name} {result[name]['body']:.3f}" for name in readers))
        gold = (row["title"], row["time"][:16] if row.get("time") else "")
        for key, found, expected in zip(("title", "minute"), result["ours"]["found"], gold, strict=True):
            if not result["ours"][key]:
                print(f"   {key}: found {found!r}, expected {expected!r}")
    print(f"pages {len(rows)}, rounds {args.rounds}; mean [95 % bootstrap interval]")
    print(f"{'':12}{'body F1':>22}{'title exact':>22}{'minute exact':>22}{'ms CPU a page':>16}{'speed':>8}")
    slow = sum(result["readability"]["seconds"] for result in results)
    for name in readers:
        cells = []
        for key in ("body", "title", "minute"):
            mean, low, high = interval([float(result[name][key]) for result in results])
            cells.append(f"{mean:.3f} [{low:.3f}, {high:.3f}]")
        seconds = sum(result[name]["seconds"] for result in results)
        print(
            f"{name:12}"
            + "".join(f"{cell:>22}" for cell in cells)
            + f"{1000 * seconds / len(rows):16.2f}{slow / seconds:7.2f}×"
        )


if __name__ == "__main__":
    main()
