"""训练自有模型：读共享的已标注数据，写出权重（两核约五分钟，同一台机器上结果逐字节相同）

需要 scikit-learn（开发依赖）；打分本身不需要。训练从不使用各数据集自留的测试部分
（按文本散列划分，15%），其指标用 python bench/text.py 打印。
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiying.errors import RunError

if TYPE_CHECKING:
    from analysis.train_data import Labelled

BOARDS_UNTIL = date(2024, 7, 10)  # the series from then on is held out


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="数据目录；默认 $HUIYING_SHARED/data 或 ../shared/data")
    parser.add_argument("--out", type=Path, help="权重文件；默认替换仓库里的 analysis/weights/linear.npz")
    parser.add_argument(
        "--corrections", action="store_true", help="把数据库里人工更正过的文本也作为标注（需要 DATABASE_URL）"
    )
    parser.add_argument(
        "--curve", action="store_true", help="同时打印学习曲线：标注更少时各项指标如何（多约一分钟）"
    )
    parser.add_argument(
        "--boards", action="store_true", help="只训练热榜提示（哪些新话题会进入前三）的模型，约两分钟"
    )
    parser.add_argument(
        "--until", type=date.fromisoformat, default=BOARDS_UNTIL,
        help=f"与 --boards 同用：只学这一天（北京时间零点）之前的观测；默认 {BOARDS_UNTIL}",
    )  # fmt: skip
    parser.add_argument(
        "--snownlp", action="store_true", help="同时重新训练 SnowNLP 的情感模型（多约两分钟）"
    )


def run(args: argparse.Namespace) -> int:
    try:
        from analysis.train import train
    except ImportError as error:
        raise RunError("训练需要 scikit-learn；请先运行 make setup 安装开发依赖。") from error
    from analysis.train_data import Labelled, shared_folder
    from analysis.weights_file import WEIGHTS
    from catalogue.loader import files_of, parse_file

    started = time.monotonic()

    def say(line: str) -> None:
        print(f"[{time.monotonic() - started:4.0f} 秒] {line}", file=sys.stderr, flush=True)

    categories = [parse_file("categories", path)[1] for path in files_of("categories", None).values()]
    words = {category.id: category.words for category in categories}
    data = args.data or shared_folder()
    if args.boards:
        from analysis.train_boards import train_boards

        train_boards(data, args.until, args.out or WEIGHTS / "boards.npz", say)
        return 0
    more = examples(categories)
    if args.corrections:
        people = corrected()
        say(f"人工更正 {len(people)} 条")
        more = Labelled(more.texts + people.texts, more.labels + people.labels)
    train(data, words, args.out or WEIGHTS / "linear.npz", say, more, args.curve)
    if args.snownlp:
        from analysis.train_snow import train_snow

        train_snow(data, say)
    return 0


def examples(categories: Sequence[Any]) -> Labelled:
    """The catalogue's own examples of what belongs to a category; they label categories alone."""
    from analysis.linear import reading_text
    from analysis.scorer import Text
    from analysis.train_data import Labelled

    pairs = [(text, category.id) for category in categories for text in category.belongs]
    return Labelled(
        [reading_text(Text(text)) for text, _ in pairs], [{"categories": [one]} for _, one in pairs]
    )


def corrected() -> Labelled:
    """The texts that people corrected on the pages."""
    from analysis.corrections import corrected_texts
    from catalogue.settings import settings
    from store.session import transaction

    with transaction(settings().database_url) as session:
        return corrected_texts(session)
