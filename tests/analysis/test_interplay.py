"""The interplay of word lists and topics: the same features on every machine, a kernel in the mean."""

import numpy as np

from analysis.interplay import drawn, in_blocks

RANDOM = np.random.default_rng(1)
EXTRA = RANDOM.normal(size=(40, 6)).astype(np.float32)
HIDDEN = RANDOM.normal(size=(40, 3)).astype(np.float32) * 0.3


def test_the_same_texts_draw_the_same_features():
    one, other = drawn(EXTRA, HIDDEN, 64, 5), drawn(EXTRA, HIDDEN, 64, 5)
    assert np.array_equal(one.features(EXTRA, HIDDEN), other.features(EXTRA, HIDDEN))
    assert not one.logits(EXTRA, HIDDEN).any()  # nothing is learnt yet


def test_features_multiply_to_a_gaussian_kernel_of_the_mean_distance():
    play = drawn(EXTRA, HIDDEN, 20_000, 1)
    found = play.features(EXTRA, HIDDEN)
    z = np.concatenate([(EXTRA - play.mean) * play.scale, HIDDEN], axis=1)
    squared = ((z[:, None] - z[None]) ** 2).sum(axis=2)
    assert np.abs(found @ found.T * 2 / 20_000 - np.exp(-squared / squared.mean())).max() < 0.06


def test_blocks_of_any_size_give_the_product():
    matrix = RANDOM.normal(size=(6, 5)).astype(np.float32)
    assert np.allclose(in_blocks(EXTRA, matrix), EXTRA @ matrix, atol=1e-5)
    assert in_blocks(EXTRA[:0], matrix).shape == (0, 5)
