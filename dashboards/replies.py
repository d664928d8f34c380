"""The official reply to a letter or hotline item as people read it: when, who, what; a candidate, not the response."""

from __future__ import annotations

from datetime import datetime

from dash import html

from alerts.replies import Letter, Replies, replies_of
from catalogue.duty import UNIT_WORDS
from catalogue.source import INTERNAL_CHANNELS
from dashboards.context import Context
from dashboards.parts import Node, card, count, documents, facts
from dashboards.wording import local
from store.queries_documents import DocumentRow
from store.queries_incidents import Whole

ANSWER_SHOWN = 160
CANDIDATES = 3
MOST_TEXTS = 50  # an address names no more texts one by one


def reply_head(at: datetime | None, precision: str | None, by: str | None) -> str:
    """官方答复 2026-11-20 14:05（A市住建局); only as much of the time as is known."""
    if at is None or precision not in ("minute", "day"):
        when = "（时间不明）"
    else:
        when = f" {local(at):%Y-%m-%d %H:%M}" if precision == "minute" else f" {local(at):%Y-%m-%d}"
    return f"官方答复{when}" + (f"（{by}）" if by else "（未写明单位）")


def reply_line(row: DocumentRow) -> list[Node]:
    """The reply under a title; nothing where there is none. For those who may read the message."""
    if not row.is_answered:
        return []
    words = row.answer or ""
    cut = words if len(words) <= ANSWER_SHOWN else words[: ANSWER_SHOWN - 1] + "…"
    head = reply_head(row.answered_at, row.answered_precision, row.answered_by)
    return [
        html.P([html.B(head), f"：{cut}" if cut else "：来源没有给出答复文字。"], className="small reply")
    ]


def reply_whole(row: DocumentRow, answer: str) -> list[Node]:
    """The whole reply on the text's own page."""
    if not row.is_answered:
        return []
    head = reply_head(row.answered_at, row.answered_precision, row.answered_by)
    body = html.P(answer, className="whole-text") if answer else html.P("来源没有给出答复文字。")
    note = "这是对来件人的答复，是否构成对事件的回应由人认定。"
    return [html.H3(head), body, html.P(note, className="quiet small")]


def replies_card(ctx: Context, whole: Whole) -> list[Node]:
    """How many letters of the incident are answered, how fast, and which are owed; nothing without letters."""
    incident = whole.listed.incident
    found = replies_of(ctx.session, ctx.catalogue, incident.id, ctx.now)
    if not found.letters:
        return []

    def number(value: int, replied: str) -> Node:
        return count(value, documents(incident=incident.id, replied=replied), " 条")

    median = "时间不全，算不出" if found.median_days is None else f"中位 {found.median_days:g} 天"
    pairs: list[tuple[str, Node]] = [
        (
            "已有官方答复",
            html.Span([number(len(found.answered), "yes"), f"，{median}" if found.answered else ""]),
        ),
        ("未答复", number(found.open, "no")),
        *limit_line(found),
    ]
    body: list[Node] = [facts(pairs)]
    if found.answered:
        body.append(html.P("候选回应（对来件人的答复，是否算作对事件的回应由人登记）：", className="small"))
        body.append(
            html.Ul([candidate(ctx, one) for one in found.answered[:CANDIDATES]], className="plain-list")
        )
    note = f"来信、留言和热线共 {found.letters} 条"
    return [card("来件答复", body, note, "replies")]


def limit_line(found: Replies) -> list[tuple[str, Node]]:
    """The legal limit where there is one: hotline items only; the day of handing over is not known here."""
    duty = found.duty
    if duty is None or not (found.late or found.waiting):
        return []
    limit = f"{duty.limit} {UNIT_WORDS[duty.unit]}"
    late: Node = f"没有超过 {limit}的"
    if found.late:
        number, listed = len(found.late), documents(texts=",".join(map(str, found.late)))
        late = html.B(
            [count(number, listed, " 条") if number <= MOST_TEXTS else f"{number} 条", f"超过 {limit}"]
        )
    words = f"，未到 {limit}的 {found.waiting} 条"
    basis = f"{duty.basis[0].document}；{'各地规定不同，请核对本地；' if duty.scope == 'local' else ''}"
    note = html.Span(f"{basis}按来件日起算（转办日未知），延期未计。", className="quiet small")
    return [("热线未答复", html.Span([html.Span([late, words]), note], className="stack"))]


def candidate(ctx: Context, letter: Letter) -> Node:
    head = reply_head(letter.answered_at, "day", letter.answered_by)
    may_read = letter.channel not in INTERNAL_CHANNELS or ctx.viewer.may("internal_text")
    return html.Li(html.A(head, href=f"/document/{letter.id}") if may_read else head)
