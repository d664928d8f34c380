"""Makes `analysis/gazetteer.gz` from the place table of the PyPI package jionlp (Apache License 2.0).

`python -m analysis.make_gazetteer jionlp-1.5.31-py2.py3-none-any.whl` - the wheel comes by `pip download --no-deps
jionlp==1.5.31`; the package itself is not needed afterwards. Kept are names alone: provinces, cities, counties and
their short forms, townships, countries and their large cities. One line a kind: kind, tab, names with blanks.
"""

from __future__ import annotations

import gzip
import io
import sys
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

TABLE = Path(__file__).with_name("gazetteer.gz")
_FOLDER = "jionlp/dictionary/"
_TOWN_ENDINGS = ("镇", "乡", "街道", "苏木")
_KIND_OF_DEPTH = ("province", "city", "district")


def chinese_names(lines: list[str]) -> dict[str, set[str]]:
    """Names of each kind from the indented table: full name, code, short form on the three upper levels."""
    names: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        depth = len(line) - len(line.lstrip("\t"))
        parts = line.strip().split("\t")
        if depth <= 2 and len(parts) >= 3:
            kind = _KIND_OF_DEPTH[depth]
            names[kind].add(parts[0])
            if parts[2] != parts[0]:
                names[f"{kind}_short"].update(parts[2].split("/"))
        elif depth == 3 and parts[0].endswith(_TOWN_ENDINGS) and 3 <= len(parts[0]) <= 8:
            names["township"].add(parts[0])
    return names


def world_names(lines: list[str]) -> dict[str, set[str]]:
    """Countries and their capitals and large cities; China's own cities are in the other table."""
    names: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        parts = line.strip().split("\t")
        if len(parts) < 3:
            continue
        names["country"].update({parts[0], parts[1]})
        if parts[0] != "中国":
            names["foreign_city"].update(parts[2:3] + (parts[3].split("/") if len(parts) > 3 else []))
    return names


def main(wheel: Path) -> None:
    with ZipFile(wheel) as package:
        with ZipFile(io.BytesIO(package.read(f"{_FOLDER}china_location.zip"))) as inner:
            china = inner.read("china_location.txt").decode().splitlines()
        world = package.read(f"{_FOLDER}world_location.txt").decode().splitlines()
    names = chinese_names(china) | world_names(world)
    text = "".join(
        f"{kind}\t{' '.join(sorted(name for name in names[kind] if len(name) >= 2))}\n"
        for kind in sorted(names)
    )
    TABLE.write_bytes(gzip.compress(text.encode(), mtime=0))
    print({kind: len(found) for kind, found in names.items()}, TABLE.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
