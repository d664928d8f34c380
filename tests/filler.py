"""Invented texts for tests: stored through the real intake, read and counted as the pipeline does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from store import rollups
from store.incoming import IncomingItem
from store.intake import take
from store.model import (
    Clock,
    Document,
    DocumentCategory,
    Incident,
    Membership,
    Question,
    QuestionDocument,
    Reading,
)
from store.rollups import Counted

REGIONS = """
[[region]]
id = "shili"
name = "示例市"
level = "city"
office = true
[[region]]
id = "chengdong"
name = "城东区"
level = "district"
parent = "shili"
[[region]]
id = "liulin"
name = "柳林镇"
level = "township"
parent = "chengdong"
[[region]]
id = "xingang"
name = "新港区"
level = "district"
parent = "shili"
"""
SOURCE = """
name = "{name}"
publisher = "{publisher}"
kind = "{kind}"
channel = "{channel}"
url = "https://{name}.example.test/feed"
purpose = "测试"
owner = "宣传部值班室"
"""
UNIT = 'id = "{id}"\nname = "{name}"\nfallback = {fallback}\n'
SOURCES = (
    ("shili_news", "示例日报", "feed", "news"),
    ("shili_square", "示例广场", "timeline", "social"),
    ("shili_hotline", "示例市12345热线", "file", "hotline"),
    ("shili_gov", "示例市政府网", "listing", "government"),
)
UNITS = (
    ("jiaoyu", "示例市教育局", "false"),
    ("zhujian", "示例市住建局", "false"),
    ("zong", "示例市政府办", "true"),
)
_numbers = count(1)


def write_site(folder: Path) -> Path:
    """A site directory of the invented 示例市."""
    for kind in ("sources", "units", "regions"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    (folder / "regions" / "shili.toml").write_text(REGIONS, encoding="utf-8")
    for name, publisher, kind, channel in SOURCES:
        text = SOURCE.format(name=name, publisher=publisher, kind=kind, channel=channel)
        (folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    for id_, name, fallback in UNITS:
        text = UNIT.format(id=id_, name=name, fallback=fallback)
        (folder / "units" / f"{id_}.toml").write_text(text, encoding="utf-8")
    return folder


class Filler:
    """Puts invented texts, incidents and clocks into one open transaction."""

    def __init__(self, session: Session):
        self.session = session

    def texts(
        self,
        at: datetime,
        number: int = 1,
        *,
        title: str = "示例：关于学校食堂的一条留言",
        text: str = "这是为测试写的正文。",
        channel: str = "news",
        source: str = "shili_news",
        categories: Sequence[str] = ("education",),
        region: str | None = "chengdong",
        sentiment: str = "negative",
        friction: bool = False,
        precision: str = "minute",
        folded_into: int | None = None,
    ) -> list[int]:
        """Ids of new documents published at `at`; folded ones count nowhere."""
        urls = [f"https://{source}.example.test/{next(_numbers)}" for _ in range(number)]
        items = [
            IncomingItem(
                source=source, channel=channel, url=url, canonical_url=url, title=title,
                text=f"{text}{url[-6:]}", fetched_at=at + timedelta(minutes=1), published_at=at,
                published_precision=precision,
            )
            for url in urls
        ]  # fmt: skip
        take(self.session, items, at)
        rows = self.session.execute(
            select(Document.id, Document.counted_at, Document.counted_on).where(
                Document.canonical_url.in_(urls)
            )
        ).all()
        for row in rows:
            self.read(row.id, row.counted_at, categories, region, sentiment, friction)
        ids = [row.id for row in rows]
        change = {"read_at": at, "folded_into": folded_into}
        self.session.execute(update(Document).where(Document.id.in_(ids)).values(change))
        if folded_into is not None:
            self.session.execute(
                update(Document).where(Document.id == folded_into).values(copies=Document.copies + number)
            )
            return ids
        rollups.apply(
            self.session,
            [
                Counted(row.counted_at, row.counted_on, channel, sentiment, tuple(categories), region)
                for row in rows
            ],
        )
        for row in rows:
            for category in categories:
                self.session.execute(
                    insert(DocumentCategory).values(
                        category=category, document_id=row.id, counted_at=row.counted_at
                    )
                )
        return ids

    def read(self, document, counted_at, categories, region, sentiment, friction) -> None:
        self.session.execute(
            insert(Reading).values(
                document_id=document, counted_at=counted_at, sentiment=sentiment, sentiment_score=0.9,
                categories=list(categories), region=region, service_friction=friction, sudden_incident=False,
                groups=[], model_version="own-1", catalogue_version="test",
            )
        )  # fmt: skip

    def incident(self, id_: str, at: datetime, documents: Sequence[int] = (), **changes) -> Incident:
        values = {
            "id": id_, "title": "示例小学食堂餐后学生不适", "state": "confirmed", "origin": "program",
            "proposed_grade": "II", "grade": "II", "categories": ["education"], "region": "chengdong",
            "unit": "jiaoyu", "detected_at": at, "proposed_at": at, "reasons": [], "catalogue_version": "test",
        }  # fmt: skip
        incident = Incident(**(values | changes))
        self.session.add(incident)
        self.session.flush()
        for document in documents:
            self.session.add(Membership(incident_id=id_, document_id=document, since=at, by="program"))
        self.session.flush()
        return incident

    def clock(self, incident: str, duty: str, started_at: datetime, hours: int, **changes) -> Clock:
        values = {
            "incident_id": incident, "duty": duty, "started_at": started_at, "start_basis": "detected",
            "deadline_at": started_at + timedelta(hours=hours), "provisional": False, "state": "running",
            "created_at": started_at, "catalogue_version": "test",
        }  # fmt: skip
        clock = Clock(**(values | changes))
        self.session.add(clock)
        self.session.flush()
        return clock

    def question(self, incident: str, text: str, documents: Sequence[int], answered_by: int | None = None):
        question = Question(incident_id=incident, text=text, answered_by=answered_by)
        self.session.add(question)
        self.session.flush()
        for document in documents:
            self.session.add(QuestionDocument(question_id=question.id, document_id=document))
        self.session.flush()
        return question


def beijing(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Beijing, as UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)
