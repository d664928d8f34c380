"""Pages are found by file: every module of dashboards/pages with PATH, RIGHT, NAV and layout(ctx) is one."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from types import ModuleType
from typing import Any

import dashboards.pages
from dashboards.context import Context
from dashboards.errors import NoSuchPage


@dataclass(frozen=True)
class Page:
    """What a layout answers. crumbs: (words, address); lead: under the heading; tools: main actions, on phones a
    fixed bar at the bottom; is_bare: the wall, without frame and heading."""

    title: str
    body: Any
    crumbs: tuple[tuple[str, str], ...] = ()
    lead: Any = None
    tools: tuple[Any, ...] = ()
    is_bare: bool = False


@dataclass(frozen=True)
class Route:
    pattern: re.Pattern[str]
    right: str
    nav: str
    layout: Callable[[Context], Page]
    module: ModuleType = field(repr=False)


@cache
def routes() -> tuple[Route, ...]:
    """All pages, those with a fixed address first."""
    names = (found.name for found in pkgutil.iter_modules(dashboards.pages.__path__))
    modules = [
        importlib.import_module(f"dashboards.pages.{name}") for name in names if not name.startswith("_")
    ]
    made = [
        Route(as_pattern(path), module.RIGHT, module.NAV, module.layout, module)
        for module in modules
        for path in ([module.PATH] if isinstance(module.PATH, str) else module.PATH)
    ]
    return tuple(sorted(made, key=lambda route: "(" in route.pattern.pattern))


def as_pattern(path: str) -> re.Pattern[str]:
    """`/incident/<id>` → a pattern with the named part."""
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]{1,80})", path) + "/?")


def find_route(path: str) -> tuple[Route, dict[str, str]]:
    for route in routes():
        match = route.pattern.fullmatch(path)
        if match is not None:
            return route, match.groupdict()
    raise NoSuchPage("没有这个页面；请从上方导航重新进入。")


def build_page(ctx: Context) -> tuple[Route, Page]:
    """The page at this address, after the role was checked. Raises NoSuchPage, NoRight."""
    route, params = find_route(ctx.path)
    ctx.viewer.need(route.right)
    return route, route.layout(replace(ctx, params=params))
