"""二、热点事件: the five most serious, each with its course, what is asked, what was answered, and its critics."""

from __future__ import annotations

from alerts.messages.chart import hourly_png
from dashboards.paper import Block, Picture, Quote, Section, Sub, Text
from dashboards.prose import count, listed, moment, share
from dashboards.week import WeekData
from dashboards.week_incidents import IncidentWeek

order = 2
title = "热点事件"
MOST = 5
STATE_WORDS = {
    "proposed": "待签收", "acknowledged": "已签收，待确认", "confirmed": "处置中", "closed": "已办结",
}  # fmt: skip


def build(week: WeekData) -> Section:
    if not week.incidents:
        return Section(order, title, (Text("本周没有需要通报的热点事件，本周无明显异常。"),))
    blocks: list[Block] = []
    rest = len(week.incidents) - MOST
    if rest > 0:
        blocks.append(
            Text(
                f"本周有讨论的事件共{len(week.incidents)}起，下列{MOST}起按等级和条数排列，其余{rest}起见系统。"
            )
        )
    for number, incident in enumerate(week.incidents[:MOST], 1):
        blocks += one(number, incident)
    return Section(order, title, tuple(blocks))


def one(number: int, incident: IncidentWeek) -> list[Block]:
    blocks: list[Block] = [
        Sub(f"{number}. {incident.title}", level=3),
        Text(summary(incident), "概述。"),
    ]
    if incident.total == 0:  # found this week, but nothing of this week belongs to it
        return [*blocks, Text(course(incident) + answers(incident), "走势与回应。")]
    blocks.append(Text(course(incident), "走势。"))
    if incident.hours is not None and incident.hours.total:
        level = incident.level
        name = f"incident-{incident.id}"
        blocks.append(
            Picture(
                name,
                hourly_png(incident.hours, height_px=360, level=level, highlight_peak=True),
                "事件每小时条数（36小时）",
                course(incident),
            )
        )
    blocks += [Text(questions(incident), "焦点问题。"), Text(answers(incident), "回应。")]
    blocks.append(Text(critics(incident), "批评意见。"))
    blocks += [Quote(voice.title, voice.publisher) for voice in incident.voices]
    return blocks


def summary(incident: IncidentWeek) -> str:
    first = (
        f"首条信息见于{moment(incident.first_at)}（{incident.first_publisher}），"
        if incident.first_at
        else ""
    )
    return (
        f"{incident.level_words}，涉及{listed(incident.categories) or '领域未标注'}，{incident.region}，"
        f"责任单位为{incident.unit}，编号{incident.id}，{STATE_WORDS[incident.state]}。"
        f"{first}系统于{moment(incident.detected_at)}发现。"
    )


def course(incident: IncidentWeek) -> str:
    if incident.total == 0:
        return f"本周未再收录到新的信息，自发现以来共{count(incident.all_total)}。"
    words = f"本周收录{count(incident.total)}，{share(incident.negative, incident.total, '负面')}"
    words += f"；渠道为{listed([f'{name}{count(number)}' for name, number in incident.channels])}。"
    words += f"自发现以来共{count(incident.all_total)}，另有转载{count(incident.copies)}。"
    peak = incident.hours.peak if incident.hours else None
    if peak is not None:
        ending = "（当时未满1小时）" if peak.is_partial else ""
        line = "" if peak.warning_line is None else f"，该时段预警线为{peak.warning_line:.0f}条"
        words += f"图示时段内以{moment(peak.hour)}起的1小时最多，为{count(peak.total)}{line}{ending}。"
    return words


def questions(incident: IncidentWeek) -> str:
    words = ""
    if incident.questions:
        parts = [
            f"“{asked.text}”（{asked.documents}条提及，{'已答复' if asked.is_answered else '未答复'}）"
            for asked in incident.questions[:5]
        ]
        waiting = sum(not asked.is_answered for asked in incident.questions)
        words = f"公众主要在问{'；'.join(parts)}。所列{len(incident.questions)}个问题中，未答复{waiting}个。"
    if incident.hidden_questions:
        words += f"另有{incident.hidden_questions}个问题只见于热线与信箱，不引用原文。"
    return words or "尚未归并出问题。"


def answers(incident: IncidentWeek) -> str:
    if not incident.responses:
        return "截至数据截止时，尚无登记的回应。"
    parts = [f"{moment(done.happened_at)}{done.kind}（{done.channel}）" for done in incident.responses]
    return f"已登记回应{len(parts)}次：{'；'.join(parts)}。"


def critics(incident: IncidentWeek) -> str:
    if not incident.voices:
        return "公开渠道中未见负面信息。"
    return "以下摘自公开渠道的负面信息，按转载数排列，照录标题。"
