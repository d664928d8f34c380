"""Which sources were missing in a week, joined by source."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.coverage import ALL_SOURCES
from dashboards.paper import one_line
from dashboards.prose import BEIJING, listed
from dashboards.week import WeekData
from dashboards.week_documents import publisher


@dataclass(frozen=True)
class MissingSource:
    """hours: in total; spans: when, Beijing time; reason: the crawler's words."""

    source: str
    name: str
    hours: int
    spans: str
    reason: str


def missing_sources(week: WeekData) -> list[MissingSource]:
    """Sources that were down in the week, longest first; nothing ran at all counts as all sources."""
    found = []
    for source in dict.fromkeys(gap.source for gap in week.coverage.gaps):
        gaps = [gap for gap in week.coverage.gaps if gap.source == source]
        spans = []
        for gap in gaps:
            begins, ends = gap.begins.astimezone(BEIJING), gap.ends.astimezone(BEIJING)
            same = begins.date() == ends.date()
            spans.append(f"{begins.day}日{begins.hour}时至{'' if same else f'{ends.day}日'}{ends.hour}时")
        is_all = source == ALL_SOURCES
        found.append(
            MissingSource(
                source=source,
                name="全部来源" if is_all else publisher(week.catalogue, source),
                hours=sum(gap.hours for gap in gaps),
                spans=listed(spans, 3).replace("个", "段"),
                reason="采集未运行"
                if is_all
                else one_line(next((g.reason for g in gaps if g.reason), "未说明"), 40),
            )
        )
    return sorted(found, key=lambda row: -row.hours)
