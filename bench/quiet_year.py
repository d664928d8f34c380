"""A simulated year of a quiet town with twelve planted incidents, drawn from the shared texts by day.

Run: python bench/quiet_year.py [--data DIR] [--seed N ...] [--days 365] [--step 1]. The town is invented; its days are days of
real texts: every simulated day takes one day of citizens' messages (their labelled issues left out), headlines of a
local paper that mostly speak of elsewhere, posts, and titles of one day of the national board. Planted are eight
sudden incidents (titles of real ones with the place exchanged, and posts) and four slow concerns (the messages of
four labelled issues). The year runs through huiying.memory: the live reading, folding, grouping and level rules, in
steps of --step hours, without clocks and mails.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.linear import default_scorer  # noqa: E402
from catalogue.loader import Catalogue, load  # noqa: E402
from huiying.backtest import Backtest, judge, level_shown  # noqa: E402
from huiying.memory import replay_in_memory  # noqa: E402
from huiying.past import BEIJING, PastItem  # noqa: E402
from huiying.truth import TrueIncident  # noqa: E402

FIRST_DAY = date(2026, 1, 1)
HEADLINES, POSTS, BOARD = 6, 5, 12  # a day, beside about seven citizens' messages
HOUR = timedelta(hours=1)
TOWN = "云岭市"
DISTRICTS = {
    "A1": "临泽区", "A2": "望川区", "A3": "松坪区", "A4": "石渡区", "A5": "柳浦区", "A6": "白鹤区", "A7": "南岩县", "A8": "北屏县",
    "A9": "东溪市",
}  # fmt: skip
CODE = re.compile(r"(A\d)(?:区|县|市)|A市|西地省|([B-Z])(\d{0,2})(?=市|区|县)")
OTHER = {
    "B": "青屏", "C": "岚川", "D": "沅水", "E": "洪浦", "F": "凤泽", "G": "桃岭", "H": "锦坪", "J": "浦阳", "K": "龙泽",
}  # fmt: skip


@dataclass(frozen=True)
class Sudden:
    """A real incident to plant. days and titles: where its titles stand; places: what is exchanged in them."""

    name: str
    days: tuple[str, ...]
    titles: str
    places: str
    posts: tuple[str, ...]
    deaths: int = 0


SUDDEN = (
    Sudden(
        "楼房倒塌",
        ("2022-04-29", "2022-04-30", "2022-05-01"),
        "长沙.*(?:倒塌|坍塌|垮塌|楼)|(?:倒塌|坍塌|垮塌).*(?:楼|房)",
        "湖南长沙|长沙望城区|长沙",
        (
            "{place}这边一栋楼突然塌了，灰大得什么都看不见",
            "{place}倒了一栋自建房，好多人在挖，救护车来了{n}辆",
            "有没有人知道{place}倒塌的楼里住了多少人",
            "{place}塌楼附近的路都封了，里面还有人被埋",
        ),
    ),
    Sudden(
        "客车侧翻",
        ("2022-09-18", "2022-09-19"),
        "贵州.*(?:客车|大巴|事故|侧翻)|侧翻",
        "贵州黔南|贵州三荔高速|贵州",
        (
            "{place}高速上一辆大巴翻了，堵了{n}公里",
            "{place}高速客车侧翻，现场好多救护车",
            "听说{place}翻车的大巴上坐满了人",
        ),
        27,
    ),
    Sudden(
        "厂房火灾",
        ("2022-11-22", "2022-11-23"),
        "安阳.*(?:火|遇难|厂)|(?:火灾|起火).*安阳",
        "河南安阳|安阳|河南",
        (
            "{place}那边厂子着大火了，黑烟几公里外都看得见",
            "{place}工厂火灾现在灭了没有？我有亲戚在里面上班",
            "{place}着火的厂子烧了{n}个小时了",
        ),
        36,
    ),
    Sudden(
        "体育馆坍塌",
        ("2023-07-23", "2023-07-24"),
        "(?:齐齐哈尔|体育馆).*(?:坍塌|塌|遇难)|坍塌.*体育馆",
        "黑龙江齐齐哈尔|齐齐哈尔|黑龙江",
        (
            "{place}一所中学的体育馆屋顶塌了，里面有学生在训练",
            "{place}体育馆坍塌，家长都守在外面等消息",
            "{place}塌了的体育馆不是刚修过吗",
        ),
    ),
    Sudden(
        "燃气爆炸",
        ("2024-03-13", "2024-03-14"),
        "燕郊",
        "河北燕郊|三河燕郊|燕郊|三河|廊坊",
        (
            "一声巨响，{place}爆炸了，我家玻璃全碎",
            "{place}爆炸的是炸鸡店吗，整条街都没了",
            "{place}爆炸现场浓烟，闻到很重的煤气味",
        ),
    ),
    Sudden(
        "煤业大楼火灾",
        ("2023-11-16", "2023-11-17"),
        "永聚|吕梁.*(?:火|遇难)|山西.*(?:火灾|遇难)",
        "山西吕梁离石区|山西吕梁|吕梁离石|吕梁|山西",
        (
            "{place}煤矿的办公楼着火了，消防车一辆接一辆",
            "{place}煤业火灾送了好多人去医院",
            "{place}着火那栋楼里早上正在换班",
        ),
        11,
    ),
    Sudden(
        "学生食物中毒",
        ("2022-06-22", "2022-06-23", "2023-11-13", "2023-11-14"),
        "幼儿园.*食物中毒|中学.*食物中毒|学生腹泻",
        "西安|潍坊|山东",
        (
            "孩子在{place}的学校吃了午饭就吐，班里吐了好几个",
            "{place}那所学校今天好多孩子上吐下泻，医院急诊都是家长",
            "{place}学校食堂的饭到底有没有问题，什么时候公布",
            "{place}已经有{n}个学生在医院输液了",
        ),
    ),
    Sudden(
        "地震",
        ("2023-08-06",),
        "(?:山东|平原).*地震|地震.*(?:山东|德州)|5\\.5级",
        "山东德州市?平原县?|山东德州|山东平原|德州|山东",
        (
            "{place}刚才摇了{n}秒，吓死了，全跑下楼了",
            "{place}地震，家里墙裂了",
            "{place}的震感太强了，灯都在晃",
        ),
    ),
)
# issue → days over which its messages are spread (None: as they came)
SLOW = {
    "yijingyuan_parking_bundling": None,
    "meili_city_fumes": 14, "yueliangdao_110kv": None,
    "talent_housing_subsidy": 28,
}  # fmt: skip
SOURCES = (
    ("town_ask", "forum", True),
    ("town_paper", "news", True),
    ("town_square", "social", True),
    ("board", "hotlist", False),
)


def default_data() -> Path:
    return Path(os.environ.get("HUIYING_SHARED", ROOT.parent / "shared")) / "data"


def read(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def site(folder: Path) -> Catalogue:
    """The town's catalogue: its places and sources."""
    for kind in ("regions", "sources"):
        (folder / kind).mkdir()
    regions = [f'[[region]]\nid = "town"\nname = "{TOWN}"\nlevel = "city"\noffice = true\n']
    for code, name in DISTRICTS.items():
        regions.append(
            f'[[region]]\nid = "{code.lower()}"\nname = "{name}"\nlevel = "district"\nparent = "town"\n'
            f'short_names = ["{name[:2]}"]\n'
        )
    (folder / "regions" / "town.toml").write_text("\n".join(regions), encoding="utf-8")
    for name, channel, is_local in SOURCES:
        (folder / "sources" / f"{name}.toml").write_text(
            f'name = "{name}"\npublisher = "{name}"\nkind = "feed"\nchannel = "{channel}"\n'
            f'url = "https://{name}.example.test/feed"\npurpose = "模拟"\nowner = "值班室"\n'
            + ('region = "town"\n' if is_local else ""),
            encoding="utf-8",
        )
    return load(folder)


def renamed(text: str) -> str:
    """The contest's codes written as the invented town's names."""

    def name(match: re.Match[str]) -> str:
        if match[1]:
            return DISTRICTS.get(match[1], TOWN)
        if match[2]:
            return OTHER.get(match[2], "远川")
        return "江右省" if match[0] == "西地省" else TOWN

    return CODE.sub(name, text)


class Year:
    """The texts of one simulated year, drawn with one seed."""

    def __init__(self, data: Path, seed: int, days: int) -> None:
        self.draw = random.Random(seed)
        self.days = days
        self.items: list[PastItem] = []
        self.truth: list[TrueIncident] = []
        self.made = 0
        messages = read(data / "zhengwu_messages_f3" / "messages.jsonl.gz")
        self.messages: dict[str, list[dict]] = defaultdict(list)
        self.issues: dict[str, list[dict]] = defaultdict(list)
        for row in messages:
            (self.issues[row["issue"]] if row["issue"] else self.messages[row["time"][:10]]).append(row)
        self.boards = {
            row["day"]: [title for title, *_ in row["titles"]]
            for row in read(data / "weibo_hotsearch" / "days.jsonl.gz")
        }
        self.titles = [
            row["text"]
            for name in ("thucnews_titles", "toutiao_titles")
            for row in read(data / name / "data.jsonl.gz")
        ]
        self.posts = [row["text"] for row in read(data / "weibo100k_sample" / "data.jsonl.gz")]
        used = {day for one in SUDDEN for day in one.days}
        self.quiet_boards = sorted(day for day in self.boards if day not in used)
        self.message_days = sorted(self.messages)

    def put(self, source: str, at: datetime, title: str, text: str = "") -> str:
        self.made += 1
        channel = next(channel for name, channel, _ in SOURCES if name == source)
        self.items.append(PastItem(source, channel, str(self.made), at, title, text))
        return str(self.made)

    def moment(self, day: int, hours: float) -> datetime:
        start = datetime.combine(FIRST_DAY, datetime.min.time(), BEIJING).astimezone(UTC)
        return start + timedelta(days=day, hours=hours)

    def background(self) -> None:
        """One day of messages and one of the board for every day, no day of messages twice before all were used."""
        shuffled: list[str] = []
        for day in range(self.days):
            if not shuffled:
                shuffled = self.draw.sample(self.message_days, len(self.message_days))
            for row in self.messages[shuffled.pop()]:
                clock = datetime.fromisoformat(row["time"])
                hours = clock.hour + clock.minute / 60
                self.put("town_ask", self.moment(day, hours), renamed(row["title"]), renamed(row["text"]))
            for title in self.draw.sample(self.titles, HEADLINES):
                self.put("town_paper", self.moment(day, self.draw.uniform(6, 22)), title)
            for text in self.draw.sample(self.posts, POSTS):
                self.put("town_square", self.moment(day, self.draw.uniform(7, 24)), text[:30], text)
            board = self.boards[self.draw.choice(self.quiet_boards)]
            for title in self.draw.sample(board, min(BOARD, len(board))):
                self.put("board", self.moment(day, self.draw.uniform(0, 24)), title)

    def plant(self) -> None:
        """Every incident in a month of its own; the longest concern begins early enough to end."""
        kinds: list[Sudden | str] = [*SUDDEN, *SLOW]
        self.draw.shuffle(kinds)
        share = self.days / len(kinds)
        for place_in_year, kind in enumerate(kinds):
            begin = int((place_in_year + self.draw.uniform(0.1, 0.6)) * share)
            if isinstance(kind, Sudden):
                self.plant_sudden(kind, begin)
            else:
                self.plant_slow(kind, min(begin, max(0, self.days - 60)))

    def plant_sudden(self, kind: Sudden, day: int) -> None:
        place = self.draw.choice(list(DISTRICTS.values()))
        hour = self.draw.uniform(5, 20)
        own = [
            title
            for source in kind.days
            for title in dict.fromkeys(self.boards.get(source, ()))
            if re.search(kind.titles, title)
        ]
        if not own:
            raise SystemExit(
                f"no titles of {kind.name} on {kind.days}: the day lists are not those of the shared data"
            )
        places = re.compile(kind.places)
        ids = []
        for number, title in enumerate(self.draw.sample(own, min(len(own), 10))):
            at = self.moment(day, hour + self.draw.uniform(0.5, 2) + number * self.draw.uniform(0.2, 1.5))
            ids.append(self.put("board", at, places.sub(place, title)))
        for _ in range(self.draw.randint(4, 10)):
            post = self.draw.choice(kind.posts).format(place=place, n=self.draw.randint(3, 30))
            tail = self.draw.choice(
                ["", "。", "，谁知道情况", "，求扩散", "，希望大家都平安", "，拍到视频了", "！！"]
            )
            ids.append(
                self.put("town_square", self.moment(day, hour + self.draw.expovariate(1 / 2)), post + tail)
            )
        begins = self.moment(day, hour)
        self.truth.append(
            TrueIncident(
                kind.name,
                begins,
                begins + timedelta(days=1),
                frozenset(ids),
                event_level="II" if kind.deaths >= 3 else None,
                emergency=True,
            )
        )

    def plant_slow(self, issue: str, day: int) -> None:
        rows = sorted(self.issues[issue], key=lambda row: row["time"])
        moments = [datetime.fromisoformat(row["time"]) for row in rows]
        span = (moments[-1] - moments[0]) / timedelta(days=1)
        squeeze = 1.0 if SLOW[issue] is None else (SLOW[issue] or 1) / span
        ids = []
        for row, moment in zip(rows, moments, strict=True):
            apart = (moment.date() - moments[0].date()).days * squeeze
            if day + apart < self.days:
                at = self.moment(day + int(apart), moment.hour + moment.minute / 60)
                ids.append(self.put("town_ask", at, renamed(row["title"]), renamed(row["text"])))
        begins = self.moment(day, 0)
        ends = self.moment(day + int(span * squeeze), 24)
        self.truth.append(TrueIncident(issue, begins, ends, frozenset(f"town_ask/{i}" for i in ids)))


def simulate(data: Path, seed: int, days: int, catalogue: Catalogue, scorer, step: timedelta) -> Backtest:
    year = Year(data, seed, days)
    year.background()
    year.plant()
    items = sorted(year.items, key=lambda item: (item.at, int(item.id)))
    items = [item for item in items if item.at < year.moment(days, 0)]
    report = replay_in_memory(catalogue, scorer, items, step)
    return judge(f"seed {seed}", report, items, sorted(year.truth, key=lambda one: one.begins))


def measure(
    data: Path, seeds: list[int], days: int = 365, is_verbose: bool = False, step: timedelta = HOUR
) -> Iterator[Backtest]:
    with tempfile.TemporaryDirectory() as folder:
        catalogue, scorer = site(Path(folder)), default_scorer()
        print(
            f"\na quiet town of {days} days, 12 incidents planted\n"
            "seed  texts  found  levels right  again  false II a month  false III a week  CPU s"
        )
        for seed in seeds:
            began = time.process_time()
            result = simulate(data, seed, days, catalogue, scorer, step)
            major = result.false_of("I", "II") / (days / 30.4)
            larger = result.false_of("III") / (days / 7)
            print(
                f"{seed:>4}  {result.report.items:>5}  {result.found:>2}/{len(result.outcomes):<2}"
                f"  {sum(one.is_level_met for one in result.outcomes):>12}  {len(result.again):>5}  {major:>16.2f}"
                f"  {larger:>16.2f}  {time.process_time() - began:>5.0f}",
                flush=True,
            )
            if is_verbose:
                show(result)
            yield result


def show(result: Backtest) -> None:
    for one in result.outcomes:
        delay = "missed" if one.delay is None else f"after {one.delay / timedelta(hours=1):.1f} h"
        first = f"{one.first.grade} {one.first.event_level or '-'}" if one.first else ""
        print(
            f"  {one.truth.name} ({one.items} texts): {delay} {first}{'' if one.is_level_met else ' LEVEL'} {one.title}"
        )
    for kind, incidents in (("again", result.again), ("false", result.false)):
        for one in incidents:
            print(f"  {kind} {one.proposed_at:%m-%d} {level_shown(one)} {one.documents} {one.title}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--step", type=int, default=1, help="hours between two looks")
    parser.add_argument("--verbose", action="store_true", help="every incident, found, missed and false")
    args = parser.parse_args()
    for _ in measure(args.data, args.seed, args.days, args.verbose, HOUR * args.step):
        pass


if __name__ == "__main__":
    main()
