"""The small parts every page is put together from: chips, numbers that open their list, countdowns, tables, states."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dash import html

from alerts.levels import emergency_of, event_level_of, is_confirmed, shown_level
from dashboards import wording
from dashboards.wording import LEVEL_WORDS, SENTIMENT_WORDS
from store.model import Clock, Incident

Node = Any
ROMAN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}


def address(path: str, **filters: Any) -> str:
    """A link with its filters; empty ones left out, instants as UTC stamps, several values joined by commas."""
    kept = {name: as_word(value) for name, value in filters.items() if value not in (None, "", ())}
    return path + ("?" + urlencode(kept) if kept else "")


def as_word(value: Any) -> str:
    if isinstance(value, datetime):
        return wording.stamp_of(value)
    return ",".join(value) if isinstance(value, (tuple, list)) else str(value)


def documents(**filters: Any) -> str:
    """The address of a list of documents; `since` and `until` are its edges."""
    names = {"since": "from", "until": "to"}
    return address("/documents", **{names.get(key, key): value for key, value in filters.items()})


def count(value: int, href: str, unit: str = "", label: str = "") -> Node:
    """A number that opens the list behind it; the list has exactly so many lines."""
    spoken = f"{label}{wording.number(value)}{unit or ' 条'}，打开列表"
    return html.A(
        [wording.number(value), unit], href=href, className="count",
        **{"data-count": str(value), "aria-label": spoken},
    )  # fmt: skip


def level_of(incident: Incident) -> tuple[str, str, bool]:
    """Level to show, what kind it is, and whether a person confirmed it: 突发事件等级 where there is one."""
    has_event_level = emergency_of(incident) and event_level_of(incident) is not None
    kind = "突发事件等级" if has_event_level else "舆情等级"
    return shown_level(incident), kind, is_confirmed(incident)


def chip(incident: Incident) -> Node:
    """Numeral, word and colour; a question mark while nobody confirmed it."""
    level, kind, sure = level_of(incident)
    return level_chip(level, sure, kind)


def level_chip(level: str, sure: bool = True, kind: str = "舆情等级") -> Node:
    word = LEVEL_WORDS[level] if sure else f"疑似{LEVEL_WORDS[level]}"
    return html.Span(
        [
            html.Span(ROMAN[level] + ("" if sure else "?"), className="chip-numeral"),
            html.Span(word, className="chip-word"),
        ],
        className=f"chip level-{level}",
        title=f"{kind} {ROMAN[level]} 级{'' if sure else '（程序提出，待确认）'}",
    )


def level_words(incident: Incident) -> str:
    level, _, sure = level_of(incident)
    return f"{ROMAN[level]}级{'' if sure else '?'}"


def sentiment(word: str, score: float | None = None) -> Node:
    parts: list[Node] = [html.Span(className=f"square {word}"), SENTIMENT_WORDS[word]]
    if score is not None:
        parts.append(html.Span(f" {score:.2f}", className="quiet small"))
    return html.Span(parts, className="sentiment")


def countdown(clock: Clock, name: str, big: bool = True) -> Node:
    """A clock that the browser moves on: the deadline as data; the digits are the script's own leaf.

    The digits are written by assets/countdown.js alone; the deadline stands beside them as date and time.
    """
    if clock.deadline_at is None:
        return html.Span("起算待核", className="clock-unknown")
    return html.Span(
        [
            html.Span(className="clock-word", **{"data-leaf": "word"}),
            html.Span(className="clock-digits", **{"data-leaf": "digits"}),
        ],
        className="clock big" if big else "clock",
        role="timer",
        **{
            "data-deadline": str(int(clock.deadline_at.timestamp() * 1000)),
            "data-name": name,
            "aria-label": f"{name}，{wording.exact_time(clock.deadline_at)}前",
        },
    )


def card(title: str, body: Node, note: Node = None, key: str = "", extra: str = "") -> Node:
    heading = [html.H2(title, id=f"h-{key}" if key else title)]
    if note is not None:
        heading.append(html.Span(note, className="card-note"))
    return html.Section(
        [html.Div(heading, className="card-head"), *(body if isinstance(body, list) else [body])],
        className=f"card {extra}".strip(), **{"aria-labelledby": f"h-{key}" if key else title},
    )  # fmt: skip


def table(heads: Sequence[str], rows: Iterable[Sequence[Node]], caption: str, name: str = "") -> Node:
    """A table that becomes cards on a phone: each cell carries its head."""
    body = [
        html.Tr([html.Td(cell, **{"data-head": head}) for head, cell in zip(heads, row, strict=True)])
        for row in rows
    ]
    return html.Table(
        [
            html.Caption(caption, className="unseen"),
            html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])),
            html.Tbody(body),
        ],
        className=f"table {name}".strip(),
    )


def empty(sentence: str, way_out: str = "", href: str = "") -> Node:
    link = [html.A(way_out, href=href)] if href else []
    return html.P([sentence, *link], className="empty")


def notice(kind: str, *words: Node) -> Node:
    """kind: info, warning, error."""
    return html.Div(
        list(words), className=f"notice notice-{kind}", role="alert" if kind == "error" else "status"
    )


def facts(pairs: Iterable[tuple[str, Node]]) -> Node:
    """Label and value, one a line."""
    rows = [html.Div([html.Dt(label), html.Dd(value)]) for label, value in pairs]
    return html.Dl(rows, className="facts")


def bar(parts: Mapping[str, int], whole: int, label: str) -> Node:
    """A thin bar: widths are shares of `whole`, none clamped."""
    pieces = [
        html.Span(className=f"bar-part {kind}", style={"width": f"{100 * value / whole:.2f}%"})
        for kind, value in parts.items()
        if whole and value
    ]
    return html.Span(pieces, className="bar", role="img", **{"aria-label": label})


def spark(values: Sequence[int], colour: str, label: str) -> Node:
    """A small line, drawn as an own picture so that it needs no script."""
    top, width, height = max([*values, 1]), 96, 22
    step = (width - 6) / max(1, len(values) - 1)
    points = [
        (2 + index * step, height - 3 - (height - 6) * value / top) for index, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    end = (
        f"<circle cx='{points[-1][0]:.1f}' cy='{points[-1][1]:.1f}' r='2.4' fill='{colour}'/>"
        if points
        else ""
    )
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}'>"
        f"<polyline points='{line}' fill='none' stroke='{colour}' stroke-width='1.5'/>{end}</svg>"
    )
    data = base64.b64encode(svg.encode()).decode()
    return html.Img(src=f"data:image/svg+xml;base64,{data}", alt=label, className="spark")
