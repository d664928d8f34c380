"""一、本周概况: the whole, its sentiment, the twelve categories, places and channels."""

from __future__ import annotations

from alerts.messages.chart import category_png, days_png
from catalogue.tokens import level_name
from dashboards.paper import Figures, Picture, Section, Sub, Table, Text
from dashboards.prose import compare, count, day, listed, percent, share
from dashboards.week import WeekData, by_total

order = 1
title = "本周概况"


def build(week: WeekData) -> Section:
    return Section(
        order,
        title,
        (
            key_figures(week),
            Text(opening(week)),
            *daily(week),
            Text(happenings(week)),
            Sub("（一）领域分布"),
            Text(leaders(week)),
            *category_blocks(week),
            Sub("（二）地域分布"),
            Text(places(week)),
            region_table(week),
            Sub("（三）渠道分布"),
            Text(channel_words(week)),
        ),
    )


def key_figures(week: WeekData) -> Figures:
    whole, due = week.whole, week.due()
    on_time = sum(clock.outcome == "按时" for clock in due)
    return Figures(
        (
            ("公众关切信息", f"{whole.total:,}", f"上周同期{whole.previous:,}条"),
            (
                "负面信息占比",
                percent(whole.negative, whole.total),
                f"{whole.negative:,}条／{whole.total:,}条",
            ),
            ("确认事件", f"{week.tally.confirmed}", f"程序提出{week.tally.proposed}起"),
            ("按时回应", f"{on_time}／{len(due)}", "本周到期事项"),
        )
    )


def opening(week: WeekData) -> str:
    whole = week.whole
    if whole.total == 0:
        return f"{week.shown.words}，未收录到公众关切信息。上周同期（{week.previous.words}）为{whole.previous:,}条。"
    return (
        f"{week.shown.words}，共收录公众关切信息{count(whole.total)}（同文转载计1条，另有转载{count(week.reprints)}），"
        f"{compare(whole.total, whole.previous, week.previous.words)}。"
        f"其中{share(whole.negative, whole.total, '负面')}；{share(whole.neutral, whole.total, '中性')}；"
        f"{share(whole.positive, whole.total, '正面')}。"
        f"上周同期{share(whole.previous_negative, whole.previous, '负面')}。"
    )


def happenings(week: WeekData) -> str:
    tally = week.tally
    if tally.proposed == 0:
        return "本周程序未提出事件，值班人员也未新建事件，本周无明显异常。"
    grades = "、".join(f"{level_name(level)}{number}起" for level, number in tally.grades)
    words = f"本周新发现事件{tally.proposed}起，经值班人员确认{tally.confirmed}起"
    words += f"（{grades}）" if grades else ""
    return f"{words}，判为非事件{tally.dismissed}起，待确认{tally.waiting}起。"


def daily(week: WeekData) -> list[Picture]:
    if week.whole.total == 0:
        return []
    peak = max(week.days, key=lambda point: point.total)
    alt = f"各日条数中，{day(peak.day)}最多，为{count(peak.total)}，各日合计{count(sum(p.total for p in week.days))}。"
    return [Picture("days", days_png(week.days, height_px=340), "各日条数与情感", alt)]


def leaders(week: WeekData) -> str:
    rows = [row for row in by_total(week.categories) if row.total]
    if not rows:
        return "各领域均未收录到信息。"
    top = [f"“{row.name}”{count(row.total)}" for row in rows[:3]]
    risen = [f"“{row.name}”" for row in rows if row.mark == "▲"]
    words = f"条数居前的领域为{listed(top)}。"
    words += f"较上周同期上升的有{listed(risen)}。" if risen else "没有领域较上周同期明显上升。"
    return words + "一条信息可能涉及多个领域，各领域之和可能大于总数。"


def category_blocks(week: WeekData) -> list[Table | Picture]:
    rows = by_total(week.categories)
    table = Table(
        f"十二领域条数（本周{week.shown.words}，上周同期{week.previous.words}）",
        ("领域", "本周", "上周同期", "变化", "负面", "负面占比"),
        tuple(
            (
                row.name, f"{row.total:,}", f"{row.previous:,}", change(row.total, row.previous, row.mark),
                f"{row.negative:,}", percent(row.negative, row.total) if row.total >= 20 else "样本不足",
            )
            for row in rows
        ),
        (0.24, 0.14, 0.16, 0.18, 0.12, 0.16),
        frozenset({1, 2, 3, 4, 5}),
    )  # fmt: skip
    if week.whole.total == 0:
        return [table]
    top = rows[0]
    alt = f"“{top.name}”最多，本周{count(top.total)}，上周同期{count(top.previous)}。"
    picture = Picture(
        "categories",
        category_png(rows, height_px=520, spans=("本周", "上周同期")),
        "各领域条数与上周同期",
        alt,
    )
    return [picture, table]


def change(total: int, previous: int, mark: str) -> str:
    """▲ +304; small changes bear no mark, none at all a dash."""
    if total == previous:
        return "—"
    words = f"{total - previous:+,}".replace("-", "−")
    return words if mark == "—" else f"{mark} {words}"


def places(week: WeekData) -> str:
    rows = [row for row in by_total(week.regions) if row.total and row.id != "?"]
    nowhere = next((row.total for row in week.regions if row.id == "?"), 0)
    words = (
        f"提及较多的地方为{listed([f'{row.name}{count(row.total)}' for row in rows], 3)}。"
        if rows
        else "没有信息提及辖区内的具体地方。"
    )
    return words + f"另有{count(nowhere)}未提及辖区内地方，列为“未标注”。"


def region_table(week: WeekData) -> Table:
    return Table(
        f"各地条数（各行之和为{count(week.whole.total)}）",
        ("地方", "本周", "上周同期", "变化", "负面"),
        tuple(
            (
                row.name,
                f"{row.total:,}",
                f"{row.previous:,}",
                change(row.total, row.previous, row.mark),
                f"{row.negative:,}",
            )
            for row in week.regions[1:]
        ),
        (0.32, 0.16, 0.18, 0.18, 0.16),
        frozenset({1, 2, 3, 4}),
    )


def channel_words(week: WeekData) -> str:
    rows = [row for row in week.channels if row.total]
    if not rows:
        return "各渠道均未收录到信息。"
    parts = [f"{row.name}{count(row.total)}（上周同期{row.previous:,}条）" for row in rows]
    return f"按渠道分：{'；'.join(parts)}。热线与信箱条目只计数，不引用原文。"
