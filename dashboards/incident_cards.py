"""The right column of an incident: what was done and is owed, why this level, the record of handling."""

from __future__ import annotations

from dash import html

from catalogue.level_rule import METRICS
from dashboards import filters, history, wording
from dashboards.context import Context
from dashboards.incident_parts import (
    deadline_words,
    duty_words,
    result_words,
)
from dashboards.parts import (
    Node,
    card,
    count,
    documents,
    empty,
    level_words,
)
from store.queries import history_of
from store.queries_documents import DocumentFilter, count_documents
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


LEVEL_ACTS = ("incident.confirm", "incident.raise", "incident.lower", "incident.treat_as_major")
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


def reasons_card(ctx: Context, whole: Whole) -> Node:
    incident = whole.listed.incident
    if not incident.reasons:
        by_hand = "人工新建，没有程序理由。" if incident.origin == "person" else "没有触发的规则。"
        return card(f"为何是 {level_words(incident)}", empty(by_hand), key="reasons")
    lines = [reason_line(ctx, incident.id, reason) for reason in incident.reasons]
    lines += decided_line(ctx, whole)
    return card(
        f"为何是 {level_words(incident)}",
        html.Ul(lines, className="reasons"),
        "条数打开这条规则依据的原文",
        "reasons",
    )


def decided_line(ctx: Context, whole: Whole) -> list[Node]:
    """Who set the level in force, and when: the program proposes, a person decides."""
    entries = history_of(ctx.session, f"incident:{whole.listed.incident.id}")
    last = next((one for one in entries if one.action in LEVEL_ACTS), None)
    if last is None:
        return []
    words = f"{history.who(ctx, last)} {wording.day_time(last.at, ctx.now)} 人工{history.what(ctx, last)}"
    return [html.Li([html.B("认定", className="reason-name"), html.Span(words)])]


def reason_line(ctx: Context, incident: str, reason: dict) -> Node:
    """One rule that fired: its name, its sentence, each metric with value and threshold, and the texts behind it."""
    if reason.get("documents"):
        behind: Node = html.Span(["依据 ", grounds(ctx, incident, reason)], className="small")
    else:
        behind = html.Span("这条理由提出时没有记下所依据的原文", className="quiet small")
    measured = [
        part
        for metric in reason.get("thresholds", {})
        for part in ("；", *metric_words(ctx, incident, reason, metric))
    ]
    return html.Li(
        [
            html.B(reason["name"], className="reason-name"),
            html.Span(reason["text"]),
            html.Span(measured[1:], className="quiet small"),
            behind,
        ]
    )


def metric_words(ctx: Context, incident: str, reason: dict, metric: str) -> list[Node]:
    """`死亡人数 3（阈值 ≥ 3），2 条`: the number of texts opens them; left out where the rule has one metric only."""
    words, value = METRICS.get(metric, metric), reason.get("values", {}).get(metric)
    limit = reason["thresholds"][metric].replace(">=", "≥").replace("<=", "≤").replace("==", "=")
    said = f"{words} {value:g}（阈值 {limit}）" if value is not None else words
    is_one_of_several = len(reason.get("documents") or {}) > 1 and metric in reason["documents"]
    return [said, "，", grounds(ctx, incident, reason, metric)] if is_one_of_several else [said]


def grounds(ctx: Context, incident: str, reason: dict, metric: str = "") -> Node:
    """How many texts stand behind a reason or one of its metrics; opens exactly these."""
    wanted = DocumentFilter(ids=filters.texts_of(reason, metric), unit=ctx.viewer.scope_unit)
    number, _ = count_documents(ctx.session, wanted)
    href = documents(incident=incident, reason=reason["rule"], metric=metric)
    return count(number, href, " 条原文", label=reason["name"])


def history_card(ctx: Context, whole: Whole) -> Node:
    entries = history_of(ctx.session, f"incident:{whole.listed.incident.id}")
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
