"""How far those who read texts for training agree with `gold_large`, on texts of it that they read without knowing.

Run: python bench/label_agreement.py [--data DIR]. The readings stand in analysis/labels/blind.jsonl.gz by the id of the text.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.evaluate import category_measures, f1  # noqa: E402
from analysis.lexicon import CATEGORIES  # noqa: E402
from analysis.read_labels import FILE  # noqa: E402
from analysis.train_data import read_rows, shared_folder  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=shared_folder())
    gold = {row["id"]: row for row in read_rows(parser.parse_args().data / "gold_large" / "gold.jsonl")}
    read = list(read_rows(FILE.with_name("blind.jsonl.gz")))
    pairs = [(gold[row["id"]], row) for row in read]
    truth, said = (
        np.array([[name in pair[side]["categories"] for name in CATEGORIES] for pair in pairs])
        for side in (0, 1)
    )
    print(f"readings {len(pairs)}, texts {len({row['id'] for row in read})}")
    print(f"categories micro-F1 {category_measures(truth, said)['micro_f1']:.3f}", end="")
    print(f", all labels equal {(truth == said).all(axis=1).mean():.3f}")
    moods = [[pair[side]["sentiment"] for pair in pairs] for side in (0, 1)]
    equal = float(np.mean([one == other for one, other in zip(*moods, strict=True)]))
    counts = [Counter(part) for part in moods]
    chance = sum(counts[0][mood] * counts[1][mood] for mood in counts[0]) / len(pairs) ** 2
    print(f"sentiment {equal:.3f}, kappa {(equal - chance) / (1 - chance):.3f}")
    for head in ("sudden_incident", "service_friction"):
        flags = [np.array([pair[side][head] for pair in pairs]) for side in (0, 1)]
        print(f"{head} F1 {f1(*flags):.3f}")


if __name__ == "__main__":
    main()
