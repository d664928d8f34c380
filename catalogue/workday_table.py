"""The office's own table of working and free days, typed from a notice of 国务院办公厅 (or a local one).

complete_years = [2027]        # every holiday of the year is in here; other days are plain Mon-Fri / Sat-Sun

[[days]]
from = 2027-02-05
to = 2027-02-12                # may be left out
works = false
notice = "国办发明电〔2026〕0号"
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from catalogue.duty_example import day
from catalogue.fields import Fields

LONGEST_RANGE_DAYS = 60  # a range longer than any holiday is a typing error


@dataclass(frozen=True)
class DayOverride:
    works: bool
    notice: str


@dataclass(frozen=True)
class WorkdayTable:
    """Days the office decided itself; in `complete_years` the days not named are certain too."""

    days: Mapping[dt.date, DayOverride]
    complete_years: frozenset[int]


NO_OVERRIDES = WorkdayTable(MappingProxyType({}), frozenset())


def parse_workday_table(raw: Mapping[str, Any], file: str) -> WorkdayTable:
    """One calendar file. Raises CatalogueError, also when two lines name the same day differently."""
    fields = Fields(raw, file)
    years = fields.take("complete_years", list, [])
    if any(not isinstance(year, int) or isinstance(year, bool) for year in years):
        raise fields.fail("complete_years", f"应为年份的列表，现为 {years!r}", "请写成 [2027]")
    days: dict[dt.date, DayOverride] = {}
    for row in fields.tables("days", []):
        first, last, override = parse_range(row)
        for offset in range((last - first).days + 1):
            named = first + dt.timedelta(offset)
            if days.setdefault(named, override).works != override.works:
                raise row.fail("from", f"{named.isoformat()} 已在前面写成相反的安排", "请删去其中一行")
    fields.done()
    return WorkdayTable(MappingProxyType(days), frozenset(years))


def parse_range(fields: Fields) -> tuple[dt.date, dt.date, DayOverride]:
    first = day(fields, "from")
    if first is None:
        raise fields.fail("from", "缺少此项，应为日期", "请补上 from = 2027-01-01")
    last = day(fields, "to") or first
    if not 0 <= (last - first).days < LONGEST_RANGE_DAYS:
        raise fields.fail("to", f"应不早于 from，且不超过 {LONGEST_RANGE_DAYS} 天，现为 {last.isoformat()}")
    override = DayOverride(works=fields.take("works", bool), notice=fields.take("notice", str))
    fields.done()
    return first, last, override
