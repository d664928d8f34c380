"""A grading rule (定级规则): when its conditions hold it proposes a level and says why in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.fields import Fields

TARGETS = ("grade", "emergency", "event_level")
LEVELS = ("I", "II", "III", "IV")
OPERATORS = (">=", ">", "<=", "<", "==")
METRICS = {
    "hour_count": "近 1 小时条数（转载计 1 条）",
    "six_hour_count": "近 6 小时条数",
    "baseline_ratio": "近 1 小时条数与预警线之比",
    "week_count": "近 7 天条数",
    "month_count": "近 28 天条数",
    "slow_ratio": "近 7、14 或 28 天条数与持续反映线之比（只在每天一次的回看中计算）",
    "series_ratio": "在一个辖区、一类渠道、一个类别之内，近 6 或 24 小时的突增程度与该类突增线之比（只对尚未成事件的事项计算）",
    "reprints": "含转载的总条数",
    "platforms": "渠道类型数",
    "sources": "来源数",
    "negative_share": "负面占比（0 至 1）",
    "sudden_share": "突发事件类文本占比（0 至 1）",
    "deaths": "文本所述死亡人数",
    "missing": "文本所述失联失踪人数",
    "dead_or_missing": "文本所述死亡与失联失踪人数之和",
    "severely_hurt": "文本所述重伤人数",
    "hurt": "文本所述受伤、送医、不适人数",
    "minors": "是否涉及未成年人（0 或 1）",
    "elderly": "是否涉及老年人等弱势群体（0 或 1）",
    "sensitive_field": "是否涉及公共卫生、征地拆迁、食品药品等敏感领域（0 或 1）",
    "major_hazard": "文本是否述及坍塌、爆炸、强震等重大险情（0 或 1）",
    "surprise": "突增程度（3 表示按平时千次一遇）",
    "official_documents": "官方渠道已有的信息条数",
    "friction_share": "堵点痛点占比（0 至 1）",
    "documents": "事件的文本数（转载计 1 条）",
}


@dataclass(frozen=True)
class Condition:
    metric: str
    operator: str
    threshold: float


@dataclass(frozen=True)
class LevelRule:
    """All conditions must hold; text is a format string over the metrics; must_raise rules come first."""

    id: str
    name: str
    target: str
    level: str
    must_raise: bool
    conditions: tuple[Condition, ...]
    text: str
    basis: str
    fires: tuple[Mapping[str, float], ...]
    not_fires: tuple[Mapping[str, float], ...]


def parse_level_rule(raw: Mapping[str, Any], file: str) -> LevelRule:
    fields = Fields(raw, file)
    target = fields.one_of("target", TARGETS)
    rule = LevelRule(
        id=fields.name_like_file("id"),
        name=fields.take("name", str),
        target=target,
        level=fields.one_of("level", LEVELS) if target != "emergency" else "",
        must_raise=fields.take("must_raise", bool, False),
        conditions=tuple(parse_condition(row) for row in fields.tables("when")),
        text=fields.take("text", str),
        basis=fields.take("basis", str),
        fires=tuple(example(row) for row in fields.tables("fires")),
        not_fires=tuple(example(row) for row in fields.tables("not_fires")),
    )
    if not rule.conditions:
        raise fields.fail("when", "应至少有一个条件", "请写 [[when]] metric/operator/threshold")
    check_text(fields, rule)
    fields.done()
    return rule


def parse_condition(fields: Fields) -> Condition:
    condition = Condition(
        metric=fields.one_of("metric", tuple(METRICS)),
        operator=fields.one_of("operator", OPERATORS, ">="),
        threshold=fields.take("threshold", float),
    )
    fields.done()
    return condition


def example(fields: Fields) -> Mapping[str, float]:
    values = {metric: fields.take(metric, float) for metric in METRICS if metric in fields.table}
    fields.done()
    return values


def check_text(fields: Fields, rule: LevelRule) -> None:
    try:
        rule.text.format(**dict.fromkeys(METRICS, 1.0), threshold=1.0)
    except (KeyError, IndexError, ValueError) as error:
        raise fields.fail("text", f"含有无法填写的占位符 {error}", f"可用：{'、'.join(METRICS)}") from None
