"""修改目录文件：接收人、值班表、定级规则、分类、单位、地区、来源、时限；写入站点目录，成为新版本。"""

from __future__ import annotations

from dashboards.actions._files import (
    DENIED,
    ORDER,
    RIGHT,
    CatalogueFile,
    load,
    reason_of,
    save,
    text_area,
    version,
    where,
)
from dashboards.context import Context
from dashboards.fields import typed, written
from dashboards.parts import Node

__all__ = ["DENIED", "ORDER", "RIGHT", "load", "version", "where"]
WORDS, SUBMIT = "修改", "检查并保存为新版本"


def title(file: CatalogueFile) -> str:
    return f"修改：{file.label}"


def form(context: Context, file: CatalogueFile) -> list[Node]:
    name = (
        [] if file.name else [typed("文件名", "name", hint="如 night_desk.toml；与内容中的 id 或 name 一致")]
    )
    return [*name, text_area(file.text), written("理由", "reason", "必填，写入审计")]


def submit(context: Context, file: CatalogueFile, given: dict, seen: int) -> str:
    reason = reason_of(given)
    name = file.name or (given.get("name") or "").strip()
    return save(context, file, seen, name, given.get("text") or "", reason)
