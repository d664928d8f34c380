"""The store's side of a run: what is known before it, batches in the middle, counts and state at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import DataError, OperationalError, StatementError
from sqlalchemy.orm import Session

from catalogue.source import Source
from crawlers.article import Article
from crawlers.health import NORMAL, Judgement, RunFacts, failure_score, judge, next_due, trouble_of
from crawlers.job import Job, YoungPage
from crawlers.rhythm import interval_seconds, jitter
from store import crawl_runs, hosts, intake, page_checks
from store.errors import NoDatabase
from store.incoming import IncomingItem
from store.model import CrawlRun, Document
from store.session import transaction
from store.source_volume import arrivals, volumes

KNOWN_ADDRESSES = 5000
YOUNG_PAGES = 10  # stored pages looked at again in one run
SOON = 60  # seconds until a run that left pages is followed by the next
PUT_OFF = "同一网站要求放慢或本轮时间已用完，这次没有读取，稍后补上。"
HISTORY = timedelta(days=28)
HISTORY_RUNS = 200
TRIES = 6
Given = TypeVar("Given")


class Ledger:
    """Keeps the runs of one round; without a database it keeps nothing and everything counts as new."""

    def __init__(self, database: str | None):
        self.database = database
        self.runs: dict[str, int] = {}
        self.taken: dict[str, intake.IntakeResult] = {}
        self.states: dict[str, Mapping[str, Any]] = {}

    def job(self, source: Source, now: datetime) -> Job:
        """Open the run of a source and gather what the spider needs to know."""
        if not self.database:
            return Job(source, now)

        def work(session: Session) -> Job:
            self.runs[source.name] = crawl_runs.start_run(session, source.name, now)
            state = crawl_runs.source_state(session, source.name)
            self.states[source.name] = {
                name: getattr(state, name)
                for name in ("failures", "first_run_at", "failure_score", "trouble", "trouble_since", "state")
            }
            known = session.scalars(
                select(Document.canonical_url)
                .where(Document.source == source.name)
                .order_by(Document.fetched_at.desc())
                .limit(KNOWN_ADDRESSES)
            )
            left = source.daily_requests - hosts.asked_today(session, now).get(source.host, 0)
            young = [
                YoungPage(page.canonical_url, page.url, page.etag, page.last_modified)
                for page in page_checks.due(session, source.name, now, source.young_days, YOUNG_PAGES)
            ]
            return Job(
                source, now, state.etag, state.last_modified, frozenset(known), dict(state.memo or {}),
                max(0, left), young, hosts.robots(session, source.host, now),
            )  # fmt: skip

        return self.patiently(work)

    def take(self, source: Source, articles: Sequence[Article], now: datetime) -> None:
        """Store one batch; where a single item breaks it, the others are stored one by one."""
        items = [incoming(article, source) for article in articles]
        total = self.taken.setdefault(source.name, intake.IntakeResult())
        try:
            add(total, self.patiently(lambda session: intake.take(session, items, now)))
        except (DataError, ValueError, StatementError):
            for item in items:
                try:
                    add(total, self.patiently(lambda session, item=item: intake.take(session, [item], now)))
                except (DataError, ValueError, StatementError) as error:
                    reason = f"内容无法入库（{type(error).__name__}）"
                    total.refusals.append(intake.Refusal(source.name, item.url, reason))

    def note_page(self, source: Source, canonical_url: str, state: str, now: datetime) -> None:
        """Keep that a stored page was looked at again; state: there | gone."""
        self.patiently(
            lambda session: page_checks.note(session, source.name, canonical_url, state == "gone", now)
        )

    def put_off(self, source: Source, retry_after: int | None, now: datetime) -> Judgement:
        """The source was not read at all, its host wants a pause: no run, no failure, and its turn comes later."""
        if self.database:

            def work(session: Session) -> None:
                crawl_runs.drop_run(session, self.runs[source.name])
                due = now + timedelta(seconds=max(retry_after or 0, SOON))
                crawl_runs.save_source_state(session, source.name, next_due_at=due)

            self.patiently(work)
        state = self.states.get(source.name, {}).get("state") or NORMAL
        return Judgement(state, "unchanged", PUT_OFF)

    def close(
        self, source: Source, facts: RunFacts, outcome: Mapping[str, Any], now: datetime
    ) -> tuple[Judgement, dict[str, int], datetime | None]:
        """Judge the run and keep it; returns the judgement, the counts and the newest publication known."""
        taken = self.taken.get(source.name, intake.IntakeResult())
        counts = {
            "requests": outcome.get("requests", 0), "items": facts.listed,
            "new": taken.new if self.database else facts.articles, "changed": taken.changed,
            "duplicates": taken.duplicates + facts.known, "refused": taken.refused, "errors": facts.errors,
            "received_bytes": outcome.get("received_bytes", 0),
        }  # fmt: skip
        if taken.refusals:
            facts = replace(facts, problems=(*facts.problems, *(r.reason for r in taken.refusals[:3])))
        if not self.database:
            return judge(facts, source.healthy, [], now), counts, facts.newest_at

        def work(session: Session) -> tuple[Judgement, dict[str, int], datetime | None]:
            history, newest = past(session, source.name, now)
            seen = max((at for at in (newest, facts.newest_at) if at), default=None)
            day = volumes(session, now - timedelta(days=1), now, source.name).get(source.name)
            whole = replace(facts, newest_at=seen)
            if day:
                whole = replace(whole, day_seen=day.seen, day_usual=day.usual, day_weeks=day.weeks)
            verdict = judge(whole, source.healthy, history, now)
            run_id = self.runs[source.name]
            crawl_runs.finish_run(
                session, run_id, verdict.status, counts, verdict.reason, now, facts.newest_at
            )
            self.save_state(session, source, verdict, outcome, now)
            hosts.count(session, outcome.get("asked", {}), now)
            for host, rules in outcome.get("robots", {}).items():
                hosts.keep_robots(session, host, rules, now)
            for host, said in outcome.get("robots_said", {}).items():
                hosts.keep_robots_said(session, host, said, now)
            for host, seconds in outcome.get("holds", {}).items():
                hosts.hold(session, host, now, seconds)
            return verdict, counts, seen

        return self.patiently(work)

    def save_state(
        self, session: Session, source: Source, verdict: Judgement, outcome: Mapping[str, Any], now: datetime
    ) -> None:
        before = self.states[source.name]
        failed = verdict.status == "failed"
        failures = before["failures"] + 1 if failed else 0
        trouble = trouble_of(verdict, failures)
        rhythm = (
            arrivals(session, source.name, now) if source.every_max_seconds > source.every_seconds else {}
        )
        every = interval_seconds(
            source.every_seconds, source.every_max_seconds, source.night_seconds, rhythm, now
        )
        left = outcome.get("postponed", 0) and not failed and not outcome.get("retry_after")
        values: dict[str, Any] = {
            "state": verdict.state, "reason": verdict.reason, "failures": failures, "last_run_at": now,
            "failure_score": failure_score(before["failure_score"] or 0.0, failed), "trouble": trouble,
            "trouble_since": (before["trouble_since"] if trouble == before["trouble"] else now) if trouble else None,
            "next_due_at": next_due(
                now, min(every, SOON) if left else every, failures, outcome.get("retry_after"), jitter(source.name, now)
            ),
        }  # fmt: skip
        if not failed:
            values |= {"last_success_at": now, "memo": outcome.get("memo", {})}
            values |= {"first_run_at": before["first_run_at"] or now}
            # pages that were lost or put off are asked for again: no 304 until then
            complete = not outcome.get("errors") and not outcome.get("postponed")
            values |= {"etag": outcome.get("etag") if complete else None}
            values |= {"last_modified": outcome.get("last_modified") if complete else None}
        crawl_runs.save_source_state(session, source.name, **values)

    def patiently(self, work: Callable[[Session], Given]) -> Given:
        """Do it in one transaction, again while the database restarts; intake makes repeating harmless."""
        assert self.database
        for attempt in range(TRIES):
            try:
                with transaction(self.database) as session:
                    return work(session)
            except (NoDatabase, OperationalError):
                if attempt == TRIES - 1:
                    raise
                time.sleep(min(2**attempt, 10))
        raise AssertionError("unreachable")


def incoming(article: Article, source: Source) -> IncomingItem:
    return IncomingItem(
        source=source.name,
        channel=source.channel,
        visibility=source.visibility,
        url=article.url,
        canonical_url=article.canonical_url,
        title=article.title,
        text=article.text,
        published_at=article.published_at,
        published_precision=article.published_precision,
        fetched_at=article.fetched_at,
        rank=article.rank,
        heat=article.heat,
        raw=article.raw,
        raw_headers=article.headers,
        answer=article.answer or "",
        answered_at=article.answered_on,
        answered_precision=article.answered_precision,
        answered_by=article.answered_by or "",
    )


def add(total: intake.IntakeResult, part: intake.IntakeResult) -> None:
    total.new += part.new
    total.changed += part.changed
    total.duplicates += part.duplicates
    total.refusals += part.refusals


def past(session: Session, source: str, now: datetime) -> tuple[list[int], datetime | None]:
    """Entries listed in the good runs of the last 28 days, newest first, and the newest publication they saw."""
    good = select(CrawlRun).where(CrawlRun.source == source, CrawlRun.started_at > now - HISTORY)
    runs = session.scalars(
        good.where(CrawlRun.status.in_(("ok", "warning")))
        .order_by(CrawlRun.started_at.desc())
        .limit(HISTORY_RUNS)
    )
    newest = session.scalar(select(func.max(CrawlRun.newest_at)).where(CrawlRun.source == source))
    return [run.items for run in runs], newest
