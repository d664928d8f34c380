"""四、堵点痛点与热线对照: offices and steps that hurt, with the hotline's own counts beside."""

from __future__ import annotations

from dashboards.paper import Block, Section, Table, Text, shortened
from dashboards.prose import compare, count
from dashboards.week import WeekData

order = 4
title = "堵点痛点与热线对照"
MOST = 4


def build(week: WeekData) -> Section:
    whole = week.friction[0]
    blocks: list[Block] = [Text(words(week))]
    rows = [row for row in week.friction[1:] if row.total or row.hotline_all]
    if rows and (whole.total or whole.hotline_all):
        table = Table(
            "堵点痛点与热线信箱对照",
            ("领域", "堵点痛点", "其中热线", "其中公开", "热线来件", "上周堵点"),
            tuple(
                (
                    row.name, f"{row.total:,}", f"{row.hotline:,}", f"{row.total - row.hotline:,}",
                    f"{row.hotline_all:,}", f"{row.previous:,}",
                )
                for row in rows
            ),
            (0.2, 0.14, 0.17, 0.17, 0.16, 0.16),
            frozenset({1, 2, 3, 4, 5}),
        )  # fmt: skip
        blocks.append(shortened(table, MOST, "热点分类页"))
    return Section(order, title, tuple(blocks))


def words(week: WeekData) -> str:
    whole = week.friction[0]
    hotline = f"本周热线与信箱来件{count(whole.hotline_all)}。"
    if whole.total == 0:
        return f"本周未识别出堵点痛点信息，上周同期为{whole.previous:,}条。{hotline}"
    return (
        f"本周识别出堵点痛点信息{count(whole.total)}，{compare(whole.total, whole.previous, week.previous.words)}；"
        f"其中热线与信箱{count(whole.hotline)}，公开渠道{count(whole.total - whole.hotline)}。"
        + ("" if any(row.total for row in week.friction[1:]) else "均未归入十二领域。")
        + hotline
    )
