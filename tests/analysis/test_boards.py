"""A board followed over looks: what is new, what came to the top, and that only relations are measured."""

import math
from dataclasses import replace

import pytest

from analysis.boards import BLIND, FEATURES, LIFE, BoardLook, Line, follow

START = 1_716_220_800.0  # 2024-05-21 00:00 in Beijing


def board(at, *first, size=20, scale=1.0):
    """A whole board: `first` from the top, then quiet titles below."""
    heats = [*first, *((f"旧话题{n}", 300_000.0 - 1000 * n) for n in range(size))]
    ordered = sorted(heats, key=lambda pair: -pair[1])
    return BoardLook(at, [Line(title, heat * scale, rank) for rank, (title, heat) in enumerate(ordered, 1)])


def rising(scale=1.0):
    heats = (281_500.0, 289_500.0, 295_500.0, 900_000.0)
    return [
        board(START, scale=scale),
        *(board(START + 1200 * (n + 1), ("新话题", heat), scale=scale) for n, heat in enumerate(heats)),
    ]


def seen_of(title, steps):
    return [one for step in steps for one in step.candidates if one.key[0] == title]


def test_a_title_is_new_once_and_reaches_the_top_at_the_look_that_shows_it_there():
    steps = list(follow(rising()))
    new = [(key, step.at) for step in steps for key in step.new if key[0] == "新话题"]
    assert new == [(("新话题", START + 1200), START + 1200)]
    reached = [(key[0], step.at) for step in steps for key in step.reached if key[0] == "新话题"]
    assert reached == [("新话题", START + 4800)]
    assert [one.rank for one in seen_of("新话题", steps)] == [20, 12, 6]
    assert {one.entry_rank for one in seen_of("新话题", steps)} == {20}


def test_ten_times_the_heat_is_the_same_to_the_features():
    usual, loud = (seen_of("新话题", follow(rising(scale))) for scale in (1.0, 10.0))
    assert len(usual) == len(loud) == 3
    for one, other in zip(usual, loud, strict=True):
        assert one.values == pytest.approx(other.values, nan_ok=True, abs=1e-6)


def test_there_are_as_many_values_as_names_and_a_first_look_knows_no_gain():
    first = seen_of("新话题", follow(rising()))[0]
    assert len(first.values) == len(FEATURES)
    assert math.isnan(first.values[FEATURES.index("gain")])
    assert first.values[FEATURES.index("gain_hour")] == 0.0


@pytest.mark.parametrize(("seconds", "is_new"), [(LIFE, False), (LIFE + 1, True)])
def test_a_title_unseen_for_more_than_a_day_is_a_new_one(seconds, is_new):
    quiet = [board(START + at) for at in range(3600, int(seconds), 3600)]
    looks = [
        board(START - 600),
        board(START, ("新话题", 290_500.0)),
        *quiet,
        board(START + seconds, ("新话题", 290_500.0)),
    ]
    last = list(follow(looks))[-1]
    assert (("新话题", START + seconds) in last.new) is is_new


def test_a_look_at_some_titles_neither_gives_ranks_nor_takes_others_off():
    partial = BoardLook(START + 60, [Line("新话题", 500_000.0)], is_whole=False)
    *_, step, after = follow(
        [board(START), partial, BoardLook(START + 120, [Line("另一个", 299_500.0)], False)]
    )
    assert step.reached == ()
    assert [one.rank for one in step.candidates] == [1]
    assert [one.rank for one in after.candidates] == [3]


@pytest.mark.parametrize("lines", [[], [Line("只有一个", 5.0, 1)], [Line("没有热度", 0.0, 1)]])
def test_a_board_of_too_few_titles_is_not_judged(lines):
    (step,) = follow([BoardLook(START, lines)])
    assert step.candidates == ()
    assert step.reached == ()


def test_a_zero_heat_line_is_an_advertisement_and_no_title():
    look = board(START)
    steps = list(follow([BoardLook(START, [*look.lines, Line("置顶", 0.0, 21)])]))
    assert "置顶" not in {key[0] for key in steps[0].new}


@pytest.mark.parametrize(("gap", "is_new"), [(BLIND, True), (BLIND + 1, False)])
def test_what_the_first_look_after_hours_without_any_shows_is_not_new(gap, is_new):
    *_, after = follow([board(START), board(START + gap, ("新话题", 290_500.0))])
    assert bool(after.new) is is_new
    assert bool(seen_of("新话题", [after])) is is_new


def test_what_the_very_first_look_shows_is_not_judged_but_its_arrival_at_the_top_is_told():
    first, second = follow([board(START, ("新话题", 290_500.0)), board(START + 600, ("新话题", 900_000.0))])
    assert first.new == ()
    assert first.candidates == ()
    assert ("新话题", START) in second.reached


def test_of_frequent_whole_boards_only_titles_higher_than_before_are_judged():
    looks = [replace(one, is_frequent=True) for one in rising()[:3]]
    again = replace(looks[-1], at=looks[-1].at + 600)
    *_, rose, same = follow([*looks, again])
    assert [one.key[0] for one in rose.candidates] == ["新话题"]
    assert same.candidates == ()
