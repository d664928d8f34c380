"""列出发件箱：谁被告知了什么，送到没有。

例：huiying notifications list --state dead
    huiying notifications list --incident 20261121-01 --json
"""

from __future__ import annotations

import argparse

from alerts.clock_query import list_notifications
from catalogue.settings import settings
from huiying.commands.incidents import words
from huiying.listing import add_json, print_rows
from store.session import transaction

STATES = ("pending", "leased", "sent", "dead")
HEADS = {
    "id": "号", "kind": "种类", "incident": "事件", "recipient": "接收人", "state": "状态", "attempts": "次数",
    "created_at": "写入", "sent_at": "送达", "last_error": "问题",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", required=True)
    listing = verbs.add_parser("list", help="列出通知，最新的在前")
    listing.add_argument("--state", metavar="状态", help=f"{'、'.join(STATES)}，多个用逗号分开")
    listing.add_argument("--incident", metavar="编号")
    listing.add_argument("--limit", type=int, default=100, metavar="N", help="最多列 N 条（默认 100）")
    add_json(listing)


def run(args: argparse.Namespace) -> int:
    with transaction(settings().database_url) as session:
        rows = list_notifications(session, words(args.state, STATES, "--state"), args.incident, args.limit)
    print_rows(rows, HEADS, args.json, "没有符合条件的通知。")
    return 0
