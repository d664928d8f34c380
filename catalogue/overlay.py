"""Writing one file of the site overlay: the one way in which a page changes the catalogue.

The text is checked as `huiying check` does it, alone and together with everything else, before a byte of the site
directory changes; the former text is kept under `history/`, and the new file appears whole or not at all.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.loader import PARSERS, Catalogue, check, files_of

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,60}\.toml")
LONGEST = 100_000
HISTORY = "history"


def place(kind: str, name: str) -> str:
    """`kind/name` of a catalogue file. Raises CatalogueError for anything that cannot be one."""
    if kind not in PARSERS:
        raise CatalogueError(kind, "", f"没有这一类文件，应为 {'、'.join(PARSERS)} 之一")
    if not NAME.fullmatch(name):
        raise CatalogueError(
            f"{kind}/{name}", "", "文件名应为字母、数字和下划线，以 .toml 结尾", "如 duty_desk.toml"
        )
    return f"{kind}/{name}"


def text_in_force(site_dir: Path, kind: str, name: str) -> str | None:
    """The text of the file as it is read now: the site's, else the shipped one; None when there is neither."""
    place(kind, name)
    path = files_of(kind, site_dir).get(name)
    return path.read_text(encoding="utf-8-sig") if path is not None else None


def is_local(site_dir: Path, kind: str, name: str) -> bool:
    """Whether the site directory has its own file of that name."""
    return (site_dir / kind / name).is_file()


def checked(site_dir: Path, kind: str, name: str, text: str) -> Catalogue:
    """The whole catalogue as it would be with this text; nothing is changed. Raises the CatalogueError to be told:
    the one of this file if there is one, else the first."""
    label = place(kind, name)
    if len(text) > LONGEST:
        raise CatalogueError(label, "", f"最多 {LONGEST:,} 个字符，现为 {len(text):,} 个", "请分成几个文件")
    with tempfile.TemporaryDirectory(prefix="huiying-check-") as folder:
        trial = Path(folder)
        if site_dir.is_dir():
            shutil.copytree(site_dir, trial, dirs_exist_ok=True, ignore=shutil.ignore_patterns(HISTORY))
        (trial / kind).mkdir(exist_ok=True)
        (trial / kind / name).write_text(text, encoding="utf-8")
        catalogue, errors = check(trial)
    if errors:
        raise next((error for error in errors if error.file == label), errors[0])
    return catalogue


def write(site_dir: Path, kind: str, name: str, text: str) -> Catalogue:
    """Put a checked text into the overlay; the catalogue now in force. Raises CatalogueError."""
    label = place(kind, name)
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    catalogue = checked(site_dir, kind, name, text)
    target = site_dir / kind / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        keep_former(site_dir, kind, name)
        fresh = target.with_suffix(".writing")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, target)
    except OSError as error:
        raise CatalogueError(
            label, "", f"无法写入 {site_dir}（{error.strerror}）", "请检查站点目录的权限和磁盘空间"
        ) from None
    return catalogue


def keep_former(site_dir: Path, kind: str, name: str) -> None:
    """The text replaced, numbered, so that going back is a new version with an old text."""
    former = text_in_force(site_dir, kind, name)
    if former is None:
        return
    folder = site_dir / HISTORY / kind
    folder.mkdir(parents=True, exist_ok=True)
    number = len(formers(site_dir, kind, name)) + 1
    (folder / f"{Path(name).stem}.{number:04d}").write_text(former, encoding="utf-8")


def formers(site_dir: Path, kind: str, name: str) -> list[Path]:
    """Former texts of a file, oldest first."""
    place(kind, name)
    return sorted((site_dir / HISTORY / kind).glob(f"{Path(name).stem}.[0-9][0-9][0-9][0-9]"))
