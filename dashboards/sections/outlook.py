"""七、风险研判与下周关注: what is still open, what falls due, and which categories rise."""

from __future__ import annotations

from datetime import timedelta

from dashboards.paper import Block, Section, Table, Text, shortened
from dashboards.prose import listed, short_moment, span
from dashboards.sections.categories import is_unusual
from dashboards.week import WeekData, by_total
from dashboards.week_clocks import ClockWeek

order = 7
title = "风险研判与下周关注"
MOST = 3


def build(week: WeekData) -> Section:
    coming = due_next_week(week)
    next_week = span(week.window.ends, week.window.ends + timedelta(days=7))
    blocks: list[Block] = [Text(standing(week) + rising(week))]
    if coming:
        table = coming_table(f"下周（{next_week}）到期的回应事项", coming)
        blocks.append(shortened(table, MOST, "回应台账"))
    else:
        blocks.append(Text(f"下周（{next_week}）没有已知到期的回应事项。"))
    return Section(order, title, tuple(blocks))


def due_next_week(week: WeekData) -> list[ClockWeek]:
    ends = week.window.ends_at
    return [
        clock
        for clock in week.clocks
        if clock.deadline_at is not None
        and ends <= clock.deadline_at < ends + timedelta(days=7)
        and clock.outcome == "未到期"
    ]


def standing(week: WeekData) -> str:
    still = [incident for incident in week.incidents if incident.state != "closed"]
    if not still:
        return "本周结束时没有未办结的事件，本周无明显异常。"
    waiting = sum(not asked.is_answered for incident in still for asked in incident.questions)
    return f"截至数据截止时，未办结事件{len(still)}起，其中未答复的问题共{waiting}个。"


def rising(week: WeekData) -> str:
    rows = [row for row in by_total(week.categories) if is_unusual(row)]
    if not rows:
        return "没有增幅明显的领域。"
    return f"{listed([f'“{row.name}”' for row in rows], 3)}领域增幅明显，下周继续关注。"


def coming_table(caption: str, coming: list[ClockWeek]) -> Table:
    return Table(
        caption,
        ("时限", "事项", "责任单位", "应做"),
        tuple(
            (
                short_moment(clock.deadline_at) if clock.deadline_at else "—", clock.incident_title, clock.unit,
                clock.duty_name + ("（暂行）" if clock.provisional else ""),
            )
            for clock in coming
        ),
        (0.18, 0.44, 0.2, 0.18),
    )  # fmt: skip
