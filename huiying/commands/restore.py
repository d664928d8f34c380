"""恢复：把 huiying backup 写下的文件夹恢复到当前系统。

目标数据库里已有数据时拒绝；确要覆盖请加 --replace（原有数据会被替换）。恢复期间请先停止系统中的任务。
"""

from __future__ import annotations

import argparse
from pathlib import Path

from catalogue.settings import settings
from huiying import archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="文件夹", help="huiying backup 写下的文件夹")
    parser.add_argument("--replace", action="store_true", help="替换当前数据库里的数据")


def run(args: argparse.Namespace) -> int:
    documents = archive.restore(settings(), args.folder, args.replace)
    print(f"已从 {args.folder} 恢复，现有文本 {documents} 条。")
    return 0
