"""What a host's robots.txt means for one address, in plain words. Pure: the file was read by crawlers.robots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

ROBOT = "HuiyingBot"  # the name our robots.txt lines are looked up by
CIRCLE, UNREACHABLE = "circle", "unreachable"


@dataclass(frozen=True)
class Standing:
    """may: whether the address may be read; None where the file was never asked for."""

    may: bool | None
    words: str


@lru_cache(maxsize=256)
def standing_of(rules: str | None, said: str | None, url: str) -> Standing:
    """rules: the file as last read, "" where the host has none; said: how the host answered when asked last, an HTTP
    status as text, CIRCLE or UNREACHABLE; None for a file read before that was kept."""
    path = urlsplit(url).path or "/"
    if said is None and rules is None:
        return Standing(None, "robots.txt 还没有读过")
    if said == UNREACHABLE:
        return Standing(False, "robots.txt 读不到（超时或连不上），按不允许处理，下次再问")
    if said == CIRCLE:
        return Standing(True, "robots.txt 来回跳转读不到，按没有处理，允许采集")
    if said == "429" or (said is not None and said.startswith("5")):
        return Standing(False, f"robots.txt 读不到（HTTP {said}），按不允许处理，下次再问")
    if not rules:
        why = f"（HTTP {said}）" if said is not None and said != "200" else ""
        return Standing(True, f"网站没有 robots.txt 规则{why}，允许采集")
    if Protego.parse(rules).can_fetch(url, ROBOT):
        return Standing(True, f"robots.txt 允许采集 {path}")
    return Standing(False, f"robots.txt 不允许采集 {path}，已遵守，不采")
