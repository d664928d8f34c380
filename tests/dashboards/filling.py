"""An invented town in a database, filled the way the pipeline fills it: intake, readings, rollups, open_incidents,
people's decisions. Loaded by the conftest of this folder and of tests/browser."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text, update

from alerts import decisions
from alerts.decisions import Actor, Evidence
from alerts.incidents import open_incidents
from analysis.proposal import Asked, Proposal, Reason
from catalogue.loader import Catalogue, load
from huiying.demo.site import write_site
from huiying.demo.town import items_until, load_town
from store import accounts, rollups, switches
from store.incoming import IncomingItem
from store.intake import take
from store.model import CrawlRun, Document, DocumentCategory, Reading, SourceState
from store.session import read_now, transaction

PASSWORD = "ceshi-mima-2026"
PEOPLE = (
    ("zhiban", "值班员甲", "duty", None), ("daiban", "值班长甲", "chief", None), ("chakan", "查看甲", "viewer", None),
    ("lianluo", "市场监管联络员", "liaison", "market"), ("shenhe", "审核甲", "reviewer", None),
    ("guanli", "管理员甲", "admin", None), ("jiandu", "监督员甲", "inspector", None), ("daping", "值班室大屏", "screen", None),
)  # fmt: skip
HOSTILE = (
    "<script>window.hacked=1</script>停水通知",
    "<img src=x onerror=window.hacked=1>食堂",
    "javascript:alert(1)",
    "=cmd|'/c calc'!A1",
    "\u202e反过来的标题",
    "😀表情与\r\nBcc: someone@example.test",
    "长" * 300,
    "**粗体** ![图](https://tracker.example.test/x.png)",
)
REGIONS = ("chengdong", "xingang", "nanhu", "gaoxin", "beiling", None)


@dataclass(frozen=True)
class Filled:
    """What the tests know of the town: the main incident, one overdue, one closed; the moment of filling."""

    now: datetime
    main: str
    overdue: str
    proposed: str
    closed: str
    catalogue: Catalogue
    site: Path


def fill(url: str, site: Path, days: int = 9, dense: float = 0.35) -> Filled:
    """days of quiet background, an incident of level II six hours old, three others, all roles with PASSWORD."""
    write_site("haichuan", 8605, site)
    catalogue = load(site)
    with transaction(url) as session:
        now = read_now(session)
        for name, shown_as, role, unit in PEOPLE:
            accounts.add(session, now - timedelta(days=3), name, shown_as, role, PASSWORD, unit=unit)
        sources(session, catalogue, now)
        background(session, catalogue, now, days, dense)
        ids = incidents(session, catalogue, now)
        switches.beat(session, "keep_clocks")
    return Filled(now, *ids, catalogue, site)


def sources(session, catalogue: Catalogue, now: datetime) -> None:
    for name, source in catalogue.sources.items():
        if not name.startswith("haichuan"):
            continue
        bad = name == "haichuan_hotlist"
        last = now - timedelta(hours=2) if bad else now - timedelta(minutes=2)
        session.add(
            SourceState(
                source=name, state="", reason="", first_run_at=now - timedelta(days=30), last_success_at=last,
                last_run_at=now, failures=3 if bad else 0, memo={},
            )
        )  # fmt: skip
        for hour in range(80):
            status = "failed" if bad and hour < 2 else "ok"
            session.add(
                CrawlRun(
                    source=source.name, started_at=now - timedelta(hours=hour, minutes=1), finished_at=now - timedelta(hours=hour),
                    status=status, items=20, new=4, message="连接超时" if status == "failed" else "",
                )
            )  # fmt: skip


def background(session, catalogue: Catalogue, now: datetime, days: int, dense: float) -> None:
    """The quiet weeks of the demo town, moved so that they end now."""
    town = load_town("haichuan")
    shift = now - town.play_start
    picked = random.Random(7)
    items, labels = [], []
    for one in items_until(town, town.play_start):
        at = one.at + shift
        if at < now - timedelta(days=days) or one.channel == "hotlist" or picked.random() > dense:
            continue
        channel = {"timeline": "social"}.get(one.channel, one.channel)
        source = f"haichuan_{one.channel}"
        items.append(item(source, channel, one.number, one.title or one.text[:40], one.text, at))
        mood = picked.choices(("negative", "neutral", "positive"), (3, 5, 2))[0]
        labels.append((one.category, mood, picked.choice(REGIONS)))
    for number, title in enumerate(HOSTILE):
        items.append(
            item("haichuan_timeline", "social", 900_000 + number, title, title, now - timedelta(hours=2))
        )
        labels.append(("education", "negative", "chengdong"))
    store(session, catalogue, items, labels, now)


def item(source: str, channel: str, number: int, title: str, body: str, at: datetime) -> IncomingItem:
    url = f"https://{source.replace('_', '-')}.example.test/{number}.html"
    return IncomingItem(
        source=source, channel=channel, url=url, canonical_url=url, title=title, text=body, fetched_at=at + timedelta(minutes=1),
        published_at=at, published_precision="minute",
    )  # fmt: skip


def store(session, catalogue: Catalogue, items: list, labels: list, now: datetime) -> list[int]:
    """Through the one insert path, then read as the scoring step would; the ids in the order of the items."""
    take(session, items, now)
    rows = {
        row.canonical_url: row
        for row in session.scalars(
            select(Document).where(Document.canonical_url.in_([one.url for one in items]))
        )
    }
    counted, ids = [], []
    for one, (category, mood, region) in zip(items, labels, strict=True):
        row = rows[one.url]
        ids.append(row.id)
        names = (category,) if category in catalogue.categories else ()
        score = {"negative": 0.18, "neutral": 0.5, "positive": 0.86}[mood]
        session.add(
            Reading(
                document_id=row.id, counted_at=row.counted_at, sentiment=mood, sentiment_score=score, categories=list(names),
                region=region, service_friction=False, sudden_incident=False, groups=[], model_version="test",
                catalogue_version=catalogue.version,
            )
        )  # fmt: skip
        for name in names:
            session.add(DocumentCategory(category=name, document_id=row.id, counted_at=row.counted_at))
        counted.append(rollups.Counted(row.counted_at, row.counted_on, row.channel, mood, names, region))
    session.execute(update(Document).where(Document.id.in_(ids)).values(read_at=now))
    rollups.apply(session, counted)
    session.flush()
    return ids


SCRIPT = (  # (hours ago, how many, sentiment, words)
    (7.6, 4, "negative", "城东实验小学今天早餐有问题吗？孩子肚子疼"),
    (6.7, 9, "negative", "三所小学早餐后多名孩子腹痛，家长在医院等结果"),
    (5.6, 16, "negative", "食材供应商到底是谁，是不是还在给别的学校送"),
    (4.6, 26, "negative", "检测结果什么时候公布，家长群都在等"),
    (3.6, 30, "neutral", "留样已经送检，学校中午改为课间餐"),
    (2.6, 22, "neutral", "其他学校是否也用同一家供应商"),
    (1.5, 17, "positive", "医院说孩子们情况平稳，通报比较及时"),
    (0.3, 6, "neutral", "在校就餐接下来怎么安排"),
)
ASKED = (
    "患病学生人数和救治情况",
    "食材供应商是谁、是否停用",
    "检测结果何时公布",
    "其他学校是否同一供应商",
    "在校就餐如何安排",
)


def reason(
    rule: str, name: str, target: str, level: str, words: str, behind: dict[str, list[int]], **values: float
) -> Reason:
    return Reason(
        rule,
        name,
        target,
        level,
        target == "event_level",
        values,
        dict.fromkeys(values, ">= 1"),
        words,
        behind,
    )


def reasons_of(ids: list[int]) -> tuple[Reason, ...]:
    """Why the main incident is level II; the second as an earlier version stored it, without its texts."""
    hour = {"hour_count": ids[55:85], "baseline_ratio": ids[55:85]}
    hurt = {"minors": ids[:13], "hurt": ids[4:9]}
    return (
        reason(
            "burst", "声量", "grade", "II", "近 1 小时 30 条，为预警线的 4.6 倍", hour, hour_count=30, baseline_ratio=4.6
        ),
        reason("sources", "来源", "grade", "III", "5 个来源，含市级媒体", {}, sources=5),
        reason("minors", "议题", "event_level", "II", "涉及未成年人饮食安全（必升级规则）", hurt, minors=1, hurt=12),
    )  # fmt: skip


def incidents(session, catalogue: Catalogue, now: datetime) -> tuple[str, str, str, str]:
    """Main: level II, six hours old, confirmed, first word out. Then one overdue, one proposed, one closed."""
    main_ids, questions = canteen(session, catalogue, now)
    detected = now - timedelta(hours=7.5)
    proposals = [
        Proposal(
            None, tuple(main_ids), "城东区小学食堂餐后学生不适", ("food_drug_safety", "education"), "chengdong", detected, detected, now,
            "II", True, "II",
            reasons_of(main_ids), tuple(questions), summary="12 名学生留院观察，病情平稳；留样 12 份送检，结果预计明日公布",
        )
    ]  # fmt: skip
    for title, key, place, hours, mood in (
        ("南湖路供水管线抢修停水", "environment", "nanhu", 49, "negative"),
        ("临港化工园夜间异味", "environment", "xingang", 3, "negative"),
        ("早晚高峰 12 路公交间隔过长", "fair_regulation", "beiling", 60, "neutral"),
    ):
        proposals.append(small(session, catalogue, now, title, key, place, hours, mood))
    ids = []
    for proposal in proposals:
        moment = proposal.detected_at + timedelta(minutes=2)
        ids.append(open_incidents(session, catalogue, [proposal], moment).opened[0])
    main, overdue, proposed, closed = ids
    decide(session, catalogue, now, main, overdue, closed)
    return main, overdue, proposed, closed


def canteen(session, catalogue: Catalogue, now: datetime) -> tuple[list[int], list[Asked]]:
    items, labels, number = [], [], 500_000
    for hours, many, mood, words in SCRIPT:
        for index in range(many):
            number += 1
            at = now - timedelta(hours=hours) + timedelta(minutes=index * 40 / many)
            channel, source = (
                ("hotline", "haichuan_hotline") if index % 7 == 3 else ("social", "haichuan_timeline")
            )
            items.append(
                item(
                    source,
                    channel,
                    number,
                    f"{words}（{index + 1}）",
                    f"{words}。第 {index + 1} 条演示文字。",
                    min(at, now - timedelta(minutes=2)),
                )
            )
            labels.append(("food_drug_safety", mood if index % 4 else "negative", "chengdong"))
    ids = store(session, catalogue, items, labels, now)
    shares = (46, 37, 33, 21, 12)
    asked = [
        Asked(words, tuple(ids[start * 3 : start * 3 + many]), now - timedelta(hours=6))
        for start, (words, many) in enumerate(zip(ASKED, shares, strict=True))
    ]
    # One text was reprinted three times: folded, so it counts once.
    copies = [
        item(
            "haichuan_news",
            "news",
            700_000 + index,
            "情况通报：12 名学生留院观察，病情平稳",
            "转载。",
            now - timedelta(hours=2),
        )
        for index in range(3)
    ]
    take(session, copies, now)
    session.execute(
        text("update document set folded_into = :home, read_at = now() where canonical_url = any(:urls)"),
        {"home": ids[40], "urls": [one.url for one in copies]},
    )
    session.execute(
        text(
            "insert into reading select id, counted_at, 'neutral', 0.5, '{}', null, false, false, '{}', 'test', 'test', false"
            " from document where folded_into = :home"
        ),
        {"home": ids[40]},
    )
    session.execute(text("update document set copies = 3 where id = :home"), {"home": ids[40]})
    return ids, asked


def small(session, catalogue, now, title, key, place, hours, mood) -> Proposal:
    first = now - timedelta(hours=hours)
    items = [
        item(
            "haichuan_timeline",
            "social",
            600_000 + hours * 100 + index,
            f"{title}，第 {index + 1} 位居民反映",
            title,
            min(first + timedelta(minutes=20 * index), now),
        )
        for index in range(6)
    ]
    ids = store(session, catalogue, items, [(key, mood, place)] * 6, now)
    why = reason(
        "quick", "增速", "grade", "III", "近 1 小时 6 条，高于平常", {"hour_count": ids}, hour_count=6
    )
    return Proposal(
        None,
        tuple(ids),
        title,
        (key,),
        place,
        first,
        first,
        first + timedelta(hours=2),
        "III",
        False,
        None,
        (why,),
        summary=f"{title}，居民希望尽快答复",
    )


def decide(session, catalogue, now, main: str, overdue: str, closed: str) -> None:
    duty, chief = Actor("zhiban", "duty"), Actor("daiban", "chief")
    at = now - timedelta(hours=6.2)
    decisions.acknowledge(session, duty, main, at - timedelta(minutes=20))
    decisions.confirm(
        session, catalogue, chief, main, at, grade="II", is_emergency=True, event_level="II", unit="market"
    )
    questions = (
        session.execute(
            text("select id from question where incident_id = :id order by id limit 1"), {"id": main}
        )
        .scalars()
        .all()
    )
    word = Evidence(
        "authoritative_release",
        now - timedelta(hours=2.9),
        "市政府网站",
        "https://gov.example.test/tongbao.html",
        "通报第 1 号",
    )
    decisions.record_response(
        session, catalogue, duty, main, now - timedelta(hours=2.8), word, answered=questions
    )
    decisions.confirm(
        session,
        catalogue,
        duty,
        overdue,
        now - timedelta(hours=40),
        grade="III",
        is_emergency=False,
        unit="housing",
    )
    decisions.confirm(
        session,
        catalogue,
        duty,
        closed,
        now - timedelta(hours=55),
        grade="III",
        is_emergency=False,
        unit="services",
    )
    answer = Evidence("answer", now - timedelta(hours=30), "12345 热线", None, "答复 7 号")
    decisions.record_response(session, catalogue, duty, closed, now - timedelta(hours=29), answer)
    decisions.close(session, duty, closed, now - timedelta(hours=28))
