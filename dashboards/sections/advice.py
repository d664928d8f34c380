"""八、建议: to whom, what, until when; each follows from a fact of this week."""

from __future__ import annotations

from dashboards.paper import Section, Table, Text, shortened
from dashboards.prose import day, short_moment
from dashboards.sections.categories import is_unusual
from dashboards.week import WeekData, by_total

order = 8
title = "建议"
MOST = 4


def build(week: WeekData) -> Section:
    rows = advice(week)
    if not rows:
        return Section(order, title, (Text("本周无需提出专项建议，保持日常监测。"),))
    table = Table("建议事项", ("对谁", "做什么", "何时前"), tuple(rows), (0.2, 0.62, 0.18))
    return Section(order, title, (shortened(table, MOST, "工作台和回应台账"),))


def advice(week: WeekData) -> list[tuple[str, str, str]]:
    rows = [
        (clock.unit, f"补办“{clock.incident_title}”的{clock.duty_name}并登记。", "立即")
        for clock in week.due()
        if clock.outcome == "超时未办"
    ]
    for incident in week.incidents:
        waiting = sum(not asked.is_answered for asked in incident.questions)
        if waiting and incident.state != "closed":
            limit = next_deadline(week, incident.id)
            rows.append((incident.unit, f"公开答复“{incident.title}”的{waiting}个未答问题。", limit))
    unconfirmed = [incident for incident in week.incidents if not incident.is_confirmed]
    if unconfirmed:
        rows.append(("值班长", f"对待确认的{len(unconfirmed)}起事件定级并明确责任单位。", "下一班交接前"))
    rows += [
        (
            "新闻和舆情值班岗位",
            f"核对“{row.name}”条数上升的原因，必要时新建事件。",
            day(week.window.ends),
        )
        for row in by_total(week.categories)
        if is_unusual(row) and not any(row.name in incident.categories for incident in week.incidents)
    ]
    if week.coverage.gaps:
        rows.append(("管理员", "检查停采的来源，恢复后核对缺测时段。", day(week.window.ends)))
    return rows


def next_deadline(week: WeekData, incident_id: str) -> str:
    open_ = [
        clock.deadline_at
        for clock in week.clocks
        if clock.incident_id == incident_id and clock.outcome == "未到期" and clock.deadline_at
    ]
    return short_moment(min(open_)) if open_ else "下次发布时"
