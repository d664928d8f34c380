"""九、方法与数据说明: sources, gaps, sample, what the numbers mean and what they do not."""

from __future__ import annotations

from dashboards.paper import Block, Note, Section, Table, shortened
from dashboards.prose import count, listed, moment
from dashboards.sections.overview import seen
from dashboards.week import WeekData
from dashboards.week_gaps import missing_sources

order = 9
title = "方法与数据说明"
MOST = 3


def build(week: WeekData) -> Section:
    blocks: list[Block] = [Note(cut_off(week), "数据截止。"), Note(sources(week), "来源与缺测。")]
    lost = missing_sources(week)
    if lost:
        table = Table(
            "缺测来源",
            ("来源", "缺测时长", "时段", "原因"),
            tuple((row.name, f"{row.hours}小时", row.spans, row.reason) for row in lost),
            (0.18, 0.11, 0.43, 0.28),
        )
        blocks.append(shortened(table, MOST, "来源页"))
    blocks += [Note(counting(), "计数口径。"), Note(reading(week), "判读。")]
    return Section(order, title, tuple(blocks))


def cut_off(week: WeekData) -> str:
    if week.is_over:
        return f"本周自{moment(week.window.begins_at)}起至周日24时止，均为北京时间。"
    return (
        f"本周尚未结束，数据截至{moment(week.data_until)}（北京时间）；"
        "与上周同期比较时，上周各日按整日计，当日未满，增减仅供参考。"
    )


def sources(week: WeekData) -> str:
    enabled = week.catalogue.enabled_sources()
    words = f"目录中启用的来源{len(enabled)}个。{'' if week.seen.is_little else seen(week)}"
    if not week.coverage.runs_seen:
        return words + "本周没有采集运行记录，条目来自导入或回放，无法说明缺测。"
    lost = missing_sources(week)
    if not lost:
        return words + "本周各来源每小时采集均有成功，未发现缺测。"
    hours = sum(row.hours for row in lost)
    names = listed([row.name for row in lost], 3)
    return words + f"本周有{len(lost)}个来源停采，合计{hours}小时（{names}），相应时段的条数可能偏低。"


def counting() -> str:
    return (
        "同文转载计1条；一条信息可归入多个领域；增幅明显指较上周同期增加五成以上且10条以上；只有日期、没有时刻的信息计入各日，不计入各小时；"
        "首次采集的旧文不作为当周突增。预警线由近28天同时段条数得出，样本不足时不画。"
    )


def reading(week: WeekData) -> str:
    words = "情感、领域、属地和堵点痛点由程序判读，可能有误，以人工更正为准；建议由程序按本周事实列出，请编审时取舍。"
    if week.models:
        parts = [f"{name}（{count(number)}）" for name, number in week.models.items()]
        words += f"本周所用模型为{listed(parts, 3)}。"
    return words + f"目录版本为{week.catalogue.version}。"
