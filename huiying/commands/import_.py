"""导入热线、信箱等导出的 CSV 或 XLSX 文件。

列名与字段的对应写在信源文件的 [file.columns] 里；没有写到的列（如来电人、电话）不读取、不保存。
有问题的行逐行列出行号，其余照常导入。
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from catalogue.loader import load
from catalogue.settings import settings
from catalogue.source import Source
from crawlers.files import read_table
from crawlers.intake_files import import_articles
from huiying.errors import RunError, UsageError
from store.session import read_now, transaction

SHOWN_PROBLEMS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV 或 XLSX 文件")
    parser.add_argument("--source", required=True, metavar="NAME", help="信源名，kind 应为 file")
    parser.add_argument("--json", action="store_true", help="输出一行 JSON")


def run(args: argparse.Namespace) -> int:
    source = file_source(args.source)
    try:
        body = args.file.read_bytes()
    except OSError as error:
        raise RunError(f"无法读取文件 {args.file}（{error.strerror}）；请核对路径和权限。") from None
    database = settings().database_url
    with transaction(database) as session:
        now = read_now(session)
    articles, problems = read_table(body, source, now)
    counts, problems = import_articles(source, articles, problems, now, database)
    for words in problems[:SHOWN_PROBLEMS]:
        print(words, file=sys.stderr)
    if len(problems) > SHOWN_PROBLEMS:
        print(f"……另有 {len(problems) - SHOWN_PROBLEMS} 行有问题。", file=sys.stderr)
    if args.json:
        print(json.dumps({"source": source.name, **counts, "problems": problems}, ensure_ascii=False))
    else:
        print(
            f"{source.publisher}：共 {counts['items']} 行，新增 {counts['new']}，变更 {counts['changed']}，"
            f"重复 {counts['duplicates']}，未导入 {counts['refused']}。"
        )
    return 1 if counts["items"] and counts["refused"] == counts["items"] else 0


def file_source(name: str) -> Source:
    source = load(settings().site_dir).sources.get(name)
    if source is None:
        raise UsageError(f"没有名为 {name} 的信源；请先在 {settings().site_dir}/sources 下写好 {name}.toml。")
    if source.kind != "file":
        raise UsageError(f'信源 {name} 的 kind 是 {source.kind}，导入文件需要 kind = "file" 的信源。')
    return source
