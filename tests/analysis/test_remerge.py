import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.remerge import LONG, MOST, SHORT, Whole, remerge

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def whole(key, likeness, texts=2, hours=0.0, **changes):
    """A group whose centre is alike to every other one of the same likeness by that much; its texts are one another's copies."""
    own = int.from_bytes(key.encode(), "big") + 1
    total = {0: math.sqrt(likeness) * texts, own: math.sqrt(1 - likeness) * texts}
    begins = START + timedelta(hours=hours)
    return Whole(key, total, texts, changes.pop("is_long", True), begins, begins, **changes)


@pytest.mark.parametrize(("is_long", "line"), [(True, LONG), (False, SHORT)])
@pytest.mark.parametrize(("beside", "joins"), [(0.002, True), (-0.002, False)])
def test_groups_join_from_a_likeness_of_their_centres_on(is_long, line, beside, joins):
    groups = [whole("a", line + beside, is_long=is_long), whole("b", line + beside, is_long=is_long)]
    assert remerge(groups) == ({"b": "a"} if joins else {})


def test_the_older_group_survives():
    assert remerge([whole("a", 0.5, hours=2), whole("b", 0.5), whole("c", 0.5, hours=1)]) == {
        "a": "b",
        "c": "b",
    }


def test_the_time_between_asks_for_more():
    assert remerge([whole("a", LONG + 0.01), whole("b", LONG + 0.01, hours=48)]) == {}
    assert remerge([whole("a", LONG + 0.03), whole("b", LONG + 0.03, hours=48)]) == {"b": "a"}


def test_two_single_texts_are_the_clusterer_s_matter():
    assert remerge([whole("a", 0.9, texts=1), whole("b", 0.9, texts=1)]) == {}


def test_groups_of_two_districts_stay_two():
    apart = [whole("a", 0.5, districts={"east"}), whole("b", 0.5, districts={"west"})]
    assert remerge(apart) == {}
    assert remerge([whole("a", 0.5, districts={"east"}), whole("b", 0.5, districts={"east", "west"})]) == {
        "b": "a"
    }
    assert remerge([whole("a", 0.5, districts={"east"}), whole("b", 0.5)]) == {"b": "a"}


def test_what_a_person_divided_stays_divided_also_through_a_third():
    groups = [whole("a", 0.5), whole("b", 0.5, cannot={"a"}), whole("c", 0.5, hours=1)]
    into = remerge(groups)
    assert into
    assert into.get("b", "b") != into.get("a", "a")


def test_groups_that_would_be_of_one_kind_only_stay_apart():
    def loose(key, hours):
        own = [1000 * ord(key) + n for n in range(20)]
        return Whole(
            key,
            {0: 0.2 * 20, **dict.fromkeys(own, 0.98)},
            20,
            True,
            START + timedelta(hours=hours),
            START,
            set(),
        )

    assert remerge([loose("a", 0), loose("b", 0)]) == {}


def test_a_full_window_costs_bounded_work():
    groups = [whole(f"{n}", 0.01, hours=n / 100) for n in range(MOST + 50)]
    groups += [whole("old-a", 0.9, hours=-1), whole("old-b", 0.9, hours=-1)]
    assert remerge(groups) == {}


GROUPS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.2, 0.4, 0.8]), st.integers(1, 4), st.integers(0, 3)), max_size=9
)


@given(GROUPS, st.randoms(use_true_random=False))
def test_the_order_of_the_groups_does_not_matter(rows, chance):
    def made():
        return [whole(f"g{n}", likeness, texts, hours) for n, (likeness, texts, hours) in enumerate(rows)]

    shuffled = made()
    chance.shuffle(shuffled)
    into = remerge(made())
    assert remerge(shuffled) == into
    assert not set(into) & set(into.values())
