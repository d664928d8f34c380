"""What people ask, and equal questions brought together."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from analysis.asking import group_questions
from analysis.groups import affected_groups
from analysis.questions import questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小区停水三天了。请问什么时候能恢复供水？谢谢！", ["什么时候能恢复供水？"]),
        ("尊敬的领导：您好！安置房何时交付？", ["安置房何时交付？"]),
        ("我们希望尽快公布检测结果。", ["我们希望尽快公布检测结果"]),
        ("今天天气很好。", []),
        ("", []),
        ("？？？", []),
    ],
)
def test_questions_and_requests_are_taken_out(text, expected):
    assert questions(text) == expected


def test_a_question_said_twice_is_kept_once_and_numbers_are_masked():
    assert questions("何时恢复供水？何时恢复供水？") == ["何时恢复供水？"]
    assert "13812345678" not in "".join(questions("能否拨打13812345678联系？"))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_a_question_is_never_longer_than_sixty_one_characters(text):
    assert all(5 <= len(question) <= 61 for question in questions(text))


def test_equal_questions_are_grouped_and_named_by_the_clearest():
    groups = group_questions(
        [
            (1, "什么时候能恢复供水？"),
            (2, "何时能恢复供水？"),
            (3, "什么时候恢复供水？"),
            (4, "学校哪天开学？"),
        ]
    )
    assert groups[0].document_ids == (1, 2, 3)
    assert groups[0].text in ("什么时候能恢复供水？", "何时能恢复供水？", "什么时候恢复供水？")
    assert groups[1].document_ids == (4,)
    assert group_questions([]) == []


def test_affected_groups_are_groups_never_persons():
    assert affected_groups("家长们说，农民工工资被拖欠") == ["家长", "农民工", "劳动者"]
    assert affected_groups("今天天气很好") == []
