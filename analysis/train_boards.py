"""Learns which new titles of a board come to its top three; writes weights/boards.npz.

Words: logistic regression over pieces of the titles of older day lists (until the day the series begins).
Trees: gradient boosting over `boards.FEATURES`, each title weighing the same however often it was seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from analysis.board_alarm import BUDGET, DAY
from analysis.board_data import FOLDER, read_looks, read_rows
from analysis.board_model import FLOATS, WORD_BITS, BoardModel, pieces_of, save, title_worth
from analysis.boards import Candidate, Key, Step, follow

LISTS = "weibo_hotsearch"
RANKED_SINCE = "2023-03-01"  # earlier day lists carry no ranks, or few
TOP = 3
FOLDS = 5
BLOCK = 2 * DAY  # days that stay together when learning data is held back
BOOSTING: dict[str, Any] = {
    "max_iter": 150, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 60,
    "l2_regularization": 1.0, "early_stopping": False, "random_state": 0,
}  # fmt: skip


def train_boards(data: Path, until: date, out: Path, say: Callable[[str], None]) -> BoardModel:
    """The model learnt on what was seen before `until` (00:00 in Beijing), written to `out`."""
    end = datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp() - 8 * 3600
    looks = [one for one in read_looks(data / FOLDER) if one.at < end]
    steps = list(follow(looks))
    begin = datetime.fromtimestamp(steps[0].at, UTC).date().isoformat()
    words = learn_words(data / LISTS / "days.jsonl.gz", begin, say)
    reached = {key for step in steps for key in step.reached}
    shown = [one for step in steps for one in step.candidates]
    values = np.column_stack(
        [np.array([one.values for one in shown]), title_worth([one.key[0] for one in shown], words)]
    )
    truth = np.array([one.key in reached for one in shown])
    weights = evenly(shown)
    say(f"{len(looks)} 次观测，{len({one.key for one in shown})} 个新话题，其中 {len(reached)} 个进入前三")
    start = starting_line(steps, shown, values, truth, weights, reached)
    boosted = HistGradientBoostingClassifier(**BOOSTING).fit(values, truth, sample_weight=weights)
    model = replace(exported(boosted, words, start), until=end)
    difference = np.abs(model.add_up(values[:2000]) - boosted.decision_function(values[:2000])).max()
    if difference > 1e-4:
        raise AssertionError(f"the exported trees differ from the learnt ones by {difference}")
    save(model, out)
    say(f"写入 {out.name}：{out.stat().st_size / 1000:.0f} kB，起始线 {start:.2f}")
    return model


def learn_words(path: Path, before: str, say: Callable[[str], None]) -> FLOATS:
    """What each piece of a title adds to its chance, from the day lists before a day."""
    titles, top = [], []
    for row in read_rows(path):
        if RANKED_SINCE <= row["day"] < before:
            kept = [(title, rank) for title, rank in row["titles"] if rank > 0]
            titles += [title for title, _ in kept]
            top += [rank <= TOP for _, rank in kept]
    if not any(top):
        return np.zeros(1 << WORD_BITS)
    owners, buckets, weights = pieces_of(titles)
    matrix = csr_matrix((weights, (owners, buckets)), shape=(len(titles), 1 << WORD_BITS))
    say(f"话题用词：{len(titles)} 个旧话题，其中 {sum(top)} 个进入前三")
    fitted = LogisticRegression(C=1.0, max_iter=200, solver="liblinear", random_state=0).fit(matrix, top)
    found: FLOATS = fitted.coef_[0]
    return found


def evenly(shown: Sequence[Candidate]) -> FLOATS:
    """Weights under which each title counts once, however many looks saw it."""
    seen = Counter(one.key for one in shown)
    return np.array([1 / seen[one.key] for one in shown])


def starting_line(
    steps: Sequence[Step],
    shown: Sequence[Candidate],
    values: FLOATS,
    truth: NDArray[np.bool_],
    weights: FLOATS,
    reached: set[Key],
) -> float:
    """The line that gives the budget on days that were held back while learning, fold by fold."""
    first = np.array([one.key[1] for one in shown])
    fold = ((first - first.min()) // BLOCK).astype(int) % FOLDS
    peaks: dict[Key, float] = {}
    for number in range(FOLDS):
        held = fold == number
        boosted = HistGradientBoostingClassifier(**BOOSTING).fit(
            values[~held], truth[~held], sample_weight=weights[~held]
        )
        scores = boosted.decision_function(values[held])
        for at, score in zip(np.flatnonzero(held).tolist(), scores, strict=True):
            key = shown[at].key
            if key not in reached:
                peaks[key] = max(peaks.get(key, -np.inf), float(score))
    allowed = int(BUDGET * (steps[-1].at - steps[0].at) / DAY)
    return sorted(peaks.values(), reverse=True)[min(allowed, len(peaks) - 1)]


def exported(boosted: Any, words: FLOATS, start: float) -> BoardModel:
    """The learnt trees as one table of nodes."""
    nodes, roots, at = [], [], 0
    for (predictor,) in boosted._predictors:
        table = predictor.nodes
        own = at + np.arange(len(table))
        leaf = table["is_leaf"].astype(bool)
        nodes.append(
            (
                np.where(leaf, 0, table["feature_idx"]), np.where(leaf, 0.0, table["num_threshold"]),
                table["missing_go_to_left"].astype(bool),
                np.where(leaf, own, at + table["left"].astype(np.intp)),
                np.where(leaf, own, at + table["right"].astype(np.intp)),
                np.where(leaf, table["value"], 0.0), table["depth"],
            )
        )  # fmt: skip
        roots.append(at)
        at += len(table)
    split, cut, blank_left, left, right, value, depth = (
        np.concatenate(part) for part in zip(*nodes, strict=True)
    )
    return BoardModel(
        split=split, cut=cut.astype(float), blank_left=blank_left, left=left, right=right,
        value=value, roots=np.array(roots), depth=int(depth.max()),
        bias=float(boosted._baseline_prediction.ravel()[0]), words=words, start=start,
    )  # fmt: skip
