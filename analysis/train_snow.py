"""SnowNLP's sentiment model learnt again from our training texts: the second baseline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.snow_model import FILE, learnt, save
from analysis.train_data import POLARITY_SETS, TEST_FROM, content_key, part_of, read_gold, read_polarity

EACH = 250  # texts of a side from each two-class set; SnowNLP cuts some fifty texts a second into words


def sides(data: Path) -> tuple[list[str], list[str]]:
    """(negative, positive) texts of the training parts: all of gold, the first EACH of every two-class set."""
    gold = [read_gold(data, name) for name in ("gold_large", "gold")]
    held = {content_key(text) for part in gold for text in part.texts if part_of(text) >= TEST_FROM}
    found: dict[str, list[str]] = {"negative": [], "positive": []}
    for part in gold:
        for text, record in zip(part.texts, part.labels, strict=True):
            if record["sentiment"] in found and content_key(text) not in held:
                found[record["sentiment"]].append(text)
    for name in POLARITY_SETS:
        labelled = read_polarity(data, name)
        for side, label in (("negative", 0), ("positive", 1)):
            texts = (
                text
                for text, one in zip(labelled.texts, labelled.labels, strict=True)
                if one == label and part_of(text) < TEST_FROM and content_key(text) not in held
            )
            found[side] += [text for _, text in zip(range(EACH), texts, strict=False)]
    return found["negative"], found["positive"]


def train_snow(data: Path, say: Callable[[str], None], out: Path = FILE) -> None:
    """Learn and write the counts; minutes, most of it cutting texts into words."""
    negative, positive = sides(data)
    say(f"SnowNLP：负面 {len(negative)} 条，正面 {len(positive)} 条")
    save(learnt(negative, positive), out)
    say(f"SnowNLP 的计数写到 {out.name}：{out.stat().st_size / 1e6:.1f} MB")
