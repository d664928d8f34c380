"""体检：数据库、邮件、磁盘、时钟、计时心跳、Airflow、信源，逐项说明。

全部正常或只有提醒时退出码是 0，有一项不能用时是 1。
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from catalogue.settings import settings

SIGNS = {"ok": "正常", "warning": "注意", "failed": "故障"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON，供程序读取")


def run(args: argparse.Namespace) -> int:
    from huiying.checks import examine  # imports the database layer, which --help does not need

    findings = examine(settings())
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"[{SIGNS[finding.state]}] {finding.title}：{finding.sentence}")
    return 1 if any(finding.state == "failed" for finding in findings) else 0
