"""How many reposts are found and how many texts are wrongly called one, beside datasketch in the same run.

Run: python bench/reposts.py [--data DIR] [--texts N] [--window N ...]. Citizens' messages of at least 350 characters are
cut to 400 (of messages that are copies of each other already, Jaccard 0.3 of their 4-character shingles and more, the
first is taken) and followed by one repost each, edited in one of six ways. Recall: reposts folded under their own original.
Precision: of all texts folded, those folded under their own original. datasketch (PyPI, if it is installed) gets
MinHash of 128 permutations over the same 4-character shingles and LSH at Jaccard 0.5, without a look at the texts.
--window 10000 100000 1000000 measures the speed and memory of folding with so many first publications already known.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.duplicates import Folder  # noqa: E402
from store.text import fingerprint, normalise  # noqa: E402

LENGTH, LEAST = 400, 350
START = datetime(2026, 1, 1, tzinfo=UTC)
Row = tuple[int, str, str, str, int | None]  # number, kind of edit, title, text, number of the original


def default_data() -> Path:
    return Path(os.environ.get("HUIYING_SHARED", ROOT.parent / "shared")) / "data"


def messages(data: Path) -> list[tuple[str, str]]:
    with gzip.open(data / "zhengwu_messages_f3" / "messages.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    kept: list[tuple[str, str]] = []
    known: list[set[str]] = []
    for row in rows:
        text = row["text"][:LENGTH]
        own = {plain[at : at + 4] for plain in (normalise(text),) for at in range(len(plain) - 3)}
        if len(text) >= LEAST and all(len(own & other) < 0.3 * len(own | other) for other in known):
            kept.append((row["title"], text))
            known.append(own)
    return kept


def typing_errors(rng: random.Random, title: str, text: str) -> tuple[str, str]:
    """One character in thirty replaced by another of the text."""
    letters = list(text)
    for place in range(len(letters)):
        if rng.random() < 1 / 30 and not letters[place].isdigit():
            letters[place] = rng.choice(text)
    return title, "".join(letters)


def cut_short(rng: random.Random, title: str, text: str) -> tuple[str, str]:
    """The first 60 to 90 percent."""
    return title, text[: int(len(text) * rng.uniform(0.6, 0.9))]


def framed(rng: random.Random, title: str, text: str) -> tuple[str, str]:
    """Another headline, a reprint's opening and closing lines."""
    return "网友反映的这件事", f"据本地论坛消息，{text}（来源：综合整理，责任编辑：某某）"


def reordered(rng: random.Random, title: str, text: str) -> tuple[str, str]:
    """Sentences in another order."""
    sentences = re.findall(r"[^。！？；]*[。！？；]?", text)
    rng.shuffle(sentences)
    return title, "".join(sentences)


def written_otherwise(rng: random.Random, title: str, text: str) -> tuple[str, str]:
    """Punctuation dropped, full-width digits, blanks and line ends between."""
    wide = text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    return title, "".join(
        " " if letter in "，、" and rng.random() < 0.7 else letter + ("\n" if rng.random() < 0.03 else "")
        for letter in wide
    )


def dropped_words(rng: random.Random, title: str, text: str) -> tuple[str, str]:
    """Eight runs of two to four characters left out."""
    for _ in range(8):
        place = rng.randrange(max(1, len(text) - 4))
        run = text[place : place + rng.randint(2, 4)]
        if not any(letter.isdigit() for letter in run):
            text = text[:place] + text[place + len(run) :]
    return title, text


EDITS: tuple[Callable[[random.Random, str, str], tuple[str, str]], ...] = (
    typing_errors, cut_short, framed, reordered, written_otherwise, dropped_words,
)  # fmt: skip


def stream(texts: list[tuple[str, str]], seed: int) -> list[Row]:
    """The originals, then a repost of each, the kinds in turn."""
    rng = random.Random(seed)
    originals: list[Row] = [(n, "", *text, None) for n, text in enumerate(texts)]
    reposts: list[Row] = [
        (len(texts) + n, edit.__name__, *edit(rng, *text), n)
        for n, text in enumerate(texts)
        for edit in (EDITS[n % len(EDITS)],)
    ]
    rng.shuffle(reposts)
    return originals + reposts


def ours(rows: list[Row]) -> dict[int, int | None]:
    folder = Folder()
    return {
        number: folder.add(number, title, text, fingerprint(title, text), START + timedelta(seconds=number))
        for number, _, title, text, _ in rows
    }


def theirs_in_batches(rows: list[Row]) -> dict[int, int | None]:
    """datasketch's faster form: all shingles of a text in one call."""
    return theirs(rows, in_batches=True)


def theirs(rows: list[Row], in_batches: bool = False) -> dict[int, int | None]:
    """datasketch as its documentation begins, shingle by shingle; a text found joins the oldest text found."""
    from datasketch import MinHash, MinHashLSH

    index, found = MinHashLSH(threshold=0.5, num_perm=128), {}
    for number, _, _, text, _ in rows:
        plain = re.sub(r"[\W_]+", "", text)
        sketch = MinHash(num_perm=128)
        shingles = [plain[at : at + 4].encode() for at in range(len(plain) - 3)]
        if in_batches:
            sketch.update_batch(shingles)
        else:
            for shingle in shingles:
                sketch.update(shingle)
        near = index.query(sketch)
        found[number] = min(near) if near else None
        if not near:
            index.insert(number, sketch)
    return found


def report(name: str, method: Callable[[list[Row]], dict[int, int | None]], rows: list[Row]) -> float:
    """Print the line of a method and give its texts per CPU second."""
    began = time.process_time()
    found = method(rows)
    rate = len(rows) / (time.process_time() - began)
    by_kind = {edit.__name__: [0, 0] for edit in EDITS}
    right = said = 0
    for number, kind, _, _, original in rows:
        said += found[number] is not None
        if original is not None:
            by_kind[kind][1] += 1
            if found[number] == original:
                by_kind[kind][0] += 1
                right += 1
    total = sum(count for _, count in by_kind.values())
    kinds = "  ".join(f"{kind} {hit / max(1, count):.3f}" for kind, (hit, count) in by_kind.items())
    print(
        f"{name:<11} recall {right / total:.3f} (n={total})  precision {right / max(1, said):.4f}"
        f"  {rate:>7.0f} texts/CPU s\n            {kinds}",
        flush=True,
    )
    return rate


def measure_window(texts: list[tuple[str, str]], sizes: list[int], probe: int = 3000) -> None:
    """Speed and memory of one folding that grows to each of `sizes` first publications; the texts are made of clauses
    of real messages in a new order. Speed is that of the next `probe` texts, memory what the process grew by."""
    rng = random.Random(1)
    clauses = [part for _, text in texts for part in re.findall(r"[^。！？；，]+[。！？；，]?", text)]

    def mixed(number: int) -> Row:
        title, text = f"{rng.randrange(10**9)}号来信", "".join(rng.choices(clauses, k=40))[:LENGTH]
        return number, "", title, text, None

    def put(rows: Iterable[Row]) -> None:
        for number, _, title, text, _ in rows:
            folder.add(number, title, text, fingerprint(title, text), START + timedelta(seconds=number))

    put_before, folder = 0, Folder(timedelta(days=3650))
    gc.collect()
    before, first = memory(), 0.0
    for size in sorted(sizes):
        put(mixed(number) for number in range(put_before, size))
        gc.collect()
        grown, heads = memory() - before, len(folder.heads)
        later = [mixed(number) for number in range(size, size + probe)]
        began = time.process_time()
        put(later)
        rate = probe / (time.process_time() - began)
        first, put_before = first or rate, size + probe
        print(
            f"{heads:>9} known: {rate:>6.0f} texts/CPU s ({rate / first:.2f} of the first),"
            f" {1024 * grown / max(1, heads):.2f} KiB a text",
            flush=True,
        )


def memory() -> float:
    """Resident memory now, MiB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--texts", type=int, default=10_000, help="at most so many messages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--window", type=int, nargs="*", default=[], metavar="N")
    args = parser.parse_args()
    texts = messages(args.data)[: args.texts]
    rows = stream(texts, args.seed)
    ours(rows[:50])
    rate = report("huiying", ours, rows)
    try:
        import datasketch  # noqa: F401
    except ImportError:
        print("datasketch is not installed: no peer in this run (pip install datasketch)")
    else:
        plain, batched = report("datasketch", theirs, rows), report("in batches", theirs_in_batches, rows)
        print(
            f"ratio of speed to datasketch in this run: {rate / plain:.1f}, in batches: {rate / batched:.1f}"
        )
    if args.window:
        measure_window(texts, args.window)


if __name__ == "__main__":
    main()
