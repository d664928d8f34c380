"""When to remind: the marks of a clock before its end, the overdue ones after it, how late ones fold. Pure.

Codes are stable and unique within a clock: `start`, the marks of the duty file or `half`, `2_days`, `1_day`,
then `due`, then `overdue_<n>h` (hours after the due mark) or `overdue_<n>d` (working days after the last).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.clock import SHANGHAI, Deadline, add_hours, aware
from alerts.errors import WrongFacts
from alerts.workdays import add_workdays
from catalogue.duty import Duty
from catalogue.workday_table import NO_OVERRIDES, WorkdayTable

MORNING = dt.time(9, 0)
REMINDER, DUE, OVERDUE = "reminder", "due", "overdue"
OVERDUE_CODE = re.compile(r"overdue_(\d+)([hd])")


@dataclass(frozen=True)
class MilestonePlan:
    """One mark. kind: reminder, due or overdue."""

    code: str
    due_at: dt.datetime
    kind: str


@dataclass(frozen=True)
class Fold:
    """Marks that passed unsent, told in one message (C11): the latest is `shown`, `covers` has every code."""

    shown: MilestonePlan
    covers: tuple[str, ...]

    @property
    def is_due_among(self) -> bool:
        return self.shown.kind != REMINDER


def milestones(
    duty: Duty, start: dt.datetime, deadline: Deadline, overrides: WorkdayTable = NO_OVERRIDES
) -> list[MilestonePlan]:
    """The marks known beforehand, in order of time; overdue ones come one by one from `next_overdue`."""
    begun = aware(start, "起算时间")
    first = MilestonePlan("start", begun, REMINDER)
    if deadline.deadline_at is not None:
        end = deadline.deadline_at
        marks = [
            MilestonePlan(mark.code, add_hours(begun, mark.after_minutes / 60), REMINDER)
            for mark in duty.marks
        ]
        return [*(mark for mark in marks if mark.due_at < end), MilestonePlan("due", end, DUE)]
    if deadline.deadline_date is None or deadline.deadline_before is None:
        return [first]  # an open suspension has no end to remind of
    return [first, *morning_marks(begun, deadline, deadline.deadline_date, overrides)]


def morning_marks(
    begun: dt.datetime, deadline: Deadline, last: dt.date, overrides: WorkdayTable
) -> list[MilestonePlan]:
    """Half of the days, 2 and 1 working days before, the last day; each 09:00, one a day, after the start."""
    days = {
        "half": deadline.half_date or last,
        "2_days": add_workdays(last, -2, overrides).day,
        "1_day": add_workdays(last, -1, overrides).day,
        "due": last,
    }
    by_day = {day: code for code, day in days.items()}  # the same day twice keeps the more urgent code
    plans = [
        MilestonePlan(code, at_nine(day), DUE if code == "due" else REMINDER)
        for day, code in sorted(by_day.items())
    ]
    return [plan for plan in plans if plan.due_at > begun]


def at_nine(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, MORNING, SHANGHAI)


def next_overdue(
    duty: Duty, last_code: str, last_due_at: dt.datetime, overrides: WorkdayTable = NO_OVERRIDES
) -> MilestonePlan:
    """The mark after the due mark or after an overdue one; made when that one fires.

    Hour clocks follow the `overdue` steps of the duty file (R1, R2: hourly for a day, then daily; R3: each
    4 h); day clocks come back each working day at 09:00.
    """
    last = aware(last_due_at, "提醒时间")
    match = OVERDUE_CODE.fullmatch(last_code)
    if match is None and last_code != "due":
        raise WrongFacts(f"{duty.id} 的提醒点 {last_code!r} 之后没有超时提醒；应从 due 开始。")
    passed = int(match[1]) if match is not None else 0
    if not duty.counts_hours:
        day = add_workdays(last.date(), 1, overrides).day
        return MilestonePlan(f"overdue_{passed + 1}d", at_nine(day), OVERDUE)
    every = next(
        step.every_hours for step in duty.overdue if not step.until_hours or passed < step.until_hours
    )
    return MilestonePlan(f"overdue_{passed + every}h", add_hours(last, every), OVERDUE)


def passed_and_ahead(
    plans: Iterable[MilestonePlan], now: dt.datetime
) -> tuple[list[MilestonePlan], list[MilestonePlan]]:
    """Marks at or before now, and those still to come."""
    moment = aware(now, "现在")
    ordered = sorted(plans, key=lambda plan: plan.due_at)
    return [plan for plan in ordered if plan.due_at <= moment], [
        plan for plan in ordered if plan.due_at > moment
    ]


def fold(passed: Sequence[MilestonePlan]) -> Fold | None:
    """One message for all marks that passed unsent (C11), or None when there are none."""
    if not passed:
        return None
    ordered = sorted(passed, key=lambda plan: plan.due_at)
    return Fold(ordered[-1], tuple(plan.code for plan in ordered))


def obeys_quiet_hours(duty: Duty, milestone: MilestonePlan) -> bool:
    """Whether this mark waits for the end of quiet hours and silences (C12): not R1/R2, no due mark."""
    return duty.has_quiet_hours and milestone.kind != DUE
