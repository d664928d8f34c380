"""三、分领域趋势: one paragraph a category, then the critical voices that belong to no incident."""

from __future__ import annotations

from analysis.series import WeekRow
from dashboards.paper import Block, Quote, Section, Sub, Text, numeral
from dashboards.prose import SMALL_SAMPLE, WEEKDAYS, count, listed, share
from dashboards.week import WeekData, by_total

order = 3
title = "分领域趋势"
UNUSUAL_SHARE, UNUSUAL_COUNT = 0.5, 10  # half as much again as last week, and ten texts more


def build(week: WeekData) -> Section:
    opening = f"本节上周同期指{week.previous.words}，本周指{week.shown.words}。"
    blocks: list[Block] = [Text(opening)]
    blocks += [
        Text(paragraph(week, row), f"（{numeral(number)}）{row.name}。")
        for number, row in enumerate(by_total(week.categories), 1)
    ]
    blocks.append(Sub("批评意见单列"))
    if week.voices:
        blocks.append(Text("以下为未归入事件的公开负面信息，按转载数排列，照录标题，供核对。"))
        blocks += [Quote(voice.title, voice.publisher) for voice in week.voices]
    else:
        blocks.append(Text("本周公开渠道中没有未归入事件的负面信息。"))
    return Section(order, title, tuple(blocks))


def paragraph(week: WeekData, row: WeekRow) -> str:
    if row.total == 0:
        return f"本周未收录到信息，上周同期为{row.previous:,}条，本周无明显异常。"
    words = (
        f"本周{count(row.total)}，上周同期{count(row.previous)}；{share(row.negative, row.total, '负面')}。"
    )
    if row.total >= SMALL_SAMPLE:
        peak = max(range(len(row.days)), key=lambda index: row.days[index])
        words += f"周{WEEKDAYS[peak]}最多，为{count(row.days[peak])}。"
    own = [incident.title for incident in week.incidents if row.name in incident.categories]
    if own:
        return words + f"涉及事件{len(own)}起：{listed([f'“{name}”' for name in own], 3)}。"
    if is_unusual(row):
        return words + "增幅明显，但未形成事件，建议关注。"
    return words + "本周无明显异常。"


def is_unusual(row: WeekRow) -> bool:
    """Risen by half and by ten texts or more."""
    difference = row.total - row.previous
    return difference >= UNUSUAL_COUNT and difference >= UNUSUAL_SHARE * row.previous
