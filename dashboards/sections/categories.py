"""三、分领域趋势: one line a category (its counts stand in the matrix before), then the critical voices that belong to
no incident."""

from __future__ import annotations

from analysis.series import WeekRow
from dashboards.paper import Block, Quote, Section, Sub, Table, Text
from dashboards.prose import SMALL_SAMPLE, WEEKDAYS, count, listed, percent
from dashboards.sections.incidents import MOST
from dashboards.week import WeekData, by_total

order = 3
title = "分领域趋势"
VOICES = 3
UNUSUAL_SHARE, UNUSUAL_COUNT = 0.5, 10  # half as much again as last week, and ten texts more


def build(week: WeekData) -> Section:
    rows = tuple((row.name, finding(week, row)) for row in by_total(week.categories))
    blocks: list[Block] = [
        Text(opening(week)),
        Table("各领域研判", ("领域", "研判"), rows, (0.16, 0.84)),
        Sub("批评意见单列（未归入事件，照录标题）"),
    ]
    if week.voices:
        blocks += [Quote(voice.title, voice.publisher) for voice in week.voices[:VOICES]]
    else:
        blocks.append(Text("本周公开渠道中没有未归入事件的负面信息。"))
    return Section(order, title, tuple(blocks))


def opening(week: WeekData) -> str:
    rows = [row for row in week.categories[1:] if row.total]
    unusual = sum(is_unusual(row) for row in rows)
    return f"{len(rows)}个领域收录到信息，{unusual}个增幅明显。"


def finding(week: WeekData, row: WeekRow) -> str:
    """What stands out in one category: its busiest day, its incidents, a rise nobody made an incident of."""
    if row.total == 0:
        return f"本周未收录到信息，上周同期为{row.previous:,}条，本周无明显异常。"
    words = ""
    if row.total >= SMALL_SAMPLE:
        peak = max(range(len(row.days)), key=lambda index: row.days[index])
        words += (
            f"负面占{percent(row.negative, row.total)}，周{WEEKDAYS[peak]}最多，为{count(row.days[peak])}。"
        )
    own = [number for number, incident in enumerate(week.incidents, 1) if row.name in incident.categories]
    if own:
        return words + f"涉及{named(week, own)}。"
    if is_unusual(row):
        return words + "增幅明显，但未形成事件，建议关注。"
    return words + "本周无明显异常。"


def named(week: WeekData, numbers: list[int]) -> str:
    """Incidents told in section 二 by their number there, others by their own."""
    words = [
        f"热点事件{number}" if number <= MOST else f"事件{week.incidents[number - 1].id}"
        for number in numbers
    ]
    return listed(words, 2)


def is_unusual(row: WeekRow) -> bool:
    """Risen by half and by ten texts or more."""
    difference = row.total - row.previous
    return difference >= UNUSUAL_COUNT and difference >= UNUSUAL_SHARE * row.previous
