"""Numbers as Chinese texts write them."""

from __future__ import annotations

DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
NUMERAL = r"(?:\d{1,6}|[零〇一二两三四五六七八九十百千万]{1,7})"


def parse_numeral(text: str) -> int:
    """The number that `37`, `三十七`, `十二` or `二〇` writes; `百` alone is 100, as in 近百人."""
    if text.isdigit():
        return int(text)
    if not any(char in UNITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * UNITS[char], 0, 0
        else:
            section += (digit or 1) * UNITS[char]
            digit = 0
    return total + section + digit
