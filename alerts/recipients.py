"""Who is told of what: posts on shift, liaisons, leaders and subscribers, by level, field and place. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.levels import rank
from alerts.roster import next_in_chain, on_duty
from alerts.units import region_path
from catalogue.loader import Catalogue
from catalogue.recipient import Recipient


@dataclass(frozen=True)
class Matter:
    """What decides who is told. level: the one shown; region, unit: ids or None."""

    level: str
    categories: tuple[str, ...]
    region: str | None
    unit: str | None


def wants(catalogue: Catalogue, recipient: Recipient, matter: Matter) -> bool:
    """Whether this level, field and place is one the post asked to hear of. Wider lists need an approval."""
    return (
        recipient.is_internal
        and "alert" in recipient.receives
        and rank(matter.level) <= rank(recipient.min_grade)
        and (not recipient.categories or bool(set(recipient.categories) & set(matter.categories)))
        and (
            not recipient.regions or bool(set(recipient.regions) & set(region_path(catalogue, matter.region)))
        )
    )


def first_told(catalogue: Catalogue, matter: Matter, now: dt.datetime) -> list[Recipient]:
    """Proposals and reminders: those on shift, their chief, the liaison of the responsible unit.

    Without a roster, or in a hole of it, every post of role duty and chief is told: nobody told is worse.
    """
    shift = on_duty(catalogue.rosters.values(), now)
    watch = [catalogue.recipients[name] for name in shift.everyone if name in catalogue.recipients]
    if not watch:
        watch = by_role(catalogue, "duty", "chief")
    return distinct([*watch, *liaisons(catalogue, matter)])


def liaisons(catalogue: Catalogue, matter: Matter) -> list[Recipient]:
    return [
        one
        for one in by_role(catalogue, "unit")
        if one.unit == matter.unit and matter.unit is not None and wants(catalogue, one, matter)
    ]


def leaders(catalogue: Catalogue, matter: Matter) -> list[Recipient]:
    """Those told once a person confirmed the level: leaders, and the head of the responsible unit."""
    return [
        one
        for one in by_role(catalogue, "leader", "head")
        if one.unit in (None, matter.unit) and wants(catalogue, one, matter)
    ]


def heads(catalogue: Catalogue, matter: Matter) -> list[Recipient]:
    """C13, the due mark: the head of the responsible unit, else the heads of the office itself."""
    all_heads = [one for one in by_role(catalogue, "head") if one.is_internal]
    own = [one for one in all_heads if one.unit is not None and one.unit == matter.unit]
    return own or [one for one in all_heads if one.unit is None]


def escalated_to(
    catalogue: Catalogue, matter: Matter, proposed_at: dt.datetime, step: int
) -> Recipient | None:
    """Number `step` of the duty chain after those who were told first."""
    told = [one.id for one in first_told(catalogue, matter, proposed_at)]
    name = next_in_chain(catalogue.rosters.values(), told, step)
    return catalogue.recipients.get(name) if name is not None else None


def receiving(catalogue: Catalogue, subject: str) -> list[Recipient]:
    """Internal posts that receive `weekly` or `health`."""
    return [one for one in catalogue.recipients.values() if one.is_internal and subject in one.receives]


def wider(catalogue: Catalogue, subject: str) -> list[Recipient]:
    """Posts beyond the internal list: they receive only what a person approved and sent."""
    return [one for one in catalogue.recipients.values() if not one.is_internal and subject in one.receives]


def by_role(catalogue: Catalogue, *roles: str) -> list[Recipient]:
    return [one for one in catalogue.recipients.values() if one.role in roles and one.is_internal]


def distinct(recipients: Iterable[Recipient]) -> list[Recipient]:
    """Each address once: two posts with one mailbox get one mail."""
    return list({one.email.casefold(): one for one in reversed(list(recipients))}.values())[::-1]
