"""One round of crawling: jobs from the store, the network process, batches into intake, runs judged and kept.

A source that fails, hangs or kills the process costs only itself: what others brought is stored as it comes, and
after a broken round the unfinished sources are read again, each in a process of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from catalogue.source import Source
from crawlers.article import Article
from crawlers.child import lines_of
from crawlers.errors import BadRequest
from crawlers.health import Judgement, RunFacts
from crawlers.job import Job
from crawlers.ledger import Ledger
from crawlers.options import check_options
from crawlers.robots_standing import Standing, standing_of
from crawlers.settings import user_agent
from store import crawl_runs

BATCH = 200
Progress = Callable[[str], None]


@dataclass
class RunReport:
    """What a person reads after a run; articles only in a dry run."""

    source: str
    publisher: str
    judgement: Judgement
    counts: Mapping[str, int]
    newest_at: datetime | None = None
    problems: Sequence[str] = ()
    articles: Sequence[Article] = ()
    robots: Standing | None = None

    def to_json(self) -> dict[str, Any]:
        values = {
            "source": self.source, "publisher": self.publisher, "state": self.judgement.state,
            "status": self.judgement.status, "reason": self.judgement.reason, **self.counts,
            "newest_at": self.newest_at.isoformat() if self.newest_at else None, "problems": list(self.problems),
        }  # fmt: skip
        if self.articles:
            values["articles"] = [a.to_json() | {"raw": None} for a in self.articles]
        return values


@dataclass
class Reading:
    """One source while its run goes on."""

    source: Source
    job: Job
    batch: list[Article] = field(default_factory=list)
    kept: list[Article] = field(default_factory=list)
    articles: int = 0
    newest_at: datetime | None = None
    missing: dict[str, int] = field(default_factory=dict)

    def note(self, article: Article) -> None:
        self.articles += 1
        self.batch.append(article)
        if article.published_at and article.published_precision == "minute":
            self.newest_at = max(self.newest_at or article.published_at, article.published_at)
        for name in self.source.healthy.required:
            if getattr(article, name, None) in (None, ""):
                self.missing[name] = self.missing.get(name, 0) + 1


def crawl(
    sources: Iterable[Source],
    now: datetime,
    database: str | None,
    dry_run: bool = False,
    contact: str = "",
    progress: Progress = lambda words: None,
    wall_seconds: float | None = None,
) -> list[RunReport]:
    """Read these sources now, whatever their status, and return one report each.

    now: aware UTC. database: the URL; with dry_run nothing is read from it or written to it.
    """
    ledger = Ledger(None if dry_run else database)
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    readings = {source.name: Reading(source, ledger.job(source, now)) for source in sources}
    agent = user_agent(contact)
    reports: dict[str, RunReport] = {}
    for name, reading in readings.items():
        try:
            check_options(reading.source)
        except BadRequest as error:
            finish(reading, {"source": name, "front_error": str(error)}, ledger, reports, clock, progress)
    ready = [reading for name, reading in readings.items() if name not in reports]
    words = one_round(ready, agent, ledger, reports, clock, progress, wall_seconds) if ready else ""
    unfinished = [reading for reading in ready if reading.source.name not in reports]
    for reading in unfinished:
        if len(ready) > 1:
            words = one_round([reading], agent, ledger, reports, clock, progress, wall_seconds) or words
        if reading.source.name not in reports:
            facts = {"source": reading.source.name, "front_error": f"{reading.source.publisher}：{words}。"}
            finish(reading, facts, ledger, reports, clock, progress)
    return [reports[name] for name in readings]


def one_round(
    readings: Sequence[Reading],
    agent: str,
    ledger: Ledger,
    reports: dict[str, RunReport],
    clock: Callable[[], datetime],
    progress: Progress,
    wall_seconds: float | None,
) -> str:
    """One process for these sources; returns why it broke, or ""."""
    by_name = {reading.source.name: reading for reading in readings}
    words = ""
    for line in lines_of([reading.job for reading in readings], agent, wall_seconds):
        kind = line.pop("type")
        if kind == "end":
            words = line["words"]
        elif kind == "article":
            reading = by_name[line["source"]]
            reading.note(Article.from_json(line))
            if len(reading.batch) >= BATCH:
                store(reading, ledger, clock)
        elif kind == "again":
            by_name[line["source"]].batch.append(Article.from_json(line))
        elif kind == "page":
            reading = by_name[line["source"]]
            store(reading, ledger, clock)
            if ledger.database:
                ledger.note_page(reading.source, line["canonical_url"], line["state"], clock())
        elif kind == "outcome":
            finish(by_name[line["source"]], line, ledger, reports, clock, progress)
        else:
            words = f"采集时出错（{line['error']}）"
            facts = {
                "source": line["source"],
                "front_error": f"{by_name[line['source']].source.publisher}：{words}。",
            }
            finish(by_name[line["source"]], facts, ledger, reports, clock, progress)
    return words or "采集进程没有给出结果"


def store(reading: Reading, ledger: Ledger, clock: Callable[[], datetime]) -> None:
    batch, reading.batch = reading.batch, []
    if ledger.database:
        ledger.take(reading.source, batch, clock())
    else:
        reading.kept += batch


def robots_standing(reading: Reading, outcome: Mapping[str, Any]) -> Standing:
    """What robots.txt says of the source's own address, as this run read it or was told."""
    host, said = reading.source.host, outcome.get("robots_said", {})
    rules = outcome.get("robots", {}).get(host, reading.job.robots)
    return standing_of(rules, said.get(host), reading.source.url)


def finish(
    reading: Reading,
    outcome: Mapping[str, Any],
    ledger: Ledger,
    reports: dict[str, RunReport],
    clock: Callable[[], datetime],
    progress: Progress,
) -> None:
    """Store what is left, judge the run, keep run and state, and report."""
    store(reading, ledger, clock)
    name = reading.source.name
    if outcome.get("is_put_off"):
        judgement = ledger.put_off(reading.source, outcome.get("retry_after"), clock())
        reports[name] = RunReport(
            name, reading.source.publisher, judgement, dict.fromkeys(crawl_runs.COUNTS, 0)
        )
        progress(f"{reading.source.publisher}（{name}）：{judgement.reason}")
        return
    facts = RunFacts(
        listed=outcome.get("listed", 0),
        articles=reading.articles,
        known=outcome.get("known", 0),
        errors=outcome.get("errors", 0),
        front_error=outcome.get("front_error"),
        is_unchanged=outcome.get("is_unchanged", False),
        is_incremental=outcome.get("is_incremental", False),
        newest_at=reading.newest_at,
        missing=reading.missing,
        problems=tuple(outcome.get("problems", ())),
        postponed=outcome.get("postponed", 0),
    )
    judgement, counts, newest = ledger.close(reading.source, facts, outcome, clock())
    reports[name] = RunReport(
        name,
        reading.source.publisher,
        judgement,
        counts,
        newest,
        facts.problems,
        reading.kept,
        robots_standing(reading, outcome),
    )
    progress(f"{reading.source.publisher}（{name}）：{judgement.state}，{judgement.reason}")
