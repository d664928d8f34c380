"""Every category's own example texts are read as its file says."""

import tomllib
from pathlib import Path

import pytest

from analysis.lexicon import CATEGORIES
from analysis.linear import default_scorer
from analysis.local_categories import local_words, with_local
from analysis.scorer import Text
from store.text import normalise

FILES = sorted((Path(__file__).parents[2] / "catalogue" / "categories").glob("*.toml"))
LOADED = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FILES}


def test_the_twelve_categories_are_there():
    assert set(CATEGORIES) <= set(LOADED)
    assert sorted(LOADED[name]["order"] for name in CATEGORIES) == list(range(1, 13))


@pytest.mark.parametrize("name", sorted(LOADED))
def test_a_category_file_is_complete(name):
    category = LOADED[name]
    assert category["id"] == name
    assert len(category["belongs"]) >= 4
    assert len(category["not_belongs"]) >= 2
    assert len(category["words"]) == len(set(category["words"])) >= 20
    assert all(normalise(word) == normalise(word).strip() != "" for word in category["words"])


@pytest.mark.parametrize(("name", "text"), [(n, t) for n in CATEGORIES for t in LOADED[n]["belongs"]])
def test_a_text_that_belongs_gets_its_category(name, text):
    assert name in dict(default_scorer().score([Text(text)])[0].categories)


@pytest.mark.parametrize(("name", "text"), [(n, t) for n in CATEGORIES for t in LOADED[n]["not_belongs"]])
def test_a_text_that_does_not_belong_does_not_get_it(name, text):
    assert name not in dict(default_scorer().score([Text(text)])[0].categories)


def test_a_local_category_is_given_by_its_words_beside_the_twelve():
    words = local_words({"tourism": ("景区", "遊客"), "education": ("学校",)})
    assert words == {"tourism": ("景区", "游客")}
    reading = default_scorer().score([Text("景区游客排队")])[0]
    found = with_local(reading, "景区游客排队", words)
    assert dict(found.categories)["tourism"] == 0.75
    assert len(found.category_scores) == 13
    assert "tourism" not in dict(with_local(reading, "停水", words).categories)
    assert with_local(reading, "景区", {}) is reading
