"""A published text is proposed as the answer to what it speaks of, with the sentence; never to a plea."""

import hypothesis.strategies as st
from hypothesis import given, settings

from analysis.answers import Published, likely_answers

RELEASE = (
    "情况通报。供应商为示例配餐公司，已停用该公司供餐。留样检测结果预计 11 月 23 日公布。感谢社会各界的关心。"
)


def proposed(question: str, text: str = RELEASE):
    return likely_answers([(1, question)], [Published(9, text)])


def test_the_sentence_with_the_asked_for_time_is_proposed():
    [found] = proposed("检测结果什么时候公布？")
    assert (found.question_id, found.response_id) == (1, 9)
    assert found.sentence == "留样检测结果预计 11 月 23 日公布。"
    assert 0 < found.likeness <= 1


def test_a_text_about_the_same_thing_without_what_was_asked_is_not_proposed():
    assert proposed("检测结果什么时候公布？", "对检测结果公布一事高度重视，将认真研究。") == []


def test_another_subject_is_not_proposed():
    assert proposed("地铁几号线什么时候开通？") == []


def test_a_plea_and_an_empty_text_are_never_answered():
    assert proposed("恳请领导重视，为我们做主") == []
    assert proposed("检测结果什么时候公布？", "") == []
    assert likely_answers([(1, "检测结果什么时候公布？")], []) == []


def test_the_traditional_release_answers_too():
    assert proposed("检测结果什么时候公布？", "留樣檢測結果預計 11 月 23 日公布。")


def test_of_two_releases_the_one_that_says_more_is_proposed():
    both = [Published(1, "检测正在进行，3 天内有进展。"), Published(2, RELEASE)]
    assert likely_answers([(1, "检测结果什么时候公布？")], both)[0].response_id == 2


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_gives_an_answer_or_none(question, text):
    for one in likely_answers([(1, question)], [Published(1, text)]):
        assert one.sentence in text
