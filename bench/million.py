"""A database with many documents, filled by COPY, and the queries that pages ask of it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from analysis import series
from catalogue.loader import Catalogue
from store import bulk, rollups
from store.counting import BEIJING
from store.intake import ensure_months, vector
from store.queries_documents import DocumentFilter, count_documents, list_documents
from store.session import transaction
from store.text import bigrams

CHUNK = 20_000
DAYS = 90
SENTIMENTS = ("negative", "neutral", "positive")
CHANNELS = ("news", "social", "forum", "government", "hotlist")
PARTS = ("小区停水", "学校收费", "医院挂号", "公交绕行", "噪声扰民", "窗口排队", "房屋漏水", "工资拖欠", "路面破损", "养老补贴",
         "垃圾清运", "招生划片", "药品涨价", "电梯故障", "占道经营", "医保报销", "油烟扰民", "合同纠纷", "车位租赁")  # fmt: skip


def fill(url: str, catalogue: Catalogue, count: int, now: datetime, say: Callable[[str], None]) -> None:
    """Rows exactly as the pipeline leaves them, without running it; rollups are recomputed at the end."""
    rng = random.Random(3)
    categories = list(catalogue.categories)
    with transaction(url) as session:
        ensure_months(session, [now])
    for begin in range(0, count, CHUNK):
        with transaction(url) as session:
            fill_chunk(session, range(begin + 1, min(begin + CHUNK, count) + 1), rng, categories, now)
        if begin % 100_000 == 0:
            say(f"已填 {begin} 条")
    with transaction(url) as session:
        session.execute(text("select setval(pg_get_serial_sequence('document', 'id'), :n)"), {"n": count})
        recompute_all(session)
    with transaction(url) as session:
        session.connection().exec_driver_sql("analyze")


def fill_chunk(session, numbers: range, rng: random.Random, categories: list[str], now: datetime) -> None:
    documents, texts, readings, labels = [], [], [], []
    for number in numbers:
        at = now - timedelta(seconds=rng.uniform(0, DAYS * 86400))
        channel = CHANNELS[number % 5]
        chosen = rng.sample(categories, rng.choice((0, 1, 1, 2)))
        title = f"{rng.choice(PARTS)}{rng.choice(PARTS)}第{number}号"
        body = "，".join(rng.choices(PARTS, k=28)) + f"，编号{number}。"
        address = f"https://bench.example.test/{number}"
        day = at.astimezone(BEIJING).date()
        documents.append((number, f"bench_{number % 40}", channel, address, address, f"{number:064d}", at, "minute",
                          now, at, day, "public", now, now))  # fmt: skip
        texts.append((number, now, title, body, json.dumps({}), vector(bigrams(f"{title} {body}"))))
        sentiment = rng.choice(SENTIMENTS)
        readings.append((number, at, sentiment, 0.8, chosen, None, False, False, [], "bench", "bench"))
        labels += [(category, number, at) for category in chosen]
    bulk.copy_rows(session, "document (id, source, channel, url, canonical_url, fingerprint, published_at,"
                   " published_precision, fetched_at, counted_at, counted_on, visibility, read_at, clustered_at)", documents)  # fmt: skip
    bulk.copy_rows(session, "document_text (document_id, fetched_at, title, body, masked, search)", texts)
    bulk.copy_rows(session, "reading (document_id, counted_at, sentiment, sentiment_score, categories, region,"
                   " service_friction, sudden_incident, groups, model_version, catalogue_version)", readings)  # fmt: skip
    bulk.copy_rows(session, "document_category (category, document_id, counted_at)", labels)


def recompute_all(session) -> None:
    """All rollups in one pass, by the same statements that recount one hour."""
    for table, expand in rollups.HOUR_TABLES:
        columns = ", ".join(rollups.TABLES[table])
        statement = rollups.RECOMPUTE.format(
            table=table, columns=columns, expand=expand, window="d.counted_at is not null"
        )
        session.execute(text(statement))


def page_times(url: str, catalogue: Catalogue, now: datetime, rounds: int = 7) -> dict[str, list[float]]:
    """Milliseconds of each query, several rounds, after one to warm up."""
    day = timedelta(days=1)
    education = DocumentFilter(category="education", begins=now - 30 * day, ends=now)
    asked: dict[str, Callable] = {
        "wall: 72 hours of the town with warning line": lambda s: series.town_hours(s, now, 72),
        "wall: twelve categories, 24 hours against the day before": lambda s: series.category_rows(
            s, catalogue, now
        ),
        "list: newest 50 documents": lambda s: list_documents(s, DocumentFilter()),
        "list: 50 of one category, 30 days": lambda s: list_documents(s, education),
        "list: its count": lambda s: count_documents(s, education),
        "list: page far down (keyset)": lambda s: list_documents(s, DocumentFilter(), (now - 60 * day, 0)),
        "list: negative of one category": lambda s: list_documents(
            s, DocumentFilter(category="education", sentiment="negative", begins=now - 7 * day, ends=now)
        ),
        "search: a rare phrase": lambda s: list_documents(s, DocumentFilter(search="第777777号")),
        "search: a common phrase": lambda s: list_documents(s, DocumentFilter(search="医院挂号")),
        "search: two phrases in one week": lambda s: list_documents(
            s, DocumentFilter(search="学校收费 养老补贴", begins=now - 7 * day, ends=now)
        ),
    }
    times: dict[str, list[float]] = {}
    for name, ask in asked.items():
        for number in range(rounds + 1):
            with transaction(url) as session:
                began = time.perf_counter()
                ask(session)
                if number:
                    times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return times
