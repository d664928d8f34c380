"""Who is on duty at an instant, and who is told next when nobody acknowledges. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from alerts.clock import SHANGHAI, aware
from catalogue.roster import Roster, Shift


@dataclass(frozen=True)
class OnDuty:
    """Recipient ids, each once, in the order of the roster."""

    duty: tuple[str, ...]
    chiefs: tuple[str, ...]

    @property
    def everyone(self) -> tuple[str, ...]:
        return unique((*self.duty, *self.chiefs))


def on_duty(rosters: Iterable[Roster], now: dt.datetime) -> OnDuty:
    """The shifts running at `now`. A shift begins at `from` inclusive and ends at `to` exclusive, Beijing time."""
    running = [shift for roster in rosters for shift in roster.shifts if is_running(shift, now)]
    return OnDuty(
        unique(name for shift in running for name in shift.duty), unique(shift.chief for shift in running)
    )


def is_running(shift: Shift, now: dt.datetime) -> bool:
    """Whether the shift covers this instant; one that ends at or before its begin crosses midnight."""
    local = aware(now, "现在").astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    begins, ends = minutes(shift.begins), minutes(shift.ends)
    if ends > begins:
        return local.isoweekday() in shift.weekdays and begins <= minute < ends
    yesterday = (local - dt.timedelta(days=1)).isoweekday()
    return (local.isoweekday() in shift.weekdays and minute >= begins) or (
        yesterday in shift.weekdays and minute < ends
    )


def shift_began(rosters: Iterable[Roster], now: dt.datetime) -> dt.datetime | None:
    """When the shift that runs at `now` began, UTC; the latest of several; None when nobody is on duty."""
    local = aware(now, "现在").astimezone(SHANGHAI)
    begins = []
    for roster in rosters:
        for shift in roster.shifts:
            if not is_running(shift, now):
                continue
            minute = minutes(shift.begins)
            today = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
            begins.append(today if today <= local else today - dt.timedelta(days=1))
    return max(begins).astimezone(dt.UTC) if begins else None


def minutes(clock: str) -> int:
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def escalation_chain(rosters: Iterable[Roster], told: Collection[str]) -> tuple[str, ...]:
    """Who is told one after the other when nobody acknowledges, without those who were told first."""
    return tuple(
        name for name in unique(name for roster in rosters for name in roster.chain) if name not in told
    )


def next_in_chain(rosters: Iterable[Roster], told: Collection[str], step: int) -> str | None:
    """The recipient of escalation number `step` (0 = first), or None when the chain is used up."""
    chain = escalation_chain(rosters, told)
    return chain[step] if step < len(chain) else None


def quiet_until(begins: str | None, ends: str | None, now: dt.datetime) -> dt.datetime | None:
    """The end of the quiet hours that cover this instant, or None outside them (C12)."""
    if begins is None or ends is None:
        return None
    local = aware(now, "现在")
    minute, first, last = local.hour * 60 + local.minute, minutes(begins), minutes(ends)
    covered = first <= minute < last if first < last else minute >= first or minute < last
    if not covered:
        return None
    end = local.replace(hour=last // 60, minute=last % 60, second=0, microsecond=0)
    return end if end > local else end + dt.timedelta(days=1)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
