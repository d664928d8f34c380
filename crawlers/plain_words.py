"""What went wrong on the way to a page, in words a duty officer understands."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

STATUS = {
    400: "网站认为请求不合格", 401: "需要登录", 403: "网站拒绝访问", 404: "页面不存在", 410: "页面已撤下",
    412: "被网站防护拦截", 418: "被网站防护拦截", 421: "网站不接受此域名", 429: "访问过于频繁，网站要求放慢",
    451: "网站因法律原因不提供", 500: "网站内部错误", 502: "网站网关错误", 503: "网站暂时不可用", 504: "网站网关超时",
    521: "被网站防护拦截", 567: "被网站防护拦截",
}  # fmt: skip
EXCEPTIONS = [
    ("DNSLookupError", "找不到这个域名，请核对网址"),
    ("CannotResolveHostError", "找不到这个域名，请核对网址"),
    ("TimeoutError", "网站在限定时间内没有回应"),
    ("TCPTimedOutError", "网站在限定时间内没有回应"),
    ("DownloadTimeoutError", "网站在限定时间内没有回应"),
    ("ConnectionRefused", "网站拒绝连接，可能没有开启"),
    ("DownloadConnectionRefusedError", "网站拒绝连接，可能没有开启"),
    ("DownloadCancelledError", "页面超过大小上限，未收录"),
    ("ResponseDataLoss", "网站中途断开，内容不完整"),
    ("ResponseNeverReceived", "网站没有给出完整回应"),
    ("ConnectionLost", "网站中途断开连接"),
    ("ConnectionDone", "网站中途断开连接"),
    ("SSL", "网站证书有问题，未继续访问"),
    ("NotSupported", "不是 http 或 https 地址，未访问"),
    ("UnsupportedURLSchemeError", "不是 http 或 https 地址，未访问"),
    ("DownloadFailedError", "网站没有给出完整回应"),
]
LONGEST_RETRY_AFTER = 7 * 86400


def status_words(status: int) -> str:
    meaning = STATUS.get(status) or ("网站出错" if status >= 500 else "网站没有给出页面")
    return f"HTTP {status}（{meaning}）"


def failure_words(failure: Failure) -> str:
    """One phrase for a download that failed."""
    if failure.check(IgnoreRequest):
        return str(failure.value) or "请求被放弃"
    reasons = [failure.type.__name__] + [
        type(getattr(reason, "value", reason)).__name__ for reason in getattr(failure.value, "reasons", [])
    ]
    if failure.type.__mro__:
        reasons += [cls.__name__ for cls in failure.type.__mro__]
    for name, words in EXCEPTIONS:
        if any(name in reason for reason in reasons):
            return words
    return f"无法访问（{failure.type.__name__}）"


def retry_after_seconds(value: str | None, now: datetime) -> int | None:
    """Retry-After as seconds or as a date, at most a week; None where absent or unreadable."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), LONGEST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if at.tzinfo is None:
        return None
    return max(0, min(int((at - now).total_seconds()), LONGEST_RETRY_AFTER))
