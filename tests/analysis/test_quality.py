"""Every measure on labelled rows, and the baselines an engine must beat."""

import json

import pytest

from analysis.errors import BadInput
from analysis.linear import default_scorer
from analysis.quality import (
    keyword_readings,
    labelled_rows,
    majority_readings,
    measured,
    open_lines,
    regions_exact,
    texts_of,
    with_intervals,
)

ROWS = [
    {"text": "化工厂夜里偷排废水，河水发黑发臭。", "categories": ["environment"], "sentiment": "negative"},
    {"text": "本周末公园举行荷花展。", "categories": [], "sentiment": "neutral"},
    {"text": "A市发生爆炸，三人受伤。", "categories": [], "sentiment": "negative", "sudden_incident": True, "regions": ["A市"]},
    {"text": "今天天气很好。", "categories": [], "sentiment": "neutral", "sudden_incident": False, "regions": []},
]  # fmt: skip
WORDS = {
    "environment": ["废水"],
    "incident": ["爆炸", "受伤"],
    "friction": [],
    "negative": ["发臭"],
    "positive": ["很好"],
}
ALL = {name: [] for name in default_scorer().engine.lists} | WORDS


def lines(rows):
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def test_only_what_is_labelled_is_measured():
    found = measured(ROWS[:2], default_scorer().score(texts_of(ROWS[:2])))
    assert found["categories micro_f1"] == 1
    assert found["sentiment accuracy"] == 1
    assert not any("incident" in name or "two-class" in name for name in found)


def test_two_class_rows_are_measured_as_such():
    rows = [{"text": "太好吃了，点赞", "label": 1}, {"text": "太差了，恶心", "label": 0}]
    assert measured(rows, default_scorer().score(texts_of(rows))) == {"two-class accuracy": 1.0}
    assert measured(rows, majority_readings(rows)) == {"two-class accuracy": 0.5}


def test_intervals_hold_the_value_and_one_row_has_none_to_speak_of():
    table = with_intervals(ROWS, keyword_readings(ROWS, ALL), rounds=50)
    for one in table.values():
        assert one.low <= one.high
    single = with_intervals(ROWS[:1], default_scorer().score(texts_of(ROWS[:1])), rounds=5)
    assert single["sentiment accuracy"].low == single["sentiment accuracy"].high == 1


def test_word_lists_alone_say_yes_for_any_word():
    readings = keyword_readings(ROWS, ALL)
    assert [dict(one.categories) for one in readings] == [{"environment": 1.0}, {}, {}, {}]
    assert [one.sudden_incident for one in readings] == [False, False, True, False]
    assert [one.sentiment for one in readings] == ["negative", "neutral", "neutral", "positive"]


def test_the_majority_is_the_commonest_answer_of_each_head():
    reading = majority_readings([*ROWS, {"text": "又停水了", "sentiment": "negative"}])[0]
    assert reading.sentiment == "negative"
    assert not reading.categories
    assert not reading.sudden_incident


def test_regions_are_exact_or_not_and_villages_do_not_count():
    rows = [
        {"text": "A市B1区石桥村停水", "regions": ["A市", "B1区", "石桥村"]},
        {"text": "停水", "regions": ["A市"]},
    ]
    assert regions_exact(rows).value == 0.5
    assert regions_exact(ROWS[:1]) is None


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (["{", '{"text": "水", "label": 1}'], "第 1 行不是 JSON"),
        (['{"text": "水", "label": 1}', "[]"], "第 2 行应为带 text"),
        (['{"text": "水"}'], "第 1 行没有任何标注"),
        (["", " "], "没有一行标注"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(bad, says):
    with pytest.raises(BadInput, match=says):
        labelled_rows(bad, "标注.jsonl")


def test_blank_lines_are_no_rows(tmp_path):
    path = tmp_path / "标注.jsonl"
    path.write_text("\n".join(["", *lines(ROWS), ""]), encoding="utf-8")
    assert labelled_rows(open_lines(path), path.name) == ROWS
    with pytest.raises(BadInput, match="读不到"):
        open_lines(tmp_path / "没有.jsonl")
