"""A first publication packed into about 1.4 KiB: its time, fingerprint, numbers and the lowest of its shingle hashes.

The lowest hashes of a text are a fair sample of its shingles (bottom-k sketch; Broder 1997, On the resemblance and
containment of documents), the same sample in every text, so both Jaccard and containment can be read off them.
A text up to SKETCH shingles is kept whole. At a Jaccard of 0.55 the error of a sample of 320 is 0.03.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from datetime import datetime

import numpy as np

from analysis.shingles import Shingled

SKETCH = 320
HEADER = struct.Struct("<dQIIHH")  # seconds, fingerprint, length, shingles, numbers, title's numbers


def narrowed(text: Shingled) -> Shingled:
    """The text in hashes of 32 bits, as packed ones are; still whole."""
    return Shingled(
        hashes=(text.hashes >> np.uint64(32)).astype(np.uint32),
        numbers=hashed(text.numbers),
        title_numbers=hashed(text.title_numbers),
        length=text.length,
        shingles=text.shingles,
    )


def hashed(numbers: Iterable[object]) -> frozenset[object]:
    return frozenset(zlib.crc32(str(number).encode("utf-8", "replace")) for number in numbers)


def packed(text: Shingled, at: datetime, fingerprint: int) -> bytes:
    """A narrowed text as bytes. fingerprint: below 2**64."""
    parts = [np.fromiter(numbers, np.uint32) for numbers in (text.numbers, text.title_numbers)]
    counts = [len(part) for part in parts]
    head = HEADER.pack(at.timestamp(), fingerprint, text.length, text.shingles, *counts)
    return head + b"".join(part.tobytes() for part in (*parts, text.hashes[:SKETCH]))


def header(kept: bytes) -> tuple[float, int]:
    """(seconds since 1970, fingerprint) of a packed text."""
    seconds, fingerprint, *_ = HEADER.unpack_from(kept)
    return seconds, fingerprint


def unpacked(kept: bytes) -> tuple[float, Shingled]:
    """(seconds since 1970, the text) as it was packed."""
    seconds, _, length, shingles, numbers, title_numbers = HEADER.unpack_from(kept)
    values = np.frombuffer(kept, np.uint32, offset=HEADER.size)
    hashes = values[numbers + title_numbers :]
    named = frozenset(values[:numbers].tolist())
    in_title = frozenset(values[numbers : numbers + title_numbers].tolist())
    return seconds, Shingled(hashes, named, in_title, length, shingles)
