"""A deadline in plain Chinese, for `huiying deadline`."""

from __future__ import annotations

import datetime as dt

from alerts.clock import SHANGHAI, Deadline
from alerts.milestones import MilestonePlan
from catalogue.duty import Duty

WEEKDAYS = "一二三四五六日"
DAY_MARKS = {
    "start": "起算",
    "half": "日数过半",
    "2_days": "到期前 2 个工作日",
    "1_day": "到期前 1 个工作日",
    "due": "最后一日",
}


def iso(moment: dt.datetime) -> str:
    """ISO 8601 in Shanghai time; fractions as short as they are (.250, not .250000)."""
    exact = "auto" if moment.microsecond % 1000 else "milliseconds"
    return moment.astimezone(SHANGHAI).isoformat(timespec=exact if moment.microsecond else "seconds")


def spoken_day(day: dt.date) -> str:
    return f"{day.isoformat()}（周{WEEKDAYS[day.weekday()]}）"


def spoken(moment: dt.datetime) -> str:
    """2026-11-20（周五）14:30; seconds and fractions only where there are any."""
    local = moment.astimezone(SHANGHAI)
    clock = local.strftime("%H:%M:%S" if local.second or local.microsecond else "%H:%M")
    fraction = f".{local.microsecond:06d}".rstrip("0") if local.microsecond else ""
    return f"{spoken_day(local.date())}{clock}{fraction}"


def after(start: dt.datetime, moment: dt.datetime) -> str:
    minutes = round((moment - start).total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    return "起算" if not minutes else f"起算后 {hours} 小时" + (f" {rest} 分" if rest else "")


def ending(end: Deadline) -> list[str]:
    if end.deadline_at is not None:
        return [f"截止：{spoken(end.deadline_at)}（含）"]
    if end.deadline_date is None:
        lines = ["截止：中止计时，收到答复后再定"]
        return lines + (
            [f"答复：被征求意见方应于 {spoken_day(end.answer_by)}前答复"] if end.answer_by else []
        )
    lines = [f"截止：{spoken_day(end.deadline_date)}24:00 前"]
    if end.base_date is not None:
        lines.append(f"原定：{spoken_day(end.base_date)}，已延长；须在原定日期前告知申请人")
    return lines


def describe(duty: Duty, end: Deadline, plans: list[MilestonePlan]) -> str:
    lines = [f"{duty.id} {duty.name}：{duty.limit_text}内{duty.must}", f"起算：{spoken(end.start)}"]
    lines += ending(end)
    if end.notice_by is not None:
        lines.append(f"补正：应于 {spoken_day(end.notice_by)}前一次性告知，已从收到补正之日重新计算")
    if end.provisional:
        lines.append("暂定：途经尚无放假通知的日期，按法定节日推算；有了通知请用 --calendar 重算")
    lines.append("提醒：")
    for plan in plans:
        what = after(end.start, plan.due_at) if duty.counts_hours else DAY_MARKS[plan.code]
        lines.append(f"  {spoken(plan.due_at)}  {what}{'，到期' if plan.kind == 'due' else ''}")
    lines.append(f"责任：{duty.owner}")
    lines += [f"依据：{item.document}：{item.quotation}" for item in duty.basis]
    return "\n".join([*lines, "以上均为北京时间。"])
