"""Every number on every page opens a list of exactly that length."""

import pytest

SEEN_ALONE = (
    "/",
    "/wall",
    "/incidents",
    "/incidents?show=all",
    "/sources",
    "/documents",
    "/ledger",
    "/handover",
    "/category",
    "/category?hours=168",
    "/category?hours=720",
    "/category/food_drug_safety?hours=2160",
    "/category/food_drug_safety",
)


def numbers_of(page, walk):
    return [(props["href"], int(props["data-count"])) for props in walk(page) if "data-count" in props]


def total_of(page, walk) -> int:
    found = [int(props["data-total"]) for props in walk(page) if props.get("id") == "list-total"]
    assert len(found) == 1
    return found[0]


def length_of(chief, address: str, walk) -> tuple[int, int]:
    """What the list says, and how many lines it really has over all its pages."""
    page = chief.draw(address)
    total, rows = total_of(page, walk), 0
    while True:
        rows += rows_of_list(page, walk)
        following = [props["href"] for props in walk(page) if props.get("id") == "next-page"]
        if not following:
            return total, rows
        page = chief.draw(following[0])


def rows_of_list(page, walk) -> int:
    heads = [props["data-head"] for props in walk(page) if "data-head" in props]
    first = heads[0] if heads else None
    return heads.count(first) if first else 0


@pytest.fixture(scope="module")
def pages(town):
    return [*SEEN_ALONE, f"/incident/{town.main}", f"/incident/{town.overdue}", f"/incident/{town.closed}"]


def test_every_number_is_a_link_and_the_list_behind_it_has_that_many_lines(client, pages, reading):
    walk, _ = reading
    chief, checked = client("daiban"), {}
    for path in pages:
        for href, number in thinned(numbers_of(chief.draw(path), walk)):
            if href not in checked:
                checked[href] = length_of(chief, href, walk)
            assert checked[href] == (number, number), f"{path} says {number}, {href} has {checked[href]}"
    assert len(checked) > 60


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_single_hour_of_every_chart_too(client, pages, reading):
    walk, _ = reading
    chief, checked = client("daiban"), set()
    for path in pages:
        for href, number in numbers_of(chief.draw(path), walk):
            if href not in checked:
                checked.add(href)
                assert total_of(chief.draw(href), walk) == number, f"{path}: {href}"


def thinned(numbers):
    """All numbers with texts behind them, and one in nine of the zeros: hours of quiet nights are many."""
    return [one for index, one in enumerate(numbers) if one[1] or index % 9 == 0]


def test_no_page_shows_a_number_of_texts_that_opens_nothing(client, pages, reading):
    walk, _ = reading
    for path in pages:
        for props in walk(client("daiban").draw(path)):
            text = props.get("children")
            if isinstance(text, list) and props.get("className") == "count":
                assert props.get("href"), path


def test_the_chart_the_sentence_and_the_table_agree(client, town, reading):
    walk, words = reading
    page = client("daiban").draw(f"/incident/{town.main}")
    figure = next(props["figure"] for props in walk(page) if "figure" in props)
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    assert [trace["name"] for trace in bars] == ["负面", "中性", "正面"]
    hourly = [sum(trace["y"][index] for trace in bars) for index in range(36)]
    table = [
        int(props["data-count"]) for props in walk(page) if "data-count" in props and "from=" in props["href"]
    ]
    assert sum(hourly[-6:]) == table[0] or str(sum(hourly[-6:])) in words(page)
    assert f"近 6 小时 {sum(hourly[-6:])} 条" in words(page)


def test_reprints_count_once_and_open_their_own_list(client, town, reading):
    walk, _ = reading
    every = []
    address = f"/documents?incident={town.main}"
    while address:
        page = client("daiban").draw(address)
        every += [(props["href"], int(props["data-count"])) for props in walk(page) if "data-count" in props]
        address = next((props["href"] for props in walk(page) if props.get("id") == "next-page"), None)
    assert [number for _, number in every] == [3]
    assert total_of(client("daiban").draw(every[0][0]), walk) == 3
