"""The followed line: the budget of false alarms holds in the long run, also after the scores have shifted."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from analysis.board_alarm import DAY, KNOWN, SETTLED, BudgetedLine, judge
from analysis.boards import Candidate, Step

START = 1_716_220_800.0
A_DAY = 240  # titles


def candidate(number, at):
    return Candidate((f"话题{number}", at), at, (), 9, 9, 1.0)


def false_alarms(scores, reaches, line):
    """False alarms by day: one title a step, A_DAY of them a day; those that reach do so an hour later."""
    coming, false = [], {}
    flagged = set()
    for number, (score, does_reach) in enumerate(zip(scores, reaches, strict=True)):
        at = START + number * DAY / A_DAY
        one = candidate(number, at)
        due = [key for when, key in coming if when <= at]
        coming = [(when, key) for when, key in coming if when > at]
        flags = judge(Step(at, (one.key,), tuple(due), (one,)), [score], line)
        if does_reach:
            coming.append((at + 3600, one.key))
        elif flags:
            false[int((at - START) // DAY)] = false.get(int((at - START) // DAY), 0) + 1
        flagged |= {flag.candidate.key for flag in flags}
    return false, flagged


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    start=st.floats(-3, 3),
    budget=st.sampled_from([5.0, 20.0]),
    share=st.floats(0.0, 0.2),
)
def test_on_stationary_input_the_budget_is_kept_within_a_fifth(seed, start, budget, share):
    days = 21
    draw = np.random.default_rng(seed)
    reaches = draw.random(days * A_DAY) < share
    scores = draw.normal(size=days * A_DAY) + 2 * reaches
    false, _ = false_alarms(scores, reaches, BudgetedLine(start, budget))
    settled = sum(count for day, count in false.items() if day >= 5) / (days - 5)
    assert 0.75 * budget <= settled <= 1.2 * budget


@pytest.mark.parametrize("shift", [-2.0, 2.0])
def test_after_a_shift_of_all_scores_the_budget_is_kept_again_within_days(shift):
    days, turn = 24, 12
    draw = np.random.default_rng(5)
    scores = draw.normal(size=days * A_DAY)
    scores[turn * A_DAY :] += shift
    false, _ = false_alarms(scores, np.zeros(days * A_DAY, bool), BudgetedLine(0.0))
    later = sum(false.get(day, 0) for day in range(turn + 6, days)) / (days - turn - 6)
    assert 0.7 * 20 <= later <= 1.3 * 20


@pytest.mark.parametrize(("known", "is_start"), [(KNOWN - 1, True), (KNOWN, False)])
def test_the_learnt_line_holds_until_a_day_is_known(known, is_start):
    line = BudgetedLine(start=0.5, begun=START)
    for number in range(400):
        judge(
            Step(
                START + number * 60,
                ((f"话题{number}", START + number * 60),),
                (),
                (candidate(number, START + number * 60),),
            ),
            [3.0],
            line,
        )
    assert (line.at(START + SETTLED + known) == 0.5) is is_start


def test_a_title_is_flagged_once():
    line = BudgetedLine(start=0.0)
    one = candidate(1, START)
    first = judge(Step(START, (one.key,), (), (one,)), [1.0], line)
    again = judge(Step(START + 600, (), (), (one,)), [2.0], line)
    assert [flag.score for flag in first] == [1.0]
    assert again == []


@pytest.mark.parametrize(("score", "is_flagged"), [(0.5, False), (0.500001, True)])
def test_a_score_must_pass_the_line(score, is_flagged):
    one = candidate(1, START)
    flags = judge(Step(START, (one.key,), (), (one,)), [score], BudgetedLine(start=0.5))
    assert bool(flags) is is_flagged


def test_a_title_nobody_saw_begin_is_not_flagged():
    assert judge(Step(START, (), (), (candidate(1, START - 99 * DAY),)), [9.0], BudgetedLine(start=0.0)) == []


def test_what_is_long_past_is_forgotten():
    line = BudgetedLine(start=0.0)
    for number in range(40):
        at = START + number * DAY
        judge(Step(at, ((f"话题{number}", at),), (), ()), [], line)
    assert len(line.outcomes) <= 10
