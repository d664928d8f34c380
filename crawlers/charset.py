"""Which characters the bytes of a page mean: BOM, then valid UTF-8, then what reads most like Chinese.

A declared charset is a hint, not a fact: many Chinese pages declare gb2312 and hold GBK or UTF-8, or send a header
that contradicts the meta tag. Valid UTF-8 with non-ASCII letters is never GBK by accident, so it wins over any
declaration; among the others the one that yields the most common Chinese characters wins, the declared one first.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
FAMILIES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
META = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,20})""", re.I)
HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,20})""", re.I)
COMMON = frozenset(
    "的一是不了在人有我他这中大来上个国和到说们为子以要地出会可也你对生能而就时发日年月市区县学校公民政府报新闻"
    "這個國說們為會對時發區縣學報聞來與無後開關長門問間東車見電話語請讓還沒過動點頭業產務處應該將從"
)
SAMPLE = 65536


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """The text of a page; NUL and lone surrogates removed, bytes that mean nothing replaced by U+FFFD."""
    return as_utf8(body, headers).decode("utf-8")


def as_utf8(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The page in UTF-8 without NUL: the bytes themselves where they are that already, else what they mean."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return encoded(body[len(mark) :].decode(name, "replace"))
    try:
        body.decode("utf-8")  # strict: holds no surrogates
        return body.replace(b"\x00", b"") if b"\x00" in body else body
    except UnicodeDecodeError:
        pass
    candidates = declared(body, headers)
    candidates += [name for name in ("utf-8", "gb18030", "big5hkscs") if name not in candidates]
    best = max(candidates, key=lambda name: reads_like_chinese(body[:SAMPLE], name, candidates.index(name)))
    return encoded(body.decode(best, "replace"))


def encoded(text: str) -> bytes:
    """UTF-8 without NUL and lone surrogates, which neither a parser nor PostgreSQL takes."""
    return text.replace("\x00", "").encode("utf-8", "ignore")


def declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Charsets named by the header and by the page, known ones only; Latin-1 claims are worth nothing."""
    kind = next((value for key, value in headers.items() if key.lower() == "content-type"), "")
    claims = [match.group(1) for match in [HEADER.search(kind)] if match]
    claims += [match.group(1).decode("ascii", "replace") for match in META.finditer(body[:4096])]
    names = []
    for claim in claims:
        name = FAMILIES.get(claim.lower(), claim.lower())
        try:
            codecs.lookup(name)
        except LookupError:
            continue
        if name not in names and not name.startswith(
            ("iso-8859", "latin", "windows-125", "ascii", "us-ascii")
        ):
            names.append(name)
    return names


def reads_like_chinese(body: bytes, name: str, position: int) -> float:
    """Share of common characters among the non-ASCII ones, less the unreadable ones, less a little for rank."""
    try:
        letters = [char for char in body.decode(name, "replace") if char > "\x7f"]
    except (LookupError, UnicodeError):
        return -9.0
    if not letters:
        return 0.0
    common = sum(char in COMMON for char in letters)
    broken = sum(char == "�" or "\ue000" <= char <= "\uf8ff" for char in letters)
    return (common - 3 * broken) / len(letters) - 0.01 * position
