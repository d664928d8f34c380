import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.bandchains import AGREE, BandChains
from analysis.shingles import BANDS, ROWS

BAND_KEYS = st.lists(st.integers(-5, 5), min_size=BANDS, max_size=BANDS) | st.just([])


def put(chains, key, bands):
    chains.put(key, bands, values_of(bands))


def nearest(chains, bands, most=1000):
    return chains.nearest(bands, values_of(bands), most)


def values_of(bands):
    """As if each band's key were its three values."""
    return np.repeat(np.array(bands or [0] * BANDS, dtype=np.int64).astype(np.uint64), ROWS)


@given(st.lists(st.tuples(BAND_KEYS, st.integers(0, 3)), max_size=60))
def test_chains_name_the_same_documents_as_a_dictionary_would(steps):
    """Documents come, some of the oldest go, the room of two grows; few distinct keys make long chains."""
    chains, known = BandChains(room=2), {}
    for number, (bands, dropped) in enumerate(steps):
        shared = {key: ROWS * sum(map(int.__eq__, own, bands)) for key, own in known.items()}
        found = nearest(chains, bands)
        assert set(found) == {key for key, count in shared.items() if count >= AGREE}
        assert [shared[key] for key in found] == sorted((shared[key] for key in found), reverse=True)
        put(chains, 100 + number, bands)
        known[100 + number] = bands
        for _ in range(min(dropped, len(chains))):
            first = next(iter(known))
            assert chains.first == chains.drop_first() == first
            del known[first]
        assert len(chains) == len(known)


def test_who_shares_a_band_by_chance_is_not_looked_at():
    chains = BandChains()
    put(chains, 1, [7, *range(100, 115)])
    put(chains, 2, [7, 8, 9, *range(200, 213)])
    assert nearest(chains, [7, 8, 9, *range(300, 313)]) == [2]


def test_keys_of_64_bits_and_at_most_so_many_documents():
    chains = BandChains(room=2)
    wide = [2**63 - 1 - band for band in range(BANDS)]
    for key in range(50):
        put(chains, key, [-value for value in wide] if key % 2 else wide)
    assert sorted(nearest(chains, wide)) == list(range(0, 50, 2))
    assert len(nearest(chains, wide, 20)) == 20
