"""That a source was read once on this machine with success: one small file each below `tried/` of the site.

An untested source runs only while such a file fits it; changing its address or its table asks for a new try.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from catalogue.errors import CatalogueError
from catalogue.source import Source

FOLDER = "tried"


@dataclass(frozen=True)
class Trial:
    """One successful try. definition: what was read, see `definition_of`; items: entries the source listed."""

    definition: str
    at: datetime
    items: int


def definition_of(source: Source) -> str:
    """12 hex digits of what decides how a source is read; its bounds and its rhythm do not."""
    text = json.dumps(
        [source.kind, source.url, dict(source.options)], sort_keys=True, ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_trials(site_dir: Path | None) -> dict[str, Trial]:
    """Source name → its trial. Raises CatalogueError for a file that is not ours."""
    paths = sorted((site_dir / FOLDER).glob("*.toml")) if site_dir else []
    return {path.stem: read_trial(path) for path in paths}


def read_trial(path: Path) -> Trial:
    try:
        raw: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        trial = Trial(str(raw["definition"]), raw["at"], int(raw["items"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise CatalogueError(
            f"{FOLDER}/{path.name}", "", "不是试采记录", f"请删除它，再运行 huiying source try {path.stem}"
        ) from None
    return trial


def write_trial(site_dir: Path, source: Source, items: int, now: datetime) -> Path:
    """Remember a successful try; killed in the middle it leaves the earlier file or none."""
    folder = site_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lines = (
        f"# 由 huiying source try 写入；删除此文件，信源 {source.name} 就不再运行。",
        f'definition = "{definition_of(source)}"',
        f"at = {now.isoformat(timespec='seconds')}",
        f"items = {items}",
    )
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        target = folder / f"{source.name}.toml"
        os.replace(draft, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
    return target
