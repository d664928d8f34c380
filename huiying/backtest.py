"""A replay held against what truly happened: what was found when, at which level, and what was said in vain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from alerts.levels import rank
from analysis.scorer import Scorer
from catalogue.errors import CatalogueError
from catalogue.level_rule import LevelRule
from catalogue.loader import Catalogue, digest, parse_file
from huiying.errors import UsageError
from huiying.past import PastItem
from huiying.replay import Level, ReplayedIncident, ReplayReport, own_database, replay
from huiying.truth import TrueIncident, about, belongings


@dataclass(frozen=True)
class Outcome:
    """A true incident as it was met. items: its items in the past; the levels are None while nothing was proposed.

    delay: from its first item to the proposal. first: as proposed; highest: the gravest of each field later on.
    """

    truth: TrueIncident
    items: int
    first_item_at: datetime | None
    proposed_at: datetime | None
    title: str
    first: Level | None
    highest: Level | None
    mails: int
    incidents: list[str]

    @property
    def delay(self) -> timedelta | None:
        if self.proposed_at is None or self.first_item_at is None:
            return None
        return self.proposed_at - self.first_item_at

    @property
    def is_level_met(self) -> bool:
        """Whether the flag and the level asked for were proposed at some time."""
        if self.highest is None or (self.truth.emergency and not self.highest.is_emergency):
            return False
        wanted = self.truth.event_level
        return wanted is None or rank(self.highest.event_level) <= rank(wanted)


@dataclass
class Backtest:
    """One table of level rules on one past. again: proposals of a true incident after its first one."""

    name: str
    report: ReplayReport
    outcomes: list[Outcome] = field(default_factory=list)
    again: list[ReplayedIncident] = field(default_factory=list)
    false: list[ReplayedIncident] = field(default_factory=list)

    @property
    def found(self) -> int:
        return sum(one.proposed_at is not None for one in self.outcomes)

    @property
    def appeared(self) -> int:
        """True incidents that have an item in the past at all."""
        return sum(one.items > 0 for one in self.outcomes)

    @property
    def median_minutes(self) -> float | None:
        delays = [one.delay / timedelta(minutes=1) for one in self.outcomes if one.delay is not None]
        return round(median(delays), 1) if delays else None

    def false_of(self, *levels: str) -> int:
        """False proposals whose graver level at the end (event level or grade) is one of these."""
        return sum(level_shown(one) in levels for one in self.false)

    def summary(self) -> dict[str, Any]:
        report = self.report
        return {
            "name": self.name,
            "days": round(report.days, 2),
            "proposals": len(report.incidents),
            "true_incidents": len(self.outcomes),
            "appeared": self.appeared,
            "found": self.found,
            "levels_met": sum(one.is_level_met for one in self.outcomes),
            "again": len(self.again),
            "false": len(self.false),
            "false_a_day": round(len(self.false) / report.days, 4),
            "false_major": self.false_of("I", "II"),
            "false_larger": self.false_of("III"),
            "median_minutes": self.median_minutes,
            "mails": report.notifications,
        }

    def as_json(self) -> dict[str, Any]:
        outcomes = [
            asdict(one) | {"truth": one.truth.name, "delay_minutes": minutes(one.delay)}
            for one in self.outcomes
        ]
        parts = {"again": self.again, "false": self.false}
        return (
            self.summary()
            | {"outcomes": outcomes}
            | {name: [asdict(one) for one in incidents] for name, incidents in parts.items()}
        )


def minutes(span: timedelta | None) -> float | None:
    return None if span is None else round(span / timedelta(minutes=1), 1)


def level_shown(incident: ReplayedIncident) -> str:
    """The level people see: the event's where there is one, else the grade."""
    return incident.event_level or incident.grade


def judge(
    name: str, report: ReplayReport, items: Sequence[PastItem], truth: Sequence[TrueIncident]
) -> Backtest:
    """Which proposals are which true incident, and which are none."""
    belongs = belongings(items, truth)
    result = Backtest(name, report)
    homes: dict[int, list[ReplayedIncident]] = {}
    for incident in report.incidents:
        position = about(incident.items, belongs)
        if position is None:
            result.false.append(incident)
        else:
            homes.setdefault(position, []).append(incident)
    for position, one in enumerate(truth):
        own = [item for item in items if position in belongs.get((item.source, item.id), ())]
        incidents = homes.get(position, [])
        result.again += incidents[1:]
        result.outcomes.append(outcome(one, own, incidents))
    return result


def outcome(truth: TrueIncident, items: Sequence[PastItem], incidents: Sequence[ReplayedIncident]) -> Outcome:
    first = incidents[0] if incidents else None
    return Outcome(
        truth=truth,
        items=len(items),
        first_item_at=min((item.at for item in items), default=None),
        proposed_at=first.proposed_at if first else None,
        title=first.title if first else "",
        first=first.levels[0] if first else None,
        highest=gravest([level for one in incidents for level in one.levels]),
        mails=sum(one.notifications for one in incidents),
        incidents=[one.id for one in incidents],
    )


def gravest(levels: Sequence[Level]) -> Level | None:
    """The gravest value of each field, and when the last of them was reached."""
    if not levels:
        return None
    best = levels[0]
    for level in levels[1:]:
        event = min(best.event_level, level.event_level, key=rank)
        raised = Level(
            level.at, min(best.grade, level.grade, key=rank), best.is_emergency or level.is_emergency, event
        )
        if (raised.grade, raised.is_emergency, raised.event_level) != (
            best.grade, best.is_emergency, best.event_level,
        ):  # fmt: skip
            best = raised
    return best


def with_rules(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The catalogue with the level rules of a folder laid over its own, by file name; a file `name.toml.off` takes the
    rule away. Raises UsageError when the folder holds none."""
    rules: dict[str, LevelRule] = dict(catalogue.level_rules)
    changed: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            raw, rule = parse_file("level_rules", path)
        except CatalogueError as error:
            raise UsageError(str(error)) from None
        rules[rule.id] = rule
        changed[f"level_rules/{path.name}"] = raw
    for path in sorted(folder.glob("*.toml.off")):
        name = path.name.removesuffix(".toml.off")
        if rules.pop(name, None) is None:
            raise UsageError(f"{path} 要去掉的规则 {name} 不存在；现有 {'、'.join(sorted(rules))}。")
        changed[f"level_rules/{name}.toml"] = {}
    if not changed:
        raise UsageError(f"{folder} 里没有定级规则（*.toml，或要去掉的 *.toml.off）。")
    ordered = {name: rules[name] for name in sorted(rules)}
    raw = {**catalogue.raw, **changed}
    return replace(catalogue, level_rules=ordered, raw=raw, version=digest(raw))


def backtest(
    catalogue: Catalogue,
    scorer: Scorer,
    items: Sequence[PastItem],
    truth: Sequence[TrueIncident],
    step: timedelta,
    name: str = "现行规则",
    say: Callable[[str], None] = lambda sentence: None,
) -> Backtest:
    """The past run once through the live pipeline on a database of its own, and judged."""
    with own_database() as url:
        report = replay(url, catalogue, scorer, items, step, say=say)
    return judge(name, report, items, truth)
