from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analysis.followups import KINDS, WHERE, Told, follow_ups, named

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRE = Told(
    "known", frozenset({"fire"}), frozenset({"works"}), frozenset({"east"}), NOON, NOON + 2 * HOUR, 9, is_known=True
)  # fmt: skip
POST = Told(
    "post", frozenset({"fire"}), frozenset(), frozenset({"east"}), NOON + 5 * HOUR, NOON + 5 * HOUR, 1
)


def test_a_post_about_the_fire_goes_into_the_fire():
    assert follow_ups([POST, FIRE]) == {"post": "known"}


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": frozenset({"illness"})},
        {"districts": frozenset({"west"})},
        {"where": frozenset({"flats"})},
        {"begins": NOON + 27 * HOUR},
        {"begins": NOON - 4 * HOUR},
        {"cannot": frozenset({"known"})},
        {"is_known": True},
    ],
)
def test_another_kind_place_building_day_or_a_person_s_word_keeps_it_apart(change):
    assert follow_ups([FIRE, replace(POST, **change)]) == {}


@pytest.mark.parametrize("hours", [-3, 26])
def test_that_day_reaches_from_three_hours_before_to_a_day_after_the_last_text(hours):
    assert follow_ups([FIRE, replace(POST, begins=NOON + hours * HOUR)]) == {"post": "known"}


def test_without_a_known_incident_the_smaller_goes_into_the_larger_and_never_in_a_chain():
    large, small, least = (replace(POST, key=key, size=size) for key, size in (("a", 5), ("b", 3), ("c", 1)))
    assert follow_ups([least, small, large]) == {"b": "a", "c": "a"}
    assert follow_ups([]) == {}


def test_a_word_of_one_text_in_four_is_not_what_the_matter_tells_of():
    texts = ["厂房着火了", "浓烟很大", "消防车来了", "有人呕吐"]
    assert named(texts, KINDS) == {"fire"}
    assert named(texts[:1], WHERE) == {"works"}
    assert named([], KINDS) == frozenset()
