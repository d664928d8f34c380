"""计算一条答复时限何时到期（不用数据库）。

例：huiying deadline R1 2026-11-20T09:30:00+08:00
    huiying deadline R2 --occurred 2026-11-20T03:10:00+08:00 --detected 2026-11-20T06:40:00+08:00
    huiying deadline R7 2026-03-02 --suspended 2026-03-09..2026-03-20
    huiying deadline R7 2026-08-03 --corrected 2026-08-20T09:00:00+08:00
    huiying deadline R7 2026-09-15 --extended --json
时刻写成 ISO 8601；没写时区的按北京时间计，并说明。按日计算的时限可以只写日期。
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from alerts.clock import SHANGHAI, Deadline, deadline, start_of
from alerts.errors import AlertError
from alerts.milestones import MilestonePlan, milestones
from alerts.workdays import Suspension
from catalogue.duty import Duty
from catalogue.errors import CatalogueError
from catalogue.loader import load_duties, read_toml
from catalogue.settings import settings
from catalogue.workday_table import NO_OVERRIDES, WorkdayTable, parse_workday_table
from huiying.commands._deadline_text import describe, iso
from huiying.errors import UsageError

# The rule table writes the two forms of R7 like this.
OTHER_NAMES = {"r7b/r7": "R7", "r7+ext": "R7"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("duty", metavar="DUTY", nargs="?", help="时限编号，如 R1、R5、R7")
    parser.add_argument("start", metavar="START", nargs="?", help="起算时间")
    parser.add_argument("--occurred", metavar="T", help="事件发生时间（R1、R2）")
    parser.add_argument("--detected", metavar="T", help="首次发现时间（R1、R2、R3）")
    parser.add_argument(
        "--suspended",
        metavar="A..B",
        action="append",
        default=[],
        help="征求第三方意见的发出日..答复日，未答复写 A..（R7，可写多次）",
    )
    parser.add_argument("--corrected", metavar="T", help="收到补正的时间（R7）")
    parser.add_argument("--extended", action="store_true", help="已批准延长并告知申请人（按最长期限）")
    parser.add_argument("--extended-by", metavar="N", type=int, default=0, help="只延长 N 日（单位同该时限）")
    parser.add_argument("--calendar", metavar="FILE", help="本单位的放假与调休安排（TOML）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(args: argparse.Namespace) -> int:
    duties = load_duties(settings().site_dir)
    duty = find_duty(args.duty, duties)
    overrides = read_calendar(args.calendar)
    notes: list[str] = []
    try:
        start = find_start(duty, args, notes)
        if args.extended or (args.duty or "").lower().endswith("+ext"):
            check_extension(duty, args.extended_by)
            args.extended_by = args.extended_by or duty.extension
        end = deadline(
            duty,
            start,
            suspended=[parse_suspension(text, notes) for text in args.suspended],
            corrected=parse_moment("--corrected", args.corrected, notes) if args.corrected else None,
            extended_by=args.extended_by,
            notice=duties.get(duty.notice_duty),
            answer=duties.get(duty.answer_duty),
            overrides=overrides,
        )
        plans = milestones(duty, end.start, end, overrides)
    except AlertError as error:
        raise UsageError(str(error)) from None
    for note in notes:
        print(note, file=sys.stderr)
    if args.json:
        print(json.dumps(as_json(duty, end, plans), ensure_ascii=False, indent=2))
    else:
        print(describe(duty, end, plans))
    return 0


def find_duty(name: str | None, duties: Mapping[str, Duty]) -> Duty:
    by_name = {duty_id.lower(): duty for duty_id, duty in duties.items()}
    for other, duty_id in OTHER_NAMES.items():
        by_name[other] = duties[duty_id]
    found = by_name.get((name or "").lower())
    if found is None:
        known = "、".join(duty.id for duty in by_duty_number(duties) if duty.kind == "limit")
        raise UsageError(
            f"没有时限 {name!r}；可用：{known}。" if name else f"请写明时限编号；可用：{known}。"
        )
    return found


def by_duty_number(duties: Mapping[str, Duty]) -> list[Duty]:
    return sorted(
        duties.values(), key=lambda duty: (int("".join(filter(str.isdigit, duty.id)) or 0), duty.id)
    )


def read_calendar(file: str | None) -> WorkdayTable:
    if file is None:
        return NO_OVERRIDES
    try:
        return parse_workday_table(read_toml(Path(file), file), file)
    except CatalogueError as error:
        raise UsageError(str(error)) from None


def find_start(duty: Duty, args: argparse.Namespace, notes: list[str]) -> dt.datetime:
    """From START, or from --occurred and --detected; exactly one of the two ways."""
    if (args.start is None) == (args.occurred is None and args.detected is None):
        raise UsageError("起算时间应写 START，或写 --occurred、--detected，二者取一。")
    if args.start is not None:
        return parse_start(duty, args.start, notes)
    occurred = parse_moment("--occurred", args.occurred, notes) if args.occurred else None
    detected = parse_moment("--detected", args.detected, notes) if args.detected else None
    start = start_of(duty, occurred, detected)
    if start is None:
        raise UsageError(f"{duty.id} {duty.name}从首次发现起算；请写 --detected。")
    return start


def check_extension(duty: Duty, extended_by: int) -> None:
    if not duty.extension:
        raise UsageError(f"{duty.id} {duty.name}不能延长；请去掉 --extended。")
    if extended_by < 0:
        raise UsageError(f"--extended-by 应为正整数，现为 {extended_by}。")


def parse_start(duty: Duty, text: str, notes: list[str]) -> dt.datetime:
    """A day clock may start from a bare date; for an hour clock a date is not a time."""
    if not duty.counts_hours:
        try:
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), SHANGHAI)
        except ValueError:
            pass
    return parse_moment("START", text, notes)


def parse_moment(what: str, text: str, notes: list[str]) -> dt.datetime:
    """An ISO 8601 time; without zone it is Shanghai time, and a note says so."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"{what} 应为 ISO 8601 时刻，如 2026-11-20T09:30:00+08:00，现为 {text!r}。"
        ) from None
    if is_bare_date(text):
        raise UsageError(f"{what} 应写到时分，如 {text.strip()}T09:30:00+08:00，现只有日期。")
    if moment.tzinfo is None:
        notes.append(f"提示：{what} {text} 没有时区，按北京时间（Asia/Shanghai）计。")
        return moment.replace(tzinfo=SHANGHAI)
    return moment


def is_bare_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def parse_suspension(text: str, notes: list[str]) -> Suspension:
    sent, dots, answered = text.partition("..")
    if not dots or not sent.strip():
        raise UsageError(f"--suspended 应为 发出日..答复日，如 2026-03-09..2026-03-20，现为 {text!r}。")
    return Suspension(
        sent=parse_day("--suspended", sent, notes),
        answered=parse_day("--suspended", answered, notes) if answered.strip() else None,
    )


def parse_day(what: str, text: str, notes: list[str]) -> dt.date:
    """A date, or the Shanghai date of a time."""
    if is_bare_date(text):
        return dt.date.fromisoformat(text.strip())
    return parse_moment(what, text, notes).astimezone(SHANGHAI).date()


def as_json(duty: Duty, end: Deadline, plans: list[MilestonePlan]) -> dict[str, object]:
    """Fields that do not apply are left out; instants carry +08:00."""
    fields: dict[str, object] = {"duty": duty.id, "name": duty.name, "start": iso(end.start)}
    if end.deadline_at is not None:
        fields["deadline_at"] = iso(end.deadline_at)
    elif end.open_ended:
        fields |= {"deadline_date": None, "deadline_before": None, "open_ended": True}
    elif end.deadline_date is not None and end.deadline_before is not None:
        fields |= {
            "deadline_date": end.deadline_date.isoformat(),
            "deadline_before": iso(end.deadline_before),
        }
    fields["provisional"] = end.provisional
    for key, day in (
        ("base_date", end.base_date),
        ("notice_by", end.notice_by),
        ("answer_by", end.answer_by),
    ):
        if day is not None:
            fields[key] = day.isoformat()
    fields["milestones"] = [
        {"code": plan.code, "due_at": iso(plan.due_at), "kind": plan.kind} for plan in plans
    ]
    return fields
