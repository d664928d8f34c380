from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from analysis.bandchains import BandChains
from analysis.shingles import BANDS

BAND_KEYS = st.lists(st.integers(-5, 5), min_size=BANDS, max_size=BANDS) | st.just([])


@given(st.lists(st.tuples(BAND_KEYS, st.integers(0, 3)), max_size=60))
def test_chains_name_the_same_documents_as_a_dictionary_would(steps):
    """Documents come, some of the oldest go, the room of two grows; few distinct keys make long chains."""
    chains, known = BandChains(room=2), {}
    for number, (bands, dropped) in enumerate(steps):
        truth = Counter({key: sum(map(int.__eq__, own, bands)) for key, own in known.items()})
        assert set(chains.most_shared(bands, 1000)) == {key for key, count in truth.items() if count}
        for key in chains.most_shared(bands, 1):
            assert truth[key] == max(truth.values())
        chains.put(100 + number, bands)
        known[100 + number] = bands
        for _ in range(min(dropped, len(chains))):
            first = next(iter(known))
            assert chains.first == chains.drop_first() == first
            del known[first]
        assert len(chains) == len(known)


def test_keys_of_64_bits_and_at_most_so_many_documents():
    chains = BandChains(room=2)
    wide = [2**63 - 1 - band for band in range(BANDS)]
    for key in range(50):
        chains.put(key, [-value for value in wide] if key % 2 else wide)
    assert sorted(chains.most_shared(wide, 1000)) == list(range(0, 50, 2))
    assert len(chains.most_shared(wide, 20)) == 20
