"""复盘: a closed incident looked back on: its course, the minutes each step took, its clocks, and what was said before
and after each response."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dashboards.errors import WrongInput
from dashboards.notice_paper import NoticeFacts, as_of, clocks, marks, questions, standing
from dashboards.paper import Block, Note, Paper, Section, Table, Text
from dashboards.prose import duration, moment, short_moment
from dashboards.week_incidents import RESPONSE_WORDS
from store.model import Response
from store.queries_documents import DocumentFilter, count_documents

BESIDE = timedelta(hours=6)
CAUTION = (
    "前后各取6小时，按发布时间计，同文转载计1条。条数的变化有多种原因，不等于回应的效果；"
    "样本小时只列条数，不计占比。"
)


def review_paper(session: Session, facts: NoticeFacts) -> Paper:
    """Raises WrongInput while the incident is open: there is nothing to look back on yet."""
    if facts.incident.closed_at is None:
        raise WrongInput("事件尚未办结，还不能复盘；办结后再导出。")
    sections = (
        Section(1, "结果", (standing(facts), *closing(facts))),
        Section(2, "经过", (course(facts),)),
        Section(3, "各环节用时", (steps(facts),)),
        Section(4, "时限", clocks(facts)),
        Section(5, "每次回应前后", effects(session, facts)),
        Section(6, "问题与答复", questions(facts)),
    )
    return Paper("事件复盘", facts.incident.id, (as_of(facts),), marks(facts), sections)


def closing(facts: NoticeFacts) -> list[Block]:
    reason = facts.incident.closing_reason
    return [Text(f"不再回应而办结，理由：{reason}。")] if reason else []


def kept(facts: NoticeFacts) -> list[Response]:
    return [one for one in facts.whole.responses if one.withdrawn_at is None]


def course(facts: NoticeFacts) -> Table:
    incident = facts.incident
    found = [
        (incident.occurred_at, "发生"), (incident.detected_at, "首次出现"), (incident.proposed_at, "提出"),
        (incident.acknowledged_at, "签收"), (incident.confirmed_at, "认定"), (incident.assigned_at, "交办"),
        (incident.closed_at, "办结"),
    ]  # fmt: skip
    found += [(one.happened_at, f"{RESPONSE_WORDS[one.kind]}（{one.channel}）") for one in kept(facts)]
    rows = sorted((at, words) for at, words in found if at is not None)
    return Table("", ("时间", "事项"), tuple((moment(at), words) for at, words in rows), (0.36, 0.64))


def steps(facts: NoticeFacts) -> Table:
    """From each stage to the next; a step that came before the stage it follows counts as at once."""
    incident = facts.incident
    first = min((one.happened_at for one in kept(facts)), default=None)
    found = (
        ("首次出现至提出", incident.detected_at, incident.proposed_at),
        ("提出至签收", incident.proposed_at, incident.acknowledged_at),
        ("签收至认定", incident.acknowledged_at, incident.confirmed_at),
        ("认定至首次回应", incident.confirmed_at, first),
        ("首次出现至首次回应", incident.detected_at, first),
        ("首次出现至办结", incident.detected_at, incident.closed_at),
    )
    rows = tuple((words, used(begins, ends)) for words, begins, ends in found)
    return Table("", ("环节", "用时"), rows, (0.5, 0.5))


def used(begins: datetime | None, ends: datetime | None) -> str:
    if begins is None or ends is None:
        return "没有这一步"
    length = max(ends - begins, timedelta())
    minutes = round(length.total_seconds() / 60)
    return duration(length) + (f"（{minutes:,}分钟）" if minutes > 60 else "")


def effects(session: Session, facts: NoticeFacts) -> tuple[Block, ...]:
    found = kept(facts)
    if not found:
        return (Text("没有登记的回应。"),)
    rows = tuple(effect(session, facts, one) for one in found)
    head = ("回应", "前6小时", "其中负面", "后6小时", "其中负面")
    table = Table("", head, rows, (0.4, 0.15, 0.15, 0.15, 0.15), frozenset({1, 2, 3, 4}))
    return (table, Note(CAUTION, "说明。"))


def effect(session: Session, facts: NoticeFacts, response: Response) -> tuple[str, ...]:
    at = response.happened_at
    before, after = (at - BESIDE, at), (at, min(at + BESIDE, facts.now))

    def texts(span: tuple[datetime, datetime], mood: str | None) -> str:
        wanted = DocumentFilter(incident=facts.incident.id, begins=span[0], ends=span[1], sentiment=mood)
        return f"{count_documents(session, wanted)[0]:,}"

    name = f"{RESPONSE_WORDS[response.kind]}（{short_moment(at)}）"
    return (
        name,
        texts(before, None),
        texts(before, "negative"),
        texts(after, None),
        texts(after, "negative"),
    )
