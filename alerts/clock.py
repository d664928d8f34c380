"""The arithmetic of one response clock: its start, its deadline, its state. Pure; `now` is an argument.

Hour clocks add hours to an instant and never look at a calendar. Day clocks count from the Shanghai date of
the start (day 0) and end at 24:00 of the last day. Rules: docs/decisions/0004-clocks.md and the duty files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from alerts.errors import BeyondCalendar, NaiveTime, WrongDuty, WrongFacts
from alerts.workdays import DayCount, Suspension, add_workdays, roll_to_workday, step
from catalogue.duty import UNIT_WORDS, Duty
from catalogue.workday_table import NO_OVERRIDES, WorkdayTable

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Deadline:
    """When a clock ends: `deadline_at` inclusive (hours), or `deadline_before` exclusive (days).

    All instants are in Asia/Shanghai. start: the effective one (after a correction, its receipt).
    base_date: the last day before an extension. notice_by: last day to ask for a correction.
    half_date: when half of the days are gone. open_ended: suspended without an answer yet, so no end;
    answer_by is then the last day of the consulted party.
    """

    duty: str
    start: dt.datetime
    deadline_at: dt.datetime | None = None
    deadline_date: dt.date | None = None
    deadline_before: dt.datetime | None = None
    provisional: bool = False
    base_date: dt.date | None = None
    notice_by: dt.date | None = None
    half_date: dt.date | None = None
    open_ended: bool = False
    answer_by: dt.date | None = None

    def allows(self, moment: dt.datetime) -> bool:
        """Whether something done at this moment is on time (hours inclusive, days exclusive)."""
        if self.deadline_at is not None:
            return aware(moment, "时刻") <= self.deadline_at
        return self.deadline_before is None or aware(moment, "时刻") < self.deadline_before


@dataclass(frozen=True)
class Judgement:
    """state: running, met, met_late, missed or suspended.

    recorded_late: done in time, written down after the deadline.
    before_start: done before the clock began (早于起算), which counts as met.
    """

    state: str
    recorded_late: bool = False
    before_start: bool = False


def aware(moment: dt.datetime, what: str) -> dt.datetime:
    """The moment in Shanghai time. Raises NaiveTime, or BeyondCalendar outside the years 1-9999."""
    if moment.utcoffset() is None:
        raise NaiveTime(f"{what} {moment.isoformat()} 没有时区；程序内部的时刻必须带时区。")
    try:
        return moment.astimezone(SHANGHAI)
    except (OverflowError, ValueError):
        raise beyond(moment) from None


def beyond(moment: dt.datetime) -> BeyondCalendar:
    return BeyondCalendar(f"从 {moment.isoformat()} 起算超出公元 1 至 9999 年；请检查起算时间。")


def start_of(
    duty: Duty, occurred_at: dt.datetime | None, detected_at: dt.datetime | None
) -> dt.datetime | None:
    """When the clock of an incident starts (C1), or None: 起算待核, a person must say.

    R1/R2: the earlier of occurrence and detection. R3: detection.
    Raises WrongDuty for duties started by another event.
    """
    occurred = aware(occurred_at, "发生时间") if occurred_at is not None else None
    detected = aware(detected_at, "发现时间") if detected_at is not None else None
    if duty.starts == "event":
        raise WrongDuty(
            f"{duty.id} {duty.name}从“{duty.start_event}”起算，不看发生和发现时间；请直接给起算时间。"
        )
    if duty.starts == "detection":
        return detected
    return min((moment for moment in (occurred, detected) if moment is not None), default=None)


def start_needs_check(
    duty: Duty, occurred_at: dt.datetime | None, detected_at: dt.datetime | None, occurrence_confirmed: bool
) -> bool:
    """Whether the clock stands as 起算待核: no start, or a machine's guess of one that lies too far back.

    No unit is booked late by a guess: an unconfirmed time of occurrence whose limit had already passed at
    detection waits for a person.
    """
    start = start_of(duty, occurred_at, detected_at)
    if start is None or detected_at is None or occurrence_confirmed:
        return start is None
    return not deadline(duty, start).allows(detected_at)


def deadline(
    duty: Duty,
    start: dt.datetime,
    *,
    suspended: Sequence[Suspension] = (),
    corrected: dt.datetime | None = None,
    extended_by: int = 0,
    notice: Duty | None = None,
    answer: Duty | None = None,
    overrides: WorkdayTable = NO_OVERRIDES,
    day_end: dt.time | None = None,
) -> Deadline:
    """The end of a clock.

    suspended, corrected: for duties that name an answer_duty, notice_duty; those come as answer, notice.
    extended_by: in the duty's unit, at most duty.extension.
    day_end: the office's closing time in place of 24:00.
    Raises AlertError (NaiveTime, WrongDuty, WrongFacts, BeyondCalendar).
    """
    check_facts(duty, suspended, corrected, extended_by)
    begun = aware(start, "起算时间")
    if duty.counts_hours:
        return Deadline(duty.id, begun, deadline_at=add_hours(begun, duty.limit + extended_by))
    notice_by = None
    if corrected is not None:
        notice_by = last_day(notice, begun.date(), overrides).day if notice is not None else None
        begun = restarted(begun, corrected)
    if any(one.sent < begun.date() for one in suspended):
        raise WrongFacts(f"征求意见发出日早于起算日 {begun.date().isoformat()}；请核对 A..B。")
    waiting = [one for one in suspended if one.answered is None]
    if waiting:
        answer_by = (
            last_day(answer, min(one.sent for one in waiting), overrides).day if answer is not None else None
        )
        return Deadline(duty.id, begun, notice_by=notice_by, open_ended=True, answer_by=answer_by)
    base = last_day(duty, begun.date(), overrides, suspended)
    last = last_day(duty, begun.date(), overrides, suspended, extended_by) if extended_by else base
    return Deadline(
        duty.id,
        begun,
        deadline_date=last.day,
        deadline_before=end_of(last.day, day_end),
        provisional=last.provisional,
        base_date=base.day if extended_by else None,
        notice_by=notice_by,
        half_date=half_way(duty, begun.date(), overrides, suspended, extended_by),
    )


def check_facts(
    duty: Duty, suspended: Sequence[Suspension], corrected: dt.datetime | None, extended_by: int
) -> None:
    if duty.kind != "limit":
        raise WrongDuty(f"{duty.id} {duty.name}不是答复时限，没有截止时间；{duty.note}")
    if suspended and not duty.answer_duty:
        raise WrongDuty(f"{duty.id} {duty.name}不能中止计时；只有征求第三方意见的时限（R7）可以。")
    if corrected is not None and not duty.notice_duty:
        raise WrongDuty(f"{duty.id} {duty.name}没有补正程序；只有依申请公开（R7）可以从补正之日重新计算。")
    if not 0 <= extended_by <= duty.extension:
        most = f"最多延长 {duty.extension} {UNIT_WORDS[duty.unit]}" if duty.extension else "不能延长"
        raise WrongDuty(f"{duty.id} {duty.name}{most}，现为 {extended_by}。")
    for one in suspended:
        if one.answered is not None and one.answered < one.sent:
            raise WrongFacts(
                f"征求意见的答复日 {one.answered.isoformat()} 早于发出日 {one.sent.isoformat()}；请对调。"
            )


def restarted(begun: dt.datetime, corrected: dt.datetime) -> dt.datetime:
    again = aware(corrected, "补正时间")
    if again < begun:
        raise WrongFacts(f"补正时间 {again.isoformat()} 早于收到申请 {begun.isoformat()}；请核对。")
    return again


def add_hours(moment: dt.datetime, hours: float) -> dt.datetime:
    """So many real hours later: added in UTC, so that no zone's summer time can bend them."""
    try:
        return (moment.astimezone(dt.UTC) + dt.timedelta(hours=hours)).astimezone(SHANGHAI)
    except (OverflowError, ValueError):
        raise beyond(moment) from None


def last_day(
    duty: Duty,
    trigger: dt.date,
    overrides: WorkdayTable,
    suspended: Sequence[Suspension] = (),
    extended_by: int = 0,
) -> DayCount:
    """The last day of a day clock; calendar days ending on a free day roll to the first working day."""
    days = duty.limit + extended_by
    if duty.unit == "working_days":
        return add_workdays(trigger, days, overrides, suspended)
    return roll_to_workday(step(trigger, days), overrides)


def half_way(
    duty: Duty, trigger: dt.date, overrides: WorkdayTable, suspended: Sequence[Suspension], extended_by: int
) -> dt.date:
    """The day on which half of the days (rounded down) are gone; always a working day."""
    half = (duty.limit + extended_by) // 2
    if duty.unit == "working_days":
        return add_workdays(trigger, half, overrides, suspended).day
    return roll_to_workday(step(trigger, half), overrides, direction=-1).day


def end_of(day: dt.date, day_end: dt.time | None) -> dt.datetime:
    """The first instant that is too late: the following 00:00, or the office's closing time, in Shanghai."""
    if day_end is None:
        return dt.datetime.combine(step(day, 1), dt.time(), SHANGHAI)
    return dt.datetime.combine(day, day_end.replace(tzinfo=None), SHANGHAI)


def judge(
    deadline: Deadline,
    evidence_at: dt.datetime | None,
    now: dt.datetime,
    recorded_at: dt.datetime | None = None,
) -> Judgement:
    """The state of a clock. evidence_at is when the act happened, recorded_at when it was written down.

    A missed clock stays missed until there is evidence, then it is met_late; evidence taken back reopens it.
    """
    if evidence_at is None:
        if deadline.open_ended:
            return Judgement("suspended")
        return Judgement("running" if deadline.allows(now) else "missed")
    happened = aware(evidence_at, "佐证时间")
    if not deadline.allows(happened):
        return Judgement("met_late")
    late = recorded_at is not None and not deadline.allows(recorded_at)
    return Judgement("met", recorded_late=late, before_start=happened < deadline.start)


def check_evidence(duty: Duty, fields: Mapping[str, str], happened_at: dt.datetime, now: dt.datetime) -> None:
    """Refuse evidence that lacks a required field, or an act still to come (C5: a plan stops nothing)."""
    empty = [
        item.label
        for item in duty.stopped_by
        if item.key != duty.evidence_time and not fields.get(item.key, "").strip()
    ]
    if empty:
        raise WrongFacts(f"{duty.id} {duty.name}的佐证缺少：{'、'.join(empty)}；请补上再记。")
    if aware(happened_at, "佐证时间") > aware(now, "现在"):
        raise WrongFacts(f"{duty.id} {duty.name}的佐证时间晚于现在；方案和预告不算，请在事后记录。")
