"""列出各事件的时限：起算、截止、状态。

例：huiying clocks list --overdue
    huiying clocks list --state running,missed --duty R2 --json
"""

from __future__ import annotations

import argparse

from alerts.clock_query import list_clocks
from catalogue.settings import settings
from huiying.commands.incidents import words
from huiying.listing import add_json, print_rows
from store.model import CLOCK_STATES
from store.session import transaction

HEADS = {
    "incident": "事件", "duty": "时限", "state": "状态", "provisional": "暂定", "started_at": "起算",
    "deadline_at": "截止", "settled_at": "完成", "start_basis": "起算依据", "reason": "说明",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", required=True)
    listing = verbs.add_parser("list", help="列出时限，最近的在前")
    listing.add_argument("--state", metavar="状态", help=f"{'、'.join(CLOCK_STATES)}，多个用逗号分开")
    listing.add_argument("--overdue", action="store_true", help="只列已超时的（同 --state missed）")
    listing.add_argument("--incident", metavar="编号")
    listing.add_argument("--duty", metavar="R1")
    add_json(listing)


def run(args: argparse.Namespace) -> int:
    states = ("missed",) if args.overdue else words(args.state, CLOCK_STATES, "--state")
    with transaction(settings().database_url) as session:
        rows = list_clocks(session, states, args.incident, args.duty)
    print_rows(rows, HEADS, args.json, "没有符合条件的时限。")
    return 0
