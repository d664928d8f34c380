"""How good and how fast the reading of texts is: `python bench/text.py --data DIR [--fast]`.

DIR is laid out as the shared data. Where DIR is the data the model was trained on, only the own test part (hash of
the text, 15 %) is measured; `--all` measures every text of a folder the model has never seen.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.evaluate import confusion  # noqa: E402
from analysis.lexicon import CATEGORIES, own_lists  # noqa: E402
from analysis.linear import LinearScorer, default_scorer  # noqa: E402
from analysis.quality import (  # noqa: E402
    keyword_readings,
    majority_readings,
    measured,
    regions_exact,
    with_intervals,
)
from analysis.scorer import SENTIMENTS, Reading, Text  # noqa: E402
from analysis.train_data import (  # noqa: E402
    POLARITY_SETS,
    TEST_FROM,
    part_of,
    read_gold,
    read_polarity,
    shared_folder,
)
from catalogue.loader import files_of, parse_file  # noqa: E402

SNOW_TEXTS = 150
START = """
import time
started = time.perf_counter()
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024
base = peak()
from analysis.linear import default_scorer
from analysis.scorer import Text
default_scorer().score([Text("小区停水三天")])
print(time.perf_counter() - started, peak() - base)
"""


def say(line: str = "") -> None:
    print(line, flush=True)


def print_gold(data: Path, everything: bool, scorer: LinearScorer) -> list[dict]:
    rows = [row for name in ("gold_large", "gold") for row in read_gold(data, name).labels]
    rows = [row for row in rows if everything or part_of(row["text"]) >= TEST_FROM]
    readings = scorer.score([Text(row["text"]) for row in rows])
    say(f"\n## gold + gold_large, n = {len(rows)}（95 % 区间：自助法 60 次）")
    for name, one in with_intervals(rows, readings, 60).items():
        say(f"{name:40} {one.value:.3f}  [{one.low:.3f}, {one.high:.3f}]")
    if places := regions_exact(rows):
        say(f"{'regions exact':40} {places.value:.3f}  [{places.low:.3f}, {places.high:.3f}]")
    print_baselines(rows)
    print_confusion(rows, readings)
    return rows


def print_confusion(rows: list[dict], readings: Sequence[Reading]) -> None:
    """What was said instead: rows are labels of the texts, columns what was said (`analysis.evaluate.confusion`)."""
    for title, names, true, said in (
        (
            "categories",
            CATEGORIES,
            [row["categories"] for row in rows],
            [[name for name, _ in one.categories] for one in readings],
        ),
        (
            "sentiment",
            SENTIMENTS,
            [[row["sentiment"]] for row in rows],
            [[one.sentiment] for one in readings],
        ),
    ):
        flags = [np.array([[name in labels for name in names] for labels in part]) for part in (true, said)]
        say(f"\n{title}: label of the text ↓, said → ({', '.join(names)}, none)")
        for name, counts in zip((*names, "none"), confusion(*flags), strict=True):
            say(f"{name:20}" + "".join(f"{count:5d}" for count in counts))


def print_baselines(rows: list[dict]) -> None:
    """Word lists alone, and the commonest answer of each head."""
    words = {
        path.stem: parse_file("categories", path)[1].words for path in files_of("categories", None).values()
    }
    for name, readings in (
        ("keywords", keyword_readings(rows, words | own_lists())),
        ("majority", majority_readings(rows)),
    ):
        found = measured(rows, readings)
        kept = ("categories micro_f1", "categories macro_f1", "sentiment accuracy", "sentiment macro_f1")
        kept += ("sudden_incident f1", "service_friction f1")
        say(f"{name}: " + "  ".join(f"{key} {found[key]:.3f}" for key in kept if key in found))


def print_polarity(data: Path, everything: bool, scorer: LinearScorer) -> None:
    say("\n## 两类情感，八个集")
    at = {head: column for column, head in enumerate(scorer.engine.heads)}
    accuracies = []
    for name in POLARITY_SETS:
        part = read_polarity(data, name)
        part = part.where([everything or part_of(text) >= TEST_FROM for text in part.texts])
        scores = scorer.scores(part.texts)
        said = scores[:, at["positive"]] > scores[:, at["negative"]]
        accuracies.append(float((said == (np.array(part.labels) == 1)).mean()))
        say(f"{name:20} n {len(part):6d}  accuracy {accuracies[-1]:.3f}")
    say(f"{'mean':20} {np.mean(accuracies):.4f}  lowest {min(accuracies):.3f}")


def print_scripts(rows: list[dict], scorer: LinearScorer) -> None:
    """Same labels for a text and its traditional re-edition."""
    import opencc

    plain = scorer.score([Text(row["text"]) for row in rows])
    for table in ("s2t", "s2tw", "s2twp", "s2hk"):
        converter = opencc.OpenCC(table)
        other = scorer.score([Text(converter.convert(row["text"])) for row in rows])
        same = [
            (a.sentiment, {c for c, _ in a.categories}, a.sudden_incident, a.service_friction)
            == (b.sentiment, {c for c, _ in b.categories}, b.sudden_incident, b.service_friction)
            for a, b in zip(plain, other, strict=True)
        ]
        say(f"traditional ({table}): same labels {np.mean(same):.4f}  n {len(same)}")


def rate(work: Callable[[], object], texts: int) -> float:
    """Texts per CPU second, so that other work on the machine does not blur the ratio."""
    started = time.process_time()
    work()
    return texts / (time.process_time() - started)


def print_speed(rows: Sequence[dict], scorer: LinearScorer) -> None:
    from analysis.sentiment import polarity

    texts = [(row["text"] * 10)[:100] for row in rows]
    many = [Text(texts[at % len(texts)]) for at in range(20_000)]
    scorer.score(many[:500])
    ours = max(rate(lambda: scorer.score(many), len(many)) for _ in range(3))
    polarity("预热")
    snow = rate(lambda: [polarity(text) for text in texts[:SNOW_TEXTS]], min(SNOW_TEXTS, len(texts)))
    say(f"\n## 速度（100 字，一次运行，一个进程；n = {len(many)} / {SNOW_TEXTS}）")
    say(
        f"ratio to SnowNLP sentiment alone: {ours / snow:.0f} ×  ({ours:.0f} : {snow:.1f} texts per CPU second)"
    )


def print_fasttext(rows: Sequence[dict], scorer: LinearScorer) -> None:
    """Prediction speed of fastText (PyPI: fasttext-numpy2-wheel) on the same texts, if it is installed: a supervised
    model with character n-grams 1-4 over characters cut apart, learnt on these rows only for its speed."""
    try:
        import fasttext
    except ImportError:
        return
    texts = [(row["text"] * 10)[:100].replace("\n", " ") for row in rows]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for row, text in zip(rows, texts, strict=True):
            file.write(f"__label__{row['sentiment']} {' '.join(text)}\n")
        file.flush()
        model = fasttext.train_supervised(
            file.name, epoch=3, wordNgrams=4, bucket=200_000, thread=1, verbose=0
        )
    many = [" ".join(texts[at % len(texts)]) for at in range(10_000)]
    theirs = max(rate(lambda: model.predict(many), len(many)) for _ in range(3))
    ours = max(
        rate(lambda: scorer.score([Text(text) for text in texts * 20]), 20 * len(texts)) for _ in range(3)
    )
    say(
        f"fastText, one head: {theirs:.0f} texts per CPU second; ours, all heads: {ours:.0f} ({theirs / ours:.1f} ×)"
    )


def print_start() -> None:
    out = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, megabytes = out.stdout.split()
    say(
        f"start to first score {float(seconds):.2f} s, memory above the interpreter {float(megabytes):.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=shared_folder())
    parser.add_argument("--all", action="store_true", help="the folder is unseen: measure all of it")
    parser.add_argument("--fast", action="store_true", help="without SnowNLP and the speed part")
    args = parser.parse_args()
    scorer = default_scorer()
    rows = print_gold(args.data, args.all, scorer)
    print_scripts(rows, scorer)
    print_polarity(args.data, args.all, scorer)
    print_start()
    if not args.fast:
        print_speed(rows, scorer)
        print_fasttext(rows, scorer)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak memory of this benchmark {peak:.0f} MB")


if __name__ == "__main__":
    main()
