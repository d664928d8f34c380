"""五、回应情况: one denominator, the clocks due this week; provisional ones outside, void ones nowhere."""

from __future__ import annotations

from dashboards.paper import Block, Note, Section, Table, Text, shortened
from dashboards.prose import duration, percent, short_moment
from dashboards.week import WeekData
from dashboards.week_clocks import ClockWeek, median_first_response

order = 5
title = "回应情况"
FEW = 5  # below this many matters no percentage is given
MOST = 3


def build(week: WeekData) -> Section:
    due = week.due()
    blocks: list[Block] = [Text(figures(due) + conferences(due))]
    late = [clock for clock in due if clock.outcome in ("超时未办", "逾期办理")]
    if late:
        blocks.append(shortened(late_table(late), MOST, "回应台账"))
    else:
        blocks.append(Text("本周没有未按时回应的事项。" if due else "本周无未按时清单。"))
    blocks.append(Note(outside(week), "统计口径。"))
    return Section(order, title, tuple(blocks))


def figures(due: list[ClockWeek]) -> str:
    if not due:
        return "本周没有到期的回应事项。"
    number = {
        word: sum(clock.outcome == word for clock in due)
        for word in ("按时", "逾期办理", "超时未办", "未到期")
    }
    words = (
        f"本周到期的回应事项{len(due)}项，按时{number['按时']}项，逾期办理{number['逾期办理']}项，"
        f"超时未办{number['超时未办']}项"
    )
    words += f"，尚未到期{number['未到期']}项" if number["未到期"] else ""
    counted = len(due) - number["未到期"]
    if counted >= FEW:
        words += f"，按时率为{percent(number['按时'], counted)}（{number['按时']}／{counted}）"
    elif counted:
        words += f"（共{counted}项，不足{FEW}项，不计按时率）"
    middle = median_first_response(due)
    return words + ("。" if middle is None else f"。首次回应用时中位数为{duration(middle)}。")


def conferences(due: list[ClockWeek]) -> str:
    owed = [clock for clock in due if clock.duty == "R2"]
    if not owed:
        return "本周没有应举行新闻发布会的事项。"
    held = sum(clock.outcome in ("按时", "逾期办理") for clock in owed)
    on_time = sum(clock.outcome == "按时" for clock in owed)
    return f"应举行新闻发布会{len(owed)}场，已举行{held}场（24小时内{on_time}场）。"


def outside(week: WeekData) -> str:
    """What stays out of the figures is counted too."""
    provisional = sum(clock.provisional for clock in week.clocks)
    unknown = sum(clock.outcome == "起算待核" and not clock.provisional for clock in week.clocks)
    return (
        "时限落在本周的事项计入；因事件未经确认而暂行的计时"
        f"{provisional}项、起算待核的{unknown}项不计入；作废和被取代的计时不列。"
    )


def late_table(late: list[ClockWeek]) -> Table:
    return Table(
        "未按时回应清单",
        ("事项", "责任单位", "应做", "时限", "结果"),
        tuple(
            (
                clock.incident_title, clock.unit, clock.duty_name,
                short_moment(clock.deadline_at) if clock.deadline_at else "—",
                f"{clock.outcome}（{short_moment(clock.settled_at)}）" if clock.settled_at else clock.outcome,
            )
            for clock in late
        ),
        (0.34, 0.18, 0.155, 0.19, 0.135),
    )  # fmt: skip
