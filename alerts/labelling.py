"""A person's word on what the program read in one text: correcting it, or finding it right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.acts import DUTY, Actor, require
from alerts.clock import SHANGHAI
from alerts.errors import WrongFacts
from analysis.errors import BadInput
from analysis.labels import COLUMNS, HEADS, keep_label
from catalogue.loader import Catalogue
from store import audit
from store.errors import Conflict, NotFound
from store.model import Document, Label, Reading


def correct_labels(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    document_id: int,
    now: dt.datetime,
    *,
    labels: Mapping[str, Any],
    expected_label: int | None = None,
) -> tuple[str, ...]:
    """更正: keep those of the labels that differ from the reading in force; answers their heads.

    labels: head → value as `analysis.labels.HEADS` says. expected_label: number of the latest correction the person
    saw, 0 for none. Raises WrongRole, NotFound, WrongFacts (nothing differs, or a value that cannot be), Conflict.
    """
    require(actor, DUTY, "更正原文的判断")
    reading = held(session, document_id, expected_label)
    check(catalogue, labels)
    before = {head: in_force(reading, head) for head in labels}
    changed = {head: value for head, value in labels.items() if not same(before[head], value)}
    if not changed:
        raise WrongFacts("没有改动：所选与现有判断相同。")
    for head, value in changed.items():
        try:
            keep_label(session, document_id, head, value, actor.name, now)
        except BadInput as error:
            raise WrongFacts(str(error)) from error
    audit.record(
        session, now, actor.name, "document.correct", f"document:{document_id}",
        {head: before[head] for head in changed}, changed,
    )  # fmt: skip
    session.flush()
    return tuple(changed)


def confirm_labels(
    session: Session,
    actor: Actor,
    document_id: int,
    now: dt.datetime,
    *,
    expected_label: int | None = None,
) -> tuple[str, ...]:
    """核对无误: a person read the text and finds every judgement in force right; answers the heads that are new.

    Kept as agreement, so that no figure takes it for a correction; a later model does not overwrite it. Heads a person
    already has the last word on stay as they are. Raises WrongRole, NotFound, Conflict, WrongFacts (nothing is new).
    """
    require(actor, DUTY, "核对原文的判断")
    reading = held(session, document_id, expected_label)
    judged = set(session.scalars(select(Label.head).where(Label.document_id == document_id)))
    found = {head: in_force(reading, head) for head in HEADS if head not in judged}
    if not found:
        raise WrongFacts("这条原文的判断已由人逐项核对或更正过，不必再核对。")
    for head, value in found.items():
        keep_label(session, document_id, head, value, actor.name, now, agrees=True)
    audit.record(session, now, actor.name, "document.agree", f"document:{document_id}", {}, found)
    session.flush()
    return tuple(found)


def held(session: Session, document_id: int, expected_label: int | None) -> Reading:
    """The reading in force, its document locked. Raises NotFound, Conflict."""
    session.execute(select(Document.id).where(Document.id == document_id).with_for_update())
    reading = session.scalars(
        select(Reading).where(Reading.document_id == document_id).execution_options(populate_existing=True)
    ).first()
    if reading is None:
        raise NotFound(f"没有编号为 {document_id} 的原文，或尚未读取；请刷新列表后再试。")
    if expected_label is not None:
        refuse_if_overtaken(session, document_id, expected_label)
    return reading


def in_force(reading: Reading, head: str) -> Any:
    value = getattr(reading, COLUMNS.get(head, head))
    return list(value) if head == "category" else value


def same(one: Any, other: Any) -> bool:
    """Categories are a set; everything else is a value."""
    return set(one) == set(other) if isinstance(one, list) and isinstance(other, list) else bool(one == other)


def check(catalogue: Catalogue, labels: Mapping[str, Any]) -> None:
    """Categories and places must be those of the catalogue; the kinds of values are checked where they are kept."""
    if strange := [head for head in labels if head not in HEADS]:
        raise WrongFacts(f"不能更正 {'、'.join(strange)}；可更正：{'、'.join(HEADS)}。")
    categories = labels.get("category")
    unknown = (
        [name for name in categories if name not in catalogue.categories]
        if isinstance(categories, list)
        else []
    )
    if unknown:
        raise WrongFacts(
            f"没有分类 {'、'.join(map(str, unknown))}；可用：{'、'.join(catalogue.categories)}。"
        )
    region = labels.get("region")
    if region is not None and region not in catalogue.regions:
        raise WrongFacts(f"没有地区 {region!r}；请从地名表中选择，或留空。")


def refuse_if_overtaken(session: Session, document_id: int, seen: int) -> None:
    """Raise Conflict when somebody corrected the text since the person opened it."""
    last = session.scalars(
        select(Label).where(Label.document_id == document_id).order_by(Label.id.desc()).limit(1)
    ).first()
    if last is not None and last.id != seen:
        at = last.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
        raise Conflict(
            f"{last.by} 已于 {at} {'核对' if last.agrees else '更正'}这条原文；请查看后再决定是否提交。"
        )
