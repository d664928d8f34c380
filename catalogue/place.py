"""`place.toml` of the site: which groups of sources this town takes, and the few words that fill their `${…}`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogue.errors import CatalogueError
from catalogue.fields import Fields
from catalogue.region import Region

FILE = "place.toml"
GROUPS = {
    "central_news": "中央媒体",
    "market_news": "商业与都市媒体",
    "province_news": "省市报刊与客户端",
    "national_government": "国家部门网站",
    "local_government": "本地与示例政府网站",
    "message_boards": "留言板与信箱",
    "hotline_exports": "热线与信箱导出",
    "hot_lists": "热榜",
    "own_bridges": "自建 newsnow、RSSHub",
    "forums": "论坛",
    "timelines": "公共时间线",
    "background": "天气、空气、地震、停水、辟谣",
    "abroad_chinese": "境外中文媒体（由单位决定是否采用）",
}
SLOT = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Place:
    """groups and sources picked (both empty: everything that was tried is taken); fill: word → value.

    allow_hosts: `host:port` of own bridges in the office's network; only sources at that address may go there.
    """

    groups: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fill: Mapping[str, str] = field(default_factory=dict)
    allow_hosts: tuple[str, ...] = ()

    def takes(self, name: str, groups: Iterable[str]) -> bool:
        """Whether a shipped source of this name and these groups belongs to the town."""
        picked = self.groups or self.sources
        return not picked or name in self.sources or any(group in self.groups for group in groups)


def parse_place(raw: Mapping[str, Any]) -> Place:
    """Raises CatalogueError for unknown keys, unknown groups and values that are no text."""
    fields = Fields(raw, FILE)
    groups = fields.strings("groups", [])
    check_groups(fields, groups)
    fill = fields.take("fill", dict, {})
    for key, value in fill.items():
        if not isinstance(value, str) or not re.fullmatch(r"\w+", key, re.A):
            raise fields.fail(f"fill.{key}", f"应为英文名 = 文字，现为 {value!r}", '请写成 名称 = "值"')
    words = {key: value.strip() for key, value in fill.items()}
    place = Place(groups, fields.strings("sources", []), words, fields.strings("allow_hosts", []))
    fields.done()
    return place


def check_groups(fields: Fields, groups: Iterable[str]) -> None:
    for group in groups:
        if group not in GROUPS:
            near = difflib.get_close_matches(group, GROUPS, 1)
            hint = f"是否想写 {near[0]!r}" if near else f"可用的是：{'、'.join(GROUPS)}"
            raise fields.fail("groups", f"没有名为 {group!r} 的组", hint)


def words_of(place: Place, regions: Iterable[Region]) -> dict[str, str]:
    """What fills the slots: `region` and `province` from the gazetteer, overlaid by place.toml."""
    by_id = {region.id: region for region in regions}
    here = next((region for region in by_id.values() if region.is_office), None)
    words = {"region": here.name} if here else {}
    for _ in by_id:
        if here is None:
            break
        if here.level == "province":
            words["province"] = here.name
        here = by_id.get(here.parent or "")
    return words | {key: value for key, value in place.fill.items() if value}


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """A table with every `${word}` that is known replaced; unknown ones stay and keep the source from running."""
    if isinstance(value, str):
        return SLOT.sub(lambda match: words.get(match[1], match[0]), value)
    if isinstance(value, Mapping):
        return {key: filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, words) for one in value]
    return value


def slots_of(value: Any) -> list[str]:
    """The `${word}`s in a table, in order, each once."""
    if isinstance(value, str):
        return list(dict.fromkeys(SLOT.findall(value)))
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return list(dict.fromkeys(word for one in inner for word in slots_of(one)))


def check_place(place: Place, slots: Iterable[str], names: Iterable[str]) -> list[CatalogueError]:
    """Words that no source asks for and sources that do not exist: most likely typing errors."""
    errors, known, sources = [], {*slots, "region", "province"}, set(names)
    for key in place.fill:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"是否想写 {near[0]}" if near else f"信源里用到的是：{'、'.join(sorted(known))}"
            errors.append(CatalogueError(FILE, f"fill.{key}", "没有信源用到这一项", hint))
    for name in place.sources:
        if name not in sources:
            near = difflib.get_close_matches(name, sources, 1)
            hint = f"是否想写 {near[0]!r}" if near else "请用 huiying source list 查看"
            errors.append(CatalogueError(FILE, "sources", f"没有名为 {name!r} 的信源", hint))
    return errors
