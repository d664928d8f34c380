"""复盘：一件已了结的事件，每一步用了多久，是否按期。只用记录的时刻，不加评价。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboards import wording
from dashboards.context import Context
from dashboards.incident_parts import duty_words, result_words
from dashboards.parts import Node, card, table
from dashboards.wording import RESPONSE_WORDS
from store.queries_incidents import Whole

ENDED = ("closed", "dismissed", "merged")


@dataclass(frozen=True)
class Step:
    """One moment of the file; after: the moment of the step before, None for the first."""

    words: str
    at: datetime
    after: datetime | None


def steps_of(whole: Whole) -> list[Step]:
    """The moments that are known, in time order. Evidence that was withdrawn is none."""
    incident = whole.listed.incident
    known = [
        ("发生", incident.occurred_at),
        ("首次出现", incident.detected_at),
        ("提出", incident.proposed_at),
        ("签收", incident.acknowledged_at),
        ("认定", incident.confirmed_at),
        *((RESPONSE_WORDS[one.kind], one.happened_at) for one in whole.responses if one.withdrawn_at is None),
        ("办结" if incident.state == "closed" else "了结", incident.closed_at),
    ]
    moments = sorted(((at, words) for words, at in known if at is not None), key=lambda one: one[0])
    before: list[datetime | None] = [None, *(at for at, _ in moments)]
    return [Step(words, at, earlier) for (at, words), earlier in zip(moments, before, strict=False)]


def times_card(ctx: Context, whole: Whole) -> list[Node]:
    """For a file that has ended: its steps with the time each took, and what became of its limits."""
    incident = whole.listed.incident
    if incident.state not in ENDED:
        return []
    start = incident.detected_at
    rows = [
        [
            step.words,
            wording.full_time(step.at, ctx.now),
            wording.span(step.at - step.after) if step.after is not None else "—",
            wording.span(step.at - start) if step.at >= start else f"早 {wording.span(start - step.at)}",
        ]
        for step in steps_of(whole)
    ]
    heads = ("步骤", "时刻", "距上一步", "距首次出现")
    results = [f"{duty_words(ctx, clock)}：{result_words(clock)}" for clock in whole.listed.clocks]
    note = "；".join(results) or "没有时限"
    return [card("复盘：各步用时", table(heads, rows, "各步用时", "times"), note, "times")]
