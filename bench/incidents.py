"""What is found early, how surely and at which price, each row with its baseline in the same run.

Run: python bench/incidents.py [--data DIR] [--seed N ...] [--days 365] [--only PART ...]. DIR is laid out as the
shared data; any part of it may be a held-out part. Parts:
  grouping  hot-search titles and citizens' messages grouped into events (bench/cluster.py)
  days      real incidents on the day lists of a national board (bench/day_lists.py)
  year      a simulated year of a quiet town with twelve planted incidents, by seed (bench/quiet_year.py)
  slow      concerns of weeks in citizens' messages, by the day they are proposed
  boards    new titles of a hot-search board flagged before they come to the top three (bench/board_alarm.py)
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.board_data import FOLDER, read_looks  # noqa: E402
from analysis.board_model import default_model  # noqa: E402
from analysis.linear import default_scorer  # noqa: E402
from bench import board_alarm, cluster, day_lists, quiet_year  # noqa: E402
from catalogue.loader import load  # noqa: E402
from huiying.backtest import judge  # noqa: E402
from huiying.memory import replay_in_memory  # noqa: E402
from huiying.past import PastItem  # noqa: E402
from huiying.truth import TrueIncident  # noqa: E402

LEAST = 8  # texts from which a labelled issue is a concern of many


def slow(data: Path) -> None:
    """The labelled issues of citizens' messages: proposed when, after how many of their texts; and what else was."""
    rows = cluster.read(data / "zhengwu_messages_f3" / "messages.jsonl.gz")
    moments = {id(row): datetime.fromisoformat(row["time"] + "+08:00") for row in rows}
    items = [
        PastItem("ask", "forum", str(row["id"]), moments[id(row)], row["title"], row["text"])
        for row in sorted(rows, key=lambda row: (row["time"], row["id"]))
    ]
    truth = []
    for issue in sorted({row["issue"] for row in rows if row["issue"]}):
        own = [row for row in rows if row["issue"] == issue]
        if len(own) >= LEAST:
            times = sorted(moments[id(row)] for row in own)
            truth.append(TrueIncident(issue, times[0], times[-1], frozenset(str(row["id"]) for row in own)))
    report = replay_in_memory(load(None), default_scorer(), items, timedelta(hours=1))
    result = judge("slow", report, items, truth)
    print(
        f"\nconcerns of weeks in {len(items)} messages of {report.days:.0f} days (issues of {LEAST} texts and more)"
    )
    print("texts  busiest 28 days  proposed after  issue")
    for one in result.outcomes:
        times = sorted(item.at for item in items if item.id in one.truth.documents)
        busiest = max(sum(at <= other <= at + timedelta(days=28) for other in times) for at in times)
        after = "-" if one.proposed_at is None else sum(at <= one.proposed_at for at in times)
        print(f"{one.items:>5}  {busiest:>15}  {after:>14}  {one.truth.name}")
    print(f"false: {len(result.false)} ({len(result.false) / report.days * 28:.2f} in 28 days)")
    for incident in result.false:
        print(f"  {incident.proposed_at:%Y-%m-%d} {incident.grade} {incident.documents} {incident.title}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=cluster.default_data())
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--only", nargs="+", choices=("grouping", "days", "slow", "boards", "year"))
    args = parser.parse_args()
    parts = args.only or ("grouping", "days", "slow", "boards", "year")
    if "grouping" in parts:
        cluster.print_groupings(args.data)
    if "days" in parts:
        day_lists.measure(args.data)
    if "slow" in parts:
        slow(args.data)
    if "boards" in parts:
        board_alarm.measure(read_looks(args.data / FOLDER), default_model())
    if "year" in parts:
        results = list(quiet_year.measure(args.data, args.seed, args.days))
        found, planted = sum(one.found for one in results), sum(len(one.outcomes) for one in results)
        print(f"{len(results)} years: {found} of {planted} found")


if __name__ == "__main__":
    main()
