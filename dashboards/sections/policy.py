"""六、政策解读与误读: what government sites published; misreadings need a person and the paper says so."""

from __future__ import annotations

from dashboards.paper import Block, Note, Quote, Section, Text
from dashboards.prose import count
from dashboards.week import WeekData

order = 6
title = "政策解读与误读"
MOST = 3


def build(week: WeekData) -> Section:
    government = next((row.total for row in week.channels if row.id == "government"), 0)
    readings = sum("解读" in paper.title for paper in week.policy)
    drafts = sum("征求意见" in paper.title for paper in week.policy)
    words = f"本周收录政府网站信息{count(government)}"
    if week.policy:
        words += f"，标题含政策文种或“解读”“征求意见”字样的{count(len(week.policy))}，"
        words += f"其中解读{count(readings)}、征求意见{count(drafts)}。"
    else:
        words += "，未见政策文件、解读或征求意见。"
    blocks: list[Block] = [Text(words)]
    blocks += [Quote(paper.title, paper.publisher) for paper in week.policy[:MOST]]
    blocks.append(Note("由人工进行，本期没有自动统计，请编审时补充。", "误读核对。"))
    return Section(order, title, tuple(blocks))
