"""查看和处理事件：list、show、acknowledge、confirm、dismiss、respond、assign、raise、lower、merge、split、create、close 等。

例：huiying incidents list --state proposed,acknowledged --json
    huiying incidents show 20261121-01
    huiying incidents acknowledge 20261121-01 --as zhoumin
    huiying incidents confirm 20261121-01 --as zhoumin --grade II --event-level II --unit market
    huiying incidents exclude 20261121-01 --as zhoumin --documents 311,312 --reason 说的是外地
    huiying incidents split 20261121-01 --as zhoumin --documents 320,321 --title 另一所学校
    huiying incidents respond 20261121-01 --as zhoumin --kind press_conference --at 2026-11-21T15:00 \\
        --channel 新闻发布厅 --url https://… --place 市政府新闻发布厅 --speaker 市市场监管局局长
处理须用 --as 指明账号，权限与页面上相同，并写入审计记录。时刻没写时区的按北京时间计。
"""

from __future__ import annotations

import argparse

from alerts import decisions
from alerts.acts import Actor
from alerts.clock_query import incident_page, list_incidents
from alerts.evidence import KINDS, Evidence
from catalogue import loader
from catalogue.settings import settings
from huiying.commands._operator import moment, operate
from huiying.errors import UsageError
from huiying.listing import add_json, print_json, print_rows, shown
from store.model import DISMISSALS, STATES
from store.session import read_now, transaction

LEVELS = ("I", "II", "III", "IV")
HEADS = {
    "id": "编号", "level": "等级", "title": "标题", "state": "状态", "unit": "主责", "region": "属地",
    "next_deadline": "最近时限", "overdue": "超时", "proposed_at": "提出",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", required=True)
    listing = verbs.add_parser("list", help="列出事件")
    listing.add_argument("--state", metavar="状态", help=f"{'、'.join(STATES)}，多个用逗号分开")
    listing.add_argument("--grade", metavar="等级", help="I、II、III、IV，多个用逗号分开（按显示的等级）")
    listing.add_argument("--overdue", action="store_true", help="只列有超时时限的")
    listing.add_argument("--unit", metavar="单位", help="只列这个主责单位的")
    listing.add_argument("--limit", type=int, default=100, metavar="N", help="最多列 N 件（默认 100）")
    add_json(listing)
    show = verbs.add_parser(
        "show", help="一件事件的全部情况：时限、问题与答复、经过、推算、回应前后、相似案例"
    )
    show.add_argument("id", metavar="编号")
    add_json(show)
    act(verbs, "acknowledge", "签收")
    for name, word in (("confirm", "认定"), ("raise", "升级"), ("lower", "降级（值班长）")):
        add_levels(act(verbs, name, word), name)
    one = act(verbs, "assign", "交办")
    one.add_argument("--unit", required=True, metavar="单位")
    one = act(verbs, "dismiss", "排除（不是事件）")
    one.add_argument("--because", required=True, choices=sorted(DISMISSALS), help="重复、旧闻、误判或非本地")
    add_evidence(act(verbs, "respond", "登记回应"))
    one = act(verbs, "withdraw", "撤回一条回应佐证")
    one.add_argument("--response", type=int, required=True, metavar="N", help="回应记录的编号（见 show）")
    one = act(verbs, "occurred", "核定发生时间")
    one.add_argument("--at", required=True, metavar="时刻")
    act(verbs, "major", "按重大突发事件对待（值班长）")
    one = act(verbs, "supersede", "使一条时限失效（值班长）")
    one.add_argument("--duty", required=True, metavar="R1")
    one = act(verbs, "merge", "并入另一事件")
    one.add_argument("--into", required=True, metavar="编号")
    for name, word in (
        ("exclude", "移出原文（不属于本事件）"), ("include", "归入原文"), ("transfer", "把原文移到另一事件"), ("split", "拆分为新事件"),
    ):  # fmt: skip
        one = act(verbs, name, word)
        one.add_argument(
            "--documents", required=True, metavar="N,N", help="原文编号（见 huiying documents list）"
        )
        if name == "transfer":
            one.add_argument("--into", required=True, metavar="编号")
        if name == "split":
            one.add_argument("--title", required=True, metavar="标题", help="新事件的标题")
    act(verbs, "close", "办结（没有回应时由值班长用 --reason 写明理由）")
    add_create(verbs)


def act(verbs: argparse._SubParsersAction, name: str, help_text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help_text)
    parser.add_argument("id", metavar="编号")
    add_operator(parser)
    parser.add_argument("--version", type=int, metavar="N", help="看到的版本号；别人先改过就拒绝")
    return parser


def add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="login", required=True, metavar="账号", help="以谁的名义")
    parser.add_argument("--reason", default="", metavar="理由")
    add_json(parser)


def add_levels(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("--grade", choices=LEVELS, required=name == "confirm", help="舆情等级")
    parser.add_argument("--event-level", choices=LEVELS, help="突发事件等级（填了即为突发事件）")
    parser.add_argument("--not-emergency", action="store_true", help="不是突发事件")
    if name == "confirm":
        parser.add_argument("--unit", metavar="单位", help="主责单位；不填则用拟定的")
        parser.add_argument("--needs-answer", action="store_true", help="Ⅳ级也须回应")
        parser.add_argument("--colour", choices=("红", "橙", "黄", "蓝"), help="已发布的预警颜色")


def add_evidence(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", required=True, choices=sorted(KINDS), help="权威信息、新闻发布会或回应")
    parser.add_argument("--at", required=True, metavar="时刻", help="发布或开始的时刻，不能晚于现在")
    parser.add_argument("--channel", default="", metavar="渠道")
    parser.add_argument("--url", metavar="链接")
    parser.add_argument("--document-number", metavar="文号")
    parser.add_argument("--place", metavar="地点")
    parser.add_argument("--speaker", metavar="职务", help="发布人的职务（不填姓名）")
    parser.add_argument("--answers", default="", metavar="N,N", help="答复了哪些问题（编号见 show）")


def add_create(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser("create", help="人工建立事件")
    parser.add_argument("title", metavar="标题")
    parser.add_argument("--grade", choices=LEVELS, required=True)
    parser.add_argument("--event-level", choices=LEVELS)
    parser.add_argument("--category", action="append", default=[], metavar="分类")
    parser.add_argument("--region", metavar="地区")
    parser.add_argument("--unit", metavar="单位")
    parser.add_argument("--occurred", metavar="时刻")
    add_operator(parser)


def run(args: argparse.Namespace) -> int:
    if args.verb == "list":
        return show_list(args)
    if args.verb == "show":
        return show_one(args.id, args.json)
    done = operate(args.login, lambda s, c, actor, now: decide(args, s, c, actor, now))
    return show_one(done, args.json)


def show_list(args: argparse.Namespace) -> int:
    catalogue = loader.load(settings().site_dir)
    states = words(args.state, STATES, "--state")
    grades = words(args.grade, LEVELS, "--grade")
    with transaction(settings().database_url) as session:
        rows = list_incidents(
            session, catalogue, read_now(session), states, grades, args.unit, args.overdue, args.limit
        )
    print_rows(rows, HEADS, args.json, "没有符合条件的事件。")
    return 0


def words(text: str | None, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in (text or "").split(",") if word.strip())
    if unknown := [word for word in chosen if word not in known]:
        raise UsageError(f"{option} 不认识 {'、'.join(unknown)}；可用：{'、'.join(known)}。")
    return chosen


def show_one(incident_id: str, json_wanted: bool) -> int:
    catalogue = loader.load(settings().site_dir)
    with transaction(settings().database_url) as session:
        page = incident_page(session, catalogue, incident_id, read_now(session))
    if json_wanted:
        print_json(page)
        return 0
    for key, value in page.items():
        if key == "story":
            print("story：")
            for number, sentence in enumerate(value["sentences"] if value else (), 1):
                print(f"  {number}. {sentence['words']}（原文 {sentence['documents']['count']} 条）")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            print(f"{key}：")
            for row in value:
                print("  " + "  ".join(f"{name}={shown(item)}" for name, item in row.items() if shown(item)))
        else:
            print(f"{key}：{shown(value)}")
    return 0


def decide(args: argparse.Namespace, session, catalogue, actor: Actor, now) -> str:
    """Carry out one verb; the id of the incident to show afterwards."""
    if args.verb == "create":
        occurred = moment(args.occurred) if args.occurred else None
        incident = decisions.create_by_hand(
            session, catalogue, actor, now, title=args.title, grade=args.grade, is_emergency=bool(args.event_level),
            event_level=args.event_level, categories=args.category, region=args.region, unit=args.unit,
            occurred_at=occurred,
        )  # fmt: skip
        return incident.id
    alone = (session, actor, args.id, now)
    full = (session, catalogue, actor, args.id, now)
    seen = {"expected_version": args.version}
    why = {"reason": args.reason, **seen}
    verbs = {
        "acknowledge": lambda: decisions.acknowledge(*alone, **seen),
        "confirm": lambda: decisions.confirm(
            *full, grade=args.grade, is_emergency=bool(args.event_level), event_level=args.event_level,
            unit=args.unit, needs_answer=args.needs_answer, warning_colour=args.colour, **why,
        ),
        "raise": lambda: decisions.raise_level(*full, **levels(args), **why),
        "lower": lambda: decisions.lower_level(*full, **levels(args), **why),
        "assign": lambda: decisions.assign(*full, unit=args.unit, **why),
        "dismiss": lambda: decisions.dismiss(*alone, dismissal=args.because, note=args.reason, **seen),
        "respond": lambda: decisions.record_response(*full, evidence(args), answered=numbers(args.answers, "--answers", "问题"), **seen),
        "withdraw": lambda: decisions.withdraw_response(session, catalogue, actor, args.response, now, **why),
        "occurred": lambda: decisions.correct_occurrence(*full, occurred_at=moment(args.at), **why),
        "major": lambda: decisions.treat_as_major(*full, **why),
        "supersede": lambda: decisions.supersede(*alone, duty=args.duty, **why),
        "merge": lambda: decisions.merge(session, catalogue, actor, args.id, args.into, now, **seen),
        "exclude": lambda: decisions.exclude(*alone, **chosen(args), **why),
        "include": lambda: decisions.include(*full, **chosen(args), **why),
        "transfer": lambda: decisions.transfer(
            session, catalogue, actor, args.id, args.into, now, **chosen(args), **why
        ),
        "split": lambda: decisions.split(*full, title=args.title, **chosen(args), **why),
        "close": lambda: decisions.close(*alone, no_response_reason=args.reason, **seen),
    }  # fmt: skip
    done = verbs[args.verb]()
    return done.id if args.verb == "split" else args.id


def chosen(args: argparse.Namespace) -> dict:
    return {"document_ids": numbers(args.documents, "--documents", "原文")}


def levels(args: argparse.Namespace) -> dict:
    is_emergency = False if args.not_emergency else True if args.event_level else None
    return {"grade": args.grade, "is_emergency": is_emergency, "event_level": args.event_level}


def evidence(args: argparse.Namespace) -> Evidence:
    return Evidence(
        args.kind, moment(args.at), args.channel, args.url, args.document_number, args.place, args.speaker
    )


def numbers(text: str, option: str, what: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise UsageError(f"{option} 应为{what}编号，用逗号分开，收到的是“{text}”。") from None
