"""评测：在任何已标注的 jsonl 上打印自有模型与各基线的全部指标（含自助法区间）

每行一个 JSON 对象：text（可加 title），以及 categories、sentiment、sudden_incident、
service_friction、regions、label 或 polarity 之中已标注的几项；没有标注的项不评。
基线：SnowNLP 原模型、用本仓库数据重新训练的 SnowNLP、词表、最多类。
SnowNLP 每秒只能读几十条；文本很多时可用 --engines own,keywords,majority。
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.quality import (
    Measure,
    Row,
    keyword_readings,
    labelled_rows,
    majority_readings,
    open_lines,
    regions_exact,
    texts_of,
    with_intervals,
)
from analysis.scorer import Reading
from huiying.errors import UsageError

ENGINES = {
    "own": "自有模型",
    "snownlp": "SnowNLP 原模型",
    "snownlp-retrained": "SnowNLP 重新训练",
    "keywords": "词表",
    "majority": "最多类",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="标注.jsonl", type=Path, help="也可以是 .jsonl.gz")
    parser.add_argument("--engines", default=",".join(ENGINES), help=f"逗号隔开，可用：{'、'.join(ENGINES)}")
    parser.add_argument("--rounds", type=int, default=200, help="自助法次数，默认 200")
    parser.add_argument("--limit", type=int, help="只评前 N 行")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(args: argparse.Namespace) -> None:
    names = [name.strip() for name in args.engines.split(",") if name.strip()]
    unknown = [name for name in names if name not in ENGINES]
    if unknown or not names:
        raise UsageError(f"没有这样的引擎：{'、'.join(unknown) or '（空）'}；可用 {'、'.join(ENGINES)}。")
    if args.rounds < 1:
        raise UsageError(f"--rounds 应至少为 1，收到的是 {args.rounds}。")
    rows = labelled_rows(open_lines(args.file), args.file.name)[: args.limit]
    tables = {}
    for name in names:
        print(f"正在评 {ENGINES[name]}（{len(rows)} 条）……", file=sys.stderr)
        tables[name] = with_intervals(rows, readings_of(name)(rows), args.rounds)
    places = regions_exact(rows)
    if places and "own" in tables:
        tables["own"]["regions exact"] = places
    print(as_json(tables, len(rows)) if args.json else as_text(tables, len(rows)))


def readings_of(engine: str) -> Callable[[Sequence[Row]], list[Reading]]:
    """How an engine reads rows."""
    from huiying.commands.score import catalogue_parts, make_scorer

    if engine == "majority":
        return majority_readings
    words = catalogue_parts()[1]
    if engine == "keywords":
        from analysis.lexicon import own_lists

        return lambda rows: keyword_readings(rows, words | own_lists())
    return lambda rows: make_scorer(engine, words).score(texts_of(rows))


def as_json(tables: dict[str, dict[str, Measure]], size: int) -> str:
    result = {
        "rows": size,
        "engines": {
            engine: {
                name: {"value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4)}
                for name, one in table.items()
            }
            for engine, table in tables.items()
        },
    }
    return json.dumps(result, ensure_ascii=False, indent=1)


def as_text(tables: dict[str, dict[str, Measure]], size: int) -> str:
    """A table: one line a measure, one column an engine."""
    names = list(dict.fromkeys(name for table in tables.values() for name in table))
    lines = [f"{size} 条；方括号内为 95% 区间（自助法）；calibration 为期望校准误差，越小越好。"]
    lines.append("\t".join(["指标", *(ENGINES[engine] for engine in tables)]))
    for name in names:
        cells = [cell(table.get(name)) for table in tables.values()]
        lines.append("\t".join([name, *cells]))
    return "\n".join(lines)


def cell(one: Measure | None) -> str:
    return "－" if one is None else f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
