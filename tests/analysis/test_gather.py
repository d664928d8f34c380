from datetime import UTC, datetime, timedelta

import pytest

from analysis.gather import Gathered, gather

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SHARED, KIND = 0, 1


def group(key, texts, likeness, **changes):
    """A group of `texts` texts that share one term; two of them are alike by `likeness`."""
    common, rest = likeness**0.5, (1 - likeness) ** 0.5
    total = {SHARED: common * texts} | {1000 * hash_of(key) + n: rest for n in range(texts)}
    return Gathered(key, total, [NOW - timedelta(minutes=n) for n in range(texts)], set(), **changes)


def hash_of(key):
    return int.from_bytes(key.encode(), "big")


def test_many_short_voices_of_one_burst_are_gathered():
    into = gather([group("a", 4, 0.2), *(group(f"v{n}", 1, 0.2) for n in range(9))], NOW)
    assert into == {f"v{n}": "a" for n in range(9)}


def test_a_whole_board_of_one_minute_is_not_one_matter():
    board = [group("a", 3, 0.15), *(group(f"t{n}", 1, 0.05) for n in range(120))]
    assert len(gather(board, NOW)) < 20


def test_an_incident_that_has_become_broad_gathers_nothing_more():
    known = group("20261120-01", 60, 0.04, is_known=True)
    assert gather([known, group("b", 3, 0.04)], NOW) == {}
    assert gather([group("20261120-01", 60, 0.2, is_known=True), group("b", 3, 0.2)], NOW) == {
        "b": "20261120-01"
    }


@pytest.mark.parametrize("cannot", [set(), {"a"}])
def test_what_a_person_ruled_out_stays_out_while_voices_gather(cannot):
    into = gather([group("a", 4, 0.2, cannot=set()), group("b", 1, 0.2, cannot=cannot)], NOW)
    assert into == ({} if cannot else {"b": "a"})
