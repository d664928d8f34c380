"""给文本打分：情感、十二类热点、堵点痛点、突发事件、地域（不用数据库）

输入每行一个 JSON 对象：{"id", "title", "text", "published_at"?}；输出为原字段加上
sentiment、sentiment_scores、categories、category_scores、service_friction、
service_friction_score、sudden_incident、sudden_incident_score、regions、model。
“-” 表示标准输入或标准输出。坏行在标准错误上逐行说明行号，其余照常打分。
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from analysis.linear import reading_text
from analysis.local_categories import local_words, with_local
from analysis.regions import Place, find_regions
from analysis.scorer import Reading, Scorer, Text
from huiying.errors import RunError, UsageError

BATCH = 256
PROGRESS_SECONDS = 2.0


@dataclass
class Tally:
    """What happened so far: lines scored, and lines that could not be read."""

    scored: int = 0
    broken: int = 0
    started: float = field(default_factory=time.monotonic)
    told: float = 0.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="输入.jsonl", help="每行一个 JSON 对象；- 为标准输入")
    parser.add_argument("output", metavar="输出.jsonl", help="- 为标准输出")
    parser.add_argument(
        "--engine",
        choices=("own", "snownlp", "snownlp-retrained"),
        default="own",
        help="打分引擎，默认 own（自有模型）；snownlp-retrained 是用本仓库数据重新训练的 SnowNLP",
    )
    parser.add_argument("--explain", action="store_true", help="附上起作用的片段及其权重（仅自有模型）")
    parser.add_argument("--strict", action="store_true", help="有一行读不出即以退出码 1 结束")


def run(args: argparse.Namespace) -> int:
    if args.explain and args.engine != "own":
        raise UsageError("--explain 只支持自有模型；请去掉 --engine。")
    if args.input != "-" and args.output != "-" and Path(args.input).resolve() == Path(args.output).resolve():
        raise UsageError("输入与输出是同一个文件；请换一个输出文件名。")
    tally = Tally()
    gazetteer, words = catalogue_parts()
    local = local_words(words)
    with ExitStack() as stack:
        source = opened(stack, args.input, "r")
        scorer = make_scorer(args.engine, words)
        target = opened(stack, args.output, "w")
        for batch in batches(rows(source, tally), BATCH):
            readings = scorer.score([text for _, text in batch])
            for (record, text), reading in zip(batch, readings, strict=True):
                reading = with_local(reading, reading_text(text), local) if local else reading
                result = record | fields(reading, text, gazetteer)
                if args.explain:
                    result["explain"] = explained(scorer, text, reading)
                target.write(json_line(result))
            tally.scored += len(batch)
            show_progress(tally)
    print(
        f"已打分 {tally.scored} 条，读不出 {tally.broken} 行，用时 {time.monotonic() - tally.started:.1f} 秒。",
        file=sys.stderr,
    )
    if tally.broken and (args.strict or not tally.scored):
        return 1
    return 0


def make_scorer(engine: str, words: dict[str, Sequence[str]]) -> Scorer:
    if engine != "own":
        from analysis.sentiment import SnowScorer

        return SnowScorer(words, is_retrained=engine == "snownlp-retrained")
    from analysis.linear import default_scorer

    return default_scorer()


def catalogue_parts() -> tuple[Sequence[Place], dict[str, Sequence[str]]]:
    """The office's own places and the words of the categories; nothing else of the catalogue is read, so that
    a mistake in a source or unit file does not stop scoring."""
    from catalogue.loader import files_of, parse_file
    from catalogue.settings import settings

    site = settings().site_dir

    def every(kind: str) -> list[Any]:
        return [parse_file(kind, path)[1] for path in files_of(kind, site).values()]

    places = [place for gazetteer in every("regions") for place in gazetteer]
    words = {category.id: category.words for category in every("categories")}
    return places, words


def opened(stack: ExitStack, name: str, mode: str) -> TextIO:
    """The file, or a standard stream for "-"; UTF-8, bytes that are none replaced, lone surrogates escaped."""
    if name == "-":
        stream = sys.stdin if mode == "r" else sys.stdout
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
        return stream
    try:
        return stack.enter_context(
            open(name, mode, encoding="utf-8-sig" if mode == "r" else "utf-8", errors="replace")
        )
    except OSError as error:
        verb = "读不到" if mode == "r" else "写不了"
        raise RunError(f"文件 {name} {verb}（{error.strerror}）；请检查路径和权限。") from error


def rows(source: Iterable[str], tally: Tally) -> Iterator[tuple[dict[str, Any], Text]]:
    """The records that can be read; each other line is told on stderr and counted."""
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            text = as_text(record)
        except (ValueError, RecursionError) as error:
            tally.broken += 1
            print(f"第 {number} 行读不出，已跳过：{str(error)[:120]}", file=sys.stderr)
            continue
        yield record, text


def as_text(record: Any) -> Text:
    """Title and text of a record; raises ValueError when it is none."""
    if not isinstance(record, dict):
        raise ValueError(f"应为 JSON 对象，实为 {type(record).__name__}")
    values = [record.get("title"), record.get("text")]
    if values == [None, None]:
        raise ValueError("缺少 title 和 text，至少要有一个")
    for name, value in zip(("title", "text"), values, strict=True):
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} 应为字符串，实为 {type(value).__name__}")
    return Text(text=values[1] or "", title=values[0] or "")


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def fields(reading: Reading, text: Text, gazetteer: Sequence[Place]) -> dict[str, Any]:
    """The output fields of one reading."""
    return {
        "sentiment": reading.sentiment,
        "sentiment_scores": reading.sentiment_scores,
        "categories": [{"id": name, "score": score} for name, score in reading.categories],
        "category_scores": reading.category_scores,
        "service_friction": reading.service_friction,
        "service_friction_score": round(reading.service_friction_score, 4),
        "sudden_incident": reading.sudden_incident,
        "sudden_incident_score": round(reading.sudden_incident_score, 4),
        "regions": [
            {"text": found.text, "level": found.level} | ({"id": found.id} if found.id else {})
            for found in find_regions(f"{text.title}\n{text.text}", gazetteer)
        ],
        "model": reading.model,
    }


def explained(scorer: Scorer, text: Text, reading: Reading) -> dict[str, Any]:
    """For each label given: the strongest pieces of text and word lists."""
    from analysis.explain import explain
    from analysis.linear import LinearScorer

    if not isinstance(scorer, LinearScorer):
        return {}
    heads = [reading.sentiment, *(name for name, _ in reading.categories)]
    heads += [flag for flag in ("service_friction", "sudden_incident") if getattr(reading, flag)]
    found = (explain(scorer.engine, reading_text(text), head) for head in heads)
    return {
        one.head: {
            "logit": round(one.logit, 3),
            "spans": [{"text": piece, "weight": round(weight, 3)} for piece, weight in one.spans[:8]],
            "words": [{"list": name, "weight": round(weight, 3)} for name, weight in one.words[:5]],
            "interplay": round(one.interplay, 3),
            "rest": round(one.rest, 3),
        }
        for one in found
    }


def json_line(record: dict[str, Any]) -> str:
    """One line; lone surrogates, which UTF-8 cannot hold, are escaped."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(record)
    return line + "\n"


def show_progress(tally: Tally) -> None:
    now = time.monotonic()
    if now - tally.told >= PROGRESS_SECONDS:
        tally.told = now
        rate = tally.scored / max(now - tally.started, 1e-6)
        print(f"已打分 {tally.scored} 条（每秒 {rate:.0f} 条）", file=sys.stderr)
