"""回测：拿一段过去检验现行规则，或在公布之前试一张改过的定级规则表：真实事件何时被提出、定几级、误报多少、发信多少。

文本走与运行中完全相同的流程（入库、研读、立项、计时、提醒），时钟是移动的，数据库是临时的，不发任何邮件。
同样的输入，结果逐行相同。

文件：与 huiying replay 相同，每行一个 JSON：{"id","title","text","published_at"}，可加 "source"、"channel"、"fetched_at"；
也认热榜记录 {"ts","board"} 与 {"ts","title","hot"}；可为 .gz。不给文件，就用本系统已入库的文本（限 --from、--until）。

真实事件（--truth），每行一个 JSON：
  {"name": "明珠商场火灾",                 名称
   "begins": "2026-03-01T08:10",           开始时间，不带时区的按北京时间
   "ends": "2026-03-03",                   可省，结束时间
   "documents": ["a17", "shili_news/b4"],  属于它的条目编号（可带“信源/”），和 words 至少有一个
   "words": ["明珠商场", "火灾|起火"],      标题或正文开头同时含有每一项的条目属于它，“|”表示或
   "event_level": "II",                    可省，至少应定到的突发事件等级
   "emergency": true}                      可省，是否应标为突发事件
条目还须落在开始前 1 天至结束后 3 天之内。一件提出的事件，文本有一半以上属于某真实事件，就算提出了它；
同一真实事件再次提出的另计；都不属于的是误报。不给文件和 --truth 时，以已经人工认定的事件为真实事件。

--rules 目录：改过的规则 *.toml（按文件名替换或新增，格式同 catalogue/level_rules）；去掉一条规则，放空文件 规则名.toml.off。
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.loader import load
from catalogue.settings import settings
from huiying.errors import UsageError
from huiying.listing import add_json, as_json, print_json, print_rows, shown

if TYPE_CHECKING:
    from huiying.backtest import Backtest, Outcome
    from huiying.past import PastItem
    from huiying.truth import TrueIncident

ROWS = {
    "proposals": "提出事件（件）", "found": "真实事件中提出的", "appeared": "　　其中文本里出现过的", "levels_met": "　　定级达到要求的",
    "again": "重复提出", "false": "误报", "false_a_day": "　　每天", "false_major": "　　I、II 级", "false_larger": "　　III 级",
    "median_minutes": "首条文本到提出（分钟，中位数）", "mails": "会发出的通知（封）",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", metavar="文件", help="带时间的文本；不给则用已入库的")
    parser.add_argument("--truth", type=Path, metavar="文件", help="真实事件，每行一个 JSON，格式见上")
    parser.add_argument("--rules", type=Path, metavar="目录", help="改过的定级规则，与现行规则并排比较")
    parser.add_argument(
        "--step", type=int, default=10, metavar="分钟", help="每一步的长度，即设想的采集间隔（默认 10）"
    )
    parser.add_argument("--from", dest="begins", metavar="时间", help="只用此刻起的，如 2024-06-01")
    parser.add_argument("--until", dest="ends", metavar="时间", help="只用此刻前的")
    parser.add_argument(
        "--channel", default="forum", metavar="渠道", help="没有写明渠道的文本按哪种计（默认 forum）"
    )
    parser.add_argument(
        "--site", type=Path, metavar="目录", help="使用这个站点目录的配置（默认只用随程序附带的）"
    )
    parser.add_argument("--out", type=Path, metavar="文件", help="把结果另存为 JSON")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from analysis.linear import default_scorer
    from huiying.backtest import backtest, with_rules

    if args.step < 1:
        raise UsageError(f"--step 应不小于 1 分钟，现为 {args.step}。")
    items, truth = past_and_truth(args)
    site = args.site or (settings().site_dir if args.file is None else None)
    catalogues = {"现行规则": load(site)}
    if args.rules:
        catalogues["改过的规则"] = with_rules(catalogues["现行规则"], args.rules)
    scorer, step = default_scorer(), timedelta(minutes=args.step)
    results = []
    for name, catalogue in catalogues.items():
        say(f"{name}：回测 {len(items)} 条，{shown(items[0].at)} 至 {shown(items[-1].at)}（北京时间）……")
        results.append(backtest(catalogue, scorer, items, truth, step, name, say))
    found = [one.as_json() for one in results]
    if args.out:
        args.out.write_text(
            json.dumps(found, ensure_ascii=False, indent=2, default=as_json), encoding="utf-8"
        )
    if args.json:
        print_json(found)
    else:
        print_results(results, has_recipients=bool(catalogues["现行规则"].recipients))
    return 0


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def past_and_truth(args: argparse.Namespace) -> tuple[list[PastItem], list[TrueIncident]]:
    """The items of the chosen span in the order of time, and the true incidents. Raises UsageError."""
    from huiying.past import read_past
    from huiying.stored_past import confirmed_incidents, stored_items
    from huiying.truth import read_truth
    from store.session import transaction

    begins, ends = instant(args.begins, "0001-01-02"), instant(args.ends, "9999-12-30")
    if args.file is not None:
        if args.truth is None:
            raise UsageError("请用 --truth 给出真实事件的文件；格式见 huiying backtest --help。")
        items = [item for item in read_past(args.file, args.channel) if begins <= item.at < ends]
        truth = read_truth(args.truth)
    else:
        with transaction(settings().database_url) as session:
            items = stored_items(session, begins, ends)
            truth = read_truth(args.truth) if args.truth else confirmed_incidents(session, begins, ends)
    if not items:
        raise UsageError(f"{args.file} 在所选时段内没有条目；请检查 --from 与 --until。")
    first, last = items[0].at, items[-1].at
    inside = [one for one in truth if one.ends >= first - timedelta(days=3) and one.begins <= last]
    if truth and not inside:
        raise UsageError(f"真实事件都不在这段时间内（{shown(first)} 至 {shown(last)}，北京时间）。")
    return items, inside


def instant(value: str | None, otherwise: str) -> datetime:
    from huiying.past import moment

    try:
        return moment(value or otherwise)
    except ValueError:
        raise UsageError(f"时间应如 2024-06-01 或 2024-06-01T08:00，现为 {value}。") from None


def print_results(results: Sequence[Backtest], has_recipients: bool) -> None:
    summaries = [one.summary() for one in results]
    rows = [{"what": name} | {one["name"]: one[key] for one in summaries} for key, name in ROWS.items()]
    report = results[0].report
    print(
        f"{report.items} 条文本，{report.days:.1f} 天，真实事件 {len(results[0].outcomes)} 件。"
        + ("" if has_recipients else "没有配置收件人，通知数为 0；用 --site 指定站点目录。")
    )
    print_rows(rows, {"what": "项目"} | {one.name: one.name for one in results}, False, "")
    for result in results:
        print(f"\n【{result.name}】真实事件")
        for outcome in result.outcomes:
            print(f"  {line_of(outcome)}")
        print(f"【{result.name}】误报 {len(result.false)} 件")
        for incident in result.false:
            level = f"舆情 {incident.grade} 级" + (
                f"｜突发 {incident.event_level} 级" if incident.event_level else ""
            )
            print(f"  {shown(incident.proposed_at)}  {level}  {incident.title}（{incident.documents} 条）")


def line_of(outcome: Outcome) -> str:
    truth = outcome.truth
    if outcome.items == 0:
        return f"未出现　{truth.name}：文本里没有它的条目"
    if outcome.first is None or outcome.highest is None or outcome.delay is None:
        return f"漏报　　{truth.name}：有 {outcome.items} 条，没有提出"
    first, highest = outcome.first, outcome.highest
    level = f"舆情 {first.grade} 级" + (f"、突发事件 {first.event_level} 级" if first.event_level else "")
    if (highest.grade, highest.event_level) != (first.grade, first.event_level):
        level += f"，最高 {highest.event_level or highest.grade} 级（{shown(highest.at)}）"
    missing = "" if outcome.is_level_met else "，定级未达要求"
    return (
        f"已提出　{truth.name}：{shown(outcome.proposed_at)}（首条之后 {outcome.delay / timedelta(minutes=1):.0f} 分钟），"
        f"{level}{missing}，通知 {outcome.mails} 封，“{outcome.title}”"
    )
