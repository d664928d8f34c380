"""按要求移除一条文本的可读内容（原文、旧版本、证据、问题摘句）；网址保留，以免再次入库。"""

from __future__ import annotations

import argparse

from catalogue.settings import settings
from store import retention
from store.session import read_now, transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", type=int, metavar="编号", help="文本编号，见 huiying documents list")
    parser.add_argument("--reason", required=True, metavar="理由", help="例如：本人要求移除")
    parser.add_argument("--as", dest="by", default="operator", metavar="账号", help="以谁的名义记入审计")


def run(args: argparse.Namespace) -> int:
    with transaction(settings().database_url) as session:
        retention.forget(session, args.document, args.by, args.reason, read_now(session))
    print(f"已移除文本 {args.document} 的可读内容，并记入审计。")
    return 0
