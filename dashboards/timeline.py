"""The bar of one incident: what happened when, the hours already gone, reminders and deadlines. Positions are pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dash import html

from dashboards import wording
from dashboards.parts import Node
from dashboards.wording import DUTY_WORDS, RESPONSE_WORDS
from store.model import Clock, Incident, Milestone, Response
from store.queries_incidents import Whole

ROWS = ("below", "above", "lower")
CROWDED = 7.0  # per cent of the bar


@dataclass(frozen=True)
class Mark:
    """kind: fact (happened), done (a response), deadline, reminder. row: where its words stand."""

    at: datetime
    kind: str
    words: str
    time: str
    place: float = 0.0
    row: str = "below"


@dataclass(frozen=True)
class Line:
    """Places are per cent of the bar's width. now: None when everything on it is over."""

    marks: tuple[Mark, ...]
    ticks: tuple[float, ...]
    gone: float
    is_open: bool


def build_line(
    incident: Incident,
    clocks: Sequence[Clock],
    milestones: Sequence[Milestone],
    responses: Sequence[Response],
    now: datetime,
    share: float = 12.0,
) -> Line:
    """share: about how many per cent of the bar the words of one mark take."""
    marks = [*facts(incident, now), *done(clocks, responses, now), *deadlines(clocks, now)]
    begins = min(mark.at for mark in marks)
    is_open = any(clock.state in ("running", "missed") for clock in clocks)
    ends = max([*(mark.at for mark in marks), now if is_open else begins])
    whole = max(ends - begins, timedelta(hours=1))

    def place(moment: datetime) -> float:
        return round(100 * min(1.0, max(0.0, (moment - begins) / whole)), 2)

    set_out = lay_out(sorted(marks, key=lambda mark: mark.at), place, share, place(now) if is_open else None)
    ticks = tuple(
        place(one.due_at)
        for one in milestones
        if one.kind == "reminder" and one.cancelled_at is None and begins < one.due_at < ends
    )
    return Line(tuple(set_out), ticks, place(now), is_open)


def facts(incident: Incident, now: datetime) -> list[Mark]:
    found = [(incident.detected_at, "首次出现")]
    if incident.occurred_at is not None:
        found.append((incident.occurred_at, "发生"))
    if incident.confirmed_at is not None:
        found.append((incident.confirmed_at, "认定"))
    return [Mark(at, "fact", words, wording.day_time(at, now)) for at, words in found]


def done(clocks: Sequence[Clock], responses: Sequence[Response], now: datetime) -> list[Mark]:
    """Every response at the time it happened, with the limit it met or missed under it."""
    settled = {clock.response_id: clock for clock in clocks if clock.response_id is not None}
    found = []
    for one in responses:
        if one.withdrawn_at is not None:
            continue
        clock = settled.get(one.id)
        limit = (
            f"时限 {wording.hour_minute(clock.deadline_at)}"
            if clock is not None and clock.deadline_at
            else ""
        )
        words = f"{RESPONSE_WORDS[one.kind]} {wording.hour_minute(one.happened_at)} 已发"
        found.append(Mark(one.happened_at, "done", words, limit or wording.day_time(one.happened_at, now)))
    return found


def deadlines(clocks: Sequence[Clock], now: datetime) -> list[Mark]:
    """The limits still to be met; a met one stands beside its response."""
    return [
        Mark(
            one.deadline_at,
            "deadline",
            f"{DUTY_WORDS.get(one.duty, one.duty)}时限",
            f"{wording.day_time(one.deadline_at, now)} 前",
        )
        for one in clocks
        if one.deadline_at is not None and one.state in ("running", "missed")
    ]


def lay_out(marks, place, share: float, now_at: float | None) -> list[Mark]:
    """Words go to the first row where they lie on nothing; marks are in order of time."""
    edges = dict.fromkeys(ROWS, -100.0)
    found = []
    for mark in marks:
        at = place(mark.at)
        left = min(max(at - share / 2, 0), 100 - share)
        row = next(
            (name for name in ROWS if edges[name] <= left), max(ROWS, key=lambda name: left - edges[name])
        )
        edges[row] = left + share
        found.append(Mark(mark.at, mark.kind, mark.words, mark.time, at, row))
    return found


def line_of(whole: Whole, now: datetime, share: float = 12.0) -> Line:
    listed = whole.listed
    return build_line(listed.incident, listed.clocks, whole.milestones, whole.responses, now, share)


def is_crowded(line: Line) -> bool:
    """Whether the word 现在 would lie on the words of a mark; its line alone says enough then."""
    return any(mark.row == "below" and abs(mark.place - line.gone) < CROWDED for mark in line.marks)


def draw_line(line: Line, level: str) -> Node:
    """An ordered list: a bar on wide screens, lines one below the other on phones."""
    marks = [
        html.Li(
            [
                html.Span(className=f"dot {mark.kind}"),
                html.Span([html.B(mark.words), html.Time(mark.time)], className="mark-words"),
            ],
            className=f"mark {mark.row} {'at-end' if mark.place > 92 else 'at-start' if mark.place < 8 else ''} {mark.kind}",
            style={"left": f"{mark.place}%"},
        )
        for mark in line.marks
    ]
    now = [
        html.Span(
            html.Span("现在", className="now-word hidden" if is_crowded(line) else "now-word"),
            className="now-line",
            style={"left": f"{line.gone}%"},
        )
    ]
    return html.Div(
        [
            html.Div(html.Div(className="gone", style={"width": f"{line.gone}%"}), className="rail"),
            *(html.Span(className="tick", style={"left": f"{place}%"}) for place in line.ticks),
            *(now if line.is_open else []),
            html.Ol(marks, className="marks"),
        ],
        className=f"timeline level-{level}",
    )
