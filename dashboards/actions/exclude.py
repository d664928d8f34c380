"""移出：这些原文不属于本事件；可同时移到另一事件。程序以后不会再放回来。"""

from __future__ import annotations

from typing import Any

from dash import html

from alerts import decisions
from dashboards import actions
from dashboards.actions._texts import Choice, choice_fields, load, need_ids, preview_choice, version, where
from dashboards.context import Context
from dashboards.fields import from_list, typed
from dashboards.parts import Node
from store.queries_incidents import OPEN_STATES, Whole, list_incidents

__all__ = ["load", "version", "where"]
ORDER = 110
WORDS = "移出原文"
SUBMIT = "移出所选"
RIGHT = "sort_texts"
DENIED = "移出原文需值班员或值班长权限"
PLACE = "texts"
STAY = ""


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES and whole.listed.tally.documents > 0


def title(choice: Choice) -> str:
    return f"{WORDS}：{choice.whole.listed.incident.title}"


def form(context: Context, choice: Choice) -> list[Node]:
    own = choice.whole.listed.incident.id
    others = {
        row.incident.id: f"{row.incident.id} {row.incident.title}"
        for row in list_incidents(context.session, context.now)
        if row.incident.id != own
    }
    into = [
        from_list("移到哪个事件（不选则不属于任何事件）", "into", {STAY: "不移到别的事件", **others}, STAY)
    ]
    return [
        *choice_fields(context, choice),
        *(into if others else []),
        typed("理由", "reason", hint="如 说的是外地、广告、旧闻；写入处置记录"),
    ]


def preview(context: Context, choice: Choice, given: dict[str, Any]) -> list[Node]:
    found = preview_choice(context, choice, given, "移出")
    return (
        [*found, html.P("级别和时限不因移出而变；如需调整，请用“调整级别”“更正发生时间”。")] if found else []
    )


def submit(context: Context, choice: Choice, given: dict[str, Any], version: int) -> list[Node] | str:
    ids = need_ids(context, choice, given)
    number, into, who = choice.whole.listed.incident.id, given.get("into") or STAY, actions.actor(context)
    kept = {
        "document_ids": ids,
        "reason": (given.get("reason") or "").strip()[:300],
        "expected_version": version,
    }
    if into:
        decisions.transfer(context.session, context.catalogue, who, number, into, context.now, **kept)
        return [
            f"已将 {len(ids)} 条移到 ",
            html.A(into, href=f"/incident/{into}"),
            "。程序以后不会再放回来。",
        ]
    decisions.exclude(context.session, who, number, context.now, **kept)
    return f"已移出 {len(ids)} 条。程序以后不会再放回来。"
