"""How good an engine is on labelled rows: every measure of every head that is labelled, with bootstrap intervals.

A row is an object with text (and title), and any of: categories, sentiment, sudden_incident, service_friction,
regions, label or polarity (1 positive, 0 or -1 negative: reviews and posts of two classes). What is not labelled is
not measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import BadInput
from analysis.evaluate import (
    bootstrap_rows,
    calibration_error,
    category_measures,
    f1,
    interval,
    sentiment_measures,
)
from analysis.lexicon import CATEGORIES, keyword_hits
from analysis.regions import find_regions
from analysis.scorer import SENTIMENTS, Reading, Text
from store.text import normalise

Row = dict[str, Any]
LABELS = (
    "categories",
    "sentiment",
    "sudden_incident",
    "service_friction",
    "regions",
    "label",
    "polarity",
)
INCIDENT_HITS, FRICTION_HITS = 2, 3  # words of the list from which the keyword baseline says yes


@dataclass(frozen=True)
class Measure:
    """A measure and the middle 95 % of its bootstrap values."""

    value: float
    low: float
    high: float


def labelled_rows(lines: Iterable[str], name: str) -> list[Row]:
    """The rows of a .jsonl file. Raises BadInput naming the first line that is none."""
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{name} 第 {number} 行不是 JSON（{error}）；请检查该行。") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise BadInput(f"{name} 第 {number} 行应为带 text 字段的 JSON 对象；请检查该行。")
        if not any(label in row for label in LABELS):
            raise BadInput(f"{name} 第 {number} 行没有任何标注；应有 {'、'.join(LABELS)} 之一。")
        rows.append(row)
    if not rows:
        raise BadInput(f"{name} 里没有一行标注；请换一个文件。")
    return rows


def texts_of(rows: Sequence[Row]) -> list[Text]:
    return [Text(row["text"], row.get("title") or "") for row in rows]


def measured(rows: Sequence[Row], readings: Sequence[Reading]) -> dict[str, float]:
    """Name → value for all heads that the rows label."""
    pairs = list(zip(rows, readings, strict=True))
    found: dict[str, float] = {}
    for part in (_categories, _sentiment, _flags, _polarity):
        found |= part(pairs)
    return found


def with_intervals(
    rows: Sequence[Row], readings: Sequence[Reading], rounds: int = 200, seed: int = 0
) -> dict[str, Measure]:
    """The measures with what they would have been on other samples of as many rows."""
    values = measured(rows, readings)
    samples = [
        measured([rows[at] for at in sample], [readings[at] for at in sample])
        for sample in bootstrap_rows(len(rows), rounds, seed)
    ]
    found = {}
    for name, value in values.items():
        low, high = interval(
            [one[name] for one in samples if name in one and not np.isnan(one[name])] or [value]
        )
        found[name] = Measure(value, low, high)
    return found


def regions_exact(rows: Sequence[Row]) -> Measure | None:
    """Share of texts whose set of places, down to the township, is found exactly without any office's gazetteer."""
    labelled = [row for row in rows if "regions" in row]
    if not labelled:
        return None
    right = np.array(
        [_wanted(row) == {place.text for place in find_regions(row["text"])} for row in labelled]
    )
    low, high = interval([float(right[sample].mean()) for sample in bootstrap_rows(len(right))])
    return Measure(float(right.mean()), low, high)


def _wanted(row: Row) -> set[str]:
    places = (str(place).replace(" ", "") for place in row["regions"])
    return {place for place in places if not place.endswith(("村", "社区"))}


Pairs = Sequence[tuple[Row, Reading]]


def _categories(pairs: Pairs) -> dict[str, float]:
    kept = [pair for pair in pairs if "categories" in pair[0]]
    if not kept:
        return {}
    truth = np.array([[name in row["categories"] for name in CATEGORIES] for row, _ in kept])
    said = np.array([[name in dict(one.categories) for name in CATEGORIES] for _, one in kept])
    score = np.array([[one.category_scores[name] for name in CATEGORIES] for _, one in kept])
    found = {f"categories {name}": value for name, value in category_measures(truth, said).items()}
    found |= {f"categories {name} f1": f1(truth[:, at], said[:, at]) for at, name in enumerate(CATEGORIES)}
    found["categories calibration"] = calibration_error(truth.ravel(), score.ravel())
    return found


def _sentiment(pairs: Pairs) -> dict[str, float]:
    kept = [pair for pair in pairs if row_mood(pair[0])]
    if not kept:
        return {}
    moods = [row_mood(row) for row, _ in kept]
    said = [one.sentiment for _, one in kept]
    found = {f"sentiment {name}": value for name, value in sentiment_measures(moods, said).items()}
    sure = np.array([max(one.sentiment_scores.values()) for _, one in kept])
    found["sentiment calibration"] = calibration_error(np.array(moods) == np.array(said), sure)
    return found


def row_mood(row: Row) -> str:
    """The three-class label of a row, empty when it has none."""
    return row["sentiment"] if row.get("sentiment") in SENTIMENTS else ""


def _flags(pairs: Pairs) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("sudden_incident", "service_friction"):
        kept = [pair for pair in pairs if name in pair[0]]
        if not kept:
            continue
        truth = np.array([bool(row[name]) for row, _ in kept])
        score = np.array([float(getattr(one, f"{name}_score")) for _, one in kept])
        found[f"{name} f1"] = f1(truth, np.array([bool(getattr(one, name)) for _, one in kept]))
        found[f"{name} calibration"] = calibration_error(truth, score)
    return found


def _polarity(pairs: Pairs) -> dict[str, float]:
    kept = [(row.get("label", row.get("polarity")), one) for row, one in pairs]
    kept = [(label, one) for label, one in kept if label in (0, 1, -1)]
    if not kept:
        return {}
    right = [
        (label == 1) == (one.sentiment_scores["positive"] > one.sentiment_scores["negative"])
        for label, one in kept
    ]
    return {"two-class accuracy": float(np.mean(right))}


def majority_readings(rows: Sequence[Row]) -> list[Reading]:
    """The commonest answer of every head, for every row: what any engine must beat."""
    moods = [mood for mood in map(row_mood, rows) if mood] or ["neutral"]
    signs = [row.get("label", row.get("polarity")) for row in rows]
    if any(sign in (0, 1, -1) for sign in signs) and len(moods) == 1:
        moods = ["positive" if sign == 1 else "negative" for sign in signs if sign in (0, 1, -1)]
    common = max(sorted(set(moods)), key=moods.count)
    flags = {
        name: 2 * sum(bool(row.get(name)) for row in rows) > len(rows)
        for name in ("sudden_incident", "service_friction")
    }
    given = tuple(
        (name, 1.0)
        for name in CATEGORIES
        if 2 * sum(name in row.get("categories", ()) for row in rows) > len(rows)
    )
    return [_plain(common, given, flags["sudden_incident"], flags["service_friction"], "majority")] * len(
        rows
    )


def keyword_readings(rows: Sequence[Row], words: Mapping[str, Sequence[str]]) -> list[Reading]:
    """Word lists alone: any word gives the category, more negative than positive words the sentiment.

    words: the lists of the twelve categories and of `analysis.lexicon.own_lists`."""
    lists = {name: [normalise(word) for word in listed] for name, listed in words.items()}
    readings = []
    for row in rows:
        hits = keyword_hits(normalise(f"{row.get('title') or ''}。{row['text']}"), lists)
        balance = len(hits["positive"]) - len(hits["negative"])
        mood = "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
        given = tuple((name, 1.0) for name in CATEGORIES if hits[name])
        is_incident = len(hits["incident"]) >= INCIDENT_HITS
        readings.append(_plain(mood, given, is_incident, len(hits["friction"]) >= FRICTION_HITS, "keywords"))
    return readings


def _plain(
    mood: str, given: tuple[tuple[str, float], ...], is_incident: bool, is_friction: bool, model: str
) -> Reading:
    """A reading that says yes or no without degrees."""
    names = dict(given)
    return Reading(
        sentiment=mood,
        sentiment_scores={name: float(name == mood) for name in SENTIMENTS},
        categories=given,
        category_scores={name: names.get(name, 0.0) for name in CATEGORIES},
        service_friction=is_friction,
        service_friction_score=float(is_friction),
        sudden_incident=is_incident,
        sudden_incident_score=float(is_incident),
        model=model,
    )


def open_lines(path: Path) -> list[str]:
    """The lines of a .jsonl or .jsonl.gz file; raises BadInput when it cannot be read."""
    import gzip

    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput(f"文件 {path.name} 读不到或不是 UTF-8 文本（{error}）；请检查路径和编码。") from error
