"""What the acts on catalogue files share: loading one, what it is called, and writing it with its audit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dash import dcc, html

from catalogue import overlay
from catalogue.errors import CatalogueError
from catalogue.loader import load as load_catalogue
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import key_of
from dashboards.parts import Node
from store import audit
from store.catalogue_versions import keep
from store.errors import Conflict

ORDER = 230
RIGHT = "edit_catalogue"
DENIED = "修改设置需管理员权限"
KINDS = {
    "recipients": "接收人", "roster": "值班表", "level_rules": "定级规则", "categories": "分类与词表",
    "units": "责任单位", "regions": "地区", "sources": "来源", "duties": "时限",
}  # fmt: skip


@dataclass(frozen=True)
class CatalogueFile:
    """A file as the person saw it. text: what is in force, empty for a new one."""

    kind: str
    name: str
    text: str

    @property
    def label(self) -> str:
        return f"{KINDS[self.kind]} {self.name or '（新文件）'}"


def load(context: Context, of: str) -> CatalogueFile:
    """of: `kind/name.toml`, or `kind/` for a new one."""
    kind, _, name = of.partition("/")
    try:
        text = overlay.text_in_force(context.settings.site_dir, kind, name) if name else ""
        overlay.place(kind, name or "x.toml")
    except CatalogueError as error:
        raise WrongInput(str(error)) from error
    if text is None:
        raise WrongInput(f"没有文件 {of}；请刷新页面。")
    return CatalogueFile(kind, name, text)


def version(file: CatalogueFile) -> int:
    """A number that changes with the text, so that nobody overwrites an unseen edit."""
    return int(hashlib.sha256(file.text.encode()).hexdigest()[:12], 16)


def where(of: str) -> str:
    return "/settings"


def text_area(text: str) -> Node:
    box = dcc.Textarea(
        id=key_of("text"), value=text, maxLength=overlay.LONGEST, rows=18, className="code", spellCheck=False
    )
    hint = "保存前按 huiying check 的规则检查；有一处不对就不保存。井号后面是说明。"
    return html.Label([html.Span("内容（TOML）"), box, html.Span(hint, className="hint")], className="wide")


def reason_of(given: dict) -> str:
    reason = " ".join((given.get("reason") or "").split())[:500]
    if len(reason) < 2:
        raise WrongInput("请填写理由；它会写入审计。")
    return reason


def save(context: Context, file: CatalogueFile, seen: int, name: str, text: str, reason: str) -> str:
    """Check, keep the version, record it, put the file in place; one sentence of what came of it.

    The file is put in place last, inside the transaction: a refused text leaves neither file nor audit entry.
    Raises WrongInput with the sentence of `huiying check`, Conflict when the text changed meanwhile.
    """
    site = context.settings.site_dir
    if version(file) != seen:
        raise Conflict(f"{file.label} 刚被别人改过；请先查看新内容。")
    try:
        before = load_catalogue(site).version
        after = overlay.checked(site, file.kind, name, cleaned(text))
    except CatalogueError as error:
        raise WrongInput(str(error)) from error
    if after.version == before:
        return "内容没有变化，没有保存。"
    keep(context.session, after, context.now)
    audit.record(
        context.session, context.now, context.viewer.name, "catalogue.edit", f"catalogue:{file.kind}/{name}",
        {"version": before, "sha256": digest(file.text)}, {"version": after.version, "sha256": digest(cleaned(text))},
        reason,
    )  # fmt: skip
    context.session.flush()
    try:
        overlay.write(site, file.kind, name, text)
    except CatalogueError as error:
        raise WrongInput(str(error)) from error
    return f"已保存{KINDS[file.kind]} {name}，目录版本 {before} → {after.version}；半分钟内在各处生效。"


def cleaned(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip() + "\n"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def former_text(site: Path, file: CatalogueFile) -> str | None:
    kept = overlay.formers(site, file.kind, file.name)
    return kept[-1].read_text(encoding="utf-8") if kept else None
