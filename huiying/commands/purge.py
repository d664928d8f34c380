"""清理超过保存期限的原文（按整月），计数保留；每天 03:10 也会自动进行。

--days N 改变保存期限（默认 180 天）；--dry-run 只说会清理哪些月份。
"""

from __future__ import annotations

import argparse

from catalogue.settings import settings
from huiying.errors import UsageError
from store import retention, switches
from store.session import read_now, transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, metavar="N", help="改为保存 N 天（30 至 3650）并记入设置")
    parser.add_argument("--dry-run", action="store_true", help="只列出将清理的月份")
    parser.add_argument("--as", dest="by", default="operator", metavar="账号", help="以谁的名义记入审计")


def run(args: argparse.Namespace) -> int:
    if args.days is not None and not 30 <= args.days <= 3650:
        raise UsageError(f"--days 应在 30 至 3650 之间，现为 {args.days}。")
    with transaction(settings().database_url) as session:
        now = read_now(session)
        if args.days is not None and not args.dry_run:
            switches.write(session, "retention", {"text_days": args.days}, args.by, now, "改变保存期限")
        if args.dry_run:
            months = retention.expired_months(session, now)
            print(f"将清理：{'、'.join(months)}" if months else "没有超过保存期限的原文。")
        else:
            print(retention.purge(session, now, args.by).sentence)
    return 0
