"""From a stored document to the accepted alert mail, with the DAGs running:

HUIYING_DATA=DIR python bench/latency.py [--events 20]     (a running demo; never a real installation)

Invented accidents, each of its own place and matter, are stored at random moments; the time until the first mail
of each was accepted by the mail server is read from the outbox. A text that joins an incident
opened before it came is counted apart: its mail went out earlier.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import time
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.latency_stories import STORIES
from catalogue.loader import load
from catalogue.settings import settings
from store.incoming import IncomingItem
from store.intake import take
from store.session import read_now, transaction

SETTLE_SECONDS = 150
# Mail that was queued after the text came: what an incident had told before is not counted for it.
FIRST_MAILS = text(
    "select d.canonical_url, i.id, i.proposed_at >= d.fetched_at as is_first,"
    " extract(epoch from d.read_at - d.fetched_at) as read,"
    " extract(epoch from i.proposed_at - d.fetched_at) as proposed,"
    " extract(epoch from min(n.sent_at) - d.fetched_at) as mailed"
    " from document d join membership m on m.document_id = d.id and m.until is null"
    " join incident i on i.id = m.incident_id"
    " left join notification n on n.incident_id = i.id and n.created_at >= d.fetched_at"
    " where d.canonical_url = any(:addresses) group by d.id, i.id order by d.id"
)


def story(number: int, places: list[str]) -> tuple[str, str]:
    """An invented accident; no word marks it as such in the text, which would make all of them alike."""
    title, body = STORIES[number % len(STORIES)]
    place = places[number % len(places)]
    return title.format(place=place), body.format(place=place)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=20)
    args = parser.parse_args()
    if not settings().is_demo:
        sys.exit("只在演示系统上测量：请先 make demo，再用 HUIYING_DATA 指明其数据目录。")
    url = settings().database_url
    places = [
        region.name for region in load(settings().site_dir).regions.values() if region.level == "township"
    ]
    rng = random.Random(7)
    addresses = []
    for number in range(args.events):
        title, body = story(number, places)
        address = f"https://bench.example.test/latency/{time.time_ns()}"
        with transaction(url) as session:
            now = read_now(session)
            item = IncomingItem("haichuan_news", "news", address, address, title, body, now, now, "minute")
            take(session, [item], now)
        addresses.append(address)
        print(f"{number + 1}/{args.events} {title}", file=sys.stderr)
        time.sleep(rng.uniform(3, 15))
    time.sleep(SETTLE_SECONDS)
    report(url, addresses)


def report(url: str, addresses: list[str]) -> None:
    with transaction(url) as session:
        rows = session.execute(FIRST_MAILS, {"addresses": addresses}).all()
    own = [row for row in rows if row.is_first and row.mailed is not None]
    print(f"events {len(addresses)}, own incident and mailed {len(own)}, joined an earlier incident "
          f"{sum(not row.is_first for row in rows)}, no incident {len(addresses) - len(rows)}")  # fmt: skip
    if len(own) < 2:
        sys.exit("不足以计算；请看 huiying notifications list。")
    for name in ("read", "proposed", "mailed"):
        ordered = sorted(float(getattr(row, name)) for row in own)
        p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
        print(
            f"stored to {name}: median {statistics.median(ordered):.0f} s, p95 {p95:.0f} s, max {ordered[-1]:.0f} s"
        )


if __name__ == "__main__":
    main()
