"""二、热点事件: the five most serious, each with its course, what is asked, what was answered, and its critics."""

from __future__ import annotations

from alerts.messages.chart import hourly_png
from analysis.series import HourSeries
from dashboards.paper import Block, Picture, Quote, Section, Sub, Table, Text
from dashboards.prose import count, listed, moment, share
from dashboards.week import WeekData
from dashboards.week_incidents import IncidentWeek

order = 2
title = "热点事件"
MOST, DRAWN = 5, 1  # five are told, the first one at length and with its chart
STATE_WORDS = {
    "proposed": "待签收", "acknowledged": "已签收，待确认", "confirmed": "处置中", "closed": "已办结",
}  # fmt: skip
NONE_CRITICAL = "公开渠道中未见负面信息。"


def build(week: WeekData) -> Section:
    if not week.incidents:
        return Section(order, title, (Text("本周没有需要通报的热点事件，本周无明显异常。"),))
    blocks: list[Block] = []
    rest = len(week.incidents) - MOST
    if rest > 0:
        blocks.append(Text(f"共{len(week.incidents)}起，按等级和条数列{MOST}起，其余{rest}起见事件页。"))
    for number, incident in enumerate(week.incidents[:MOST], 1):
        blocks += one(number, incident)
    return Section(order, title, tuple(blocks))


def one(number: int, incident: IncidentWeek) -> list[Block]:
    """Its facts as a table with named rows, its critics in their own words, and the chart of the first."""
    is_first = number <= DRAWN
    rows = at_length(incident) if is_first else in_short(incident)
    blocks: list[Block] = [Sub(f"{number}. {incident.title}", level=3), Table("", (), rows, (0.13, 0.87))]
    if is_first and incident.hours is not None and incident.hours.total:
        blocks.append(picture(incident, incident.hours))
    return blocks + [
        Quote(voice.title, voice.publisher, "" if place else "批评意见：")
        for place, voice in enumerate(incident.voices[: 3 if is_first else 1])
    ]


def at_length(incident: IncidentWeek) -> tuple[tuple[str, str], ...]:
    rows = [("概述", f"{standing(incident)}{found(incident)}"), ("走势", course(incident))]
    if incident.total:  # otherwise found this week, but nothing of this week belongs to it
        rows.append(("焦点问题", questions(incident, 4)))
    rows.append(("回应", answers(incident)))
    if incident.total and not incident.voices:
        rows.append(("批评意见", NONE_CRITICAL))
    return tuple(rows)


def in_short(incident: IncidentWeek) -> tuple[tuple[str, str], ...]:
    course_ = f"{moment(incident.detected_at)}发现，{volume(incident)}"
    asked = questions(incident, 2) if incident.total else ""
    critics = "" if incident.voices or not incident.total else NONE_CRITICAL
    return (
        ("概述走势", standing(incident) + course_),
        ("焦点回应", asked + answers(incident) + critics),
    )


def picture(incident: IncidentWeek, hours: HourSeries) -> Picture:
    png = hourly_png(hours, height_px=210, level=incident.level, highlight_peak=True)
    return Picture(
        f"incident-{incident.id}", png, f"“{incident.title}”每小时条数（36小时）", course(incident)
    )


def standing(incident: IncidentWeek) -> str:
    return (
        f"{incident.level_words}，涉及{listed(incident.categories) or '领域未标注'}，{incident.region}，"
        f"责任单位为{incident.unit}，编号{incident.id}，{STATE_WORDS[incident.state]}。"
    )


def found(incident: IncidentWeek) -> str:
    first = (
        f"首条信息见于{moment(incident.first_at)}（{incident.first_publisher}），"
        if incident.first_at
        else ""
    )
    return f"{first}系统于{moment(incident.detected_at)}发现。"


def course(incident: IncidentWeek) -> str:
    if incident.total == 0:
        return volume(incident)
    channels = listed([f"{name}{count(number)}" for name, number in incident.channels])
    return (
        f"{volume(incident)}渠道为{channels}。自发现以来共{count(incident.all_total)}，"
        f"另有转载{count(incident.copies)}。{peak(incident)}"
    )


def volume(incident: IncidentWeek) -> str:
    if incident.total == 0:
        return f"本周未再收录到新的信息，自发现以来共{count(incident.all_total)}。"
    return f"本周收录{count(incident.total)}，{share(incident.negative, incident.total, '负面')}。"


def peak(incident: IncidentWeek) -> str:
    """The busiest of the 36 hours around its beginning."""
    point = incident.hours.peak if incident.hours else None
    if point is None:
        return ""
    ending = "（当时未满1小时）" if point.is_partial else ""
    line = "" if point.warning_line is None else f"，该时段预警线为{point.warning_line:.0f}条"
    return f"{moment(point.hour)}起的1小时最多，为{count(point.total)}{line}{ending}。"


def questions(incident: IncidentWeek, most: int) -> str:
    """What is asked most, and how much of all of it is unanswered."""
    words = ""
    if incident.questions:
        parts = [
            f"“{asked.text}”（{asked.documents}条，{'已答复' if asked.is_answered else '未答复'}）"
            for asked in incident.questions[:most]
        ]
        waiting = sum(not asked.is_answered for asked in incident.questions)
        words = f"{'；'.join(parts)}。共{len(incident.questions)}个问题，未答复{waiting}个。"
    if incident.hidden_questions:
        words += f"另有{incident.hidden_questions}个问题只见于热线与信箱，不引用原文。"
    return words or "尚未归并出问题。"


def answers(incident: IncidentWeek) -> str:
    if not incident.responses:
        return "截至数据截止时，尚无登记的回应。"
    parts = [f"{moment(done.happened_at)}{done.kind}（{done.channel}）" for done in incident.responses]
    return f"已登记回应{len(parts)}次：{'；'.join(parts)}。"
