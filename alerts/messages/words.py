"""Times, cuts and clean lines as mails need them. Pure."""

from __future__ import annotations

import datetime as dt
import html
import unicodedata
from urllib.parse import urlsplit

from alerts.clock import SHANGHAI

QUOTED_LIMIT = 120  # crawled text in a mail
DEMO = "演示数据"
MARK = "自动生成、未审定"


def short(moment: dt.datetime) -> str:
    """11-22 08:05, Beijing time."""
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def spoken(moment: dt.datetime) -> str:
    """11 月 22 日 08:05, Beijing time."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month} 月 {local.day} 日 {local:%H:%M}"


def one_line(text: str, limit: int = QUOTED_LIMIT) -> str:
    """Foreign text on one line: no CR/LF, control, zero-width or direction characters, cut with an ellipsis."""
    kept = "".join(" " if ch in "\r\n\t\u2028\u2029" else ch for ch in text)
    plain = "".join(ch for ch in kept if unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    line = " ".join(plain.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def escaped(text: str, limit: int = QUOTED_LIMIT) -> str:
    return html.escape(one_line(text, limit))


def safe_url(url: str) -> str | None:
    """The address if it is a web address; anything else (javascript:, data:) is no link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    line = one_line(url, 2000)
    return line if parts.scheme in ("http", "https") and parts.netloc and " " not in line else None
