"""What the public asks about an incident: first what is still to be answered, then what a response answered."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from alerts.answers import proposed_answers
from analysis.answers import LikelyAnswer
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.incident_parts import deadline_words, waiting
from dashboards.parts import Node, bar, card, count, documents, empty, table
from dashboards.wording import RESPONSE_WORDS
from store.queries_incidents import Asked, Whole

SHOWN = 10
QUOTED = 60


def question_card(ctx: Context, whole: Whole) -> Node:
    number = whole.listed.tally.documents
    incident = whole.listed.incident
    all_texts = count(number, documents(incident=incident.id), " 条")
    note = ["由 ", all_texts, "归并；同文转载计 1 条"]
    if not whole.questions:
        words = f"尚未归并出问题；原文 {number} 条。收到带问句或诉求的原文后会自动列出。"
        return card("公众在问什么", empty(words), note, "questions")
    hints = {
        one.question_id: one
        for one in proposed_answers(ctx.session, incident.id, whole.questions, whole.responses)
    }
    left = [one for one in whole.questions if one.answer is None]
    rows = [*left, *(one for one in whole.questions if one.answer is not None)]
    body: list[Node] = [html.P(conclusion(len(rows), len(left), len(hints)), className="conclusion")]
    body.append(question_table(ctx, whole, rows[:SHOWN], hints))
    if rows[SHOWN:]:
        rest = [
            html.Summary(f"其余 {len(rows) - SHOWN} 个问题"),
            question_table(ctx, whole, rows[SHOWN:], hints),
        ]
        body.append(html.Details(rest, className="data-table"))
    if actions.acts()["answers"].applies(whole) and ctx.viewer.may(actions.acts()["answers"].RIGHT):
        body.append(html.P("看过原文后，点页首的“核对答复”，记下哪次回应答复了哪个问题。", className="quiet"))
    return card("公众在问什么", body, note, "questions")


def conclusion(number: int, left: int, hints: int) -> str:
    words = f"归并出 {number} 个问题，还要回答 {left} 个，按提到的条数排列"
    if not left:
        words = f"归并出 {number} 个问题，都已答复"
    return words + (f"；其中 {hints} 个程序认为可能已有答复，请核对" if hints else "") + "。"


def question_table(ctx: Context, whole: Whole, rows: list[Asked], hints: Mapping[int, LikelyAnswer]) -> Node:
    top = max([one.documents for one in whole.questions] + [1])
    lines = [question_row(ctx, whole, one, top, hints.get(one.question.id)) for one in rows]
    return table(("问题", "提及", "状态", "答复"), lines, "公众在问什么", "questions")


def question_row(ctx: Context, whole: Whole, asked: Asked, top: int, hint: LikelyAnswer | None) -> list[Node]:
    number = [
        bar({"plain": asked.documents}, top, f"{asked.documents} 条"),
        count(
            asked.documents,
            documents(question=asked.question.id, incident=whole.listed.incident.id),
            label="提及 ",
        ),
    ]
    since = asked.since or asked.question.first_asked_at
    about = [f"自{wording.day_time(since, ctx.now)}起"] if since is not None else []
    about += [f"另有转载 {asked.copies} 条"] if asked.copies else []
    text = html.Span(
        [asked.question.text, html.Span("；".join(about), className="quiet small")], className="stack"
    )
    return [
        text, html.Span(number, className="with-bar"), answered_words(asked.answer is not None, hint is not None),
        answer_words(asked) if asked.answer is not None else owed_words(ctx, whole, hint),
    ]  # fmt: skip


def answered_words(done: bool, hinted: bool = False) -> Node:
    if done:
        return html.Span("✓ 已答复", className="done")
    return html.Span("○ 待核对" if hinted else "○ 待答复", className="open")


def owed_words(ctx: Context, whole: Whole, hint: LikelyAnswer | None) -> Node:
    """Who owes the answer and until when; with a hint, the published words that may hold it."""
    unit, unmet = ctx.unit_name(whole.listed.incident.unit), waiting(whole.listed)
    parts: list[Node] = [unit]
    if unmet:
        parts.append(html.Span(deadline_words(ctx, unmet[0]), className="quiet small"))
    if hint is not None:
        parts.append(html.Span(f"程序提示：{said(whole, hint)}", className="quiet small"))
    return html.Span(parts, className="stack")


def said(whole: Whole, hint: LikelyAnswer) -> str:
    response = next(one for one in whole.responses if one.id == hint.response_id)
    words = hint.sentence if len(hint.sentence) <= QUOTED else hint.sentence[: QUOTED - 1] + "…"
    return f"{wording.hour_minute(response.happened_at)} {RESPONSE_WORDS[response.kind]}中“{words}”"


def answer_words(asked: Asked) -> str:
    answer = asked.answer
    return (
        f"{wording.hour_minute(answer.happened_at)} {RESPONSE_WORDS[answer.kind]}"
        if answer is not None
        else ""
    )
