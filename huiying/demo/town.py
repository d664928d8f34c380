"""What happens in a sample town, as a pure function of its file and the moment: quiet weeks, then one incident.

Everything is drawn from the seed of the town file, so the same file and moment give the same items, in any process.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from huiying.errors import RunError

BEIJING = ZoneInfo("Asia/Shanghai")
TOWNS = Path(__file__).parent / "towns"
CHANNELS = ("timeline", "news", "government", "hotline", "hotlist")
HOURS = [
    1,
    0.5,
    0.3,
    0.2,
    0.3,
    0.8,
    2,
    4,
    5,
    6,
    6,
    5,
    4,
    4,
    5,
    5,
    5,
    6,
    6,
    7,
    8,
    7,
    5,
    3,
]  # share of posts by hour
OFFICE_HOURS = [0] * 8 + [3, 5, 5, 3, 1, 2, 5, 5, 4, 2] + [0] * 6
WEEKEND = {"timeline": 1.1, "news": 0.6, "government": 0.15, "hotline": 0.6, "hotlist": 1.0}
MOODS = ("negative", "negative", "neutral", "neutral", "neutral", "positive", "positive")
REPOSTS = ("转：{}", "转发扩散：{}", "{}（转自家长群）", "看到有人说：{}", "{} 转给大家")
REPOST_EVERY = 5
EPOCH = 1577836800  # 2020-01-01, so that numbers stay at twelve digits


@dataclass(frozen=True)
class TownItem:
    """One thing published in the town; `number` is unique and grows with time; category "" for the incident."""

    channel: str
    number: int
    at: datetime
    title: str
    text: str
    publisher: str
    category: str = ""
    peak: float = 0
    hours: float = 0
    answered_at: datetime | None = None
    reply: str = ""


@dataclass(frozen=True)
class Town:
    """A town file as read. play_start is aware UTC; the demo opens `opens_min` minutes later."""

    name: str
    seed: int
    play_start: datetime
    background_days: int
    raw: Mapping[str, Any] = field(repr=False, hash=False, compare=False)

    @property
    def opens_at(self) -> datetime:
        """The play time at which the demo opens: the first voices are already to be read."""
        return self.play_start + timedelta(minutes=self.raw.get("opens_min", 0))

    def publisher(self, channel: str) -> str:
        return self.raw[f"{channel}_publisher"]


def load_town(file: str | Path) -> Town:
    """A town by name (`haichuan`) or by the path of its file."""
    path = Path(file) if str(file).endswith(".toml") else TOWNS / f"{file}.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        start = datetime.fromisoformat(raw["play_start"]).replace(tzinfo=BEIJING).astimezone(UTC)
        return Town(raw["name"], raw["seed"], start, raw["background_days"], raw)
    except FileNotFoundError:
        known = "、".join(sorted(p.stem for p in TOWNS.glob("*.toml")))
        raise RunError(f"没有找到城镇文件 {file}；现有的演示城镇：{known}。") from None
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise RunError(f"城镇文件 {path.name} 读不出来：{error}；请对照 haichuan.toml 修改。") from None


def items_until(town: Town, now: datetime) -> list[TownItem]:
    """All that was published up to `now`, oldest first."""
    first = (town.play_start - timedelta(days=town.background_days)).astimezone(BEIJING).date()
    last = now.astimezone(BEIJING).date()
    found: list[TownItem] = []
    for offset in range((last - first).days + 1):
        found += _day_of(_Key(town), first + timedelta(days=offset))
    found += _incident_of(_Key(town))
    return sorted((item for item in found if item.at <= now), key=lambda item: item.number)


class _Key:
    """A town as a cache key: towns are equal when name, seed and start are."""

    def __init__(self, town: Town):
        self.town = town

    def __hash__(self) -> int:
        return hash(self.town)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.town == self.town and other.town.raw is self.town.raw


@lru_cache(maxsize=400)
def _day_of(key: _Key, day: date) -> tuple[TownItem, ...]:
    return tuple(background_day(key.town, day))


@lru_cache(maxsize=8)
def _incident_of(key: _Key) -> tuple[TownItem, ...]:
    return tuple(incident_items(key.town))


def background_day(town: Town, day: date) -> Iterator[TownItem]:
    """The quiet items of one Beijing day, each channel with its own daily rhythm."""
    for channel in CHANNELS:
        rng = random.Random(f"{town.seed}/{day.isoformat()}/{channel}")
        weekend = WEEKEND[channel] if day.weekday() >= 5 else 1.0
        count = round(town.raw["per_day"][channel] * weekend * rng.uniform(0.85, 1.15))
        for index in range(count):
            at = moment(rng, day, OFFICE_HOURS if channel == "government" else HOURS)
            yield background_item(town, channel, at, rng, index)


def moment(rng: random.Random, day: date, hours: Sequence[float]) -> datetime:
    hour = rng.choices(range(24), weights=hours)[0]
    local = datetime(day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60), tzinfo=BEIJING)
    return local.astimezone(UTC)


def background_item(town: Town, channel: str, at: datetime, rng: random.Random, index: int) -> TownItem:
    """One quiet item of a random category in words of that channel."""
    number = number_of(at, index)
    slots = town.raw["slots"]
    if channel == "hotlist":
        title = fill(rng.choice(town.raw["hot"]["titles"]), slots, rng)
        return TownItem(
            channel,
            number,
            at,
            title,
            "",
            town.publisher(channel),
            peak=rng.uniform(8e3, 9e4),
            hours=rng.uniform(4, 11),
        )
    category = rng.choice(sorted(town.raw["background"]))
    texts = town.raw["background"][category]
    if channel == "timeline":
        line = rng.choice(texts[rng.choice(MOODS)])
        text = fill("{opening}" + line + "。{ending}", slots, rng)
        return TownItem(channel, number, at, "", text, town.publisher(channel), category)
    kind = {"news": "articles", "government": "notices", "hotline": "requests"}[channel]
    title, text = rng.choice(texts[kind])
    day = at.astimezone(BEIJING)
    chosen = {"date": f"{day.month}月{day.day}日"}
    text = text + "{" + kind[:-1] + "_tail}"
    title, text = fill(title, slots, rng, chosen), fill(text, slots, rng, chosen)
    answer = answered(at, rng) if channel == "hotline" else {}
    return TownItem(channel, number, at, title, text, town.publisher(channel), category, **answer)


def answered(at: datetime, rng: random.Random) -> dict[str, Any]:
    """Most requests are answered after one to six days."""
    if rng.random() > 0.85:
        return {}
    replies = [
        "已联系来电人说明情况，问题正在处理。",
        "经核实情况属实，已督促整改。",
        "已将办理条件和所需材料告知来电人。",
    ]
    return {"answered_at": at + timedelta(hours=rng.uniform(20, 140)), "reply": rng.choice(replies)}


def incident_items(town: Town) -> Iterator[TownItem]:
    """The script of the incident: waves of posts and calls, dated articles, hot-list entries; none if left out."""
    incident = town.raw.get("incident")
    if not incident:
        return
    for order, wave in enumerate(incident.get("wave", [])):
        yield from wave_items(town, wave, order)
    for order, entry in enumerate(incident.get("article", [])):
        at = town.play_start + timedelta(minutes=entry["at_min"])
        yield TownItem(
            entry["channel"],
            number_of(at, 900 + order),
            at,
            entry["title"],
            entry["text"],
            entry["publisher"],
        )
    for order, entry in enumerate(incident.get("hot", [])):
        at = town.play_start + timedelta(minutes=entry["at_min"])
        yield TownItem(
            "hotlist", number_of(at, 950 + order), at, entry["title"], "", town.publisher("hotlist"),
            peak=entry["peak"], hours=entry["hours"],
        )  # fmt: skip


def wave_items(town: Town, wave: Mapping[str, Any], order: int) -> Iterator[TownItem]:
    """`count` items between two minutes: each line once in random order, later ones again with reposts between."""
    rng = random.Random(f"{town.seed}/wave/{order}")
    slots = town.raw["slots"] | town.raw["incident"].get("slots", {})
    lines: list[str] = []
    earlier: list[str] = []
    for index in range(wave["count"]):
        minutes = wave_minute(wave, index, rng)
        if not lines:
            lines = nearly_in_order(wave["texts"], rng)
        figures = figures_at(town.raw["incident"].get("figures", {}), minutes)
        if wave["channel"] == "timeline" and index % REPOST_EVERY == REPOST_EVERY - 1 and earlier:
            text = rng.choice(REPOSTS).format(rng.choice(earlier))
        else:
            text = fill(lines.pop(), slots | figures, rng)
            earlier.append(text)
        title, text = text.split("|", 1) if "|" in text else ("", text)
        at = town.play_start + timedelta(minutes=minutes)
        yield TownItem(
            wave["channel"],
            number_of(at, 100 * order + index),
            at,
            title,
            text,
            town.publisher(wave["channel"]),
        )


def nearly_in_order(texts: Sequence[str], rng: random.Random) -> list[str]:
    """The lines as a stack to pop from: the first one first, the others mixed among their eight neighbours."""
    mixed = [texts[0]]
    for start in range(1, len(texts), 8):
        mixed += rng.sample(texts[start : start + 8], len(texts[start : start + 8]))
    return mixed[::-1]


def wave_minute(wave: Mapping[str, Any], index: int, rng: random.Random) -> float:
    """When the index-th item of a wave comes: the first exactly at its start, the rest by the wave's shape."""
    share = (index + (rng.uniform(-0.4, 0.4) if index else 0)) / wave["count"]
    bent = {"even": share, "rising": max(share, 0) ** 0.7, "falling": max(share, 0) ** 2}[wave["shape"]]
    return wave["from_min"] + (wave["to_min"] - wave["from_min"]) * bent


def figures_at(figures: Mapping[str, Sequence[Sequence[Any]]], minutes: float) -> dict[str, list[str]]:
    """What is being said at that minute: the last value whose time has come."""
    return {
        name: [[word for start, word in steps if start <= max(minutes, 0)][-1]]
        for name, steps in figures.items()
    }


def fill(
    line: str, slots: Mapping[str, Sequence[str]], rng: random.Random, chosen: dict[str, str] | None = None
) -> str:
    """The line with each {slot} replaced; one slot keeps its word within one item."""
    chosen = {} if chosen is None else chosen
    for _ in range(2):  # a slot's word may hold another slot
        for name in re.findall(r"\{(\w+)\}", line):
            if name not in chosen:
                chosen[name] = rng.choice(slots[name])
            line = line.replace("{" + name + "}", chosen[name], 1)
    return re.sub("。+", "。", line).replace("？。", "？")


def number_of(at: datetime, index: int) -> int:
    """An id that grows with time, as public timelines use."""
    return int(at.timestamp() - EPOCH) * 1000 + index % 1000
