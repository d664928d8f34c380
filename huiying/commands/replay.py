"""回放：让一段过去的、带时间的文本走一遍现行流程（入库、研读、立项、计时、提醒），看系统会在何时提出什么。

用自己的临时数据库和移动的时钟，不影响正在运行的系统，也不发出任何邮件（只统计）。
文件每行一个 JSON：{"id","title","text","published_at"}，也认热榜记录 {"ts","board"} 与 {"ts","title","hot"}；可为 .gz。
默认不等待；--speed 60 表示 1 秒走 1 分钟。--from、--until 截取一段（北京时间）。
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.loader import load
from huiying.errors import UsageError
from huiying.listing import add_json, as_json, print_json, shown

if TYPE_CHECKING:
    from huiying.replay import ReplayReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="文件", help="带时间的文本，每行一个 JSON")
    parser.add_argument("--speed", type=float, metavar="N", help="比实际快多少倍；默认不等待")
    parser.add_argument(
        "--step", type=int, default=10, metavar="分钟", help="每一步的长度，即设想的采集间隔（默认 10）"
    )
    parser.add_argument("--from", dest="begins", metavar="时间", help="只回放此刻起的，如 2024-06-01")
    parser.add_argument("--until", dest="ends", metavar="时间", help="只回放此刻前的")
    parser.add_argument("--channel", default="forum", metavar="渠道", help="文本按哪种渠道计（默认 forum）")
    parser.add_argument(
        "--site", type=Path, metavar="目录", help="使用这个站点目录的配置（默认只用随程序附带的）"
    )
    parser.add_argument("--out", type=Path, metavar="文件", help="把结果另存为 JSON")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from analysis.linear import default_scorer
    from huiying.past import moment, read_past
    from huiying.replay import own_database, replay

    if args.step < 1 or (args.speed is not None and args.speed <= 0):
        raise UsageError("--step 应不小于 1 分钟，--speed 应大于 0。")
    items = read_past(args.file, args.channel)
    begins, ends = items[0].at, items[-1].at + timedelta(seconds=1)
    try:
        begins = moment(args.begins) if args.begins else begins
        ends = moment(args.ends) if args.ends else ends
    except ValueError:
        raise UsageError("--from 与 --until 应为时间，如 2024-06-01 或 2024-06-01T08:00。") from None
    chosen = [item for item in items if begins <= item.at < ends]
    if not chosen:
        raise UsageError(
            f"所选时段内没有条目；文件的时间从 {shown(items[0].at)} 到 {shown(items[-1].at)}（北京时间）。"
        )
    print(
        f"回放 {len(chosen)} 条，{shown(chosen[0].at)} 至 {shown(chosen[-1].at)}（北京时间）……",
        file=sys.stderr,
    )
    with own_database() as url:
        report = replay(
            url, load(args.site), default_scorer(), chosen, timedelta(minutes=args.step), args.speed,
            say=lambda sentence: print(sentence, file=sys.stderr),
        )  # fmt: skip
    if args.out:
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=2, default=as_json)
        args.out.write_text(text, encoding="utf-8")
    if args.json:
        print_json(report.as_json())
    else:
        print_report(report)
    return 0


def print_report(report: ReplayReport) -> None:
    print(
        f"{report.items} 条 → 文本 {report.documents} 条（其中重复并入 {report.folded} 条），"
        f"{report.days:.1f} 天，提出事件 {len(report.incidents)} 件"
        f"（每天 {len(report.incidents) / report.days:.2f} 件），通知 {report.notifications} 封，用时 {report.seconds:.0f} 秒。"
    )
    for one in report.incidents:
        level = f"舆情 {one.grade} 级" + (f"｜突发事件 {one.event_level} 级" if one.event_level else "")
        print(
            f"\n{one.id}  {one.title}\n  提出 {shown(one.proposed_at)}｜{level}｜文本 {one.documents} 条｜{'、'.join(one.categories)}"
        )
        print(
            f"  首见 {shown(one.first_document_at)}｜时限 {'、'.join(one.clocks) or '无'}｜通知 {one.notifications} 封"
        )
        for reason in one.reasons:
            print(f"  · {reason}")
