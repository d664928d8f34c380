"""生成周报：把一周的公众关切写成网页和 Word 文件。

例：huiying report week 2026-W47 --out 报告
    huiying report week --out 报告           （不写周次时为上一个整周）
    huiying report week 2026-W47 --out 报告 --publish   （同时存档，列入报告页；内容相同不重复存档）
周次为 ISO 周（周一至周日，北京时间）。本周未结束也可生成，文中注明数据截至时刻。
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalogue.loader import Catalogue, load
from catalogue.settings import settings
from huiying.errors import RunError, UsageError
from store.catalogue_versions import keep
from store.model import Report
from store.session import read_now, transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="week", choices=["week"], help="报告种类，现有 week（周报）")
    parser.add_argument("week", metavar="周次", nargs="?", help="如 2026-W47；不写为上一个整周")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="写入的文件夹，没有则新建")
    parser.add_argument("--publish", action="store_true", help="同时存档")
    parser.add_argument("--mail", action="store_true", help="与 --publish 同用：发给内部名单（每期只发一次）")
    parser.add_argument("--regenerate", action="store_true", help="与 --publish 同用：内容相同也另存新版本")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出路径和数字")


def run(args: argparse.Namespace) -> int:
    from dashboards.errors import BadWeek, FutureWeek

    if (args.regenerate or args.mail) and not args.publish:
        raise UsageError("--regenerate、--mail 要与 --publish 同用。")
    try:
        result = write(args)
    except (BadWeek, FutureWeek) as error:
        raise UsageError(str(error)) from error
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        print("\n".join(result["files"]))
    return 0


def write(args: argparse.Namespace) -> dict[str, Any]:
    """Build the week, archive it if asked, and write its files."""
    from dashboards.report import build_week, publish
    from dashboards.week import last_full_week, window_of_week

    if args.week:
        window_of_week(args.week)  # a misspelt week is told before anything is read
    catalogue = load(settings().site_dir)
    with transaction(settings().database_url) as session:
        now = read_now(session)
        week = args.week or last_full_week(now)
        print(f"正在生成 {week} 的周报……", file=sys.stderr)
        draft = build_week(session, catalogue, week, now)
        version = None
        if args.publish:
            keep(session, catalogue, now)
            report = publish(session, catalogue, week, now, regenerate=args.regenerate)
            version = report.version
            if args.mail:
                mail(session, catalogue, report, now)
    stem = f"weekly-{draft.iso_week}"
    files = {f"{stem}.html": draft.html.encode(), f"{stem}.docx": draft.docx}
    files |= {f"{stem}-{picture.name}.png": picture.png for picture in draft.paper.pictures()}
    return {
        "week": draft.iso_week,
        "number": draft.number,
        "version": version,
        "files": save(args.out, files),
        "facts": draft.facts,
        "missing": draft.missing,
    }


def mail(session: Session, catalogue: Catalogue, report: Report, now: datetime) -> None:
    """Hand this issue to the outbox for the internal list, unless some version of it went before."""
    from dashboards.jobs import queue_report_mail, receiving, was_mailed

    if was_mailed(session, report):
        print("本期已发送过，不再重复发送。", file=sys.stderr)
        return
    queued = queue_report_mail(session, catalogue, report, receiving(catalogue, "weekly"), now)
    print(f"已交给发件箱 {len(queued)} 封。", file=sys.stderr)


def save(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Write the files and answer their paths. Raises RunError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise RunError(
            f"无法写入 {folder}（{error.strerror}）；请换一个可写的文件夹，或腾出磁盘空间。"
        ) from error
    return [str(folder / name) for name in files]
