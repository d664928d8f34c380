import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.duplicates import is_copy
from analysis.shingles import overlap, shingled
from analysis.sketches import SKETCH, header, narrowed, packed, unpacked

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LETTERS = [chr(code) for code in range(0x4E00, 0x5A00)]


def letters(amount: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(LETTERS, k=amount))


def kept(title: str, body: str):
    return unpacked(packed(narrowed(shingled(title, body)), AT, 7))[1]


@given(st.text(max_size=80), st.text(max_size=600))
def test_what_is_packed_comes_back(title, body):
    text = narrowed(shingled(title, body))
    raw = packed(text, AT, 2**63)
    seconds, again = unpacked(raw)
    assert header(raw) == (AT.timestamp(), 2**63)
    assert seconds == AT.timestamp()
    assert (again.numbers, again.title_numbers) == (text.numbers, text.title_numbers)
    assert (again.length, again.shingles) == (text.length, text.shingles)
    assert again.hashes.tolist() == text.hashes[:SKETCH].tolist()


@pytest.mark.parametrize(("amount", "is_sketch"), [(SKETCH + 3, False), (SKETCH + 4, True)])
def test_a_text_up_to_the_sketch_is_kept_whole(amount, is_sketch):
    assert kept("", letters(amount, 1)).is_sketch is is_sketch


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_sketch_tells_the_overlap_of_two_long_texts(share):
    same, one, other = letters(int(3000 * share), 1), letters(3000, 2), letters(3000, 3)
    rest = 3000 - len(same)
    first, second = same + one[:rest], same + other[:rest]
    truth = overlap(shingled("", first), shingled("", second))
    told = overlap(narrowed(shingled("", second)), kept("", first))
    assert told == pytest.approx(truth, abs=0.09)


@pytest.mark.parametrize(("part", "expected"), [(300, True), (120, False)])
def test_a_passage_is_found_in_a_sketched_text_unless_it_is_a_quotation(part, expected):
    """Under a third of the whole is a quotation; the shorter text itself may be the kept one."""
    whole = letters(800, 5)
    assert is_copy(narrowed(shingled("", whole[:part])), kept("", whole)) is expected
    assert is_copy(narrowed(shingled("", whole)), kept("", whole[:part])) is expected


def test_numbers_still_speak_against_a_copy():
    notice = "本周共报告流感样病例{}例，比上周{}例有所变化，" + letters(100, 6)
    new = narrowed(shingled("通报", notice.format(57, 31)))
    assert not is_copy(new, kept("通报", notice.format(31, 44)))
    assert is_copy(new, kept("通报", notice.format(57, 31)))
