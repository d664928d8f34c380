"""A database with many documents, filled by COPY, and every page of the dashboard asked of it.

The texts are drawn from words of very different frequency, as in language: a search term stands in anything
between one text and two thirds of them. They come in the order in which they were
fetched. Scores and fold bands, which no page reads, are left out.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalogue.loader import Catalogue
from store import bulk, rollups
from store.counting import BEIJING
from store.intake import ensure_months, vector
from store.session import transaction
from store.text import bigrams, has_traditional

CHUNK = 20_000
DAYS = 90
SENTIMENTS = ("negative", "neutral", "positive")
CHANNELS = ("news", "social", "forum", "government", "hotlist")
PARTS = ("小区停水", "学校收费", "医院挂号", "公交绕行", "噪声扰民", "窗口排队", "房屋漏水", "工资拖欠", "路面破损", "养老补贴",
         "垃圾清运", "招生划片", "药品涨价", "电梯故障", "占道经营", "医保报销", "油烟扰民", "合同纠纷", "车位租赁")  # fmt: skip
CHARACTERS = tuple(
    one for one in map(chr, range(0x4E00, 0x5E00)) if not has_traditional(one)
)  # of invented words
RARE_WORDS = 20_000
PIECES = 40
LATE_MINUTES = 120  # from publication to fetching, on average
ANALYZE_SECONDS = 900
LARGE = ("document", "reading", "document_category", "document_text%")
UNKNOWN = (
    "select count(*) from pg_stat_user_tables where relname like any(:names) and n_live_tup > 0"
    " and n_mod_since_analyze > 0.1 * n_live_tup + 50"
)


@dataclass(frozen=True)
class Vocabulary:
    """words by falling frequency: the first stands in most texts, the last in about one of ten thousand."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def sentence(self, rng: random.Random, pieces: int) -> str:
        return "，".join(rng.choices(self.words, cum_weights=self.weights, k=pieces))


def vocabulary() -> Vocabulary:
    """The same words in every run."""
    rng = random.Random(3)
    invented = ("".join(rng.choices(CHARACTERS, k=2)) for _ in range(RARE_WORDS))
    words = (*PARTS, *dict.fromkeys(invented))
    return Vocabulary(words, tuple(accumulate(1 / (rank + 5) for rank in range(len(words)))))


def fill(url: str, catalogue: Catalogue, count: int, now: datetime, say: Callable[[str], None]) -> None:
    """Documents, texts and readings as the pipeline leaves them, without running it."""
    rng, drawn = random.Random(4), vocabulary()
    with transaction(url) as session:
        ensure_months(session, (now - timedelta(days=back) for back in range(DAYS + 2)))
    for begin in range(0, count, CHUNK):
        numbers = range(begin + 1, min(begin + CHUNK, count) + 1)
        with transaction(url) as session:
            fill_chunk(session, numbers, rng, drawn, catalogue, now, timedelta(days=DAYS) / count)
        if begin % 100_000 == 0:
            say(f"已填 {begin} 条")


def complete(url: str, catalogue: Catalogue, now: datetime) -> None:
    """What follows from the documents: their numbers are taken, runs, counts; waits until the server knows its tables.

    The app role may neither set a sequence nor analyze: the numbers are drawn, and the server's own autovacuum is
    waited for, as in a running system.
    """
    with transaction(url) as session:
        taken = session.scalar(text("select max(id) from document"))
        drawn = (
            "select count(nextval(pg_get_serial_sequence('document', 'id'))) from generate_series(1, :taken)"
        )
        session.execute(text(drawn), {"taken": taken})
        fill_runs(session, catalogue, now)
        recompute_all(session, now)
    patience = time.monotonic() + ANALYZE_SECONDS
    while time.monotonic() < patience:
        with transaction(url) as session:
            if not session.scalar(text(UNKNOWN), {"names": list(LARGE)}):
                return
        time.sleep(2)
    raise SystemExit(f"autovacuum has not analyzed the tables within {ANALYZE_SECONDS} s; run it again")


def fill_chunk(
    session: Session,
    numbers: range,
    rng: random.Random,
    drawn: Vocabulary,
    catalogue: Catalogue,
    now: datetime,
    pace: timedelta,
) -> None:
    """pace: the time between two documents; the last one was fetched now."""
    categories = list(catalogue.categories)
    regions = [*(region.id for region in catalogue.regions.values()), None]
    sources = sorted(catalogue.sources)
    documents, texts, readings, labels = [], [], [], []
    for number in numbers:
        fetched = now - timedelta(days=DAYS) + pace * number
        at = fetched - timedelta(minutes=rng.expovariate(1 / LATE_MINUTES))
        chosen = rng.sample(categories, rng.choice((0, 1, 1, 2)))
        title = f"{drawn.sentence(rng, 3)}第{number}号"
        body = f"{drawn.sentence(rng, PIECES)}，编号{number}。"
        address = f"https://bench.example.test/{number}"
        day = at.astimezone(BEIJING).date()
        documents.append((number, sources[number % len(sources)], CHANNELS[number % 5], address, address, f"{number:064d}",
                          at, "minute", fetched, at, day, "public", fetched, fetched))  # fmt: skip
        texts.append((number, fetched, title, body, json.dumps({}), vector(bigrams(f"{title} {body}"))))
        sentiment = rng.choice(SENTIMENTS)
        readings.append((number, at, sentiment, 0.8, chosen, rng.choice(regions), False, False, [], "bench", "bench"))  # fmt: skip
        labels += [(category, number, at) for category in chosen]
    bulk.copy_rows(session, "document (id, source, channel, url, canonical_url, fingerprint, published_at,"
                   " published_precision, fetched_at, counted_at, counted_on, visibility, read_at, clustered_at)", documents)  # fmt: skip
    bulk.copy_rows(session, "document_text (document_id, fetched_at, title, body, masked, search)", texts)
    bulk.copy_rows(session, "reading (document_id, counted_at, sentiment, sentiment_score, categories, region,"
                   " service_friction, sudden_incident, groups, model_version, catalogue_version)", readings)  # fmt: skip
    bulk.copy_rows(session, "document_category (category, document_id, counted_at)", labels)


def fill_runs(session: Session, catalogue: Catalogue, now: datetime) -> None:
    """A run of every source each ten minutes over all days."""
    first = now - timedelta(days=DAYS)
    values = {"first": first, "now": now, "sources": sorted(catalogue.sources)}
    session.execute(
        text(
            "insert into source_state (source, first_run_at, last_success_at, last_run_at)"
            " select unnest(cast(:sources as text[])), :first, :now, :now"
        ),
        values,
    )
    session.execute(
        text(
            "insert into crawl_run (source, started_at, finished_at, status, items, new)"
            " select s, t, t + interval '2 seconds', 'ok', 20, 4 from unnest(cast(:sources as text[])) s,"
            " generate_series(cast(:first as timestamptz), cast(:now as timestamptz), interval '10 minutes') t order by t"
        ),
        values,
    )


def recompute_all(session: Session, now: datetime) -> None:
    """All rollups by the statements that recount one hour and one day."""
    for table, expand in rollups.HOUR_TABLES:
        columns = ", ".join(rollups.TABLES[table])
        statement = rollups.RECOMPUTE.format(
            table=table, columns=columns, expand=expand, window="d.counted_at is not null"
        )
        session.execute(text(statement))
    for back in range(DAYS + 2):
        rollups.recompute_day(session, (now - timedelta(days=back)).astimezone(BEIJING).date())
