"""恢复上一版：把文件改回修改前的内容，作为又一个新版本。"""

from __future__ import annotations

from dash import html

from dashboards.actions._files import (
    DENIED,
    ORDER,
    RIGHT,
    CatalogueFile,
    former_text,
    load,
    reason_of,
    save,
    version,
    where,
)
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import written
from dashboards.parts import Node

__all__ = ["DENIED", "ORDER", "RIGHT", "load", "version", "where"]
WORDS, SUBMIT = "恢复上一版", "恢复为这一内容"


def title(file: CatalogueFile) -> str:
    return f"恢复上一版：{file.label}"


def form(context: Context, file: CatalogueFile) -> list[Node]:
    text = former_text(context.settings.site_dir, file)
    return [
        html.Div(
            [html.Span("上一版内容", className="label"), html.Pre(text or "（没有上一版）")], className="wide"
        ),
        written("理由", "reason", "必填，写入审计"),
    ]


def submit(context: Context, file: CatalogueFile, given: dict, seen: int) -> str:
    text = former_text(context.settings.site_dir, file)
    if text is None:
        raise WrongInput(f"{file.label} 没有上一版可以恢复。")
    return save(context, file, seen, file.name, text, reason_of(given))
