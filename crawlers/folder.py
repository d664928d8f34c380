"""A folder that is watched: each new CSV or XLSX file in it is imported once, a bad one is moved aside with a sentence.

A source of kind "file" without an address watches `<data>/drop/<name>/`, or the folder its table names. Good files
stay where they are (they belong to the office); what was read is remembered by the hash of its bytes. Bad ones go to
`未导入/`, each with a text file beside it that says why.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from catalogue.source import Source
from crawlers.article import Article
from crawlers.errors import BadImport
from crawlers.files import MAX_FILE_BYTES, read_table
from crawlers.intake_files import import_articles
from store import crawl_runs
from store.session import transaction

SUFFIXES = (".csv", ".xlsx", ".xls")
ASIDE = "未导入"
SETTLED_SECONDS = 5
FILES_A_RUN = 20
REMEMBERED = 1000


@dataclass(frozen=True)
class Dropped:
    """A file in the folder; mark changes whenever it is written again."""

    path: Path
    mark: str


def folder_of(source: Source, data_dir: Path) -> Path:
    """Where the files of a source are put."""
    named = str(source.options.get("folder", ""))
    return (data_dir / "drop" / source.name) if not named else (data_dir / Path(named).expanduser())


def waiting_files(
    source: Source, data_dir: Path, memo: Mapping[str, Any], on_disk: datetime
) -> list[Dropped]:
    """Files not looked at yet, oldest first; one still being written (younger than 5 s) waits for the next look.

    on_disk: the machine's own time, by which files are dated; the play clock has no say here.
    """
    seen, found = memo.get("seen", {}), []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        for entry in os.scandir(folder_of(source, data_dir)):
            if not entry.name.lower().endswith(SUFFIXES) or entry.name.startswith((".", "~$")):
                continue
            if not entry.is_file(follow_symlinks=False):
                continue
            stat = entry.stat(follow_symlinks=False)
            mark = f"{stat.st_size}-{stat.st_mtime_ns}"
            if seen.get(entry.name) != mark and on_disk.timestamp() - stat.st_mtime >= SETTLED_SECONDS:
                found.append((stat.st_mtime, Dropped(Path(entry.path), mark)))
    return [dropped for _, dropped in sorted(found, key=lambda pair: (pair[0], pair[1].path))][:FILES_A_RUN]


def read_folder(
    source: Source, data_dir: Path, now: datetime, on_disk: datetime, database: str
) -> dict[str, int]:
    """Import what is new in one run; its counts. Killed in between, the same files are read again: nothing doubles."""
    with transaction(database) as session:
        memo = dict(crawl_runs.source_state(session, source.name).memo or {})
    seen, hashes = dict(memo.get("seen", {})), list(memo.get("hashes", []))
    articles: list[Article] = []
    problems: list[str] = []
    for dropped in waiting_files(source, data_dir, memo, on_disk):
        seen[dropped.path.name] = dropped.mark
        try:
            body = read_file(dropped.path)
            digest = hashlib.sha256(body).hexdigest()
            if digest in hashes:
                continue
            found, rows = read_table(body, source, now)
            if not found and rows:
                raise BadImport(f"没有一行可以导入。{rows[0]}")
        except BadImport as error:
            problems.append(f"{dropped.path.name}：{error}")
            set_aside(dropped.path, str(error))
            continue
        hashes.append(digest)
        articles += found
        problems += [f"{dropped.path.name}：{row}" for row in rows]
    kept = {"seen": dict(list(seen.items())[-REMEMBERED:]), "hashes": hashes[-REMEMBERED:]}
    counts, _ = import_articles(source, articles, problems, now, database, memo=kept)
    with transaction(database) as session:  # also after a run that failed: the same bad file is told once
        crawl_runs.save_source_state(session, source.name, memo=kept)
    return counts


def read_file(path: Path) -> bytes:
    """The bytes, no more than the limit. Raises BadImport."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadImport(f"无法读取（{error.strerror}）；请核对文件权限。") from None


def set_aside(path: Path, sentence: str) -> None:
    """Move a bad file into `未导入/` and say why beside it; where that is not allowed it stays."""
    aside = path.parent / ASIDE
    with contextlib.suppress(OSError):
        aside.mkdir(exist_ok=True)
        note = f"{sentence}\n改好后请放回上一级文件夹，会自动再读。\n"
        (aside / f"{path.name}.说明.txt").write_text(note, encoding="utf-8")
        os.replace(path, aside / path.name)
