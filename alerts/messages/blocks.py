"""The building blocks of our HTML mails: tables, inline styles, px units, nothing a mail program would drop. Pure.

Every argument named `html` is finished HTML; all other text is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

# Colours of design tokens, light theme: text on chip, chip.
CHIPS = {
    "I": ("#FFFFFF", "#C4161C"),
    "II": ("#FFFFFF", "#A84300"),
    "III": ("#17212E", "#F2C200"),
    "IV": ("#FFFFFF", "#0B57C2"),
    "": ("#FFFFFF", "#4A5768"),
}
FONT = "font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;"
TEXT, GREY, LINE = "color:#17212E;", "color:#4A5768;", "#D5DCE5"


def page(body: str, level: str, head: str, banner: str = "") -> str:
    """The whole mail: a bar in the level's colour with its words, then the body, 640 px wide."""
    ink, fill = CHIPS[level]
    top = (
        f'<tr><td bgcolor="#17212E" style="{FONT}font-size:14px;line-height:22px;color:#FFFFFF;padding:8px 24px;">'
        f"{escape(banner)}</td></tr>"
        if banner
        else ""
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title></title></head>'
        '<body style="margin:0;padding:0;" bgcolor="#F4F6F9">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#F4F6F9">'
        '<tr><td align="center" style="padding:16px 8px;">'
        '<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" bgcolor="#FFFFFF"'
        f' style="width:100%;max-width:640px;border:1px solid {LINE};">{top}'
        f'<tr><td bgcolor="{fill}" style="{FONT}font-size:16px;line-height:24px;color:{ink};padding:10px 24px;">'
        f"{head}</td></tr>{body}</table></td></tr></table></body></html>"
    )


def title(text: str) -> str:
    return (
        f'<tr><td style="{FONT}{TEXT}font-size:22px;line-height:32px;font-weight:bold;padding:20px 24px 4px 24px;">'
        f"{escape(text)}</td></tr>"
    )


def rows(pairs: Sequence[tuple[str, str]]) -> str:
    """Label and finished HTML side by side; pairs without content are left out."""
    inner = "".join(
        f'<tr><td width="80" valign="top" style="{FONT}{GREY}font-size:14px;line-height:24px;padding:6px 0;">'
        f'{escape(label)}</td><td valign="top" style="{FONT}{TEXT}font-size:16px;line-height:24px;padding:6px 0;">'
        f"{html}</td></tr>"
        for label, html in pairs
        if html
    )
    return (
        '<tr><td style="padding:4px 24px;"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"'
        f' border="0">{inner}</table></td></tr>'
    )


def paragraph(html: str) -> str:
    return f'<tr><td style="{FONT}{TEXT}font-size:16px;line-height:26px;padding:10px 24px;">{html}</td></tr>'


def picture(cid: str, alt: str, width: int, height: int) -> str:
    return (
        f'<tr><td style="padding:8px 24px;"><img src="cid:{escape(cid)}" width="{width}" height="{height}"'
        f' alt="{escape(alt)}" style="{FONT}{GREY}font-size:13px;display:block;width:100%;height:auto;border:0;">'
        "</td></tr>"
    )


def button(url: str, label: str) -> str:
    return (
        '<tr><td style="padding:12px 24px 20px 24px;"><table role="presentation" cellpadding="0" cellspacing="0"'
        f' border="0"><tr><td bgcolor="#0B57C2" style="padding:0;"><a href="{escape(url)}" style="{FONT}font-size:16px;'
        "line-height:24px;font-weight:bold;color:#FFFFFF;text-decoration:none;display:inline-block;"
        f'padding:10px 24px;">{escape(label)}</a></td></tr></table></td></tr>'
    )


def footer(lines: Sequence[str]) -> str:
    inner = "<br>".join(escape(line) for line in lines if line)
    return (
        f'<tr><td style="{FONT}{GREY}font-size:13px;line-height:20px;padding:12px 24px 16px 24px;'
        f'border-top:1px solid {LINE};">{inner}</td></tr>'
    )


def link(url: str | None, text: str) -> str:
    return (
        f'<a href="{escape(url)}" style="color:#0B57C2;">{escape(text)}</a>'
        if url is not None
        else escape(text)
    )


def strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"
