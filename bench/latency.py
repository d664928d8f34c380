"""From a stored document to the accepted alert mail, with the DAGs running:

HUIYING_DATA=DIR python bench/latency.py [--events 20]     (a running demo; never a real installation)

Invented accidents, each of its own place and matter, are stored at random moments; the time until the first mail
of each was accepted by the mail server is read from the outbox.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from catalogue.loader import load
from catalogue.settings import settings
from store.incoming import IncomingItem
from store.intake import take
from store.model import Document, Membership, Notification
from store.session import read_now, transaction

MATTERS = (
    "化工厂爆炸", "脚手架坍塌", "客车侧翻", "仓库大火", "渡船翻沉", "煤矿透水",
    "山体滑坡", "锅炉爆炸", "商场火灾", "桥面垮塌", "粮库坍塌", "液化气罐车泄漏",
    "隧道塌方", "油罐车爆炸", "烟花厂爆炸", "围墙倒塌", "校车侧翻", "冷库氨泄漏",
    "塔吊倒塌", "浴池爆炸",
)  # fmt: skip


def story(number: int, places: list[str]) -> tuple[str, str]:
    matter, place = MATTERS[number % len(MATTERS)], places[number % len(places)]
    title = f"{place}{matter}致{5 + number}人死亡"
    return (
        title,
        f"（演示测量用，虚构）{place}今天发生{matter}，已有{5 + number}人死亡、{20 + number}人受伤送医，原因正在调查。",
    )


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
    time.sleep(150)
    seconds = []
    with transaction(url) as session:
        for address in addresses:
            row = session.execute(
                select(Document.fetched_at, func.min(Notification.sent_at))
                .join(Membership, Membership.document_id == Document.id)
                .join(Notification, Notification.incident_id == Membership.incident_id)
                .where(Document.canonical_url == address, Notification.sent_at.is_not(None))
                .group_by(Document.fetched_at)
            ).one_or_none()
            if row is not None:
                seconds.append((row[1] - row[0]).total_seconds())
    if len(seconds) < 2:
        sys.exit(f"只有 {len(seconds)} 件发出了邮件，不足以计算；请看 huiying notifications list。")
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)) - 1)]
    print(f"events {args.events}, mailed {len(seconds)}")
    print(
        f"stored to accepted mail: median {statistics.median(seconds):.0f} s, p95 {p95:.0f} s, max {max(seconds):.0f} s"
    )


if __name__ == "__main__":
    main()
