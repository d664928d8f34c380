"""The same question brought together over many texts, told apart by what is asked and of what."""

import time

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from analysis.asking import MOST, asks, group_questions


def texts_of(groups):
    return [group.text for group in groups]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("检测结果什么时候公布？", "when"),
        ("这种捆绑销售合法吗？", "lawful"),
        ("请政府取消捆绑销售，维护职工合法权益", "stop"),
        ("供应商是谁？", "who"),
        ("恳请领导重视，为民做主", "plea"),
        ("希望维护业主的合法权益", "plea"),
    ],
)
def test_a_question_wants_one_kind_of_answer_first(question, kind):
    assert asks(question)[0] == kind


def test_a_question_of_nothing_known_wants_no_kind():
    assert asks("有病吗？") == []


def test_the_same_question_in_other_words_is_one_and_counts_each_text_once():
    groups = group_questions(
        [
            (1, "检测结果什么时候公布？"),
            (2, "请问食堂的检测结果何时能公布？"),
            (2, "检测结果何时公布？"),
            (3, "检测结果到底什么时候才公布？"),
            (4, "食材供应商是谁？"),
        ]
    )
    assert groups[0].document_ids == (1, 2, 3)
    assert groups[1].document_ids == (4,)


def test_when_of_two_matters_stays_apart():
    groups = group_questions([(1, "A7县x117公交车何时增加班次？"), (2, "小学检测结果何时公布？")])
    assert len(groups) == 2


def test_traditional_script_width_and_punctuation_are_no_difference():
    groups = group_questions(
        [(1, "檢測結果何時公布？"), (2, "检测结果何时公布?"), (3, "检测结果，何时公布！")]
    )
    assert [group.document_ids for group in groups] == [(1, 2, 3)]


def test_masked_numbers_do_not_part_a_question():
    groups = group_questions([(1, "打<电话>没人接，何时恢复供水？"), (2, "打了没人接，何时恢复供水？")])
    assert len(groups) == 1


def test_equal_counts_keep_the_order_in_which_they_were_asked():
    assert texts_of(group_questions([(1, "何时恢复供水？"), (2, "补偿标准是多少钱？")])) == [
        "何时恢复供水？",
        "补偿标准是多少钱？",
    ]


def test_the_name_is_the_clearest_member_not_one_that_leans_on_a_sentence_before_it():
    groups = group_questions(
        [
            (1, "这种做法合法吗？"),
            (2, "捆绑销售车位是否合法？"),
            (3, "捆绑销售车位合法吗？"),
            (4, "王局长，捆绑销售车位是否合法合规？"),
        ]
    )
    assert groups[0].text in ("捆绑销售车位是否合法？", "捆绑销售车位合法吗？")


def test_a_known_wording_finds_its_group_and_adds_no_text():
    groups = group_questions(
        [(7, "检测结果何时公布？")], known=["请问检测结果什么时候公布？", "旧问题早已没人提了吗？"]
    )
    assert groups[0].document_ids == (7,)
    assert groups[0].text == "检测结果何时公布？"
    assert set(groups[0].wordings) == {"检测结果何时公布？", "请问检测结果什么时候公布？"}
    assert groups[1].document_ids == ()


def test_no_questions_no_groups():
    assert group_questions([]) == []


@pytest.mark.parametrize("text", ["", "？", "\x00\u202e", "a" * 4000])
def test_odd_texts_are_grouped_like_any(text):
    assert group_questions([(1, text), (2, text)])[0].document_ids == (1, 2)


def test_a_flood_of_one_sentence_is_one_question_and_many_sentences_stay_bounded():
    flood = [(number, "什么时候恢复供水？") for number in range(10_000)]
    assert len(group_questions(flood)) == 1
    different = [
        (number, f"{number} 号楼{chr(0x4E00 + number)}什么时候恢复供水？") for number in range(4 * MOST)
    ]
    began = time.process_time()
    groups = group_questions(different)
    assert time.process_time() - began < 10
    assert sum(len(group.document_ids) for group in groups) == 4 * MOST


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.text("何时供水停谁合法吗 ？ab1", min_size=1, max_size=12)),
        max_size=14,
    )
)
def test_every_question_is_in_exactly_one_group_and_no_document_is_lost(items):
    groups = group_questions(items)
    wordings = [wording for group in groups for wording in group.wordings]
    assert len(wordings) == len(set(wordings))
    assert {document for group in groups for document in group.document_ids} == {
        number for number, _ in items
    }
    assert [len(group.document_ids) for group in groups] == sorted(
        (len(group.document_ids) for group in groups), reverse=True
    )
