import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.terms import Rarity, dot, table_share, vector
from analysis.vocabulary import Vocabulary, heaviest, length, unpacked

WORDS = st.lists(st.sampled_from([f"词{n}" for n in range(30)]), max_size=12)
TEXTS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8)


@given(TEXTS)
def test_a_vector_is_that_of_the_terms_written_out(texts):
    vocabulary, rarity = Vocabulary(), Rarity()
    for title, lead in texts:
        vocabulary.learn([*title, *lead])
        rarity.learn({*title, *lead})
    words = {number: word for word, number in vocabulary.numbers.items()}
    for title, lead in texts:
        found = {words[number]: weight for number, weight in vocabulary.vector(title, lead).pairs()}
        assert found == pytest.approx(vector(title, lead, rarity), abs=1e-4)


@given(TEXTS)
def test_products_are_those_of_the_texts_one_by_one(texts):
    vocabulary = Vocabulary()
    vectors = [vocabulary.vector(title, lead) for title, lead in texts]
    vectors = [one for one in vectors if len(one.terms)]
    for one in vectors:
        expected = [dot(dict(one.pairs()), dict(other.pairs())) for other in vectors]
        assert vocabulary.products(one, [other.packed for other in vectors]) == pytest.approx(
            expected, abs=1e-5
        )
    assert not vocabulary.own.any()


@given(TEXTS)
def test_a_sum_holds_every_term_once(texts):
    vocabulary = Vocabulary()
    total, expected = b"", {}
    for title, lead in texts:
        one = vocabulary.vector(title, lead)
        total = vocabulary.added(total, one)
        for term, weight in one.pairs():
            expected[term] = expected.get(term, 0.0) + weight
    assert dict(unpacked(total).pairs()) == pytest.approx(expected, abs=1e-5)
    assert length(total) == pytest.approx(sum(value * value for value in expected.values()) ** 0.5, abs=1e-5)
    kept = [weight for _, weight in unpacked(heaviest(total, 3)).pairs()]
    assert kept == pytest.approx(sorted(expected.values(), reverse=True)[:3], abs=1e-5)


def test_a_stream_of_many_words_loses_none():
    vocabulary = Vocabulary()
    for number in range(5000):
        vocabulary.learn([f"第{number}个"])
    assert len(vocabulary.numbers) == 5000
    assert vocabulary.seen[:5000].tolist() == [1.0] * 5000


def test_equal_weights_keep_the_order_of_the_text():
    unheard = [word for n in range(3000) if table_share(word := f"词{n}") == table_share("龘龘")][:3]
    assert len(unheard) == 3
    assert Vocabulary().vector(unheard, []).terms.tolist() == [0, 1, 2]
