"""Hotline and mailbox items from a CSV or XLSX export: mapped columns are kept, all others are dropped unread.

[file.columns] maps our fields to the headings of the export: title, text, received_at, answered_at, answered_by (a
unit), reply, number. The number only becomes a stable address by its hash; it is not kept itself.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from catalogue.source import Source
from crawlers.article import Article
from crawlers.charset import decode
from crawlers.errors import BadImport
from crawlers.headline import one_line
from crawlers.published import read_stamp

FIELDS = ("title", "text", "received_at", "answered_at", "answered_by", "reply", "number")
MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_UNZIPPED_BYTES = 500 * 1024 * 1024
MAX_CELL = 100_000


class BadRow(Exception):
    """One row that cannot be taken; the others are."""


def read_table(body: bytes, source: Source, now: datetime) -> tuple[list[Article], list[str]]:
    """The items of an export and one sentence for each row that was left out, named by its row number.

    Raises BadImport where the file or its mapping cannot be read at all.
    """
    columns = mapping_of(source)
    rows = rows_of(body, source)
    try:
        heading = [one_line(cell) for cell in next(rows)]
    except StopIteration:
        raise BadImport(f"{source.publisher}：文件是空的，应有一行列名和若干行数据。") from None
    places = place_columns(columns, heading, source)
    articles: list[Article] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        values = {field: row[place] if place < len(row) else "" for field, place in places.items()}
        try:
            articles.append(article_of(values, source, now))
        except BadRow as error:
            problems.append(f"第 {number} 行：{error}")
    return articles, problems


def mapping_of(source: Source) -> Mapping[str, str]:
    """Our field → the heading in the export. Raises BadImport naming what is missing or unknown."""
    columns = source.options.get("columns", {})
    unknown = sorted(set(columns) - set(FIELDS))
    if unknown:
        raise BadImport(
            f"信源 {source.name}：[file.columns] 里的 {unknown[0]} 不认识；可用的是 {'、'.join(FIELDS)}。"
        )
    if "title" not in columns and "text" not in columns:
        raise BadImport(f"信源 {source.name}：[file.columns] 至少要写 title 或 text 对应的列名。")
    return columns


def place_columns(columns: Mapping[str, str], heading: list[str], source: Source) -> dict[str, int]:
    places = {}
    for field, name in columns.items():
        if name not in heading:
            known = "、".join(cell for cell in heading if cell)[:200]
            raise BadImport(
                f"信源 {source.name}：文件里没有“{name}”这一列（对应 {field}），现有：{known}；请修改 [file.columns]。"
            )
        places[field] = heading.index(name)
    return places


def rows_of(body: bytes, source: Source) -> Iterator[list[str]]:
    if len(body) > MAX_FILE_BYTES:
        size, limit = len(body) // 2**20, MAX_FILE_BYTES // 2**20
        raise BadImport(f"{source.publisher}：文件有 {size} MB，超过 {limit} MB 的上限；请分成几个文件。")
    if body.startswith(b"PK\x03\x04"):
        return xlsx_rows(body, source)
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadImport(f"{source.publisher}：这是旧的 XLS 文件；请在表格软件中另存为 XLSX 或 CSV。")
    return csv_rows(body, source)


def csv_rows(body: bytes, source: Source) -> Iterator[list[str]]:
    """Comma, semicolon or tab separated; UTF-8 with or without BOM, else GB18030."""
    text = decode(body, {})
    first = text.split("\n", 1)[0]
    separator = max(",\t;", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise BadImport(
            f"{source.publisher}：CSV 文件格式有误（{error}）；请在表格软件中重新导出。"
        ) from None


def xlsx_rows(body: bytes, source: Source) -> Iterator[list[str]]:
    """The first sheet, every cell as text; a formula is its own text, it is never computed."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED_BYTES:
                raise BadImport(f"{source.publisher}：XLSX 文件解压后过大，未导入；请分成几个文件。")
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise BadImport(f"{source.publisher}：XLSX 文件已损坏或不是表格；请重新导出。") from None
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [cell_text(value) for value in row]
    finally:
        book.close()


def cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)[:MAX_CELL]


def article_of(values: Mapping[str, str], source: Source, now: datetime) -> Article:
    zone = ZoneInfo(source.timezone)
    title, text = one_line(values.get("title", "")), values.get("text", "").strip()[:MAX_CELL]
    if not title and not text:
        raise BadRow("标题和内容都是空的，未导入。")
    received = read_stamp(values["received_at"], now, zone) if values.get("received_at", "").strip() else None
    if values.get("received_at", "").strip() and received is None:
        raise BadRow(f"受理时间“{one_line(values['received_at'])[:30]}”不是有效的日期时间，未导入。")
    answered = read_stamp(values["answered_at"], now, zone) if values.get("answered_at", "").strip() else None
    address = stable_address(values, source)
    return Article(
        source.name,
        address,
        address,
        title,
        text,
        now,
        published_at=received.at if received else None,
        published_precision=received.precision if received else "none",
        publisher=source.publisher,
        received_on=received.at if received else None,
        answered_on=answered.at if answered else None,
        answered_precision=answered.precision if answered else "none",
        answered_by=one_line(values.get("answered_by", "")) or None,
        answer=values.get("reply", "").strip() or None,
    )


def stable_address(values: Mapping[str, str], source: Source) -> str:
    """`hotline:<source>:<sha1>`: of the item's number, or of its words and time where it has none."""
    number = values.get("number", "").strip()
    basis = number or "\n".join(values.get(key, "").strip() for key in ("title", "text", "received_at"))
    return f"{source.channel}:{source.name}:{hashlib.sha1(basis.encode('utf-8', 'replace')).hexdigest()}"
