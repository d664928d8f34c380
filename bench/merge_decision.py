"""Whether a learned decision to join a text to an incident beats the thresholds of `analysis.clusters.Settings`.

Run: python bench/merge_decision.py [--data DIR]. Labelled events and issues are dealt into FOLDS parts by hash before anything
is looked at. For every part a logistic regression learns from the texts of the other parts, then groups both streams
online; only the texts of the part are scored. The thresholds are scored on the same texts of the same run (they were
once chosen on some of them, so the comparison favours them).
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.clusters import INDEXED, Clusterer, Item, Settings  # noqa: E402
from analysis.linear import default_scorer  # noqa: E402
from analysis.scorer import Text  # noqa: E402
from analysis.vocabulary import Vector  # noqa: E402
from bench.cluster import default_data, messages, scores, titles  # noqa: E402
from huiying.commands.cluster import Line  # noqa: E402

FOLDS = 5
WINDOW = timedelta(days=180)
NAMED = re.compile(
    r"[一-鿿]{2,6}?(?:公司|集团|学校|中学|小学|幼儿园|学院|小区|花园|新城|家园|公寓|大道|路|街|村|镇|医院|商场|市场)"
)
FEATURES = (
    "likeness to the nearest", "to the whole", "joined likeness", "shared rare terms", "shared names", "tenfold hours",
    "categories disjoint", "categories in common", "both long", "mixed", "size", "coherence", "margin",
)  # fmt: skip
KINDS = {
    "learned": FEATURES[:-1],
    "margin and rest": FEATURES,
    "margin and names": ("margin", "shared rare terms", "shared names", "size", "coherence"),
}
Rows = list[tuple[Line, str | None]]


@dataclass
class Example:
    event: str
    other: str
    features: list[float]

    @property
    def is_one(self) -> bool:
        return self.event == self.other


class Model:
    """A logistic regression over FEATURES, in the unit of its standardised inputs."""

    def __init__(self, examples: Sequence[Example], names: Sequence[str] = FEATURES) -> None:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self.places = [FEATURES.index(name) for name in names]
        weight = Counter(example.event for example in examples)  # a large event is not all there is to learn
        fitted = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=2000))
        fitted.fit(
            [[example.features[place] for place in self.places] for example in examples],
            [example.is_one for example in examples],
            logisticregression__sample_weight=[weight[example.event] ** -0.5 for example in examples],
        )
        scale, line = fitted[0], fitted[1]
        self.weights = line.coef_[0] / scale.scale_
        self.bias = float(line.intercept_[0] - (line.coef_[0] * scale.mean_ / scale.scale_).sum())

    def odds(self, features: Sequence[float]) -> float:
        return float(np.dot(self.weights, [features[place] for place in self.places])) + self.bias


@dataclass
class Watch(Clusterer):
    """The clusterer with its decision laid open: features of every candidate, and a model in place of the thresholds."""

    events: Mapping[int, str | None] = field(default_factory=dict)
    names: Mapping[int, frozenset[str]] = field(default_factory=dict)
    model: Model | None = None
    line: float = 0.0
    examples: list[Example] = field(default_factory=list)

    def __post_init__(self) -> None:
        Clusterer.__init__(self, Settings(window=WINDOW))

    def likenesses(self, item: Item, own: Vector, is_long: bool) -> dict[str, float]:
        found: dict[str, list[float]] = {}
        members = [(key, self.members[key]) for key in self.candidates(own)]
        values = self.vocabulary.products(own, [one.vector for _, one in members])
        rare = set(own.terms[:INDEXED].tolist())
        for (key, member), likeness in zip(members, values, strict=True):
            group = member.group
            if group.key in found and found[group.key][0] >= likeness:
                continue
            whole = likeness
            if group.centre is not None and len(group.members) > 1:
                whole = self.vocabulary.products(own, [group.centre])[0] / (group.norm or 1.0)
            size = len(group.members)
            theirs = {term for term, _ in self.vector_of(key)}
            found[group.key] = [
                likeness, whole, likeness * whole, len(rare & theirs), len(self.names[item.key] & self.names[key]),
                math.log10(1 + abs((item.at - member.at).total_seconds()) / 3600),
                float(bool(item.categories and member.categories) and item.categories.isdisjoint(member.categories)),
                float(bool(item.categories & member.categories)), float(is_long and member.is_long),
                float(is_long != member.is_long), math.log(size), (group.norm or 1.0) / size,
            ]  # fmt: skip
        margins = super().likenesses(item, own, is_long)
        for incident, features in found.items():
            features.append(margins.get(incident, -self.settings.join_short))
        self.note(item, found)
        if self.model is None:
            return margins
        return {incident: self.model.odds(features) - self.line for incident, features in found.items()}

    def note(self, item: Item, found: Mapping[str, list[float]]) -> None:
        """Keep as examples what is known of a labelled text and incidents with labelled members."""
        event = self.events[item.key]
        for incident, features in found.items():
            known = Counter(
                other for key in self.groups[incident].members if (other := self.events[key]) is not None
            )
            if event is not None and known:
                self.examples.append(Example(event, known.most_common(1)[0][0], features))


def items_of(rows: Rows) -> list[Item]:
    read = default_scorer().score([Text(line.text, line.title) for line, _ in rows])
    return [
        Item(line.id, line.title, line.text, line.at, categories=frozenset(one.categories))
        for (line, _), one in zip(rows, read, strict=True)
        if line.at is not None
    ]


def fold(event: str) -> int:
    return int(hashlib.sha256(f"fold:{event}".encode()).hexdigest(), 16) % FOLDS


@dataclass
class Stream:
    name: str
    rows: Rows
    items: list[Item]
    names: dict[int, frozenset[str]]

    def grouped(self, model: Model | None, line: float = 0.0) -> tuple[list[str], list[Example]]:
        events = {line.id: event for line, event in self.rows}
        watch = Watch(events=events, names=self.names, model=model, line=line)
        return [watch.add(item) for item in self.items], watch.examples

    def pairs(self, groups: Sequence[str], part: int) -> list[tuple[str, str]]:
        return [
            (event, group)
            for (_, event), group in zip(self.rows, groups, strict=True)
            if event is not None and fold(event) == part
        ]


def stream(name: str, rows: Rows) -> Stream:
    names = {line.id: frozenset(NAMED.findall(f"{line.title} {line.text[:300]}")) for line, _ in rows}
    return Stream(name, rows, items_of(rows), names)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    args = parser.parse_args()
    streams = [stream("titles", titles(args.data)), stream("messages", messages(args.data))]
    usual = {one.name: one.grouped(None) for one in streams}
    examples = [example for _, seen in usual.values() for example in seen]
    print(
        f"{len(examples)} pairs of a labelled text and an incident, {sum(e.is_one for e in examples)} of one event"
    )
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for part in range(FOLDS):
        known = [e for e in examples if fold(e.event) != part and fold(e.other) != part]
        for one in streams:
            found[one.name, "thresholds"] += one.pairs(usual[one.name][0], part)
        for kind, names in KINDS.items():
            model = Model(known, names)
            for line, one in product((0.0, 1.0), streams):
                groups = [f"{part}:{group}" for group in one.grouped(model, line)[0]]
                found[one.name, f"{kind}, odds {line:g}"] += one.pairs(groups, part)
    print("stream     decision                      n  B3-P   B3-R   B3-F1  pairF1")
    for (name, decision), pairs in found.items():
        print(f"{name:<10} {decision:<24} {len(pairs):>6}  " + "  ".join(f"{v:.3f}" for v in scores(pairs)))
    whole = Model(examples)
    print(
        "weights of all: " + ", ".join(f"{n} {w:.2f}" for n, w in zip(FEATURES, whole.weights, strict=True))
    )


if __name__ == "__main__":
    main()
