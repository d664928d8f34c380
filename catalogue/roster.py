"""The duty roster: who is on duty when, and who is told next when nobody acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.fields import Fields
from catalogue.recipient import clock_time

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Shift:
    """weekdays: ISO 1-7, Beijing time; 20:00 to 08:00 crosses midnight and belongs to the day it begins."""

    weekdays: tuple[int, ...]
    begins: str
    ends: str
    duty: tuple[str, ...]
    chief: str


@dataclass(frozen=True)
class Roster:
    """chain: recipient ids in the order of escalation after the people on duty."""

    id: str
    shifts: tuple[Shift, ...]
    chain: tuple[str, ...]


def parse_roster(raw: Mapping[str, Any], file: str) -> Roster:
    fields = Fields(raw, file)
    roster = Roster(
        id=fields.name_like_file("id"),
        shifts=tuple(parse_shift(row) for row in fields.tables("shift")),
        chain=fields.strings("chain", []),
    )
    fields.done()
    return roster


def parse_shift(fields: Fields) -> Shift:
    weekdays = tuple(fields.take("weekdays", list, list(EVERY_DAY)))
    if not weekdays or any(day not in EVERY_DAY for day in weekdays):
        raise fields.fail("weekdays", f"应为 1（周一）至 7（周日）的列表，现为 {list(weekdays)!r}")
    shift = Shift(
        weekdays=weekdays,
        begins=clock_time(fields, "from") or "00:00",
        ends=clock_time(fields, "to") or "24:00",
        duty=fields.strings("duty"),
        chief=fields.take("chief", str),
    )
    fields.done()
    return shift
