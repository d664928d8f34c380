"""SnowNLP's own sentiment method learnt on our texts: counts of words in negative and positive ones, no code of its
shipped model. Kept as plain JSON beside the other weights, so that nothing is unpickled or unmarshalled."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.errors import MissingWeights
from analysis.weights_file import WEIGHTS

FILE = WEIGHTS / "snownlp.json.gz"
SIDES = ("neg", "pos")
RARE = 2  # a word seen less often on both sides together is left out


def learnt(negative: Sequence[str], positive: Sequence[str]) -> dict[str, dict[str, int]]:
    """Word counts of both sides, cut into words and rid of stop words by SnowNLP itself."""
    from snownlp.sentiment import Sentiment

    handle = Sentiment().handle
    counts: dict[str, dict[str, int]] = {side: {} for side in SIDES}
    for side, texts in zip(SIDES, (negative, positive), strict=True):
        for text in texts:
            for word in handle(text):
                counts[side][word] = counts[side].get(word, 0) + 1
    kept = {
        word
        for side in SIDES
        for word in counts[side]
        if sum(counts[one].get(word, 0) for one in SIDES) >= RARE
    }
    return {
        side: {word: counts[side][word] for word in sorted(counts[side]) if word in kept} for side in SIDES
    }


def save(counts: dict[str, dict[str, int]], path: Path = FILE) -> None:
    text = json.dumps(counts, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def sentiment(path: Path = FILE) -> Any:
    """A `snownlp.sentiment.Sentiment` that holds our counts; raises MissingWeights when they are not there."""
    from snownlp.sentiment import Sentiment
    from snownlp.utils.frequency import AddOneProb

    try:
        counts = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, ValueError, EOFError) as error:
        raise MissingWeights(
            f"重新训练的 SnowNLP 模型 {path.name} 读不出（{error}）；请用 huiying train 重新生成。"
        ) from error
    model = Sentiment()
    for side in SIDES:
        model.classifier.d[side] = AddOneProb()
        for word, count in counts[side].items():
            model.classifier.d[side].add(word, count)
    model.classifier.total = sum(model.classifier.d[side].getsum() for side in SIDES)
    return model
