"""一、本周概况: the whole, its sentiment, the twelve categories, places and channels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from alerts.messages.chart import days_png
from analysis.seen import missing_words, share_words
from analysis.series import WeekRow
from catalogue.tokens import level_name
from dashboards.paper import Figures, Picture, Section, Table, Text, side_by_side
from dashboards.prose import compare, count, day, percent, share
from dashboards.week import WeekData, by_total
from dashboards.week_documents import ChannelCount

order = 1
title = "本周概况"


def build(week: WeekData) -> Section:
    return Section(
        order,
        title,
        (
            key_figures(week),
            Text(opening(week) + (seen(week) if week.seen.is_little else "")),
            *daily(week),
            Text(happenings(week)),
            Text(leaders(week)),
            category_table(week),
            spread(week),
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
                f"上周同期{percent(whole.previous_negative, whole.previous)}",
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
        f"其中{share(whole.negative, whole.total, '负面')}，"
        f"中性{count(whole.neutral)}，正面{count(whole.positive)}。"
    )


def seen(week: WeekData) -> str:
    """How much of the usual was seen, and what is missing: said in every issue, here when it is little, else in section 9."""
    found = week.seen
    if found.share is None:
        return "来源采集不满一周，看到的份额还没有往常可比。"
    if not found.is_comparable:
        lost = (
            f"采集失败的来源：{missing_words(found, week.catalogue)}"
            if found.missing
            else "没有采集失败的来源"
        )
        return f"本周休假安排与前几周不同，信息量不能直接比较；{lost}。"
    names = missing_words(found, week.catalogue).replace(" 等 ", "等").replace(" 个来源", "个来源")
    lost = f"缺：{names}" if found.missing else "没有明显缺少的来源"
    if found.is_little:
        return f"本周只看到往常同期信息量的{share_words(found)}，{lost}；条数减少可能只是没看到。"
    return f"本周看到往常同期信息量的{share_words(found)}，{lost}。"


def happenings(week: WeekData) -> str:
    tally = week.tally
    if tally.proposed == 0:
        return "本周程序未提出事件，值班人员也未新建事件，本周无明显异常。"
    grades = "、".join(f"{level_name(level).replace(' ', '')}{number}起" for level, number in tally.grades)
    words = f"新发现事件{tally.proposed}起，确认{tally.confirmed}起"
    words += f"（{grades}）" if grades else ""
    return f"{words}，非事件{tally.dismissed}起，待确认{tally.waiting}起。"


def daily(week: WeekData) -> list[Picture]:
    if week.whole.total == 0:
        return []
    peak = max(week.days, key=lambda point: point.total)
    alt = f"各日条数中，{day(peak.day)}最多，为{count(peak.total)}，各日合计{count(sum(p.total for p in week.days))}。"
    return [Picture("days", days_png(week.days, height_px=210), "各日条数与情感", alt)]


def leaders(week: WeekData) -> str:
    rows = [row for row in by_total(week.categories) if row.total]
    if not rows:
        return "各领域均未收录到信息。"
    risen = sum(row.mark == "▲" for row in rows)
    return f"“{rows[0].name}”最多（{count(rows[0].total)}），{risen}个领域较上周同期上升。"


def category_table(week: WeekData) -> Table:
    """The twelve categories as a matrix, most texts first."""
    caption = f"各领域条数（上周为{week.previous.words}；一条可属多个领域）"
    return matrix(caption, "领域", by_total(week.categories))


def change(total: int, previous: int, mark: str) -> str:
    """▲ +304; small changes bear no mark, none at all a dash."""
    if total == previous:
        return "—"
    words = f"{total - previous:+,}".replace("-", "−")
    return words if mark == "—" else f"{mark} {words}"


def spread(week: WeekData) -> Table:
    """Places on the left, channels on the right; both sides count every text once."""
    rows = [
        left + right
        for left, right in zip_longest(
            [counts(row) for row in week.regions[1:]],
            [counts(row) for row in week.channels if row.total],
            fillvalue=("",) * 4,
        )
    ]
    return Table(
        f"各地与各渠道条数（两边各为{count(week.whole.total)}；热线与信箱条目只计数，不引用原文）",
        ("地方", "本周", "上周", "负面", "渠道", "本周", "上周", "负面"),
        tuple(rows),
        (0.22, 0.09, 0.1, 0.09) * 2,
        frozenset({1, 2, 3, 5, 6, 7}),
    )


def counts(row: WeekRow | ChannelCount) -> tuple[str, ...]:
    return row.name, f"{row.total:,}", f"{row.previous:,}", f"{row.negative:,}"


def matrix(caption: str, what: str, rows: Sequence[WeekRow]) -> Table:
    """This week beside the last, two columns of rows on half the height."""
    lines = tuple(
        (
            row.name, f"{row.total:,}", f"{row.previous:,}", change(row.total, row.previous, row.mark),
            f"{row.negative:,}",
        )
        for row in rows
    )  # fmt: skip
    shares = (0.34, 0.15, 0.16, 0.2, 0.15)
    return side_by_side(
        Table(caption, (what, "本周", "上周", "变化", "负面"), lines, shares, frozenset({1, 2, 3, 4}))
    )
