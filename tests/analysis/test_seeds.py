"""The same policy text in traditional and in simplified script is read alike."""

import pytest

from analysis.lexicon import CATEGORIES
from analysis.linear import default_scorer
from analysis.scorer import Text
from analysis.train_data import shared_folder
from store.text import normalise

SEEDS = shared_folder().parent / "seeds"
pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="no folder seeds; set HUIYING_SHARED to the shared folder"
)

NAMES = "减税降费 金融安全 生态环境 脱贫攻坚 教育改革 食品药品 卫生健康 养老服务 公正监管 社会保障 社会治安 房地产市场"


def seed(number):
    return next(SEEDS.glob(f"{number}_*.txt")).read_text("utf-8")


def paragraph(text):
    """The paragraph that lists the twelve fields."""
    return next(line for line in normalise_lines(text) if "减税降费、金融安全" in line)


def normalise_lines(text):
    return [normalise(line) for line in text.splitlines()]


def test_the_twelve_fields_read_the_same_in_both_scripts():
    old, new = paragraph(seed("000")), paragraph(seed("003"))
    for name in NAMES.split():
        assert name in old
        assert name in new
    start = old.index("减税降费")
    listed = old[start : old.index("房地产市场") + 5]
    assert listed in new
    traditional, simplified = default_scorer().score(
        [Text(listed), Text(new[new.index("减税降费") :][: len(listed)])]
    )
    assert traditional.category_scores == simplified.category_scores


def test_every_paragraph_of_the_traditional_seed_has_the_labels_of_its_simplified_form():
    lines = [line for line in seed("000").splitlines() if len(line) > 10]
    simple = [normalise(line) for line in lines]
    pairs = zip(*(default_scorer().score([Text(x) for x in part]) for part in (lines, simple)), strict=True)
    assert all(
        one.categories == other.categories and one.sentiment == other.sentiment for one, other in pairs
    )
    assert len(lines) >= 10


def test_substituted_words_of_the_re_edition_are_turned_back():
    text = normalise(seed("000"))
    assert "最佳化" not in text
    assert "网路" not in text
    assert "优化" in text
    assert "建立健全" in text
    assert len(CATEGORIES) == 12
