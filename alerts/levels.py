"""Grades and event levels as people read them, and which of two is the more serious. Pure."""

from __future__ import annotations

from store.model import Incident

LEVELS = ("I", "II", "III", "IV")
WORDS = {"I": "特别重大", "II": "重大", "III": "较大", "IV": "一般"}
COLOURS = {"I": "红", "II": "橙", "III": "黄", "IV": "蓝"}


def rank(level: str | None) -> int:
    """0 for I … 3 for IV, 4 for none: smaller is more serious."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def higher(one: str | None, other: str | None) -> str | None:
    """The more serious of two levels."""
    return one if rank(one) <= rank(other) else other


def named(level: str) -> str:
    """`II级 重大`: numeral and word; the colour is added where something is drawn."""
    return f"{level}级 {WORDS[level]}"


def is_confirmed(incident: Incident) -> bool:
    return incident.grade is not None


def grade_of(incident: Incident) -> str:
    """The confirmed grade, else the proposed one."""
    return incident.grade or incident.proposed_grade


def emergency_of(incident: Incident) -> bool:
    return incident.proposed_emergency if incident.is_emergency is None else incident.is_emergency


def event_level_of(incident: Incident) -> str | None:
    """The event level in force; a person's word that there is none counts."""
    return incident.event_level if is_confirmed(incident) else incident.proposed_event_level


def shown_level(incident: Incident) -> str:
    """The level of the badge: 突发事件等级 where there is one, else 舆情等级."""
    return (event_level_of(incident) if emergency_of(incident) else None) or grade_of(incident)
