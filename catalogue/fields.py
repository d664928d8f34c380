"""Checked reading of one TOML table: each key is taken once with its type; what is left over is an error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from catalogue.errors import CatalogueError

Wanted = TypeVar("Wanted")
REQUIRED: Any = object()
TYPE_WORDS = {
    str: "文字",
    int: "整数",
    float: "数字",
    bool: "true 或 false",
    list: "列表 [ … ]",
    dict: "表 [ … ]",
}
DURATION = re.compile(r"(\d+)\s*([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Fields:
    """One table of one file.

    `take` returns the value of a key or its default and remembers the key; `done` refuses what nobody took.
    Raises CatalogueError naming file, key, what was expected, what came and the remedy.
    """

    def __init__(self, table: Mapping[str, Any], file: str, prefix: str = "") -> None:
        self.table = table
        self.file = file
        self.prefix = prefix
        self.known: set[str] = set()

    def fail(self, key: str, expected: str, remedy: str = "") -> CatalogueError:
        return CatalogueError(self.file, f"{self.prefix}{key}", expected, remedy)

    def take(self, key: str, kind: type[Wanted], default: Any = REQUIRED) -> Wanted:
        self.known.add(key)
        if key not in self.table:
            if default is REQUIRED:
                raise self.fail(
                    key, f"缺少此项，应为{TYPE_WORDS.get(kind, kind.__name__)}", f"请补上 {key} = …"
                )
            return default  # type: ignore[no-any-return]
        value = self.table[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(key, f"应为{TYPE_WORDS.get(kind, kind.__name__)}，现为 {value!r}")
        if isinstance(value, str) and not value.strip() and default is REQUIRED:
            raise self.fail(key, "不能为空", "请填写内容")
        return value

    def one_of(self, key: str, choices: Collection[str], default: Any = REQUIRED) -> str:
        value = self.take(key, str, default)
        if value is not default and value not in choices:
            near = difflib.get_close_matches(value, choices, 1)
            hint = f"是否想写 {near[0]!r}" if near else ""
            raise self.fail(key, f"应为 {' / '.join(sorted(choices))} 之一，现为 {value!r}", hint)
        return value

    def strings(self, key: str, default: Any = REQUIRED) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if any(not isinstance(value, str) or not value.strip() for value in values):
            raise self.fail(key, f"应为文字的列表，现为 {values!r}", '请写成 ["甲", "乙"]')
        return tuple(values)

    def seconds(self, key: str, default: Any = REQUIRED) -> int:
        """A duration such as "10m", "2h", "1d", "30s" in seconds."""
        text = self.take(key, str, default)
        try:
            return duration_seconds(text)
        except ValueError:
            raise self.fail(key, f'应为时长，如 "10m"、"2h"、"1d"，现为 {text!r}') from None

    def table_of(self, key: str, default: Any = REQUIRED) -> Fields:
        return Fields(self.take(key, dict, default), self.file, f"{self.prefix}{key}.")

    def tables(self, key: str, default: Any = REQUIRED) -> list[Fields]:
        rows = self.take(key, list, default)
        if any(not isinstance(row, dict) for row in rows):
            raise self.fail(key, "应为若干表", f"请写成 [[{key}]]")
        return [
            Fields(row, self.file, f"{self.prefix}{key}[{number}].") for number, row in enumerate(rows, 1)
        ]

    def name_like_file(self, key: str) -> str:
        value = self.take(key, str)
        stem = self.file.rsplit("/", 1)[-1].removesuffix(".toml")
        if value != stem:
            raise self.fail(key, f"应与文件名一致（{stem!r}），现为 {value!r}", "请改文件名或改此项")
        return value

    def done(self) -> None:
        for key in self.table:
            if key not in self.known:
                near = difflib.get_close_matches(key, self.known, 1)
                hint = f"是否想写 {near[0]}" if near else f"可用的项：{'、'.join(sorted(self.known))}"
                raise self.fail(key, "没有这一项", hint)


def duration_seconds(text: str) -> int:
    """Seconds of a duration such as "10m". Raises ValueError."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return int(match[1]) * SECONDS[match[2]]
