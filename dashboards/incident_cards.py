"""The right column of an incident: what was done and is owed, the record of handling."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboards import history, wording
from dashboards.context import Context
from dashboards.incident_parts import (
    deadline_words,
    duty_words,
    result_words,
)
from dashboards.parts import (
    Node,
    card,
    empty,
)
from store.model import Audit
from store.queries_incidents import Whole


def steps_card(ctx: Context, whole: Whole) -> Node:
    """What was done, what is owed: from the time stamps and clocks, never ticked by hand."""
    incident, now = whole.listed.incident, ctx.now
    steps = [
        ("签收", "done" if incident.acknowledged_at else "now", "值班室", incident.acknowledged_at),
        (
            "认定级别与主责单位",
            "done" if incident.confirmed_at else "now" if incident.acknowledged_at else "later",
            "值班室",
            incident.confirmed_at,
        ),
    ]
    lines = [
        step(words, state, f"{owner}{' · ' + wording.day_time(at, now) if at else ''}")
        for words, state, owner, at in steps
    ]
    for clock in whole.listed.clocks:
        state = {"met": "done", "met_late": "done", "superseded": "off", "void": "off"}.get(
            clock.state, "late" if clock.state == "missed" else "now"
        )
        foot = result_words(clock) if state in ("done", "off") else deadline_words(ctx, clock)
        lines.append(step(f"{duty_words(ctx, clock)}", state, f"{ctx.unit_name(incident.unit)} · {foot}"))
    unanswered = sum(one.answer is None for one in whole.questions)
    if whole.questions:
        words = f"回答公众提出的 {len(whole.questions)} 个问题"
        lines.append(
            step(
                words,
                "now" if unanswered else "done",
                f"已答 {len(whole.questions) - unanswered}，待答 {unanswered}",
            )
        )
    lines.append(
        step(
            "办结",
            "done" if incident.closed_at else "later",
            wording.day_time(incident.closed_at, now) if incident.closed_at else "时限了结后",
        )
    )
    return card("回应步骤", html.Ol(lines, className="steps"), key="steps")


MARKS = {
    "done": ("✓", "已完成"),
    "now": ("◐", "进行中"),
    "later": ("○", "未开始"),
    "late": ("!", "超时"),
    "off": ("–", "不再适用"),
}


def step(words: str, state: str, foot: str) -> Node:
    sign, spoken = MARKS[state]
    return html.Li(
        [
            html.Span(sign, className=f"step-sign {state}", **{"aria-hidden": "true"}),
            html.Span([html.B(words), html.Span(foot, className="quiet small")], className="stack"),
            html.Span(spoken, className="quiet"),
        ]
    )


def history_card(ctx: Context, entries: Sequence[Audit]) -> Node:
    lines = [
        html.Li(
            [
                html.Time(wording.day_time(one.at, ctx.now), title=wording.exact_time(one.at)),
                html.Span([html.B(history.who(ctx, one)), " ", history.what(ctx, one)]),
            ]
        )
        for one in entries
    ]
    return card(
        "处置记录",
        html.Ol(lines, className="history") if lines else empty("还没有记录。"),
        "只增不改",
        "history",
    )
