"""Which first publications share a MinHash band, in about 200 bytes each.

A band → documents dictionary costs 1.5 KiB a document. Here every band has a table of chains in plain arrays:
`last` holds for each slot of a band the newest document in it, `before` for each document and band the next older one.
Documents are numbered in the order in which they come and dropped in the same order; a chain runs from new to old, so
the first dropped document ends it and dropping touches nothing.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.shingles import BANDS

SMALLEST = 1024  # documents, a power of two
LOW = 2**32 - 1


class BandChains:
    """Keys of documents by band; `first` is the oldest one kept. At most 2**32 documents in a lifetime."""

    def __init__(self, room: int = SMALLEST) -> None:
        self.oldest = self.next = 1  # numbers; 0 is nobody
        self.make_room(room)

    def __len__(self) -> int:
        return self.next - self.oldest

    @property
    def first(self) -> int:
        return self.keys[self.oldest & self.mask]

    def drop_first(self) -> int:
        """Drop the oldest document and give its key."""
        self.oldest += 1
        return self.keys[(self.oldest - 1) & self.mask]

    def put(self, key: int, bands: Sequence[int]) -> None:
        """A new document with its band keys (16, or none of a text too short for bands)."""
        if len(self) > self.mask:
            self.grow()
        number, mask, last, capacity = self.next, self.mask, self.last, self.mask + 1
        place = number & mask
        self.keys[place] = key
        at = place * BANDS
        for band, value in enumerate(bands):
            low = value & LOW
            slot = band * capacity + (low & mask)
            self.bands[at + band] = low
            self.before[at + band] = last[slot]
            last[slot] = number
        self.has_bands[place] = bool(bands)
        self.next += 1

    def most_shared(self, bands: Sequence[int], most: int) -> list[int]:
        """Keys of documents that share a band, most shared first."""
        found: list[int] = []
        mask, oldest, own, before = self.mask, self.oldest, self.bands, self.before
        for band, value in enumerate(bands):
            low = value & LOW
            number = self.last[band * (mask + 1) + (low & mask)]
            while number >= oldest:
                at = (number & mask) * BANDS + band
                if own[at] == low:
                    found.append(number)
                number = before[at]
        return [self.keys[number & mask] for number, _ in Counter(found).most_common(most)] if found else []

    def make_room(self, capacity: int) -> None:
        self.mask = capacity - 1
        self.keys = array("q", bytes(8 * capacity))
        self.has_bands = bytearray(capacity)
        self.last = array("I", bytes(4 * BANDS * capacity))
        self.before = array("I", bytes(4 * BANDS * capacity))
        self.bands = array("I", bytes(4 * BANDS * capacity))

    def grow(self) -> None:
        """Twice the room; every chain is built anew."""
        numbers = np.arange(self.oldest, self.next, dtype=np.int64)
        old = numbers & self.mask
        keys = np.frombuffer(self.keys, np.int64)[old]
        has_bands = np.frombuffer(self.has_bands, np.uint8)[old]
        bands = np.frombuffer(self.bands, np.uint32).reshape(-1, BANDS)[old]
        self.make_room(2 * (self.mask + 1))
        new = numbers & self.mask
        np.frombuffer(self.keys, np.int64)[new] = keys
        np.frombuffer(self.has_bands, np.uint8)[new] = has_bands
        np.frombuffer(self.bands, np.uint32).reshape(-1, BANDS)[new] = bands
        speaks = has_bands.astype(bool)
        for band in range(BANDS):
            self.chain(band, numbers[speaks], bands[speaks, band])

    def chain(self, band: int, numbers: NDArray[np.int64], values: NDArray[np.uint32]) -> None:
        """The chains of one band. numbers: ascending; values: their band keys."""
        slots = values & np.uint32(self.mask)
        order = np.argsort(slots, kind="stable")
        numbers, slots = numbers[order], slots[order]
        is_same = slots[1:] == slots[:-1]
        before = np.frombuffer(self.before, np.uint32).reshape(-1, BANDS)
        before[numbers[1:][is_same] & self.mask, band] = numbers[:-1][is_same]
        ends = np.append(~is_same, np.ones(min(1, len(slots)), bool))
        np.frombuffer(self.last, np.uint32)[band * (self.mask + 1) + slots[ends].astype(np.int64)] = numbers[
            ends
        ]
