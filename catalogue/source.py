"""A source: one public place that is read, with its purpose, owner and what a healthy run looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from catalogue.fields import Fields
from catalogue.place import check_groups, slots_of

KINDS = ("feed", "sitemap", "listing", "api", "timeline", "board", "file")
CHANNELS = {
    "news": "新闻",
    "government": "政府网站",
    "social": "社交平台",
    "hotlist": "热榜",
    "forum": "论坛",
    "hotline": "热线",
    "mailbox": "信箱留言",
}
STATUSES = ("enabled", "disabled", "untested")
INTERNAL_CHANNELS = ("hotline", "mailbox")
PLACE = re.compile(r"[^\s/]+")
SINGLE_ACCOUNT = re.compile(r"/(?:@[^/]+|users?/[^/]+|u/\d+|accounts/[^/]+)", re.I)


@dataclass(frozen=True)
class Healthy:
    """What a good run yields; fewer than items_min fails the run, more than items_max is a warning."""

    items_min: int = 0
    items_max: int | None = None
    newest_max_age_seconds: int | None = None
    required: tuple[str, ...] = ("title",)


@dataclass(frozen=True)
class Source:
    """One watched place. every_seconds, delay_seconds are lower bounds; options is the table named like kind.

    every_max_seconds: how far the interval may grow while the source is quiet (= every_seconds: it never grows);
    night_seconds: the shortest interval between 23:00 and 06:00 Beijing time; daily_requests: how often its host may be
    asked on one Beijing day; young_days: for how long a stored page is looked at again; allow_hosts: `host` or
    `host:port` that may lie in the office's own network or on another port than 80 and 443; groups: the packs it belongs to.
    """

    name: str
    publisher: str
    kind: str
    channel: str
    url: str
    timezone: str
    every_seconds: int
    delay_seconds: float
    purpose: str
    owner: str
    visibility: str
    status: str
    official_unit: str | None
    region: str | None
    options: Mapping[str, Any]
    healthy: Healthy
    every_max_seconds: int = 0
    night_seconds: int = 0
    daily_requests: int = 5000
    young_days: float = 3
    allow_hosts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Words of `${…}` that nobody filled yet; such a source cannot be read."""
        return slots_of([self.url, self.publisher, self.purpose, dict(self.options)])

    @property
    def watches_folder(self) -> bool:
        """Whether it reads files that people put into its folder instead of an address."""
        return self.kind == "file" and not self.url

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc or self.name

    @property
    def longest_seconds(self) -> int:
        """The longest wait between two runs while all is well, seconds: quiet hours and nights included."""
        return max(self.every_seconds, self.every_max_seconds, self.night_seconds)

    @property
    def tells_replies(self) -> bool:
        """Whether it brings the official reply beside a message, so that a missing one means: not answered yet."""
        columns = self.options.get("columns", {})
        return self.kind == "board" or (self.kind == "file" and bool({"answered_at", "reply"} & set(columns)))

    @property
    def keeps_evidence(self) -> bool:
        """Raw bytes are kept only for news and government pages (architecture section 7)."""
        return self.channel in ("news", "government")


def parse_healthy(fields: Fields) -> Healthy:
    healthy = Healthy(
        items_min=fields.take("items_min", int, 0),
        items_max=fields.take("items_max", int, None),
        newest_max_age_seconds=fields.seconds("newest_max_age") if "newest_max_age" in fields.table else None,
        required=fields.strings("required", ["title"]),
    )
    fields.known.add("newest_max_age")
    if healthy.items_max is not None and healthy.items_max < healthy.items_min:
        raise fields.fail("items_max", "应不小于 items_min")
    fields.done()
    return healthy


def parse_source(raw: Mapping[str, Any], file: str) -> Source:
    """The source a file describes. Raises CatalogueError; unknown keys are errors."""
    fields = Fields(raw, file)
    kind = fields.one_of("kind", KINDS)
    channel = fields.one_of("channel", tuple(CHANNELS))
    source = Source(
        name=fields.name_like_file("name"),
        publisher=fields.take("publisher", str),
        kind=kind,
        channel=channel,
        url=check_url(fields, kind),
        timezone=fields.take("timezone", str, "Asia/Shanghai"),
        every_seconds=fields.seconds("every", "10m"),
        delay_seconds=float(fields.seconds("delay", "2s")),
        purpose=fields.take("purpose", str),
        owner=fields.take("owner", str),
        visibility=fields.one_of("visibility", ("public", "internal"), default_visibility(channel)),
        status=fields.one_of("status", STATUSES, "enabled"),
        official_unit=fields.take("official_unit", str, None),
        region=fields.take("region", str, None),
        options=fields.take(kind, dict, {}),
        healthy=parse_healthy(fields.table_of("healthy", {})),
        every_max_seconds=fields.seconds("every_max", "0s"),
        night_seconds=fields.seconds("night_every", "0s"),
        daily_requests=fields.take("daily_requests", int, 5000),
        young_days=fields.seconds("young_for", "3d") / 86400,
        allow_hosts=fields.strings("allow_hosts", []),
        groups=fields.strings("groups", []),
    )
    check_rules(fields, source)
    fields.done()
    return source


def default_visibility(channel: str) -> str:
    return "internal" if channel in INTERNAL_CHANNELS else "public"


def check_url(fields: Fields, kind: str) -> str:
    url = fields.take("url", str, "") if kind == "file" else fields.take("url", str)
    if url and not url.startswith("${") and urlsplit(url).scheme not in ("http", "https", "file"):
        raise fields.fail("url", f"应为 http 或 https 地址，现为 {url!r}")
    return url


def check_rules(fields: Fields, source: Source) -> None:
    check_groups(fields, source.groups)
    if source.status == "enabled" and source.missing:
        raise fields.fail(
            "status",
            f"缺 {source.missing[0]}，还不能启用",
            f"请在站点目录的 place.toml 里写 [fill] {source.missing[0]} = …",
        )
    try:
        ZoneInfo(source.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise fields.fail("timezone", f"应为时区名，如 Asia/Shanghai，现为 {source.timezone!r}") from None
    if source.every_max_seconds and source.every_max_seconds < source.every_seconds:
        raise fields.fail("every_max", "应不小于 every")
    if source.daily_requests < 1:
        raise fields.fail("daily_requests", f"应为正整数，现为 {source.daily_requests}")
    for entry in source.allow_hosts:
        if not PLACE.fullmatch(entry):
            raise fields.fail("allow_hosts", f"应为主机名或“主机:端口”，现为 {entry!r}")
    if source.channel in INTERNAL_CHANNELS and source.visibility == "public":
        raise fields.fail("visibility", "热线与信箱条目只能为 internal", "请改为 internal 或删去此项")
    if SINGLE_ACCOUNT.search(urlsplit(source.url).path) and not source.official_unit:
        raise fields.fail(
            "url", "不监看单个账号", "若为单位的官方账号，请填 official_unit = 单位名；否则请改用公共列表"
        )
