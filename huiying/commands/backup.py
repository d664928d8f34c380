"""备份：把数据库与站点配置写入一个新文件夹（pg_dump 自定义格式，附校验和）。

密钥与口令不在备份里。用 huiying restore 文件夹 恢复到一个空的系统。
"""

from __future__ import annotations

import argparse
from pathlib import Path

from catalogue.settings import settings
from huiying import archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="文件夹", help="要写入的文件夹，应不存在或为空")


def run(args: argparse.Namespace) -> int:
    size = archive.backup(settings(), args.folder)
    print(f"已备份到 {args.folder}（{size / 1e6:.1f} MB）。恢复：huiying restore {args.folder}")
    return 0
