"""Why an incident has its level: every rule that fired with the texts behind it, and who decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dash import html

from catalogue.level_rule import METRICS
from dashboards import filters, history, wording
from dashboards.board_flags import board_reasons
from dashboards.context import Context
from dashboards.parts import Node, card, count, documents, empty, level_words
from store.model import Audit, Incident
from store.queries_documents import DocumentFilter, document_ids

LEVEL_ACTS = ("incident.confirm", "incident.raise", "incident.lower", "incident.treat_as_major")
Reason = Mapping[str, Any]


def reasons_card(ctx: Context, incident: Incident, entries: Sequence[Audit]) -> Node:
    """entries: the record of the incident, newest first."""
    shown = texts_shown(ctx, incident.reasons)
    lines: list[Node] = [reason_line(incident.id, reason, shown) for reason in incident.reasons]
    lines += board_reasons(ctx, incident)
    decided = decided_line(ctx, entries)
    title = f"为何是 {level_words(incident)}"
    if lines:
        return card(
            title, html.Ul([*lines, *decided], className="reasons"), "条数打开这条规则依据的原文", "reasons"
        )
    nothing = "人工新建，没有程序理由。" if incident.origin == "person" else "没有触发的规则。"
    return card(title, [empty(nothing), html.Ul(decided, className="reasons")], key="reasons")


def texts_shown(ctx: Context, reasons: Sequence[Reason]) -> frozenset[int]:
    """Those of the texts behind the reasons that a list shows to this person: not folded since, within the scope."""
    named = {number for reason in reasons for number in filters.texts_of(reason)}
    wanted = DocumentFilter(ids=tuple(sorted(named)), unit=ctx.viewer.scope_unit)
    return frozenset(document_ids(ctx.session, wanted, len(named))) if named else frozenset()


def reason_line(incident: str, reason: Reason, shown: Collection[int]) -> Node:
    """One rule that fired: its name, its sentence, each metric with value and threshold, and the texts behind it."""
    if reason.get("documents"):
        behind: Node = html.Span(["依据 ", grounds(incident, reason, shown)], className="small")
    else:
        behind = html.Span("这条理由提出时没有记下所依据的原文", className="quiet small")
    measured = [
        part
        for metric in reason.get("thresholds", {})
        for part in ("；", *metric_words(incident, reason, metric, shown))
    ]
    return html.Li(
        [
            html.B(reason["name"], className="reason-name"),
            html.Span(reason["text"]),
            html.Span(measured[1:], className="quiet small"),
            behind,
        ]
    )


def metric_words(incident: str, reason: Reason, metric: str, shown: Collection[int]) -> list[Node]:
    """`死亡人数 3（阈值 ≥ 3），2 条`: the number of texts opens them; left out where the rule has one metric only."""
    words, value = METRICS.get(metric, metric), reason.get("values", {}).get(metric)
    limit = reason["thresholds"][metric].replace(">=", "≥").replace("<=", "≤").replace("==", "=")
    said = f"{words} {value:g}（阈值 {limit}）" if value is not None else words
    is_one_of_several = len(reason.get("documents") or {}) > 1 and metric in reason["documents"]
    return [said, "，", grounds(incident, reason, shown, metric)] if is_one_of_several else [said]


def grounds(incident: str, reason: Reason, shown: Collection[int], metric: str = "") -> Node:
    """How many texts stand behind a reason or one of its metrics; opens exactly these."""
    number = sum(one in shown for one in filters.texts_of(reason, metric))
    href = documents(incident=incident, reason=reason["rule"], metric=metric)
    return count(number, href, " 条原文", label=reason["name"])


def decided_line(ctx: Context, entries: Sequence[Audit]) -> list[Node]:
    """Who set the level in force, and when: the program proposes, a person decides."""
    last = next((one for one in entries if one.action in LEVEL_ACTS), None)
    if last is None:
        return []
    words = f"{history.who(ctx, last)} {wording.day_time(last.at, ctx.now)} 人工{history.what(ctx, last)}"
    return [html.Li([html.B("认定", className="reason-name"), html.Span(words)])]
