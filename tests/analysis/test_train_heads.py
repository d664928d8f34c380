"""The heads are solved among the rows and said among the features; both must be the same model."""

import numpy as np
import pytest
import scipy.sparse as sp

from analysis.train_heads import (
    GOLD_HEADS,
    Examples,
    Linear,
    best_threshold,
    kernel_of,
    learn_duals,
    learn_heads,
    out_of_fold,
)

ROWS, GRAMS = 80, 40


@pytest.fixture
def examples():
    random = np.random.default_rng(1)
    x = sp.random(ROWS, GRAMS, 0.3, format="csr", dtype=np.float32, random_state=1)
    targets = (x @ random.normal(size=(GRAMS, len(GOLD_HEADS)))) > 0
    return Examples(
        x=x,
        dense=random.normal(size=(ROWS, 6)).astype(np.float32),
        together=random.normal(size=(ROWS, 8)).astype(np.float32),
        targets=np.asarray(targets, dtype=bool),
        weight=np.ones(ROWS),
        has_mood=np.arange(ROWS) % 7 != 0,
        has_friction=np.arange(ROWS) % 2 == 0,
    )


@pytest.fixture
def teacher():
    random = np.random.default_rng(2)
    weights = random.normal(size=(GRAMS, 5)).astype(np.float32)
    return Linear(weights, random.normal(size=5).astype(np.float32))


def test_heads_among_features_say_what_the_rows_say(examples, teacher):
    kernel = kernel_of(examples, teacher)
    among_rows = kernel @ learn_duals(kernel, examples, np.arange(ROWS))
    heads = learn_heads(examples, teacher, kernel)
    among_features = (
        heads.linear(examples.x) + examples.dense @ heads.dense + examples.together @ heads.interplay
    )
    assert among_features == pytest.approx(among_rows, abs=2e-3)


def test_a_row_without_a_label_teaches_that_head_nothing(examples, teacher):
    duals = learn_duals(kernel_of(examples, teacher), examples, np.arange(ROWS))
    friction, mood = GOLD_HEADS.index("service_friction"), GOLD_HEADS.index("neutral")
    assert (duals[~examples.has_friction, friction] == 0).all()
    assert (duals[examples.has_friction, friction] != 0).all()
    assert (duals[~examples.has_mood, mood] == 0).all()
    assert (duals[:, 0] != 0).all()


def test_a_row_is_measured_by_heads_that_never_saw_it(examples, teacher):
    kernel = kernel_of(examples, teacher)
    before = out_of_fold(kernel, examples, 60)
    turned = examples.targets.copy()
    turned[3] = ~turned[3]
    after = out_of_fold(kernel, Examples(**{**vars(examples), "targets": turned}), 60)
    assert after[3] == pytest.approx(before[3], abs=1e-5)
    assert not np.allclose(after[:60], before[:60])


def test_a_heavier_row_is_met_more_closely(examples, teacher):
    kernel = kernel_of(examples, teacher)
    weight = np.ones(ROWS)
    weight[5] = 100.0
    light, heavy = (
        (kernel @ learn_duals(kernel, Examples(**{**vars(examples), "weight": one}), np.arange(ROWS)))[5]
        for one in (np.ones(ROWS), weight)
    )
    wanted = np.where(examples.targets[5], 1, -1)
    assert np.abs(heavy - wanted).sum() < np.abs(light - wanted).sum()


def test_the_threshold_of_a_rare_head_is_drawn_to_the_middle():
    scores, truth = np.array([0.9, 0.1, 0.1, 0.1], np.float32), np.array([True, False, False, False])
    assert best_threshold(scores, truth) == pytest.approx(0.38, abs=0.01)
    many = np.repeat(truth, 2000)
    assert best_threshold(np.repeat(scores, 2000), many) < 0.2
