"""Where mail leaves from: HUIYING_SMTP_URL and HUIYING_SMTP_SENDER."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from catalogue.errors import SettingsError

Tls = Literal["starttls", "ssl", "none"]
DEFAULT_PORTS: dict[Tls, int] = {"starttls": 587, "ssl": 465, "none": 25}
EXAMPLE = "smtp://用户:密码@主机:587?tls=starttls"


@dataclass(frozen=True)
class MailSettings:
    """One SMTP server. Beyond loopback `tls` is never "none"."""

    host: str
    port: int
    tls: Tls
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)


def read_mail_settings(url: str | None, sender: str | None) -> MailSettings | None:
    """None when no server is set. Raises SettingsError; the message never repeats the password."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host, port, options = (
            parts.hostname,
            parts.port,
            dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))),
        )
    except ValueError as error:
        raise SettingsError(f"HUIYING_SMTP_URL 应形如 {EXAMPLE}，其端口或参数读不懂。") from error
    if parts.scheme != "smtp" or not host or parts.path not in ("", "/"):
        raise SettingsError(f"HUIYING_SMTP_URL 应形如 {EXAMPLE}。")
    if unknown := sorted(set(options) - {"tls"}):
        raise SettingsError(f"HUIYING_SMTP_URL 里有不认识的参数 {'、'.join(unknown)}；只支持 tls。")
    tls = tls_mode(options.get("tls"), host)
    user = unquote(parts.username) if parts.username else None
    return MailSettings(
        host=host,
        port=port or DEFAULT_PORTS[tls],
        tls=tls,
        sender=sender_address(sender, user, host),
        user=user,
        password=unquote(parts.password) if parts.password else None,
    )


def tls_mode(text: str | None, host: str) -> Tls:
    """The given mode; by default STARTTLS, and plain only to this machine itself."""
    mode = text or ("none" if is_loopback(host) else "starttls")
    if mode not in DEFAULT_PORTS:
        raise SettingsError(f"HUIYING_SMTP_URL 的 tls 应是 starttls、ssl 或 none，收到的是“{mode}”。")
    if mode == "none" and not is_loopback(host):
        raise SettingsError(
            f"邮件服务器 {host} 不在本机，必须加密；请把 tls=none 改为 tls=starttls 或 tls=ssl。"
        )
    return mode


def sender_address(sender: str | None, user: str | None, host: str) -> str:
    """HUIYING_SMTP_SENDER, else the account if it is an address, else (on this machine) a local name."""
    address = (
        sender
        or (user if user and "@" in user else None)
        or ("huiying@localhost" if is_loopback(host) else "")
    )
    name, at, domain = address.partition("@")
    if not (name and at and domain) or any(ch.isspace() or ch in "<>,;" or ord(ch) < 32 for ch in address):
        raise SettingsError(
            f"发件地址应形如 huiying@example.gov.cn，收到的是“{address}”；请设置 HUIYING_SMTP_SENDER。"
        )
    return address


def is_loopback(host: str) -> bool:
    """Whether the name can only mean this machine; other names are not looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
