"""A liaison sees the own unit's incidents only, and every number a liaison sees equals the list it opens."""

import importlib.util
from pathlib import Path

import pytest


def load_numbers():
    spec = importlib.util.spec_from_file_location(
        "numbers_of_pages", Path(__file__).parent / "test_numbers.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


numbers = load_numbers()
length_of, numbers_of, thinned = numbers.length_of, numbers.numbers_of, numbers.thinned

PAGES = (
    "/",
    "/incidents",
    "/category",
    "/category?hours=168",
    "/category?hours=720",
    "/category/food_drug_safety",
    "/category/food_drug_safety?hours=2160",
    "/category/environment",
    "/sources",
    "/ledger",
    "/documents",
    "/incident/{main}",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_number_a_liaison_sees_is_the_length_of_the_liaisons_list(client, town, reading, path):
    walk, _ = reading
    liaison, checked = client("lianluo"), {}
    for href, number in thinned(numbers_of(liaison.draw(path.format(main=town.main)), walk)):
        if href not in checked:
            checked[href] = length_of(liaison, href, walk)
        assert checked[href] == (number, number), f"{path} says {number}, {href} has {checked[href]}"


def test_a_category_of_other_units_is_empty_for_a_liaison_and_full_for_the_chief(client, town, reading):
    walk, words = reading
    own = numbers_of(client("lianluo").draw("/category/environment"), walk)
    all_ = numbers_of(client("daiban").draw("/category/environment"), walk)
    assert own[0][1] == 0
    assert all_[0][1] > 0
    assert "只含本单位事件" in words(client("lianluo").draw("/category/environment"))
    assert "只含本单位事件" not in words(client("daiban").draw("/category/environment"))


def test_the_wall_of_the_whole_town_is_not_a_liaisons_page(client, reading):
    _, words = reading
    assert "权限" in words(client("lianluo").draw("/wall"))
