"""发信：test（发一封测试邮件）、pause、resume（暂停和恢复全部外发邮件）、status。

例：huiying mail test duty@example.gov.cn
    huiying mail pause --as admin --reason 演练
"""

from __future__ import annotations

import argparse

from alerts.acts import require
from alerts.channels.email import needed_server
from alerts.outbox import waiting
from alerts.trial_mail import send_trial
from catalogue.settings import settings
from huiying.commands._operator import operate
from huiying.errors import RunError, UsageError
from huiying.listing import add_json, print_json, shown
from store import switches
from store.model import Heartbeat
from store.session import read_now, transaction

MAY_PAUSE = ("chief", "admin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", required=True)
    test = verbs.add_parser("test", help="发一封测试邮件并显示服务器的答复")
    test.add_argument("to", metavar="地址")
    for name, text in (
        ("pause", "暂停全部外发邮件（留在发件箱）"),
        ("resume", "恢复外发，积压的邮件随即发出"),
    ):
        one = verbs.add_parser(name, help=text)
        one.add_argument(
            "--as", dest="login", required=True, metavar="账号", help="以谁的名义（值班长或管理员）"
        )
        one.add_argument("--reason", default="", metavar="理由")
    add_json(verbs.add_parser("status", help="发信服务器、暂停与否、待发和拒收的数量"))


def run(args: argparse.Namespace) -> int:
    if args.verb == "test":
        return send_test(args.to)
    if args.verb == "status":
        return show_status(args.json)
    return switch(args.verb == "pause", args.login, args.reason)


def send_test(to: str) -> int:
    if "@" not in to or any(ch.isspace() for ch in to):
        raise UsageError(f"收件地址应形如 duty@example.gov.cn，收到的是“{to}”。")
    server = needed_server()
    with transaction(settings().database_url) as session:
        now = read_now(session)
    receipt = send_trial(server, to, settings().public_url, settings().is_demo, now)
    if receipt.outcome != "accepted":
        raise RunError(
            f"{server.host}:{server.port} 没有收下测试邮件：{receipt.reply}。请检查地址和发信设置。"
        )
    print(f"{server.host}:{server.port} 已收下：{receipt.reply}")
    return 0


def switch(pause: bool, login: str, reason: str) -> int:
    word = "暂停发信" if pause else "恢复发信"

    def work(session, catalogue, actor, now):
        require(actor, MAY_PAUSE, word)
        if pause and len(reason.strip()) < 2:
            raise UsageError("暂停发信须写明理由；请加上 --reason。")
        switches.write(session, "mail_paused", {"paused": pause}, actor.name, now, reason)
        return waiting(session)

    left = operate(login, work)
    print(f"已{word}，发件箱有 {left} 封待发。")
    return 0


def show_status(json_wanted: bool) -> int:
    server = settings().smtp
    with transaction(settings().database_url) as session:
        beat = session.get(Heartbeat, "deliver_notifications")
        last = beat.facts if beat is not None else {}
        status = {
            "server": f"{server.host}:{server.port}（{server.tls}）" if server else None,
            "paused": switches.mail_is_paused(session), "waiting": waiting(session),
            "dead": last.get("dead", 0), "problem": last.get("problem", ""),
        }  # fmt: skip
    if json_wanted:
        print_json(status)
        return 0
    heads = {
        "server": "发信服务器", "paused": "已暂停", "waiting": "待发", "dead": "拒收", "problem": "问题",
    }  # fmt: skip
    for key, head in heads.items():
        print(f"{head}：{shown(status[key]) or '无'}")
    return 0
