"""The mails about an incident: alert, reminder, overdue, escalation … One layout, another first line. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from alerts.messages import blocks
from alerts.messages.brief import Brief, ClockLine
from alerts.messages.words import DEMO, MARK, escaped, one_line, short, spoken

REASONS_TOLD = 4
BUTTON = "打开事件并签收"
DEADLINE_WORDS = {
    "R2": "发布会时限",
    "R1": "首发时限",
    "R3": "回应时限",
}  # in the order a subject prefers them
STATE_WORDS = {"met": "已按时完成", "met_late": "已完成（超过时限）", "missed": "已超时，仍须完成"}


@dataclass(frozen=True)
class Frame:
    """What a mail knows beside the incident."""

    kind: str
    url: str
    is_demo: bool
    recipients: tuple[str, ...]
    marks: tuple[Mapping[str, Any], ...]
    note: str
    now: dt.datetime


@dataclass(frozen=True)
class Written:
    subject: str
    text: str
    html: str


def write_alert(brief: Brief, frame: Frame, picture: tuple[str, int, int] | None = None) -> Written:
    """Subject, text part and HTML part. picture: content id, width and height of the chart, if there is one."""
    return Written(subject(brief, frame), text(brief, frame), html(brief, frame, picture))


def subject(brief: Brief, frame: Frame) -> str:
    """【II级 重大】标题｜领域｜属地｜发布会时限 11-22 08:05; the time is absolute, never what is left."""
    prefix = {"overdue": "已超时 ", "reminder": "时限提醒 ", "escalation": "无人签收 ", "raised": "等级变动 ",
              "moved": "时限变动 ", "assigned": "交办 "}.get(frame.kind, "")  # fmt: skip
    parts = [
        f"{prefix}{one_line(brief.title, 60)}", brief.categories.split("、")[0], brief.region, deadline_words(brief),
    ]  # fmt: skip
    level = brief.level_text.split("（")[0]
    demo = f"【{DEMO}】" if frame.is_demo else ""
    return one_line(f"{demo}【{level}】{'｜'.join(part for part in parts if part)}", 200)


def deadline_words(brief: Brief) -> str:
    """The deadline that names the case: the conference, else the first release, else the answer."""
    clocks = {clock.duty: clock for clock in brief.clocks}
    for duty, word in DEADLINE_WORDS.items():
        clock = clocks.get(duty)
        if clock is not None and clock.state in ("running", "missed"):
            return f"{word} {short(clock.deadline_at)}" if clock.deadline_at else f"{word} 起算待核"
    return "时限均已办结" if brief.clocks else "无时限"


def headline(brief: Brief, frame: Frame) -> str:
    """What to do, in the bar at the top."""
    if frame.kind == "overdue":
        return f"{overdue_names(frame)}到期，请立即完成并登记佐证"
    if frame.kind == "escalation":
        return "无人签收，请立即处理"
    if frame.kind == "reminder":
        return "时限临近，请核对进度"
    if frame.kind in ("raised", "moved", "assigned"):
        return one_line(frame.note) or "情况有变，请查看"
    if brief.is_acknowledged:
        return "请认定等级和主责单位" if not brief.is_confirmed else "已认定，请按时限办理"
    return "请在 15 分钟内签收" if brief.level in ("I", "II") else "请在 2 小时内签收"


def overdue_names(frame: Frame) -> str:
    names = dict.fromkeys(str(mark["duty"]) for mark in frame.marks if mark["kind"] in ("due", "overdue"))
    return "、".join(names) or "时限"


def clock_text(clock: ClockLine) -> tuple[str, str]:
    """The deadline, and what must happen until then or what has become of it."""
    rest = clock.must + ("（暂定，待认定）" if clock.provisional else "")
    if clock.deadline_at is None:
        return "起算待核", f"{rest}，请先核定发生时间"
    when = f"{spoken(clock.deadline_at)} 前"
    if clock.state in ("met", "met_late") and clock.settled_at is not None:
        return when, f"{rest}：{STATE_WORDS[clock.state]}（{spoken(clock.settled_at)}）"
    return when, f"{rest}：{STATE_WORDS['missed']}" if clock.state == "missed" else rest


def facts(brief: Brief, frame: Frame) -> list[tuple[str, list[str]]]:
    """Label and lines in the order of the screen: why, what is asked, who owes, where it stands in time."""
    amount = f"公开文本 {brief.public} 条" + (f"（另有转载 {brief.copies} 条已合并）" if brief.copies else "")
    amount += f"；热线和信箱 {brief.internal} 条，只计数不引用" if brief.internal else ""
    times = [f"首次发现 {spoken(brief.detected_at)}"]
    times += [f"发生 {spoken(brief.occurred_at)}"] if brief.occurred_at else []
    times += [f"认定 {spoken(brief.confirmed_at)}"] if brief.confirmed_at else ["等级由程序提出，待认定"]
    more = f" 等 {len(brief.blind_spots)} 个来源" if len(brief.blind_spots) > 3 else ""
    silent = "、".join(brief.blind_spots[:3]) + more
    blind = [brief.little_seen] if brief.little_seen else []
    blind += [f"{silent}没有新数据，实际数量可能更多"] if silent else []
    return [
        ("等级", [f"{brief.level_kind} {brief.level_text}"]),
        ("领域属地", [f"{brief.categories}；{brief.region}"]),
        ("为何提醒", [why(brief)]),
        ("数量", [amount]),
        ("公众在问", ["；".join(brief.asked) or "尚未归并出问题"]),
        ("主责", [brief.unit]),
        ("时间", ["；".join(times)]),
        ("盲区", blind or ["各来源采集正常"]),
    ]


def why(brief: Brief) -> str:
    """The weightiest reasons: a mail is read on the way, the page has them all."""
    rest = len(brief.reasons) - REASONS_TOLD
    more = (f"另有 {rest} 条理由，见事件页",) if rest > 0 else ()
    return "；".join((*brief.reasons[:REASONS_TOLD], *more)) or "人工建立"


def closing(brief: Brief, frame: Frame) -> list[str]:
    told = "、".join(frame.recipients)
    return [
        f"{MARK}。{'演示数据，不是真实事件。' if frame.is_demo else ''}"
        "条数为公开网页和公开帖文，情感与分类由程序判断，可能有误。",
        f"发给：{told}。{brief.if_untouched}",
        f"编号 {brief.id}，{spoken(frame.now)} 发出（以上均为北京时间）。打开链接不等于签收，登录后点“签收”才算。",
    ]


def text(brief: Brief, frame: Frame) -> str:
    """The text part: complete without the HTML."""
    lines = [f"〔{DEMO}〕"] if frame.is_demo else []
    lines += [f"【{brief.level_text}】{headline(brief, frame)}", "", brief.title, ""]
    lines += (
        ["时限"] + ["  " + "：".join(clock_text(clock)) for clock in brief.clocks] if brief.clocks else []
    )
    lines += [f"{label}：{' '.join(values)}" for label, values in facts(brief, frame)]
    lines += [f"说明：{one_line(frame.note)}"] if frame.note else []
    if brief.sources:
        lines.append("来源")
    for one in brief.sources:
        lines += [f"  {spoken(one.at)} {one.publisher} {one.title}", *([f"  {one.url}"] if one.url else [])]
    return "\n".join([*lines, "", f"{BUTTON}：{frame.url}", "", *closing(brief, frame)])


def html(brief: Brief, frame: Frame, picture: tuple[str, int, int] | None) -> str:
    head = f'{blocks.strong(brief.level_text)} <span style="padding-left:12px;">{escape(headline(brief, frame))}</span>'
    deadlines = "<br>".join(
        f"{blocks.strong(when)} {escape(rest)}" for when, rest in map(clock_text, brief.clocks)
    )
    pairs: list[tuple[str, str]] = [("时限", deadlines), ("说明", escaped(frame.note) if frame.note else "")]
    pairs += [
        (label, "<br>".join(escape(value) for value in values)) for label, values in facts(brief, frame)
    ]
    pairs.append(("来源", source_html(brief)))
    body = blocks.title(brief.title) + blocks.rows(pairs)
    if picture is not None:
        cid, width, height = picture
        body += blocks.picture(cid, f"近 36 小时每小时条数与预警线：{why(brief)}", width, height)
    body += blocks.button(frame.url, BUTTON) + blocks.footer(closing(brief, frame))
    return blocks.page(
        body, brief.level, head, f"{DEMO}：以下内容为演示，不是真实事件。" if frame.is_demo else ""
    )


def source_html(brief: Brief) -> str:
    return "<br>".join(
        f"{escape(spoken(one.at))} {escape(one.publisher)} {blocks.link(one.url, one.title)}"
        for one in brief.sources
    )


def recipients_of(facts: Mapping[str, Any]) -> tuple[str, ...]:
    names: Sequence[str] = facts.get("recipients", ())
    return tuple(one_line(name, 40) for name in names)
