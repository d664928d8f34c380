"""启动整个系统（数据库、Airflow、看板），直到按 Ctrl-C。

数据目录由 HUIYING_DATA 指定（默认 var/run），端口从 HUIYING_PORT 起连用（默认 8600）。
设置 DATABASE_URL 时使用外部 PostgreSQL；邮件服务器由 HUIYING_SMTP_URL 指定。
"""

from __future__ import annotations

import argparse
import os
import sys

from catalogue.settings import ROOT, read_settings
from huiying.system import Machine, Plan, run_system


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything comes from the environment, so that every part sees the same."""


def run(args: argparse.Namespace) -> int:
    environ = {"HUIYING_DATA": str(ROOT / "var" / "run"), **os.environ}
    here = read_settings(environ)
    run_system(
        Plan(
            data_dir=here.data_dir,
            port=here.port,
            public_url=here.public_url,
            announce=announce,
        )
    )
    return 0


def announce(machine: Machine) -> None:
    """Where everything is, once it is there."""
    lines = [
        "",
        f"  看板      {machine.public_url}",
        f"  流程管理  {machine.airflow_address}（用户 admin，密码在数据目录的 airflow/passwords.json）",
        f"  数据目录  {machine.data_dir}",
        "  按 Ctrl-C 停止。",
        "",
    ]
    print("\n".join(lines), file=sys.stderr, flush=True)
