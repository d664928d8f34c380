"""How well articles are read: body F1, exact titles and exact minutes over a folder of saved pages.

Run: python bench/extract.py [--data DIR] [--pages]. DIR holds gold.jsonl.gz and the pages it names; without it the
shared sample is used. readability-lxml alone stands beside our extraction. F1 is over character bigrams.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
import warnings
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
warnings.simplefilter("ignore")

from lxml.html import fromstring  # noqa: E402
from readability import Document  # noqa: E402

from crawlers.errors import PageRefused  # noqa: E402
from crawlers.extract import extract  # noqa: E402

BEIJING = ZoneInfo("Asia/Shanghai")


def default_data() -> Path:
    return Path(os.environ.get("HUIYING_SHARED", ROOT.parent / "shared")) / "data" / "pages"


def bigram_f1(found: str, gold: str) -> float:
    def bigrams(text: str) -> Counter[str]:
        text = re.sub(r"\s+", "", text)
        return Counter(text[i : i + 2] for i in range(len(text) - 1))

    ours, theirs = bigrams(found), bigrams(gold)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def fold(text: str) -> str:
    return re.sub(r"\s+", "", text)


def minute(at: datetime | None, precision: str) -> str | None:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if at and precision == "minute" else None


def measure(row: dict, folder: Path) -> dict:
    body = gzip.decompress((folder / row["file"]).read_bytes())
    url = row["url"] or f"https://example.org/{row['id']}"
    headers = {"Content-Type": f"text/html; charset={row['encoding']}"}
    started = time.process_time()
    try:
        found = extract(body, headers, url, datetime.now(UTC))
        mine = found.title, minute(found.published_at, found.precision), found.text
    except PageRefused as error:
        mine = f"<{error}>", None, ""
    ours = time.process_time() - started
    started = time.process_time()
    peer = Document(body.decode(row["encoding"], "replace"))
    peer_text = fromstring(peer.summary(html_partial=True)).text_content()
    theirs = time.process_time() - started
    gold_minute = row["time"][:16] if row["time"] else None
    return {
        "id": row["id"], "body": bigram_f1(mine[2], row["body"]), "peer_body": bigram_f1(peer_text, row["body"]),
        "title": fold(mine[0]) == fold(row["title"]), "peer_title": fold(peer.short_title()) == fold(row["title"]),
        "minute": mine[1] == gold_minute, "found": [mine[0], mine[1]], "gold": [row["title"], gold_minute],
        "seconds": ours, "peer_seconds": theirs,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--pages", action="store_true", help="show each page")
    args = parser.parse_args()
    with gzip.open(args.data / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        results = [measure(json.loads(line), args.data) for line in lines]
    for result in results if args.pages else []:
        print(result["id"], round(result["body"], 3), round(result["peer_body"], 3))
        for index, key in enumerate(["title", "minute"]):
            if not result[key]:
                print(f"   {key}: found {result['found'][index]!r}, expected {result['gold'][index]!r}")

    def mean(key: str) -> float:
        return sum(result[key] for result in results) / len(results)

    print(
        f"pages {len(results)}   CPU ratio to readability alone {mean('seconds') / mean('peer_seconds'):.2f}"
    )
    print(f"{'':14}{'ours':>8}{'readability':>13}")
    print(f"{'body F1':14}{mean('body'):8.3f}{mean('peer_body'):13.3f}")
    print(f"{'title exact':14}{mean('title'):8.3f}{mean('peer_title'):13.3f}")
    print(f"{'minute exact':14}{mean('minute'):8.3f}{'–':>13}")


if __name__ == "__main__":
    main()
