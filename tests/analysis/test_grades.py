import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.grades import fires, grade_from_reasons, rank, reasons_for
from analysis.proposal import Reason
from catalogue.level_rule import METRICS
from catalogue.loader import load

RULES = load(None).level_rules
CASES = [
    pytest.param(rule, metrics, expected, id=f"{rule.id}-{'fires' if expected else 'silent'}-{number}")
    for rule in RULES.values()
    for expected, examples in ((True, rule.fires), (False, rule.not_fires))
    for number, metrics in enumerate(examples)
]


@pytest.mark.parametrize(("rule", "metrics", "expected"), CASES)
def test_every_example_of_every_rule(rule, metrics, expected):
    assert fires(rule, metrics) is expected


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_examples_on_both_sides(rule):
    assert rule.fires
    assert rule.not_fires


@given(st.dictionaries(st.sampled_from(sorted(METRICS)), st.floats(0, 200, allow_nan=False), min_size=1))
def test_stored_reasons_alone_yield_the_grade(metrics):
    reasons = reasons_for(RULES.values(), metrics)
    stored = json.loads(json.dumps([reason.as_json() for reason in reasons], ensure_ascii=False))
    replayed = tuple(Reason.from_json(one) for one in stored)
    assert grade_from_reasons(replayed) == grade_from_reasons(reasons)
    assert replayed == tuple(Reason(**one.as_json()) for one in reasons)


@given(st.dictionaries(st.sampled_from(["deaths", "severely_hurt", "sudden_share"]), st.floats(0, 200)))
def test_more_victims_never_lower_a_level(metrics):
    more = {metric: value + 5 for metric, value in metrics.items()}
    before, after = (grade_from_reasons(reasons_for(RULES.values(), one)) for one in (metrics, more))
    assert rank(after[0]) <= rank(before[0])


@pytest.mark.parametrize(
    ("hurt", "level"), [(9, None), (10, "III"), (49, "III"), (50, "II"), (99, "II"), (100, "I")]
)
def test_official_accident_levels_count_the_boundary_in(hurt, level):
    metrics = {"severely_hurt": hurt, "sudden_share": 0.3}
    assert grade_from_reasons(reasons_for(RULES.values(), metrics))[2] == level


@pytest.mark.parametrize(("deaths", "level"), [(2, None), (3, "II"), (29, "II"), (30, "I")])
def test_deaths_in_a_sudden_event(deaths, level):
    assert (
        grade_from_reasons(reasons_for(RULES.values(), {"deaths": deaths, "sudden_share": 0.3}))[2] == level
    )


def test_deaths_in_texts_about_something_else_raise_nothing():
    assert reasons_for(RULES.values(), {"deaths": 5000, "sudden_share": 0.29}) == ()


def test_early_deaths_in_a_sudden_event_are_proposed_as_suspected_major():
    metrics = {"deaths": 3, "dead_or_missing": 3, "sudden_share": 1.0}
    assert grade_from_reasons(reasons_for(RULES.values(), metrics)) == ("II", True, "II")


def test_pupils_taken_to_hospital_after_a_meal_must_raise():
    metrics = {"hurt": 37, "minors": 1, "sensitive_field": 1, "sudden_share": 0.8}
    reasons = reasons_for(RULES.values(), metrics)
    assert reasons[0].must_raise
    assert grade_from_reasons(reasons) == ("II", True, "II")


def test_an_ordinary_request_is_grade_four_and_no_emergency():
    metrics = {"documents": 1, "sources": 1, "platforms": 1, "negative_share": 1.0, "friction_share": 1.0}
    assert reasons_for(RULES.values(), metrics) == ()
    assert grade_from_reasons(()) == ("IV", False, None)


def test_a_metric_nobody_could_measure_fires_nothing():
    assert reasons_for(RULES.values(), {}) == ()


def test_reasons_print_value_and_threshold():
    (reason,) = reasons_for([RULES["deaths_major"]], {"deaths": 12, "sudden_share": 0.5})
    assert (reason.values, reason.thresholds) == (
        {"deaths": 12, "sudden_share": 0.5}, {"deaths": ">= 10", "sudden_share": ">= 0.3"},
    )  # fmt: skip
    assert "12 人" in reason.text
