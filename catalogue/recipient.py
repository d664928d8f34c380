"""Who is told: a post (not a person) with an address, a role and what it wants to hear of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.fields import Fields

ROLES = ("duty", "chief", "unit", "leader", "head")
SUBJECTS = ("alert", "weekly", "health")
ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


@dataclass(frozen=True)
class Recipient:
    """categories, regions empty = all; min_grade is the least serious grade still wanted (IV = everything)."""

    id: str
    name: str
    email: str
    role: str
    unit: str | None
    receives: tuple[str, ...]
    min_grade: str
    categories: tuple[str, ...]
    regions: tuple[str, ...]
    is_internal: bool
    quiet_from: str | None
    quiet_to: str | None


def parse_recipient(raw: Mapping[str, Any], file: str) -> Recipient:
    fields = Fields(raw, file)
    recipient = Recipient(
        id=fields.name_like_file("id"),
        name=fields.take("name", str),
        email=fields.take("email", str),
        role=fields.one_of("role", ROLES),
        unit=fields.take("unit", str, None),
        receives=fields.strings("receives", ["alert"]),
        min_grade=fields.one_of("min_grade", ("I", "II", "III", "IV"), "III"),
        categories=fields.strings("categories", []),
        regions=fields.strings("regions", []),
        is_internal=fields.take("internal", bool, True),
        quiet_from=clock_time(fields, "quiet_from"),
        quiet_to=clock_time(fields, "quiet_to"),
    )
    if not ADDRESS.fullmatch(recipient.email):
        raise fields.fail("email", f"应为一个邮件地址，现为 {recipient.email!r}")
    unknown = set(recipient.receives) - set(SUBJECTS)
    if unknown:
        raise fields.fail("receives", f"只能取 {'、'.join(SUBJECTS)}，现有 {'、'.join(sorted(unknown))}")
    if recipient.role == "unit" and recipient.unit is None:
        raise fields.fail("unit", "联络员应写明所属单位", "请补上 unit = 单位 id")
    fields.done()
    return recipient


def clock_time(fields: Fields, key: str) -> str | None:
    value: str | None = fields.take(key, str, None)
    if value is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise fields.fail(key, f'应为时刻，如 "22:00"，现为 {value!r}')
    return value
