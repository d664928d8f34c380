"""Cost of a text and memory of the process from 1,000 to 1,000,000 texts, streamed: `python bench/flat_cost.py`.

Texts are made up on the way and never kept; each batch is read, counted and let go. Writes docs/flat_cost.png and prints
the numbers that stand in it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.linear import default_scorer  # noqa: E402
from analysis.scorer import Text  # noqa: E402

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCH = 400
PIECES = (
    "小区停水三天没有人管", "希望有关部门尽快答复", "学校门口的路坑坑洼洼", "医院排队要两个小时", "今天天气很好",
    "物业费又涨了", "工厂夜里偷排废水", "感谢民警帮忙找回钱包", "请问补贴什么时候发放", "路灯坏了半个月",
)  # fmt: skip


def stream(size: int) -> Iterator[Text]:
    """Invented texts of about a hundred characters, the same each run."""
    chance = random.Random(size)
    for number in range(size):
        yield Text("，".join(chance.choices(PIECES, k=10)) + f"。第{number}条")


def resident_megabytes() -> float:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


def measured(size: int) -> tuple[float, float]:
    """(microseconds of CPU per text, resident megabytes at the end)."""
    scorer, spent, source = default_scorer(), 0.0, stream(size)
    while texts := list(islice(source, BATCH)):
        began = time.process_time()
        scorer.score(texts)
        spent += time.process_time() - began
    return spent / size * 1e6, resident_megabytes()


def draw(points: list[tuple[int, float, float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    sizes, cost, memory = zip(*points, strict=True)
    figure, left = plt.subplots(figsize=(5, 2.8), dpi=100)
    left.plot(sizes, cost, marker="o", color="#1f5fa8")
    left.set(
        xscale="log", ylim=(0, max(cost) * 1.5), xlabel="texts in one stream", ylabel="µs of CPU per text"
    )
    right = left.twinx()
    right.plot(sizes, memory, marker="s", color="#a85a1f", linestyle="--")
    right.set(ylim=(0, max(memory) * 1.5), ylabel="resident MB (dashed)")
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "flat_cost.png")
    args = parser.parse_args()
    measured(200)  # tables and weights are read before the clock runs
    points = []
    for size in (size for size in SIZES if size <= args.largest):
        points.append((size, *measured(size)))
        print(f"{size:>9} texts  {points[-1][1]:6.1f} µs a text  {points[-1][2]:6.0f} MB", flush=True)
    draw(points, args.out)


if __name__ == "__main__":
    main()
