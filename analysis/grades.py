"""From the metrics of an incident to the rules that fire, their reasons, and the levels these propose.

The stored reasons are the whole truth: `grade_from_reasons` reads nothing else, so a level shown today can be
replayed from what was stored, whatever became of the rules since.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence

from analysis.proposal import Reason
from catalogue.level_rule import LEVELS, METRICS, Condition, LevelRule

LOWEST = "IV"  # 网络诉求: a plain request has a grade too
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}


def holds(condition: Condition, metrics: Mapping[str, float]) -> bool:
    """Whether the condition holds; a metric nobody could measure holds nothing."""
    value = metrics.get(condition.metric)
    return value is not None and COMPARE[condition.operator](value, condition.threshold)


def fires(rule: LevelRule, metrics: Mapping[str, float]) -> bool:
    return all(holds(condition, metrics) for condition in rule.conditions)


def reasons_for(
    rules: Iterable[LevelRule],
    metrics: Mapping[str, float],
    grounds: Mapping[str, Sequence[int]] | None = None,
) -> tuple[Reason, ...]:
    """A reason for every rule that fires: those that must raise first, then the higher level, then by id.

    grounds: metric → ids of the texts behind it.
    """
    fired = [rule for rule in rules if fires(rule, metrics)]
    fired.sort(key=lambda rule: (not rule.must_raise, rank(rule.level or LOWEST), rule.target, rule.id))
    return tuple(reason(rule, metrics, grounds or {}) for rule in fired)


def reason(rule: LevelRule, metrics: Mapping[str, float], grounds: Mapping[str, Sequence[int]]) -> Reason:
    """The rule with the values it saw, the thresholds it held them against and the texts behind them."""
    thresholds: dict[str, str] = {}
    for condition in rule.conditions:
        written = f"{condition.operator} {condition.threshold:g}"
        earlier = thresholds.get(condition.metric)
        thresholds[condition.metric] = f"{earlier}, {written}" if earlier else written
    shown = dict.fromkeys(METRICS, 0.0) | dict(metrics)
    return Reason(
        rule=rule.id,
        name=rule.name,
        target=rule.target,
        level=rule.level,
        must_raise=rule.must_raise,
        values={metric: metrics[metric] for metric in thresholds},
        thresholds=thresholds,
        text=rule.text.format(**shown, threshold=rule.conditions[0].threshold),
        documents={metric: tuple(grounds[metric]) for metric in thresholds if metric in grounds},
    )


def grade_from_reasons(reasons: Sequence[Reason]) -> tuple[str, bool, str | None]:
    """(舆情等级, whether it concerns a 突发事件, 突发事件等级 or None) that these reasons propose.

    The highest level named wins. An event level makes it an emergency, and public concern about an event is graded
    no lower than the event. Without any reason: IV, no emergency, none.
    """
    events = [reason.level for reason in reasons if reason.target == "event_level"]
    event_level = highest(events) if events else None
    is_emergency = bool(events) or any(reason.target == "emergency" for reason in reasons)
    grades = [reason.level for reason in reasons if reason.target == "grade"]
    return highest([*grades, *events, LOWEST]), is_emergency, event_level


def highest(levels: Iterable[str]) -> str:
    return min(levels, key=rank)


def rank(level: str) -> int:
    """0 for I … 3 for IV: smaller is more serious."""
    return LEVELS.index(level)
