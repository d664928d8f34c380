"""打开一条原文：全文、判断的依据；值班员可以当场更正，移出、拆分或归入事件。"""

from __future__ import annotations

from typing import Any

from dash import html

from alerts import decisions
from dashboards import actions
from dashboards.context import Context
from dashboards.document_rows import HEAD_WORDS
from dashboards.errors import WrongInput
from dashboards.fields import from_list, one_of, several
from dashboards.opened_text import OpenedText, open_text, text_parts
from dashboards.parts import Node
from dashboards.wording import SENTIMENT_WORDS
from store.queries_incidents import OPEN_STATES

ORDER = 200
WORDS = "依据"
SUBMIT = "保存更正"
RIGHT = "read"
DENIED = "此操作需登录"
SIDE = True
NOWHERE = "?"
YES_NO = {"yes": "是", "no": "否"}

load = open_text


def title(opened: OpenedText) -> str:
    return opened.row.title or "原文"


def version(opened: OpenedText) -> int:
    return opened.row.label


def where(of: str) -> str:
    return f"/document/{of}"


def can_submit(context: Context, opened: OpenedText) -> bool:
    return context.viewer.may("correct_labels")


def form(context: Context, opened: OpenedText) -> list[Node]:
    shown = html.Div([*text_parts(context, opened), belonging(context, opened)], className="wide opened-text")
    return [shown, *(label_fields(context, opened) if can_submit(context, opened) else [])]


def belonging(context: Context, opened: OpenedText) -> Node:
    """Where the text belongs is decided here too; the buttons open their own forms."""
    if not context.viewer.may("sort_texts"):
        return html.Div()
    number, home = str(opened.row.id), opened.incident
    if home is None:
        buttons = [actions.button("include", number, 0)]
    elif home.state in OPEN_STATES:
        buttons = [actions.button(name, f"{home.id}/{number}", home.version) for name in ("exclude", "split")]
    else:
        buttons = []
    if not {"sentiment", "category"} <= set(opened.labels):
        buttons.append(actions.button("agree", number, opened.row.label))
    return html.Div(
        [*buttons, html.A("单独打开", href=where(number), className="button")], className="turning"
    )


def label_fields(context: Context, opened: OpenedText) -> list[Node]:
    row, catalogue = opened.row, context.catalogue
    regions = {NOWHERE: "未标注", **{item.id: item.name for item in catalogue.regions.values()}}
    categories = {item.id: item.name for item in catalogue.categories.values()}
    return [
        html.H3("更正判断", className="wide"),
        one_of("情感（对所说的事）", "sentiment", SENTIMENT_WORDS, row.sentiment),
        several("分类（可多选，可不选）", "category", categories, row.categories, is_tall=False),
        from_list("地区", "region", regions, row.region or NOWHERE),
        one_of(
            "堵点痛点（办事卡在哪个单位、哪一步）", "service_friction", YES_NO, yes_no(row.service_friction)
        ),
        one_of("突发（正在发生或刚发生的突发事件）", "sudden_incident", YES_NO, yes_no(row.sudden_incident)),
    ]


def yes_no(value: bool) -> str:
    return "yes" if value else "no"


def submit(context: Context, opened: OpenedText, given: dict[str, Any], version: int) -> str:
    context.viewer.need("correct_labels")
    if given.get("sentiment") not in SENTIMENT_WORDS:
        raise WrongInput("请选择情感：负面、中性或正面。")
    labels = {
        "sentiment": given["sentiment"],
        "category": list(given.get("category") or []),
        "region": None if given.get("region") in (None, NOWHERE) else given["region"],
        "service_friction": given.get("service_friction") == "yes",
        "sudden_incident": given.get("sudden_incident") == "yes",
    }
    heads = decisions.correct_labels(
        context.session, context.catalogue, actions.actor(context), opened.row.id, context.now,
        labels=labels, expected_label=version,
    )  # fmt: skip
    named = "、".join(HEAD_WORDS[head] for head in heads)
    return f"已更正“{opened.row.title}”的{named}。计数已随之改变，并供下次训练学习。"
