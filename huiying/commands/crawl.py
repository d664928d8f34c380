"""采集信源：立即读取一个、几个或全部启用的信源。

不写名称时读取全部启用的信源；写了名称则不论是否启用、是否到时都立即读取。
--dry-run 只读取并显示结果，不写入数据库。退出码：全部成功为 0，有信源失败为 1。
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from datetime import UTC, datetime

from catalogue.loader import load
from catalogue.settings import settings
from catalogue.source import Source
from crawlers.jobs import contact
from crawlers.run import RunReport, crawl
from huiying.errors import RunError, UsageError
from store.session import read_now, transaction

SHOWN_ARTICLES = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="信源名（即 sources/ 下的文件名）")
    parser.add_argument("--dry-run", action="store_true", help="只读取并显示，不写入数据库")
    parser.add_argument("--json", action="store_true", help="每个信源输出一行 JSON")


def run(args: argparse.Namespace) -> int:
    chosen = choose(args.sources)
    database = None if args.dry_run else settings().database_url
    now = datetime.now(UTC)
    if database:
        with transaction(database) as session:
            now = read_now(session)
    print(f"正在读取 {len(chosen)} 个信源……", file=sys.stderr)
    reports = crawl(
        chosen, now, database, args.dry_run, contact(settings()), lambda words: print(words, file=sys.stderr)
    )
    for report in reports:
        print(json.dumps(report.to_json(), ensure_ascii=False) if args.json else table_of(report))
    return 1 if any(report.judgement.status == "failed" for report in reports) else 0


def choose(names: list[str]) -> list[Source]:
    """The named sources, or all enabled ones. Raises UsageError for an unknown name, RunError where none is on."""
    catalogue = load(settings().site_dir)
    if not names:
        chosen = [source for source in catalogue.enabled_sources() if source.url]
        if not chosen:
            raise RunError(
                f"没有启用的信源；请在 {settings().site_dir}/place.toml 里选用几组，再运行 huiying source try。"
            )
        return chosen
    for name in names:
        if name not in catalogue.sources:
            near = difflib.get_close_matches(name, catalogue.sources, 1)
            hint = f"是否想写 {near[0]}？" if near else "请核对 sources/ 下的文件名。"
            raise UsageError(f"没有名为 {name} 的信源；{hint}")
        if not catalogue.sources[name].url:
            raise UsageError(f"信源 {name} 没有网址，是文件信源；请用 huiying import 文件 --source {name}。")
    return [catalogue.sources[name] for name in dict.fromkeys(names)]


def table_of(report: RunReport) -> str:
    counts = report.counts
    lines = [
        f"{report.publisher}（{report.source}）　{report.judgement.state}：{report.judgement.reason}",
        f"　请求 {counts['requests']}，条目 {counts['items']}，新增 {counts['new']}，变更 {counts['changed']}，"
        f"重复 {counts['duplicates']}，拒收 {counts['refused']}，错误 {counts['errors']}",
    ]
    lines += [f"　错误：{words}" for words in report.problems[:SHOWN_ARTICLES]]
    lines += [f"　· {(a.title or a.text)[:60]}" for a in report.articles[:SHOWN_ARTICLES]]
    return "\n".join(lines)
