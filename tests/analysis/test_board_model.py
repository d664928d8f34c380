"""The shipped trees: what they are made of, and that they say what anyone would say of a board."""

import numpy as np
import pytest

from analysis.board_model import BoardModel, default_model, load, save, title_worth
from analysis.boards import FEATURES, BoardLook, Line, follow
from analysis.errors import MissingWeights
from analysis.weights_file import WEIGHTS

START = 1_716_256_800.0  # 10:00 in Beijing


def looks(heats):
    """A quiet board of 50 and one new title with these heats, 20 minutes apart."""
    old = [(f"旧话题{n}", 900_000.0 / (n + 1) ** 0.4) for n in range(50)]
    for number in range(6 + len(heats)):
        titles = [*old, ("某地一厂房起火", heats[number - 6])] if number >= 6 else old
        ordered = sorted(titles, key=lambda pair: -pair[1])
        yield BoardLook(
            START + number * 1200, [Line(t, h, r) for r, (t, h) in enumerate(ordered, 1)], is_frequent=True
        )


def last_score(heats):
    found = [one for step in follow(looks(heats)) for one in step.candidates if one.key[0].startswith("某地")]
    return default_model().scores(found)[-1]


def test_a_title_that_climbs_fast_is_likelier_than_one_that_stays_low():
    assert last_score([210_000.0, 330_000.0, 560_000.0]) > last_score([210_000.0, 211_000.0, 212_000.0]) + 1


def test_the_weights_are_small_and_fit_the_features():
    assert (WEIGHTS / "boards.npz").stat().st_size < 200_000
    model = default_model()
    assert int(model.split.max()) <= len(FEATURES)


def test_nothing_to_judge_is_no_error():
    assert default_model().scores([]).shape == (0,)


def test_hostile_titles_have_a_finite_worth():
    titles = ["", " ", "\x00", "😀" * 500, "<script>alert(1)</script>", "热" * 10_000]
    worth = title_worth(titles, default_model().words)
    assert worth.shape == (6,)
    assert np.isfinite(worth).all()


def test_a_tree_goes_left_on_its_cut_and_where_the_value_is_missing(tmp_path):
    model = BoardModel(
        split=np.array([0, 0, 0]), cut=np.array([0.5, 0.0, 0.0]), blank_left=np.array([True, False, False]),
        left=np.array([1, 1, 2]), right=np.array([2, 1, 2]), value=np.array([0.0, -1.0, 1.0]),
        roots=np.array([0]), depth=1, bias=0.25, words=np.array([0.5, -1.0]), start=0.1,
    )  # fmt: skip
    save(model, tmp_path / "boards.npz")
    kept = load(tmp_path / "boards.npz")
    assert kept.add_up(np.array([[0.5], [0.5001], [np.nan]])).tolist() == [-0.75, 1.25, -0.75]
    assert kept.start == pytest.approx(0.1)
    assert kept.words == pytest.approx(model.words, abs=0.01)


@pytest.mark.parametrize("content", [b"", b"not a file of weights"])
def test_a_broken_file_is_named_with_its_remedy(tmp_path, content):
    path = tmp_path / "boards.npz"
    path.write_bytes(content)
    with pytest.raises(MissingWeights, match="huiying train --boards"):
        load(path)
