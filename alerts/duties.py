"""Which clocks an incident owes; what a new level, a moved start or a merge does to them (C2-C4). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from alerts.clock import aware
from alerts.errors import NotAllowed, WrongFacts

LEVELS = ("I", "II", "III", "IV")
MAJOR_LEVELS = ("I", "II")
MAJOR_DUTIES = ("R1", "R2")
ANSWER_DUTIES = ("R3",)


@dataclass(frozen=True)
class LevelChange:
    """What a change of level asks for (C3).

    start: duties whose clocks must run now, from the incident's original start, never from the change.
    supersede: clocks no longer owed; a named person's act with a reason, a chief's where needs_chief.
    """

    start: tuple[str, ...]
    supersede: tuple[str, ...]
    needs_chief: bool


@dataclass(frozen=True)
class Move:
    """direction: earlier (told to the owner at once), later (by a chief, with a reason, audited) or same."""

    direction: str
    old: dt.datetime
    new: dt.datetime
    by: str | None
    reason: str


def owed_duties(
    grade: str | None,
    is_emergency: bool,
    event_level: str | None,
    needs_answer: bool = False,
    treat_as_major: bool = False,
) -> tuple[str, ...]:
    """The clocks an incident must have, for proposed and confirmed values alike.

    R1 and R2 for a 突发事件 of event level I or II, or when a chief orders 按重大突发事件对待; otherwise R3
    for grade I-III, and for IV (or no grade yet) when a person says it needs an answer.
    """
    check_level("舆情等级", grade)
    check_level("突发事件等级", event_level)
    if treat_as_major or (is_emergency and event_level in MAJOR_LEVELS):
        return MAJOR_DUTIES
    if grade in ("I", "II", "III") or needs_answer:
        return ANSWER_DUTIES
    return ()


def check_level(what: str, level: str | None) -> None:
    if level is not None and level not in LEVELS:
        raise WrongFacts(f"{what}应为 {'、'.join(LEVELS)} 之一，现为 {level!r}。")


def level_change(running: Collection[str], owed: Collection[str]) -> LevelChange:
    """What to do when the owed duties are now `owed` and clocks run (or are met or missed) for `running`.

    Raising: R1 and R2 start, R3 gives way. Lowering: a chief supersedes R1 and R2, R3 runs again.
    """
    supersede = tuple(sorted(set(running) - set(owed)))
    return LevelChange(
        start=tuple(sorted(set(owed) - set(running))),
        supersede=supersede,
        needs_chief=any(duty in MAJOR_DUTIES for duty in supersede),
    )


def moved(
    old: dt.datetime, new: dt.datetime, *, by: str | None = None, by_chief: bool = False, reason: str = ""
) -> Move:
    """How a start or a deadline moves (C2). Raises NotAllowed for later without a chief and a reason."""
    before, after = aware(old, "原时间"), aware(new, "新时间")
    if after > before:
        if not by or not by_chief:
            raise NotAllowed("把时限往后移须由带班领导具名决定；请带班领导操作。")
        if not reason.strip():
            raise NotAllowed("把时限往后移须写明理由；请填写理由。")
        return Move("later", before, after, by, reason.strip())
    return Move("earlier" if after < before else "same", before, after, by, reason.strip())


def merged_start(*starts: dt.datetime | None) -> dt.datetime | None:
    """The earliest known start (C4), or None while none is known."""
    return min((aware(start, "起算时间") for start in starts if start is not None), default=None)


def merged_starts(
    one: Mapping[str, dt.datetime | None], other: Mapping[str, dt.datetime | None]
) -> dict[str, dt.datetime | None]:
    """Duty → start of the merged incident: every clock of either, from its earliest start. None is lost."""
    return {duty: merged_start(one.get(duty), other.get(duty)) for duty in sorted({*one, *other})}
