"""Choosing texts of one incident: from its newest ones, or all that contain some words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html

from dashboards import actions
from dashboards.context import Context
from dashboards.document_rows import moment_words, shortened
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import several, typed
from dashboards.filters import whole_number
from dashboards.parts import Node
from store.queries_documents import DocumentFilter, DocumentRow, count_documents, document_ids, list_documents
from store.queries_incidents import Whole

LISTED = 100  # newest texts offered one by one; the rest by their words
MOST = 5000  # texts one act may move


@dataclass(frozen=True)
class Choice:
    """An incident whose texts are chosen from; picked: the text the person came from."""

    whole: Whole
    picked: DocumentRow | None


def load(context: Context, of: str) -> Choice:
    """of: `incident` or `incident/document`."""
    number, _, text = of.partition("/")
    whole = actions.load(context, number)
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    wanted = DocumentFilter(incident=number, ids=(whole_number(text) or 0,))
    picked = next(iter(list_documents(context.session, wanted, size=1)), None) if text else None
    return Choice(whole, picked)


def version(choice: Choice) -> int:
    return choice.whole.listed.incident.version


def where(of: str) -> str:
    return f"/incident/{of.partition('/')[0]}"


def choice_fields(context: Context, choice: Choice) -> list[Node]:
    number = choice.whole.listed.incident.id
    wanted = DocumentFilter(incident=number)
    rows = list_documents(context.session, wanted, size=LISTED)
    if choice.picked is not None:
        rows = [choice.picked, *(row for row in rows if row.id != choice.picked.id)]
    total, _ = count_documents(context.session, wanted)
    hint = f"本事件共 {total} 条，这里列最新的 {LISTED} 条，其余可按词选" if total > LISTED else ""
    options = {str(row.id): line(context, row) for row in rows}
    chosen = [str(choice.picked.id)] if choice.picked is not None else []
    return [
        several("选出原文", "texts", options, chosen, hint),
        typed("或含这些词的全部", "words", hint="标题和正文都找；与上面选中的合在一起"),
    ]


def line(context: Context, row: DocumentRow) -> str:
    if row.title is None:
        said = "原文已清除"
    elif row.is_internal and not context.viewer.may("internal_text"):
        said = "内部条目"
    else:
        said = shortened(row.title, 50)
    return f"{moment_words(context, row)} {context.source_name(row.source)}：{said}"


def chosen_ids(context: Context, choice: Choice, given: dict[str, Any]) -> list[int]:
    """Ticked texts and those with the words, all of this incident."""
    number = choice.whole.listed.incident.id
    ticked = tuple(
        found for word in given.get("texts") or () if (found := whole_number(str(word))) is not None
    )
    ids = document_ids(context.session, DocumentFilter(incident=number, ids=ticked), MOST) if ticked else []
    words = (given.get("words") or "").strip()[:100]
    if words:
        ids += document_ids(context.session, DocumentFilter(incident=number, search=words), MOST)
    return sorted(set(ids))


def need_ids(context: Context, choice: Choice, given: dict[str, Any]) -> list[int]:
    ids = chosen_ids(context, choice, given)
    if not ids:
        raise WrongInput("请选出至少一条原文，或写下所含的词。")
    return ids


def preview_choice(context: Context, choice: Choice, given: dict[str, Any], leaving: str) -> list[Node]:
    """How many go, how many stay, and the first of those that go."""
    ids = chosen_ids(context, choice, given)
    if not ids:
        return []
    number = choice.whole.listed.incident.id
    total, _ = count_documents(context.session, DocumentFilter(incident=number))
    rows = list_documents(context.session, DocumentFilter(incident=number, ids=tuple(ids)), size=5)
    stay = f"，原事件留 {total - len(ids)} 条" if total > len(ids) else "，原事件一条不留"
    return [
        html.P(html.Strong(f"{leaving} {len(ids)} 条{stay}")),
        html.Ul([html.Li(line(context, row)) for row in rows]),
    ]
