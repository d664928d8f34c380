"""Worked examples of a duty: they stand in its file and are computed in the tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from catalogue.fields import Fields

STATES = ("running", "met", "met_late", "missed", "suspended")


@dataclass(frozen=True)
class Example:
    """From these facts the clock must come to this end; a field left out must not be in the answer.

    The facts are start, or occurred and detected; suspended is (sent, answered); judged_at asks for state.
    """

    id: str
    why: str
    start: dt.datetime | None
    occurred: dt.datetime | None
    detected: dt.datetime | None
    suspended: tuple[dt.date, dt.date] | None
    corrected: dt.datetime | None
    extended: bool
    deadline_at: dt.datetime | None
    deadline_date: dt.date | None
    deadline_before: dt.datetime | None
    base_date: dt.date | None
    notice_by: dt.date | None
    provisional: bool
    judged_at: dt.datetime | None
    state: str | None


def instant(fields: Fields, key: str) -> dt.datetime | None:
    value = fields.take(key, dt.datetime, None)
    if value is not None and value.tzinfo is None:
        raise fields.fail(key, f"时刻应带时区，现为 {value.isoformat()}", "请在末尾写 +08:00")
    return value


def day(fields: Fields, key: str) -> dt.date | None:
    value = fields.take(key, dt.date, None)
    if isinstance(value, dt.datetime):
        raise fields.fail(key, f"应为日期，现为时刻 {value.isoformat()}", "请只写年-月-日")
    return value


def suspension(fields: Fields) -> tuple[dt.date, dt.date] | None:
    if "suspended" not in fields.table:
        fields.known.add("suspended")
        return None
    table = fields.table_of("suspended")
    sent, answered = day(table, "sent"), day(table, "answered")
    table.done()
    if sent is None or answered is None or answered < sent:
        raise fields.fail("suspended", "应有发出日 sent 和不早于它的答复日 answered")
    return sent, answered


def parse_example(fields: Fields) -> Example:
    example = Example(
        id=fields.take("id", str),
        why=fields.take("why", str),
        start=instant(fields, "start"),
        occurred=instant(fields, "occurred"),
        detected=instant(fields, "detected"),
        suspended=suspension(fields),
        corrected=instant(fields, "corrected"),
        extended=fields.take("extended", bool, False),
        deadline_at=instant(fields, "deadline_at"),
        deadline_date=day(fields, "deadline_date"),
        deadline_before=instant(fields, "deadline_before"),
        base_date=day(fields, "base_date"),
        notice_by=day(fields, "notice_by"),
        provisional=fields.take("provisional", bool, False),
        judged_at=instant(fields, "judged_at"),
        state=fields.one_of("state", STATES, None),
    )
    fields.done()
    check_example(fields, example)
    return example


def check_example(fields: Fields, example: Example) -> None:
    if (example.start is None) == (example.occurred is None and example.detected is None):
        raise fields.fail("start", "应写 start，或写 occurred、detected，二者取一")
    if (example.deadline_at is None) == (example.deadline_date is None):
        raise fields.fail("deadline_at", "应写 deadline_at（小时）或 deadline_date（日），二者取一")
    if (example.deadline_date is None) != (example.deadline_before is None):
        raise fields.fail("deadline_before", "deadline_date 与 deadline_before 应同时写")
    if (example.judged_at is None) != (example.state is None):
        raise fields.fail("state", "judged_at 与 state 应同时写")
