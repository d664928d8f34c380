"""Mail by SMTP. One connection a message; TLS required beyond loopback; nothing secret in replies or logs."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage

from alerts.channels.receipt import Receipt
from alerts.errors import NoMailServer
from catalogue.mail_settings import MailSettings
from catalogue.settings import settings

TIMEOUT_SECONDS = 20.0
Sender = Callable[[EmailMessage, str], Receipt]


def send(message: EmailMessage, to: str) -> Receipt:
    """Hand one message to the mail server of this installation. Raises NoMailServer when none is set."""
    return send_through(needed_server(), message, to)


def needed_server() -> MailSettings:
    server = settings().smtp
    if server is None:
        raise NoMailServer(
            "没有设置发信服务器，邮件留在发件箱里；请设置 HUIYING_SMTP_URL（如 smtp://用户:密码@主机:587）后重启。"
        )
    return server


def sender_for(server: MailSettings, timeout: float = TIMEOUT_SECONDS) -> Sender:
    """The channel bound to one server."""
    return lambda message, to: send_through(server, message, to, timeout)


def send_through(
    server: MailSettings, message: EmailMessage, to: str, timeout: float = TIMEOUT_SECONDS
) -> Receipt:
    """Hand the message over; the receipt says whether it was accepted and whether a retry makes sense.

    Refused for good is only what concerns this recipient or this message (5xx to RCPT or DATA). Trouble with the
    server, the login or our own sender address is work for the administrator and is tried again.
    """
    try:
        with connect(server, timeout) as smtp:
            return hand_over(smtp, server, message, to)
    except smtplib.SMTPAuthenticationError as error:
        return Receipt("later", f"邮件服务器不接受账号（{error.smtp_code}）", whole_server=True)
    except smtplib.SMTPNotSupportedError:
        return Receipt("later", f"邮件服务器 {server.host} 不支持所需的加密或登录方式", whole_server=True)
    except ssl.SSLError as error:
        return Receipt(
            "later", f"与 {server.host} 的加密连接失败（{error.reason or '证书不可信'}）", whole_server=True
        )
    except TimeoutError:
        return Receipt("later", f"邮件服务器 {server.host} 在 {timeout:g} 秒内没有回应", whole_server=True)
    except smtplib.SMTPResponseException as error:
        return Receipt("later", spoken(error.smtp_code, error.smtp_error), whole_server=True)
    except (smtplib.SMTPException, OSError) as error:
        if isinstance(error.__context__, TimeoutError):  # smtplib hides a timeout while it waits for a reply
            return Receipt(
                "later", f"邮件服务器 {server.host} 在 {timeout:g} 秒内没有回应", whole_server=True
            )
        reason = (
            "拒绝连接" if isinstance(error, ConnectionRefusedError) else "找不到主机"
            if isinstance(error, socket.gaierror) else "中断了连接"
        )  # fmt: skip
        return Receipt("later", f"邮件服务器 {server.host}:{server.port} {reason}", whole_server=True)


def connect(server: MailSettings, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == "ssl":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout, context=context, local_hostname="huiying.invalid"
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=timeout, local_hostname="huiying.invalid")
    try:
        if server.tls == "starttls":
            smtp.starttls(context=context)
        if server.user is not None:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def hand_over(smtp: smtplib.SMTP, server: MailSettings, message: EmailMessage, to: str) -> Receipt:
    """MAIL, RCPT, DATA one by one: which of them is refused decides what a refusal means."""
    smtp.ehlo_or_helo_if_needed()
    code, reply = smtp.mail(server.sender)
    if code != 250:
        return Receipt("later", f"不接受发件地址 {server.sender}：{spoken(code, reply)}", whole_server=True)
    code, reply = smtp.rcpt(to)
    if code not in (250, 251):
        return Receipt("refused" if code >= 500 else "later", spoken(code, reply))
    try:
        code, reply = smtp.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        return Receipt(
            "refused" if error.smtp_code >= 500 else "later", spoken(error.smtp_code, error.smtp_error)
        )
    if code == 250:
        return Receipt("accepted", spoken(code, reply))
    return Receipt("refused" if code >= 500 else "later", spoken(code, reply))


def spoken(code: int, reply: bytes | str) -> str:
    """The server's answer on one line, at most 200 characters."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return f"{code} {' '.join(text.split())}"[:200]
