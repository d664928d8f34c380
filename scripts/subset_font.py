"""Make alerts/messages/fonts/HuiyingSans.otf: the glyphs our charts need, cut out of Noto Sans CJK SC.

Run once, by hand, on a machine with Debian's fonts-noto-cjk; the result is committed, so that a bare machine
draws Chinese charts. Usage: python scripts/subset_font.py [PATH/NotoSansCJK-Regular.ttc]
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = Path(__file__).resolve().parent.parent / "alerts" / "messages" / "fonts" / "HuiyingSans.otf"
FAMILY = "Huiying Sans"  # a modified version bears its own name
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100)]
MARKS = "—–…·×÷±≤≥≈→←↑↓▲▼△▽■□●○★℃‰°“”‘’ⅠⅡⅢⅣⅤⅥ①②③④⑤⑥⑦⑧⑨⑩﹪"
FULL_WIDTH = [*range(0x3000, 0x3018), *range(0xFF01, 0xFF5F)]


def common_characters() -> list[int]:
    """The 3,755 characters of GB/T 2312 level 1, the ones in daily use."""
    found = []
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def simplified_face(path: Path) -> TTFont:
    collection = TTCollection(path)
    return next(font for font in collection.fonts if font["name"].getDebugName(1) == "Noto Sans CJK SC")


def main(path: Path = SOURCE) -> None:
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "BASE", "VORG", "vhea", "vmtx"]
    font = simplified_face(path)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*LATIN, *map(ord, MARKS), *FULL_WIDTH, *common_characters()])
    subsetter.subset(font)
    for number, name in ((1, FAMILY), (4, FAMILY), (6, FAMILY.replace(" ", ""))):
        font["name"].setName(name, number, 3, 1, 0x409)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} characters")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
