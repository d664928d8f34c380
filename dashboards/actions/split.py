"""拆分：所选原文另成一个事件，带走它们的提问和全部时限的副本。"""

from __future__ import annotations

from typing import Any

from dash import html

from alerts import decisions
from dashboards import actions
from dashboards.actions._texts import Choice, choice_fields, load, need_ids, preview_choice, version, where
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import typed
from dashboards.parts import Node
from store.queries_incidents import OPEN_STATES, Whole

__all__ = ["load", "version", "where"]
ORDER = 120
WORDS = "拆分"
SUBMIT = "拆分为新事件"
RIGHT = "sort_texts"
DENIED = "拆分需值班员或值班长权限"
PLACE = "texts"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES and whole.listed.tally.documents > 1


def title(choice: Choice) -> str:
    return f"{WORDS}：{choice.whole.listed.incident.title}"


def form(context: Context, choice: Choice) -> list[Node]:
    picked = choice.picked.title if choice.picked is not None and choice.picked.title else ""
    return [
        *choice_fields(context, choice),
        typed("新事件的标题", "title", value=picked[:60], limit=200),
        typed("理由", "reason", hint="写入处置记录"),
    ]


def preview(context: Context, choice: Choice, given: dict[str, Any]) -> list[Node]:
    found = preview_choice(context, choice, given, "拆出")
    words = "新事件沿用原来的级别、主责单位和时限（起点不变，一条也不丢）。"
    return [*found, html.P(words)] if found else []


def submit(context: Context, choice: Choice, given: dict[str, Any], version: int) -> list[Node]:
    ids = need_ids(context, choice, given)
    if len((given.get("title") or "").strip()) < 2:
        raise WrongInput("请给新事件一个标题（至少两个字）。")
    new = decisions.split(
        context.session, context.catalogue, actions.actor(context), choice.whole.listed.incident.id, context.now,
        document_ids=ids, title=given["title"], reason=(given.get("reason") or "").strip()[:300],
        expected_version=version,
    )  # fmt: skip
    link = html.A(f"{new.id} {new.title}", href=f"/incident/{new.id}")
    return [f"已拆出 {len(ids)} 条，成为新事件 ", link, "。程序以后不会再合回来。"]
