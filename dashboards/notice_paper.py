"""快报: one incident as it stands now, on one or two pages: level and why, how much, clocks, what was answered and what not.

Hotline and mailbox items are counted and never quoted, as in the weekly report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.levels import is_confirmed, named, shown_level
from alerts.messages.chart import hourly_png
from analysis.series import HourSeries, incident_hours
from catalogue.level_rule import METRICS
from catalogue.loader import Catalogue
from catalogue.source import INTERNAL_CHANNELS
from dashboards.incident_parts import result_words
from dashboards.paper import (
    DRAFT_MARK,
    Block,
    Note,
    Paper,
    Picture,
    Quote,
    Section,
    Table,
    Text,
    one_line,
    shortened,
)
from dashboards.prose import count, listed, moment, share, short_moment
from dashboards.week_incidents import IncidentWeek, read_incident
from dashboards.wording import STATE_WORDS
from store.model import Clock, Document, DocumentText, Incident, Membership
from store.queries_incidents import Whole

EARLIER = timedelta(days=30)
QUESTIONS, REASONS = 6, 5
CRITICAL = "批评意见（照录标题）："


@dataclass(frozen=True)
class Window:
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class First:
    """The first public text of an incident."""

    title: str
    publisher: str
    at: datetime
    url: str


@dataclass(frozen=True)
class NoticeFacts:
    """What both papers on one incident say, read at one moment. told: its words fit to leave the system."""

    whole: Whole
    told: IncidentWeek
    first: First | None
    hours: HourSeries
    catalogue: Catalogue
    now: datetime
    is_demo: bool

    @property
    def incident(self) -> Incident:
        return self.whole.listed.incident


def read_notice(
    session: Session, catalogue: Catalogue, whole: Whole, now: datetime, is_demo: bool
) -> NoticeFacts:
    incident = whole.listed.incident
    window = Window(incident.detected_at - EARLIER, now)
    told = read_incident(session, catalogue, incident, window, now)
    hours = incident_hours(session, incident.id, now, hours=36)
    return NoticeFacts(
        whole, told, first_public(session, catalogue, incident.id), hours, catalogue, now, is_demo
    )


def first_public(session: Session, catalogue: Catalogue, incident_id: str) -> First | None:
    row = session.execute(
        select(DocumentText.title, Document.source, Document.counted_at, Document.url)
        .join(Membership, Membership.document_id == Document.id)
        .join(
            DocumentText,
            (DocumentText.document_id == Document.id) & (DocumentText.fetched_at == Document.fetched_at),
        )
        .where(
            Membership.incident_id == incident_id, Membership.until.is_(None), Document.visibility == "public",
            Document.channel.not_in(INTERNAL_CHANNELS), Document.counted_at.is_not(None),
        )
        .order_by(Document.counted_at, Document.id)
        .limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    source = catalogue.sources.get(row[1])
    return First(one_line(row[0]), source.publisher if source else row[1], row[2], row[3])


def notice_paper(facts: NoticeFacts) -> Paper:
    sections = (
        Section(1, "事件", (standing(facts), *origin(facts))),
        Section(2, "定级理由", reasons(facts)),
        Section(3, "声量与平常", volume(facts)),
        Section(4, "时限", clocks(facts)),
        Section(5, "已作回应", responses(facts)),
        Section(6, "待答问题", questions(facts)),
    )
    return Paper("预警快报", facts.incident.id, (as_of(facts),), marks(facts), sections)


def marks(facts: NoticeFacts) -> tuple[str, ...]:
    return (*(("演示数据",) if facts.is_demo else ()), DRAFT_MARK)


def as_of(facts: NoticeFacts) -> str:
    return f"截至{moment(facts.now)}"


def standing(facts: NoticeFacts) -> Table:
    incident, told = facts.incident, facts.told
    rows = [
        ("事件", told.title),
        (
            "等级",
            named(shown_level(incident)) + ("" if is_confirmed(incident) else "（程序提出，待确认，未核实）"),
        ),
        ("领域、属地", f"{listed(told.categories) or '领域未标注'}；{told.region}"),
        ("发生", moment(incident.occurred_at) if incident.occurred_at else "待核"),
        ("首次出现", moment(incident.detected_at)),
        ("责任单位", told.unit),
        ("状态", f"{STATE_WORDS[incident.state]}；{handled(incident)}"),
    ]
    return Table("", (), tuple(rows), (0.16, 0.84))


def handled(incident: Incident) -> str:
    steps = (
        ("签收", incident.acknowledged_at),
        ("认定", incident.confirmed_at),
        ("办结", incident.closed_at),
    )
    return "，".join(f"{words}{moment(at) if at else '尚无'}" for words, at in steps)


def origin(facts: NoticeFacts) -> list[Block]:
    first = facts.first
    if first is None:
        return [Note("公开渠道中没有本事件的信息；热线与信箱条目只计数，不引用原文。", "首发。")]
    return [Quote(first.title, f"{first.publisher}，{moment(first.at)}，{first.url}", "首发：")]


def reasons(facts: NoticeFacts) -> tuple[Block, ...]:
    found = facts.incident.reasons
    if not found:
        by_hand = facts.incident.origin == "person"
        return (Text("人工新建，没有程序理由。" if by_hand else "没有触发的规则。"),)
    rows = tuple((reason["name"], reason["text"], measured(reason)) for reason in found)
    table = Table("触发的规则", ("规则", "理由", "实测值（门槛）"), rows, (0.16, 0.44, 0.4))
    return (shortened(table, REASONS, "事件页"),)


def measured(reason: dict) -> str:
    values = reason.get("values", {})
    return "；".join(
        f"{METRICS.get(metric, metric).partition('（')[0]} {values[metric]:g}（{threshold}）"
        for metric, threshold in reason.get("thresholds", {}).items()
        if metric in values
    )


def volume(facts: NoticeFacts) -> tuple[Block, ...]:
    told, tally = facts.told, facts.whole.listed.tally
    words = (
        f"自首次出现以来收录{count(tally.documents)}（同文转载计1条，另有转载{count(told.copies)}），"
        f"{share(tally.negative, tally.documents, '负面')}；近6小时{count(tally.recent)}，"
        f"负面{count(tally.recent_negative)}。渠道为{listed([f'{name}{count(n)}' for name, n in told.channels]) or '无'}。"
    )
    blocks: list[Block] = [Text(words)]
    if facts.hours.total:
        png = hourly_png(facts.hours, height_px=230, level=told.level)
        blocks.append(Picture(f"incident-{told.id}", png, "近36小时每小时条数与预警线", words))
    voices = told.voices[:2]
    return (
        *blocks,
        *(Quote(one.title, one.publisher, "" if n else CRITICAL) for n, one in enumerate(voices)),
    )


def clocks(facts: NoticeFacts) -> tuple[Block, ...]:
    found = [clock for clock in facts.whole.listed.clocks if clock.state != "void"]
    if not found:
        return (Text("没有法定时限。"),)
    rows = tuple(clock_row(facts, clock) for clock in found)
    return (Table("", ("时限事项", "起算", "截止", "状态"), rows, (0.3, 0.19, 0.19, 0.32)),)


def clock_row(facts: NoticeFacts, clock: Clock) -> tuple[str, ...]:
    duty = facts.catalogue.duties.get(clock.duty)
    name = f"{duty.name}（{duty.limit}小时）" if duty else clock.duty
    late = clock.state == "running" and clock.deadline_at is not None and clock.deadline_at < facts.now
    words = "超时，仍在计时" if late else result_words(clock)
    return (
        name,
        short_moment(clock.started_at) if clock.started_at else "起算待核",
        short_moment(clock.deadline_at) if clock.deadline_at else "—",
        f"暂定：{words}" if clock.provisional else words,
    )


def responses(facts: NoticeFacts) -> tuple[Block, ...]:
    if not facts.told.responses:
        return (Text("尚无登记的回应。"),)
    rows = tuple((short_moment(one.happened_at), one.kind, one.channel) for one in facts.told.responses)
    return (Table("", ("时间", "内容", "渠道"), rows, (0.2, 0.3, 0.5)),)


def questions(facts: NoticeFacts) -> tuple[Block, ...]:
    told = facts.told
    waiting = tuple(one for one in told.questions if not one.is_answered)
    done = len(told.questions) - len(waiting)
    head = (
        f"公众所问{len(told.questions)}个，已答复{done}个，未答复{len(waiting)}个。"
        if told.questions
        else "尚未归并出问题。"
    )
    if told.hidden_questions:
        head += f"另有{told.hidden_questions}个问题只见于热线与信箱，不引用原文。"
    if not waiting:
        return (Text(head),)
    rows = tuple((one.text, f"{one.documents}", told.unit) for one in waiting)
    table = Table("未答复的问题", ("问题", "提及条数", "答复单位"), rows, (0.6, 0.15, 0.25), frozenset({1}))
    return (Text(head), shortened(table, QUESTIONS, "事件页"))
