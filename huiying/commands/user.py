"""管理登录账号：新增、停用、启用、改密码、列表。

huiying user add NAME --role duty --shown-as 值班员       生成并显示一个密码（--stdin 从标准输入读取）
huiying user add wall --role screen                      显示大屏的长期登录地址
huiying user disable|enable|password|list
角色：viewer 查看、liaison 联络员、duty 值班员、chief 值班长、reviewer 审核、admin 管理员、inspector 监督员、screen 大屏。
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys

from catalogue.loader import load
from catalogue.settings import settings
from huiying.errors import UsageError
from store import accounts
from store.model import ROLES
from store.session import read_now, transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", required=True)
    add = verbs.add_parser("add", help="新增账号")
    add.add_argument("name", help="登录名：小写字母、数字")
    add.add_argument("--role", required=True, choices=list(ROLES), help="角色")
    add.add_argument("--shown-as", default="", help="页面上显示的岗位名")
    add.add_argument("--unit", help="单位 id（联络员必填）")
    for name, words in (("password", "改密码"), ("disable", "停用账号"), ("enable", "重新启用账号")):
        verbs.add_parser(name, help=words).add_argument("name")
    verbs.add_parser("list", help="列出账号")
    for name in ("add", "password"):
        verbs.choices[name].add_argument("--stdin", action="store_true", help="从标准输入读取密码")
    for verb in verbs.choices.values():
        verb.add_argument("--json", action="store_true", help="输出 JSON")


def run(args: argparse.Namespace) -> int | None:
    show = {"add": add_account, "password": new_password, "list": list_accounts}.get(args.verb, switch)(args)
    if args.json:
        print(json.dumps(show, ensure_ascii=False))
    elif isinstance(show, list):
        for row in show:
            state = "在用" if row["is_active"] else "已停用"
            print(
                f"{row['name']:<16}{ROLES[row['role']]:<8}{state}  {row['shown_as']}  {row['unit'] or ''}".rstrip()
            )
    else:
        for key, value in show.items():
            print(f"{key}：{value}")
    return 0


def read_password(args: argparse.Namespace) -> str:
    """From standard input when asked, typed on a terminal for `password`, else generated."""
    if args.stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if args.verb == "password" and sys.stdin.isatty():
        first = getpass.getpass("新密码（直接回车则生成一个）：")
        if first and first != getpass.getpass("再输一遍："):
            raise UsageError("两次输入的密码不同；请重新运行。")
        if first:
            return first
    return accounts.generate_password()


def add_account(args: argparse.Namespace) -> dict[str, str]:
    units = load(settings().site_dir).units if args.unit else {}
    if args.unit and args.unit not in units:
        raise UsageError(f"没有单位“{args.unit}”；现有：{'、'.join(units) or '（还没有单位）'}。")
    password = read_password(args)
    with transaction(settings().database_url) as session:
        account = accounts.add(
            session, read_now(session), args.name, args.shown_as, args.role, password,
            unit=args.unit, by=operator(),
        )  # fmt: skip
        if args.role == "screen":
            from dashboards.login import screen_address

            address = screen_address(account, settings().secret_key, settings().public_url)
            return {"账号": args.name, "大屏地址": address}
    return {"账号": args.name} | ({} if args.stdin else {"密码": password})


def new_password(args: argparse.Namespace) -> dict[str, str]:
    password = read_password(args)
    with transaction(settings().database_url) as session:
        accounts.change_password(session, read_now(session), args.name, password, by=operator())
    return {"账号": args.name} | ({} if args.stdin else {"密码": password})


def switch(args: argparse.Namespace) -> dict[str, str]:
    with transaction(settings().database_url) as session:
        accounts.set_active(session, read_now(session), args.name, args.verb == "enable", by=operator())
    return {"账号": args.name, "状态": "在用" if args.verb == "enable" else "已停用"}


def list_accounts(args: argparse.Namespace) -> list[dict[str, object]]:
    with transaction(settings().database_url) as session:
        return [
            {
                "name": one.name, "role": one.role, "shown_as": one.shown_as, "unit": one.unit,
                "is_active": one.is_active,
            }
            for one in accounts.everybody(session)
        ]  # fmt: skip


def operator() -> str:
    """Who acts at the terminal, for the audit trail."""
    return f"operator:{os.environ.get('SUDO_USER') or getpass.getuser()}"
