"""Near-duplicates joined under the first publication; the copies are counted, not lost.

Equal fingerprints fold at once. Otherwise MinHash bands name candidates and the shingles themselves decide:
Jaccard at least 0.55, or a text of 80 characters and more of which 85 % stand in the other. Numbers speak
against it: two notices that differ in a number are two matters, however alike their words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analysis.bandchains import BandChains
from analysis.shingles import LEAST, Shingled, keys_of, overlap, shingled, signatures
from analysis.sketches import header, narrowed, packed, unpacked

WINDOW = timedelta(days=14)
JACCARD, CONTAINED, SHORT_JACCARD = 0.55, 0.85, 0.8
SHORT = 40  # content characters below which a text is a headline: nearly equal or another matter
CONTAINED_LENGTH = 80
LONG = 200
LENGTH_RATIO = 0.3  # a passage under a third of a text is a quotation, not a copy
NUMBERS_DIFFER = (
    0.2  # share of a long text's numbers that may differ (typing errors, updated counts of readers)
)
CANDIDATES = 20


def is_copy(one: Shingled, other: Shingled) -> bool:
    """Whether both texts say the same; symmetric."""
    jaccard, contained = overlap(one, other)
    short = min(one.length, other.length)
    if short < SHORT:
        return jaccard >= SHORT_JACCARD and one.numbers == other.numbers
    is_part = (
        contained >= CONTAINED
        and short >= CONTAINED_LENGTH
        and short >= LENGTH_RATIO * max(one.length, other.length)
    )
    return (jaccard >= JACCARD or is_part) and numbers_agree(one, other)


def numbers_agree(one: Shingled, other: Shingled) -> bool:
    """A text with few numbers must find all of them in the longer one, one with many may miss a fifth;
    a long text may miss one more (a slip of the pen)."""
    small, large = sorted((one, other), key=lambda text: text.length)
    if small.title_numbers and large.title_numbers and small.title_numbers.isdisjoint(large.title_numbers):
        return False
    missing = len(small.numbers - large.numbers)
    return missing <= NUMBERS_DIFFER * len(small.numbers) + (small.length >= LONG)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A first publication already known, found by a band."""

    key: int
    seen_at: datetime
    text: Shingled


def first_copy(text: Shingled, seen_at: datetime, candidates: Iterable[Candidate]) -> int | None:
    """The key of the earliest candidate of which this text is a copy, within 14 days either side."""
    found = [
        (other.seen_at, other.key)
        for other in candidates
        if abs(other.seen_at - seen_at) <= WINDOW and is_copy(text, other.text)
    ]
    return min(found)[1] if found else None


def most_shared(keys: Iterable[int], owners: Mapping[int, Iterable[int]]) -> list[int]:
    """Documents sharing bands with `keys`, most shared first, at most twenty."""
    shared = Counter(owner for key in keys for owner in owners.get(key, ()))
    return [owner for owner, _ in shared.most_common(CANDIDATES)]


class Folder:
    """Folding of a stream in memory, for use without a database. Documents arrive in time order.

    `add` returns the key of the first publication the text repeats, or None when it is one itself. Under two KiB are
    kept of each first publication (analysis.sketches); a long text is compared by a sample of its shingles.
    """

    def __init__(self, window: timedelta = WINDOW) -> None:
        self.window = window
        self.heads: dict[int, bytes] = {}
        self.prints: dict[int, int] = {}
        self.bands = BandChains()

    def add(self, key: int, title: str, body: str, fingerprint: str, at: datetime) -> int | None:
        self.forget(at - self.window)
        print_ = int(fingerprint[:15], 16)
        if print_ in self.prints:
            return self.prints[print_]
        full = shingled(title, body)
        values = signatures([full])
        keys = keys_of(values)[0].tolist() if full.length >= LEAST else []
        text = narrowed(full)
        near = (
            candidate(owner, self.heads[owner]) for owner in self.bands.nearest(keys, values[0], CANDIDATES)
        )
        head = first_copy(text, at, near)
        if head is None:
            self.heads[key] = packed(text, at, print_)
            self.prints[print_] = key
            self.bands.put(key, keys, values[0])
        return head

    def forget(self, before: datetime) -> None:
        """Drop first publications older than the window."""
        moment = before.timestamp()
        while len(self.bands) and header(self.heads[self.bands.first])[0] < moment:
            key = self.bands.drop_first()
            del self.prints[header(self.heads.pop(key))[1]]


def candidate(key: int, kept: bytes) -> Candidate:
    seconds, text = unpacked(kept)
    return Candidate(key, datetime.fromtimestamp(seconds, UTC), text)
