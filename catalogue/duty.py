"""A duty (义务): a legal limit, who owes it, what stops its clock, when to remind, and worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.duty_example import Example, parse_example
from catalogue.fields import Fields

# limit: act within it; minimum: keep open at least so long; reminder: no legal figure, our rhythm;
# information: shown only
KINDS = ("limit", "minimum", "reminder", "information")
UNITS = ("hours", "working_days", "calendar_days")
UNIT_WORDS = {"hours": "小时", "working_days": "个工作日", "calendar_days": "日"}
START_RULES = ("earlier_of_occurrence_and_detection", "detection", "event")
# V read in the text, V2 read as quoted, R recalled, I our reading, P product policy
STATUSES = ("V", "V2", "R", "I", "P")


@dataclass(frozen=True)
class Basis:
    """Where the figure comes from; status as in STATUSES."""

    document: str
    quotation: str
    status: str


@dataclass(frozen=True)
class Mark:
    """A reminder so many minutes after the start (hour clocks; the due mark is added by itself)."""

    code: str
    after_minutes: int


@dataclass(frozen=True)
class OverdueStep:
    """After the due mark: every so many hours, until so many hours have passed (0 = until met)."""

    every_hours: int
    until_hours: int


@dataclass(frozen=True)
class Evidence:
    """A field that must be filled in before the clock stops."""

    key: str
    label: str


@dataclass(frozen=True)
class Duty:
    """A legal limit. `evidence_time` names the evidence field that says when the act happened.

    extension: how much the limit may be lengthened once, in the same unit (0 = not at all).
    notice_duty: the duty that limits the notice to correct an unclear application (R7 → R7b).
    answer_duty: the duty that limits a consulted party's answer (R7 → R7a); it lets the clock be suspended.
    scope: a site may only make "national" figures stricter; "local" ones are another place's and may differ.
    """

    id: str
    name: str
    kind: str
    must: str
    limit: int
    unit: str
    extension: int
    starts: str
    start_event: str
    start_status: str
    start_alternatives: tuple[str, ...]
    applies_to: str
    owner: str
    scope: str
    runs: bool
    has_quiet_hours: bool
    evidence_time: str
    stopped_by: tuple[Evidence, ...]
    notice_duty: str
    answer_duty: str
    marks: tuple[Mark, ...]
    overdue: tuple[OverdueStep, ...]
    basis: tuple[Basis, ...]
    note: str
    examples: tuple[Example, ...]

    @property
    def counts_hours(self) -> bool:
        return self.unit == "hours"

    @property
    def limit_text(self) -> str:
        """For people: 5 小时, 3 个工作日; empty where there is no figure."""
        return f"{self.limit} {UNIT_WORDS[self.unit]}" if self.unit else ""


def parse_duty(raw: Mapping[str, Any], file: str) -> Duty:
    """One duty file. Raises CatalogueError."""
    fields = Fields(raw, file)
    kind = fields.one_of("kind", KINDS)
    figured = kind != "information"
    duty = Duty(
        id=fields.name_like_file("id"),
        name=fields.take("name", str),
        kind=kind,
        must=fields.take("must", str),
        limit=fields.take("limit", int) if figured else 0,
        unit=fields.one_of("unit", UNITS) if figured else "",
        extension=fields.take("extension", int, 0),
        starts=fields.one_of("starts", START_RULES),
        start_event=fields.take("start_event", str),
        start_status=fields.one_of("start_status", STATUSES),
        start_alternatives=fields.strings("start_alternatives", []),
        applies_to=fields.take("applies_to", str),
        owner=fields.take("owner", str),
        scope=fields.one_of("scope", ("national", "local")),
        runs=fields.take("runs", bool, False),
        has_quiet_hours=fields.take("has_quiet_hours", bool, True),
        evidence_time=fields.take("evidence_time", str, ""),
        stopped_by=parse_evidence(fields),
        notice_duty=fields.take("notice_duty", str, ""),
        answer_duty=fields.take("answer_duty", str, ""),
        marks=tuple(parse_mark(row) for row in fields.tables("marks", [])),
        overdue=tuple(parse_overdue(row) for row in fields.tables("overdue", [])),
        basis=tuple(parse_basis(row) for row in fields.tables("basis")),
        note=fields.take("note", str, ""),
        examples=tuple(parse_example(row) for row in fields.tables("examples", [])),
    )
    fields.done()
    check_duty(fields, duty)
    return duty


def parse_evidence(fields: Fields) -> tuple[Evidence, ...]:
    """The table [stopped_by]: field name = what people read beside it."""
    table = fields.table_of("stopped_by", {})
    return tuple(Evidence(key, table.take(key, str)) for key in table.table)


def parse_mark(fields: Fields) -> Mark:
    mark = Mark(fields.take("code", str), fields.take("after_minutes", int))
    fields.done()
    return mark


def parse_overdue(fields: Fields) -> OverdueStep:
    step = OverdueStep(fields.take("every_hours", int), fields.take("until_hours", int, 0))
    fields.done()
    if step.every_hours < 1 or step.until_hours % step.every_hours:
        raise fields.fail("every_hours", "应为正整数，且 until_hours 是它的整倍数")
    return step


def parse_basis(fields: Fields) -> Basis:
    basis = Basis(
        fields.take("document", str), fields.take("quotation", str), fields.one_of("status", STATUSES)
    )
    fields.done()
    return basis


def check_duty(fields: Fields, duty: Duty) -> None:
    """What one key alone cannot tell."""
    if duty.kind != "information" and duty.limit < 1:
        raise fields.fail("limit", f"应为正整数，现为 {duty.limit}")
    if duty.extension < 0:
        raise fields.fail("extension", f"应为 0 或正整数，现为 {duty.extension}")
    for rule in duty.start_alternatives:
        if rule not in START_RULES:
            raise fields.fail("start_alternatives", f"应为 {' / '.join(START_RULES)}，现为 {rule!r}")
    if not duty.basis:
        raise fields.fail("basis", "应至少有一条依据", "请写 [[basis]] document/quotation/status")
    keys = [item.key for item in duty.stopped_by]
    if duty.kind == "limit" and duty.evidence_time not in keys:
        raise fields.fail("evidence_time", f"应为 stopped_by 中的一项（{'、'.join(keys) or '尚无'}）")
    if duty.runs and not (duty.kind == "limit" and duty.counts_hours and duty.marks):
        raise fields.fail("runs", "只有写了提醒点（marks）的小时时限可以运行", "请改为 runs = false")
    check_marks(fields, duty)
    check_examples(fields, duty)


def check_marks(fields: Fields, duty: Duty) -> None:
    if duty.marks and not duty.counts_hours:
        raise fields.fail("marks", "按日计算的时限，提醒点由程序按工作日推算", "请删去 [[marks]]")
    minutes = [mark.after_minutes for mark in duty.marks]
    if minutes and (minutes[0] != 0 or minutes != sorted(set(minutes)) or minutes[-1] >= duty.limit * 60):
        raise fields.fail("marks", f"应从 0 起、逐个变大且小于时限，现为 {minutes}")
    codes = {mark.code for mark in duty.marks}
    if len(codes) != len(minutes) or any(code == "due" or code.startswith("overdue") for code in codes):
        raise fields.fail("marks", "code 不能重复，也不能用 due 或 overdue 开头")
    if any(step.until_hours == 0 for step in duty.overdue[:-1]) or (
        duty.overdue and duty.overdue[-1].until_hours != 0
    ):
        raise fields.fail("overdue", "最后一段且只有最后一段不写 until_hours（一直提醒到完成）")
    if duty.runs and not duty.overdue:
        raise fields.fail("overdue", "运行的时限应写明超时后的提醒", "请写 [[overdue]] every_hours = …")


def check_examples(fields: Fields, duty: Duty) -> None:
    for example in duty.examples:
        if duty.kind != "limit":
            raise fields.fail("examples", f"{duty.id} 不是答复时限，没有可算的例子")
        if (example.deadline_at is not None) != duty.counts_hours:
            expected = "deadline_at" if duty.counts_hours else "deadline_date 和 deadline_before"
            raise fields.fail("examples", f"例 {example.id} 应写 {expected}")
