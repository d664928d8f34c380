"""Text as everybody here sees it: cleaned once, masked once, and normalised for matching.

`clean` and `mask` shape what is stored; `normalise` shapes what is compared (features, word lists, search,
fingerprint) and is never shown. All are pure and total: any `str`, also a broken one, gives an answer.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from store.masking import Masked, mask

__all__ = [
    "Masked",
    "bigrams",
    "clean",
    "fingerprint",
    "fingerprint_of",
    "has_traditional",
    "mask",
    "normalise",
    "search_terms",
    "simplify",
]

# Zero-width and bidirectional marks, soft hyphen, word joiners, byte-order mark, annotations, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_UNCLEAN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\ud800-\udfff\ufffe\uffff"
    + _INVISIBLE.pattern[1:-2]
    + "\u2028\u2029]|  | \n|\n[ \n]"
)


def clean(text: str) -> str:
    """The text fit to be stored and shown: no NUL, surrogate, control or invisible character, blanks folded.

    Line ends become one newline (an empty line is dropped), a lone surrogate becomes U+FFFD. Idempotent.
    """
    if not _UNCLEAN.search(text):
        return text.strip(" \n")
    if _SURROGATES.search(text):
        text = _SURROGATES.sub("\ufffd", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROLS.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = _BLANKS.sub(" ", text)
    return _LINES.sub("\n", text).strip(" \n")


@functools.lru_cache(maxsize=16)  # one text is fingerprinted, indexed and folded in turn
def normalise(text: str) -> str:
    """The text in the one form that is matched: NFKC, lower case Latin, simplified characters and words.

    Idempotent; of about the same length, on one line. Not for showing.
    """
    text = clean(text)
    if not text.isascii():
        text = clean(_compatible(text))
    lower = text.lower()
    if lower != text and not lower.isascii():
        lower = unicodedata.normalize("NFKC", lower)
    return simplify(clean(lower)).replace("\n", " ")


# Ordinary mainland text: of these characters only the full-width forms and the ellipsis change under NFKC, each by
# itself. Looking for them alone takes a third of the time of normalising everything.
_PLAIN = re.compile("[\n -~·—‘’“”…\u3001-\u3020\u4e00-\u9fff\uff01-\uff5e]*")
_WIDE = re.compile("[…\uff01-\uff5e]")
_NARROW = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (0x2026, *range(0xFF01, 0xFF5F))}


def _compatible(text: str) -> str:
    """The NFKC form."""
    if _PLAIN.fullmatch(text):
        return _WIDE.sub(lambda match: _NARROW[match[0]], text)
    return unicodedata.normalize("NFKC", text)


# --- traditional script ------------------------------------------------------------------------------------

# Variants used in Hong Kong that OpenCC's Taiwan tables leave alone.
_HONG_KONG = str.maketrans("衞敍枱綫羣裏牀峯揹", "衛敘臺線群裡床峰背")
# Words that the phrase table tw2sp turns into another word although they are ordinary here too (建立 → 创建,
# 执行 → 运行, 程序 → 进程). Read off round trips over 3,238 texts; see docs/decisions/0002-reading.md.
_KEPT = re.compile(
    "建立|執行|互動|整合|複製|程序|文件|查詢|指標|線上|塑膠|新增|智慧|資料(?!庫)|啟用|啓用|埠|的士|裝置|影像|默認|"
    "獅子山|核心|載入|停用|呼叫|聯絡|多工廠|內建設|批次|擴音器|尼日利亞|處理|支援|設定|(?<![性策])檔案|行動(?!電話)|通過|沿線|訊號|互動|連結|回應|品質|單元"
)


@functools.cache
def _traditional() -> re.Pattern[str]:
    """Matches one character that only traditional script has."""
    characters = "".join(map(chr, range(0x3400, 0xA000)))
    pairs = zip(characters, _convert("t2s", characters), strict=True)
    return re.compile(
        "[" + "".join(old for old, new in pairs if old != new and old not in "著乾於") + "衞敍枱綫揹]"
    )


@functools.cache
def _converter(table: str) -> Any:
    import opencc  # on first use: most texts are simplified and never need it

    return opencc.OpenCC(table)


def _convert(table: str, text: str) -> str:
    return str(_converter(table).convert(text))


def has_traditional(text: str) -> bool:
    """Whether `simplify` would look at the text at all."""
    return bool(_traditional().search(text))


def simplify(text: str) -> str:
    """Traditional characters and the words of traditional re-editions turned into mainland ones.

    Text without a traditional character is returned as it is.
    """
    if text.isascii() or not has_traditional(text):
        return text
    text = text.translate(_HONG_KONG)
    pieces: list[str] = []
    end = 0
    for kept in _KEPT.finditer(text):
        pieces += _convert("tw2sp", text[end : kept.start()]), _convert("tw2s", kept[0])
        end = kept.end()
    pieces.append(_convert("tw2sp", text[end:]))
    return _convert("t2s", "".join(pieces))


# --- fingerprint and search --------------------------------------------------------------------------------

_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NOT_CONTENT = re.compile(r"[\W_]+")
_RUN = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
WORD_LIMIT = 40  # characters of one Latin word in the index; PostgreSQL refuses lexemes above 2 kB


def fingerprint(title: str, text: str) -> str:
    """SHA-256 (hex) of what is said: letters, digits and CJK characters of title and text, normalised.

    Two copies that differ in script, width, case, blanks or punctuation alone have the same fingerprint.
    """
    return fingerprint_of(normalise(title), normalise(text))


def fingerprint_of(title: str, text: str) -> str:
    """The fingerprint of parts that are normalised already."""
    parts = (_NOT_CONTENT.sub("", part) for part in (title, text))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def bigrams(text: str, limit: int = 2000) -> list[str]:
    """The terms under which a text is found, unique and in order, at most `limit`.

    CJK runs give overlapping pairs, a run of one character gives itself; other words and numbers stay
    whole (cut at 40 characters).
    """
    terms: dict[str, None] = {}
    for term in _terms(normalise(text)):
        terms[term] = None
        if len(terms) >= limit:
            break
    return list(terms)


def search_terms(query: str) -> list[str]:
    """The terms that a document must all have to be found; empty when the query holds none."""
    return bigrams(query, limit=50)


def _terms(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if not _is_cjk(run[0]):
            yield run[:WORD_LIMIT]
        elif len(run) == 1:
            yield run
        else:
            yield from (run[index : index + 2] for index in range(len(run) - 1))


def _is_cjk(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"
