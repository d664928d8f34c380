"""Mails that are not about one incident: the weekly report, the health of the system, a test. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

from alerts.messages import blocks
from alerts.messages.alert import Written
from alerts.messages.words import DEMO, MARK, one_line, spoken


def write_weekly(
    number: int,
    begins_on: dt.date,
    ends_on: dt.date,
    state: str,
    lines: Sequence[str],
    missing: Sequence[str],
    url: str,
    is_demo: bool,
) -> Written:
    """The weekly report's cover mail: its first findings, what is missing, the link; the DOCX is attached."""
    period = f"{begins_on:%m月%d日}至{ends_on:%m月%d日}"
    status = MARK if state == "draft" else "已审定"
    gaps = f"缺测：{'、'.join(missing)}。" if missing else "本期各来源采集正常。"
    head = f"周报 第{number}期（{period}）"
    lead = [one_line(line, 300) for line in lines]
    text = "\n".join(
        [
            *demo_line(is_demo),
            head,
            status,
            "",
            *lead,
            "",
            gaps,
            "",
            f"在线查看：{url}",
            "全文见附件（DOCX）。",
        ]
    )
    body = "".join(blocks.paragraph(escape(line)) for line in [*lead, gaps])
    body += blocks.button(url, "在线查看") + blocks.footer([f"{status}。全文见附件（DOCX）。"])
    page = blocks.page(body, "", blocks.strong(head), demo_banner(is_demo))
    return Written(one_line(f"{demo_tag(is_demo)}【周报】第{number}期｜{period}｜{status}", 200), text, page)


def write_health(title: str, note: str, url: str, is_demo: bool, now: dt.datetime) -> Written:
    """Something is wrong with the system itself (or well again)."""
    foot = f"{spoken(now)}（北京时间）由系统自动发出。"
    text = "\n".join([*demo_line(is_demo), title, "", note, "", f"系统地址：{url}", foot])
    body = blocks.paragraph(escape(note)) + blocks.button(url, "打开系统") + blocks.footer([foot])
    page = blocks.page(body, "", blocks.strong(title), demo_banner(is_demo))
    return Written(one_line(f"{demo_tag(is_demo)}【系统】{title}", 200), text, page)


def demo_tag(is_demo: bool) -> str:
    return f"【{DEMO}】" if is_demo else ""


def demo_line(is_demo: bool) -> list[str]:
    return [f"〔{DEMO}〕"] if is_demo else []


def demo_banner(is_demo: bool) -> str:
    return f"{DEMO}：以下内容为演示。" if is_demo else ""
