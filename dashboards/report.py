"""The weekly report: read one week, write it as sections, render HTML and Word, archive it once per ISO week."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

import dashboards.sections
from catalogue.loader import Catalogue
from catalogue.tokens import LEVEL_NUMERALS, LEVEL_WORDS
from dashboards.docx_paper import docx_of
from dashboards.html_paper import html_of
from dashboards.paper import DRAFT_MARK, Paper, Picture, Section, sentences
from dashboards.prose import full_span, moment
from dashboards.sections import answers, overview
from dashboards.week import WeekData, read_week
from dashboards.week_gaps import MissingSource, missing_sources
from store.model import Report

SERIES = "weekly"
TITLE = "公众关切周报"
LOCK = 4851017


@dataclass(frozen=True)
class ReportDraft:
    """One rendered week. facts: its figures and a hash of all its words; missing: one line
    for each source that was down."""

    iso_week: str
    number: int
    week: WeekData
    paper: Paper
    html: str
    docx: bytes
    facts: dict[str, Any]
    missing: list[str]


def section_modules() -> list[ModuleType]:
    """Every module of dashboards/sections, in its order; names with `_` in front are helpers."""
    names = (module.name for module in pkgutil.iter_modules(dashboards.sections.__path__))
    found = [importlib.import_module(f"dashboards.sections.{name}") for name in names if name[0] != "_"]
    return sorted(found, key=lambda module: (module.order, module.title))


def build_week(session: Session, catalogue: Catalogue, iso_week: str, now: datetime) -> ReportDraft:
    """The report of one ISO week as it would read now; nothing is stored. Raises BadWeek, FutureWeek."""
    week = read_week(session, catalogue, iso_week, now)
    number = number_of(session, week.iso_week)
    sections = tuple(module.build(week) for module in section_modules())
    paper = paper_of(week, number, sections)
    facts = facts_of(week, sections)
    missing = [missing_words(row) for row in missing_sources(week)]
    return ReportDraft(week.iso_week, number, week, paper, html_of(paper), docx_of(paper), facts, missing)


def paper_of(week: WeekData, number: int, sections: tuple[Section, ...]) -> Paper:
    marks = (("演示数据",) if week.is_demo else ()) + (DRAFT_MARK,)
    issue = f"第{number}期　{full_span(week.window.begins, week.window.ends)}"
    until = "" if week.is_over else f"本周未结束，数据截至{moment(week.data_until)}"
    notes = tuple(
        note for note in (f"{week.place}{'　' if week.place else ''}{week.iso_week}", until) if note
    )
    return Paper(TITLE, issue, notes, marks, sections)


def number_of(session: Session, iso_week: str) -> int:
    """第N期: the number this week has, or the next of the series."""
    own = session.scalar(
        select(Report.number).where(Report.series == SERIES, Report.period == iso_week).limit(1)
    )
    if own is not None:
        return own
    return (session.scalar(select(func.max(Report.number)).where(Report.series == SERIES)) or 0) + 1


def facts_of(week: WeekData, sections: tuple[Section, ...]) -> dict[str, Any]:
    """The figures a page or a mail quotes, and a hash over everything the paper says."""
    whole, due = week.whole, week.due()
    return {
        "total": whole.total,
        "previous": whole.previous,
        "negative": whole.negative,
        "neutral": whole.neutral,
        "positive": whole.positive,
        "reprints": week.reprints,
        "categories": {row.id: row.total for row in week.categories[1:]},
        "incidents": [row.id for row in week.incidents],
        "proposed": week.tally.proposed,
        "confirmed": week.tally.confirmed,
        "dismissed": week.tally.dismissed,
        "levels": {LEVEL_NUMERALS[k] + LEVEL_WORDS[k]: v for k, v in week.tally.grades},
        "due": len(due),
        "on_time": sum(clock.outcome == "按时" for clock in due),
        "missed": sum(clock.outcome == "超时未办" for clock in due),
        "span": full_span(week.window.begins, week.window.ends),
        "is_over": week.is_over,
        "is_demo": week.is_demo,
        "mail_lines": mail_lines(week),
        "missing": [asdict(row) for row in missing_sources(week)],
        "content": content_hash(sections),
    }


def mail_lines(week: WeekData) -> list[str]:
    """The findings a mail opens with: the same sentences as in the paper."""
    return [
        overview.opening(week),
        overview.seen(week),
        overview.happenings(week),
        overview.leaders(week),
        answers.figures(week.due()),
    ]


def missing_words(row: MissingSource) -> str:
    return f"{row.name}缺测{row.hours}小时（{row.spans}，{row.reason}）"


def content_hash(sections: tuple[Section, ...]) -> str:
    """SHA-256 over all words and pictures: equal content is the same version."""
    digest = hashlib.sha256()
    for section in sections:
        for block in section.blocks:
            plain = replace(block, png=b"") if isinstance(block, Picture) else block
            digest.update(repr((section.title, plain)).encode())
            if isinstance(block, Picture):
                digest.update(hashlib.sha256(block.png).digest())
    return digest.hexdigest()


def own_sentences(draft: ReportDraft) -> list[str]:
    """Everything the paper says in our own words."""
    return [line for section in draft.paper.sections for block in section.blocks for line in sentences(block)]


def publish(
    session: Session, catalogue: Catalogue, iso_week: str, now: datetime, regenerate: bool = False
) -> Report:
    """The archived report of one ISO week. The same content yields the version already there; other content, or
    `regenerate`, a new version. Nothing is ever overwritten. Raises BadWeek, FutureWeek."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    draft = build_week(session, catalogue, iso_week, now)
    latest = latest_report(session, draft.iso_week)
    if latest is not None and not regenerate and same_content(latest.facts, draft.facts):
        return latest
    report = Report(
        series=SERIES,
        period=draft.iso_week,
        number=draft.number,
        version=latest.version + 1 if latest else 1,
        state="draft",
        begins_on=draft.week.window.begins,
        ends_on=draft.week.window.ends - timedelta(days=1),
        data_until=draft.week.data_until,
        created_at=now,
        facts=draft.facts,
        missing=draft.missing,
        html=draft.html,
        docx=draft.docx,
        catalogue_version=catalogue.version,
    )
    session.add(report)
    session.flush()
    return report


def same_content(stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    return stored.get("content") == fresh["content"]


def latest_report(session: Session, iso_week: str) -> Report | None:
    """The newest version of a week's report."""
    return session.scalar(
        select(Report)
        .where(Report.series == SERIES, Report.period == iso_week)
        .order_by(Report.version.desc())
        .limit(1)
    )
