"""Which first publications share a MinHash band, in about 250 bytes each.

A band → documents dictionary costs 1.5 KiB a document. Here every band has a table of chains in plain arrays:
`last` holds for each slot of a band the newest document in it, `before` for each document and band the next older one.
Documents are numbered in the order in which they come and dropped in the same order; a chain runs from new to old, so
the first dropped document ends it and dropping touches nothing. Among a million documents some share a band by chance:
the low bytes of all MinHash values tell them from copies before a text is looked at.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.shingles import BANDS, ROWS

Values = NDArray[np.uint64]

SMALLEST = 1024  # documents, a power of two
LOW = 2**32 - 1
AGREE = (
    7  # of 48 values: at a Jaccard of 0.03 two of a hundred that share a band agree in so many, at 0.5 all do
)


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

    def put(self, key: int, bands: Sequence[int], values: Values) -> None:
        """A new document with its band keys (16, or none of a text too short for bands) and its MinHash values."""
        if len(self) > self.mask:
            self.grow()
        number, mask, last, capacity = self.next, self.mask, self.last, self.mask + 1
        place = number & mask
        self.keys[place] = key
        self.values[place] = values.astype(np.uint8)
        at = place * BANDS
        for band, value in enumerate(bands):
            low = value & LOW
            slot = band * capacity + (low & mask)
            self.bands[at + band] = low
            self.before[at + band] = last[slot]
            last[slot] = number
        self.has_bands[place] = bool(bands)
        self.next += 1

    def nearest(self, bands: Sequence[int], values: Values, most: int) -> list[int]:
        """Keys of at most so many documents that share a band and may be alike, those first that agree most."""
        found: set[int] = set()
        mask, oldest, own, before = self.mask, self.oldest, self.bands, self.before
        for band, value in enumerate(bands):
            low = value & LOW
            number = self.last[band * (mask + 1) + (low & mask)]
            while number >= oldest:
                at = (number & mask) * BANDS + band
                if own[at] == low:
                    found.add(number)
                number = before[at]
        if not found:
            return []
        places = np.array(sorted(found), dtype=np.int64) & mask
        agreeing = np.count_nonzero(self.values[places] == values.astype(np.uint8), axis=1)
        order = np.argsort(-agreeing, kind="stable")[:most]
        return [self.keys[places[at]] for at in order if agreeing[at] >= AGREE]

    def make_room(self, capacity: int) -> None:
        self.mask = capacity - 1
        self.keys = array("q", bytes(8 * capacity))
        self.values = np.zeros((capacity, BANDS * ROWS), dtype=np.uint8)  # the low bytes
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
        values = self.values[old]
        self.make_room(2 * (self.mask + 1))
        new = numbers & self.mask
        np.frombuffer(self.keys, np.int64)[new] = keys
        np.frombuffer(self.has_bands, np.uint8)[new] = has_bands
        np.frombuffer(self.bands, np.uint32).reshape(-1, BANDS)[new] = bands
        self.values[new] = values
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
