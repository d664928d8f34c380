"""The pieces of a text that decided its labels, marked in the text as people read it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.linear import default_scorer, reading_text
from analysis.scorer import Text
from analysis.why import aligned, runs, strongest, why

WORDS = {"food_drug_safety": ("食堂", "食品"), "education": ("小学", "学生", "小学生")}
STORY = Text(
    "小学食堂供餐后多名学生呕吐送医，家长希望尽快公布检测结果，食品供应商是谁？", "小学食堂：学生餐后呕吐"
)


def marked(found, head):
    label = next(one for one in found.labels if one.head == head)
    return {found.shown[piece.begins : piece.ends]: piece.weight for piece in label.pieces}


def test_the_words_of_the_label_are_marked_and_speak_for_it():
    found = why(default_scorer(), STORY, WORDS)
    assert found.reading.categories[0][0] in ("food_drug_safety", "education")
    heads = [one.head for one in found.labels]
    assert heads[0] == found.reading.sentiment
    assert "education" in heads
    assert any("小学" in words and weight > 0 for words, weight in marked(found, "education").items())


def test_word_lists_name_their_words_the_longer_ones_only():
    found = why(default_scorer(), Text("小学生在食堂吃饭后呕吐"), WORDS)
    lists = {name: words for one in found.labels for name, _, words in one.lists}
    assert lists.get("education", ("小学生",)) == ("小学生",)


def test_marks_stand_on_the_text_as_it_is_kept_full_width_and_traditional_alike():
    plain, other = "小学食堂供餐后3名学生呕吐,家长着急", "小學食堂供餐後３名學生嘔吐，家長着急"
    one, two = why(default_scorer(), Text(plain), WORDS), why(default_scorer(), Text(other), WORDS)
    assert two.shown == other
    spans = [[(piece.begins, piece.ends) for piece in label.pieces] for label in one.labels]
    assert spans == [[(piece.begins, piece.ends) for piece in label.pieces] for label in two.labels]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gets_marks_inside_itself_that_do_not_overlap(text):
    found = why(default_scorer(), Text(text), WORDS)
    for label in found.labels:
        edge = 0
        for piece in label.pieces:
            assert edge <= piece.begins < piece.ends <= len(found.shown)
            edge = piece.ends


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="学食堂後後３％①㎡ａA，。\u200b 啊", max_size=60))
def test_alignment_keeps_the_order(shown):
    places = aligned(shown, reading_text(Text(shown)))
    assert places == sorted(places)
    assert all(0 <= place < max(1, len(shown)) for place in places)


@pytest.mark.parametrize(
    ("heavy", "weights", "expected"),
    [
        ([], [], []),
        ([0, 1, 3], [1, 1, 0, 1], [(0, 4)]),
        ([0, 3], [1, 0, 0, 1], [(0, 1), (3, 4)]),
        ([0, 1], [1, -1], [(0, 1), (1, 2)]),
    ],
)
def test_runs_join_over_one_gap_and_never_over_a_change_of_sign(heavy, weights, expected):
    assert runs(heavy, weights) == expected


def test_nothing_weighs_nothing():
    assert strongest("", []) == ()
    assert strongest("学生", [0.0, 0.0]) == ()
