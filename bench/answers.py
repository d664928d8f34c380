"""How often a reply is proposed as the answer to what its own message asked, and to what another message asked.

Run: python bench/answers.py [--data DIR]. Messages with their replies (zhengwu/replies). The wrong reply of a message
is that of the most alike other message (character TF-IDF), so it speaks of like things. A reply does not answer all
that is asked in its message; the share proposed is therefore no recall, the ratio of both columns is what counts.
`tune` chose ENOUGH, `report` only measures (halves by hash).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.answers import best_sentence, sentences  # noqa: E402
from analysis.questions import questions  # noqa: E402
from bench.cluster import default_data  # noqa: E402


def read(data: Path) -> list[dict]:
    with gzip.open(data / "zhengwu" / "replies.jsonl.gz", "rt", encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if row.get("reply")]


def nearest(rows: list[dict]) -> list[int]:
    """The most alike other message of each, whose reply is another one."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(
        [f"{row['title']} {row['text'][:300]}" for row in rows]
    )
    found = []
    for at in range(len(rows)):
        alike = (matrix @ matrix[at].T).toarray().ravel()
        alike[at] = -1
        for other in alike.argsort()[::-1]:
            if (
                rows[other]["reply"][40:200] != rows[at]["reply"][40:200]
                and rows[other]["title"] != rows[at]["title"]
            ):
                found.append(int(other))
                break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    rows = read(parser.parse_args().data)
    others = nearest(rows)
    scored: dict[str, list[tuple[float, float, float]]] = {"tune": [], "report": []}
    for at, row in enumerate(rows):
        part = "tune" if int(hashlib.sha256(row["text"].encode()).hexdigest(), 16) % 2 == 0 else "report"
        own, alike = sentences(row["reply"]), sentences(rows[others[at]]["reply"])
        stranger = sentences(rows[(at + 997) % len(rows)]["reply"])
        for question in questions(f"{row['title']}\n{row['text']}"):
            scored[part].append(tuple(best_sentence(question, said)[1] for said in (own, alike, stranger)))
    print("part    threshold  questions  own reply  most alike other's  any other's")
    for part, pairs in scored.items():
        for threshold in (0.1, 0.17, 0.25, 0.4):
            shares = [sum(one[column] >= threshold for one in pairs) / len(pairs) for column in range(3)]
            print(
                f"{part:<7} {threshold:>9}  {len(pairs):>9}  "
                + "  ".join(f"{share:>9.3f}" for share in shares)
            )


if __name__ == "__main__":
    main()
