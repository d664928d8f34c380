"""The demo's mailbox: a real SMTP server on loopback whose letters can be read in the browser.

`python -m huiying.demo.mailbox --folder DIR --smtp-port N --web-port N`. Letters are kept as .eml files, so a
second start shows them again.
"""

from __future__ import annotations

import argparse
import base64
import email
import email.policy
import html
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask, Response, abort

LETTER_NAME = re.compile(r"\d{13,}-[0-9a-f]{8}\.eml")
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body{{margin:0;background:#F4F6F9;color:#17212E;font:16px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif}}
main{{max-width:960px;margin:0 auto;padding:24px 16px}} a{{color:#0B57C2}} h1{{font-size:24px}}
table{{width:100%;border-collapse:collapse;background:#fff}} td,th{{padding:8px 12px;border-bottom:1px solid #D5DCE5;
text-align:left;vertical-align:top}} iframe{{width:100%;height:1100px;border:1px solid #D5DCE5;background:#fff}}
pre{{white-space:pre-wrap;background:#fff;padding:16px;border:1px solid #D5DCE5}} .note{{color:#4A5768}}
</style></head><body><main>{body}</main></body></html>"""


@dataclass(frozen=True)
class Letter:
    """One received mail: its file name, arrival (seconds since the epoch) and the parsed message."""

    name: str
    arrived: float
    message: EmailMessage


class Keeper:
    """aiosmtpd handler: every accepted letter is one file, complete before the 250 is said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        name = f"{time.time_ns() // 1_000_000}-{hash(envelope.content) & 0xFFFFFFFF:08x}.eml"
        unfinished = self.folder / f"{name}.part"
        recipients = ", ".join(envelope.rcpt_tos).encode("utf-8", "replace")
        unfinished.write_bytes(b"X-Envelope-To: " + recipients + b"\r\n" + envelope.content)
        unfinished.rename(self.folder / name)
        return "250 2.0.0 kept"


def letters(folder: Path) -> list[Letter]:
    """All letters, newest first."""
    names = sorted(
        (path.name for path in folder.glob("*.eml") if LETTER_NAME.fullmatch(path.name)), reverse=True
    )
    return [read_letter(folder, name) for name in names]


def read_letter(folder: Path, name: str) -> Letter:
    message = email.message_from_bytes((folder / name).read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Letter(name, int(name.split("-")[0]) / 1000, message)


def picture_by_cid(message: EmailMessage) -> dict[str, str]:
    """Content-ID → data URI of the pictures inside, so that the letter shows without a network."""
    found = {}
    for part in message.walk():
        cid = str(part.get("Content-ID", "")).strip("<> ")
        if cid and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_payload(decode=True)).decode()
            found[cid] = f"data:{part.get_content_type()};base64,{data}"
    return found


def body_of(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else None


def letter_html(message: EmailMessage) -> str:
    text = body_of(message, "html") or f"<pre>{html.escape(body_of(message, 'plain') or '')}</pre>"
    for cid, uri in picture_by_cid(message).items():
        text = text.replace(f"cid:{cid}", uri)
    return text


def list_page(folder: Path) -> str:
    rows = "".join(
        f"<tr><td>{time.strftime('%H:%M:%S', time.gmtime(one.arrived + 8 * 3600))}</td>"
        f"<td>{html.escape(str(one.message['X-Envelope-To'] or ''))}</td>"
        f'<td><a href="/letter/{one.name}">{html.escape(str(one.message["Subject"] or "（无主题）"))}</a></td></tr>'
        for one in letters(folder)
    )
    empty = '<p class="note">还没有邮件。演示开始后，首封预警邮件约在 3 分钟内到达；请稍后刷新本页。</p>'
    table = f"<table><tr><th>收到（北京时间）</th><th>收件人</th><th>主题</th></tr>{rows}</table>"
    return PAGE.format(
        title="演示邮箱",
        body=f'<h1>演示邮箱</h1><p class="note">演示数据：这里收的是本机演示系统发出的邮件，不会外发。</p>'
        f"{table if rows else empty}",
    )


def letter_page(letter: Letter) -> str:
    heads = "".join(
        f"<tr><th>{label}</th><td>{html.escape(str(letter.message[name] or ''))}</td></tr>"
        for label, name in (("主题", "Subject"), ("发件人", "From"), ("收件人", "To"), ("日期", "Date"))
    )
    plain = html.escape(body_of(letter.message, "plain") or "（没有纯文本部分）")
    return PAGE.format(
        title=html.escape(str(letter.message["Subject"] or "邮件")),
        body=f'<p><a href="/">返回收件箱</a></p><h1>邮件</h1><table>{heads}</table><h2>网页版</h2>'
        f'<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="邮件正文" '
        f'src="/letter/{letter.name}/body"></iframe><h2>纯文本版</h2><pre>{plain}</pre>',
    )


def create_app(folder: Path) -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def inbox() -> str:
        return list_page(folder)

    @app.get("/letter/<name>")
    def letter(name: str) -> str:
        return letter_page(find(name))

    @app.get("/letter/<name>/body")
    def body(name: str) -> Response:
        return Response(letter_html(find(name).message), mimetype="text/html")

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'"
        )
        return response

    def find(name: str) -> Letter:
        if not LETTER_NAME.fullmatch(name) or not (folder / name).exists():
            abort(404)
        return read_letter(folder, name)

    return app


def main() -> None:
    from waitress import serve

    parser = argparse.ArgumentParser(description="演示邮箱")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int, required=True)
    args = parser.parse_args()
    controller = Controller(Keeper(args.folder), hostname="127.0.0.1", port=args.smtp_port)
    controller.start()
    try:
        serve(create_app(args.folder), host="127.0.0.1", port=args.web_port, threads=2, ident=None)
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
