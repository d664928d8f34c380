"""What the acts on a source share: loading it from the catalogue, its name, and where it stands."""

from __future__ import annotations

from catalogue.source import Source
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import written
from dashboards.parts import Node

ORDER = 220
SWITCH = "switch_source"


def load(context: Context, name: str) -> Source:
    source = context.catalogue.sources.get(name)
    if source is None or source.status != "enabled" or source.kind == "file":
        raise DashboardError(f"目录中没有启用的来源“{name}”；请在站点目录的 sources 文件夹中启用它。")
    return source


def version(source: Source) -> int:
    return 0


def where(of: str) -> str:
    return "/sources"


def form(context: Context, source: Source) -> list[Node]:
    return [written("理由", "reason", "必填，写入审计，并显示在来源页上；不写人名")]


def reason_of(given: dict) -> str:
    reason = " ".join((given.get("reason") or "").split())[:500]
    if len(reason) < 2:
        raise WrongInput("请填写理由；它会写入审计，并显示在来源页上。")
    return reason
