"""Real incidents on the day lists of a national board: which are proposed on the day they appear, and at which level.

Run: python bench/day_lists.py [--data DIR] [--scan FROM UNTIL]. Titles carry a day and no minute: a day's list is
one look at noon. Whatever was changed was chosen on the days of 2022; the incidents of 2023 and later report.
A title belongs to an incident when it shares two rare words with the incident's name or first title.
The baseline flags every title with a word of disaster in it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.linear import default_scorer  # noqa: E402
from analysis.terms import Rarity, pieces  # noqa: E402
from catalogue.loader import load  # noqa: E402
from huiying.memory import replay_in_memory  # noqa: E402
from huiying.past import PastItem, name_of  # noqa: E402
from huiying.replay import ReplayedIncident  # noqa: E402
from store.text import normalise  # noqa: E402

NOON = timedelta(hours=4)  # in UTC
DAY = timedelta(days=1)
LOOKED_BACK = 2
SHARED_WEIGHT = 9.0  # of the words a title shares with an incident: a place and what happened there
DEVELOPED_ON = 2022
DISASTER = re.compile("地震|火灾|起火|爆炸|爆燃|坍塌|倒塌|垮塌|侧翻|坠机|遇难|死亡|失联|伤亡")
DEATHS = re.compile(r"(\d+)\s*人?(?:遇难|死亡|身亡|死(?!刑))|(?:遇难|死亡)(?:人数)?(?:升至|增至|达)?(\d+)人")
Boards = dict[date, list[str]]


@dataclass(frozen=True)
class Happened:
    """One real incident. day: in Beijing; words: of its name and first title."""

    name: str
    day: date
    words: frozenset[str]


def default_data() -> Path:
    return Path(os.environ.get("HUIYING_SHARED", ROOT.parent / "shared")) / "data"


def read(path: Path) -> list[dict]:
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read_boards(data: Path) -> Boards:
    return {
        date.fromisoformat(row["day"]): [title for title, *_ in row["titles"]]
        for row in read(data / "weibo_hotsearch" / "days.jsonl.gz")
    }


def read_incidents(data: Path) -> list[Happened]:
    rows = read(data / "incidents_zh_2022_2024" / "incidents.jsonl.gz")
    return [
        Happened(
            row["event"],
            date.fromisoformat(row["event_time"][:10]),
            frozenset(pieces(normalise(f"{row['event']} {row.get('first_title') or ''}"))),
        )
        for row in sorted(rows, key=lambda row: row["event_time"])
    ]


def tells_of(title: str, incident: Happened, rarity: Rarity) -> bool:
    shared = {term for term in pieces(normalise(title)) if not term.isdigit()} & incident.words
    return len(shared) >= 2 and sum(rarity.weight(term) for term in shared) >= SHARED_WEIGHT


def items_of(boards: Boards, days: Sequence[date]) -> list[PastItem]:
    """Titles as they stood on the lists; one that stands there for days is one document."""
    found = []
    for day in days:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) + NOON
        found += [
            PastItem("board", "hotlist", name_of(title), at, title, "")
            for title in dict.fromkeys(boards.get(day, ()))
        ]
    return found


def run(boards: Boards, days: Sequence[date], catalogue, scorer) -> list[ReplayedIncident]:
    items = items_of(boards, days)
    return replay_in_memory(catalogue, scorer, items, DAY).incidents if items else []


def deaths_named(titles: Sequence[str]) -> int:
    return max((int(a or b) for title in titles for a, b in DEATHS.findall(title)), default=0)


def measure(data: Path, catalogue=None, scorer=None) -> None:
    """One line an incident, then the share proposed, of those that appear, by part."""
    boards, incidents = read_boards(data), read_incidents(data)
    catalogue, scorer, rarity = catalogue or load(None), scorer or default_scorer(), Rarity()
    print("\nreal incidents on the day lists (a list is one look a day)")
    print("day         titles  deaths  proposed  flag  level  baseline  incident")
    totals: dict[str, list[tuple[bool, bool, bool, bool]]] = {"tune": [], "report": []}
    for incident in incidents:
        day, own = first_day(boards, incident, rarity)
        if day is None:
            print(
                f"{incident.day}       0       -         -     -      -         -  {incident.name} (not on the lists)"
            )
            continue
        found = run(boards, [day - DAY * back for back in range(LOOKED_BACK, -1, -1)], catalogue, scorer)
        keys = {("board", name_of(title)) for title in own}
        about = [one for one in found if any(key in keys for key in one.items)]
        deaths = deaths_named(own)
        flag = any(one.is_emergency for one in about)
        level = min((one.event_level for one in about if one.event_level), default="-")
        is_level_right = deaths < 3 or level in ("I", "II")
        baseline = any(DISASTER.search(title) for title in own)
        part = "tune" if incident.day.year <= DEVELOPED_ON else "report"
        totals[part].append((bool(about), flag, is_level_right, baseline))
        print(
            f"{day}  {len(own):>6}  {deaths:>6}  {'yes' if about else 'NO':>8}  {'yes' if flag else 'NO':>4}"
            f"  {level + ('' if is_level_right else '!'):>5}  {'yes' if baseline else 'no':>8}  {incident.name}: {own[0]}"
        )
    for part, rows in totals.items():
        if rows:
            sums = [sum(column) for column in zip(*rows, strict=True)]
            print(
                f"{part}: of {len(rows)} that appear proposed {sums[0]} ({sums[0] / len(rows):.0%}), flag {sums[1]},"
                f" level right {sums[2]}; a list of words flags {sums[3]}"
            )


def first_day(boards: Boards, incident: Happened, rarity: Rarity) -> tuple[date | None, list[str]]:
    """The first day from the incident's own on with a title about it, and those titles."""
    for later in range(3):
        day = incident.day + DAY * later
        own = [title for title in dict.fromkeys(boards.get(day, ())) if tells_of(title, incident, rarity)]
        if own:
            return day, own
    return None, []


def scan(data: Path, begins: date, ends: date) -> None:
    """Every proposal of these days, to be read by a person, and how many a day."""
    boards = read_boards(data)
    days = sorted(day for day in boards if begins <= day < ends)
    found = run(boards, days, load(None), default_scorer())
    words = sum(bool(DISASTER.search(title)) for day in days for title in set(boards[day]))
    for one in found:
        mark = "E" if one.is_emergency else " "
        print(
            f"{one.proposed_at:%Y-%m-%d} {one.grade:>3} {one.event_level or '-':>3} {mark} {one.documents:>3} {one.title}"
        )
    print(
        f"{len(days)} days, {len(found)} proposals ({len(found) / len(days):.2f} a day); word list {words / len(days):.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--scan", nargs=2, type=date.fromisoformat, metavar=("FROM", "UNTIL"))
    args = parser.parse_args()
    if args.scan:
        scan(args.data, *args.scan)
    else:
        measure(args.data)


if __name__ == "__main__":
    main()
