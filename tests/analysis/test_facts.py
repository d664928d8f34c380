from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts import Voice, corroborated, earliest_occurrence, gather, statement
from analysis.numbers import parse_numeral

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Beijing


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("某地客车侧翻27人遇难", {"deaths": 27}),
        ("山洪致5人遇难8人失联", {"deaths": 5, "missing": 8}),
        ("事故致3死5伤", {"deaths": 3, "hurt": 5}),
        ("已造成2人死亡、15人受伤，其中4人重伤", {"deaths": 2, "severely_hurt": 4, "hurt": 15}),
        ("十人重伤三人死亡", {"deaths": 3, "severely_hurt": 10, "hurt": 10}),
        ("某小学三十七名学生出现呕吐腹泻送医", {"hurt": 37}),
        ("死亡人数升至11人", {"deaths": 11}),
        ("遇难者增至十六人", {"deaths": 16}),
        ("送医学生增至62人", {"hurt": 62}),
        ("70岁老人死亡", {}),
        ("2008年地震造成6万人遇难", {}),
        ("去年全县溺亡5人死亡", {}),
        ("如果再不管会有10人死亡", {}),
        ("房价涨死了，伤心", {}),
        ("第7人死亡赔偿金怎么算", {}),
        ("", {}),
    ],
)
def test_numbers_are_read_as_written(text, counts):
    assert statement(text, "", NOW).counts == counts


def test_an_exercise_hurts_nobody():
    assert statement("全市举行消防应急演练", "模拟化工厂爆炸造成30人死亡", NOW).counts == {}


@pytest.mark.parametrize(
    ("text", "number"),
    [("37", 37), ("十二", 12), ("三百零五", 305), ("百", 100), ("二〇", 20), ("两万", 20000)],
)
def test_numerals(text, number):
    assert parse_numeral(text) == number


@given(st.text())
def test_any_text_has_a_statement(text):
    statement(text, text, NOW)


@given(st.from_regex(r"[零〇一二两三四五六七八九十百千万]{1,7}", fullmatch=True))
def test_any_run_of_numerals_is_a_number(text):
    assert parse_numeral(text) >= 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("今天6时40分许，城东一厂房发生爆炸", datetime(2026, 11, 19, 22, 40, tzinfo=UTC)),
        ("昨晚8点半左右发生火灾", datetime(2026, 11, 19, 12, 30, tzinfo=UTC)),
        ("11月19日下午3时，一货车追尾", datetime(2026, 11, 19, 7, 0, tzinfo=UTC)),
        ("今天18时发生火灾", None),  # after publication
        ("截至今天10时，事故已致3人受伤", None),
        ("今天9时将召开事故新闻发布会", None),
        ("厂房发生爆炸", None),
        ("今天9时起供水恢复", None),
    ],
)
def test_the_time_of_occurrence_only_when_clearly_stated(text, moment):
    assert statement(text, "", NOW).occurred_at == moment


def voice(text: str, channel: str = "social") -> Voice:
    return Voice(statement(text, "", NOW), channel)


def test_one_post_alone_is_no_toll_but_a_newsroom_is():
    assert corroborated([voice("听说5人死亡")], "deaths") == 0
    assert corroborated([voice("听说5人死亡"), voice("现场有3人死亡")], "deaths") == 3
    assert corroborated([voice("5人死亡", "news")], "deaths") == 5


def test_growing_reports_give_the_highest_number():
    voices = [voice("3人遇难", "news"), voice("遇难者增至8人", "government"), voice("听说死亡20人")]
    assert gather(voices)["deaths"] == 8


def test_claims_need_a_fifth_of_the_documents():
    voices = [voice("学生放学")] + [voice("道路积水")] * 5
    assert gather(voices)["minors"] == 0
    assert gather(voices[:5])["minors"] == 1


def test_the_dead_and_the_missing_are_added_up():
    assert gather([voice("5人遇难8人失联", "news")])["dead_or_missing"] == 13


def test_without_documents_nothing_is_claimed():
    assert set(gather([]).values()) == {0.0}
    assert earliest_occurrence([]) is None


@pytest.mark.parametrize(
    ("text", "is_hazard"),
    [
        ("某化工厂氯气泄漏", True),
        ("小区燃气管道发生泄漏", True),
        ("加油站客户信息泄漏", False),
        ("高考试题泄露系谣言", False),
        ("住宅楼火灾疑因插线板引发", True),
        ("居民楼起火，未造成人员伤亡", False),
        ("居民楼起火，暂无人员伤亡", True),
        ("发生5.5级地震，未造成人员伤亡", True),
        ("一饭店坍塌事故经营者获刑7年", False),
        ("57年前我国第一颗氢弹爆炸", False),
        ("煤矿爆炸事故调查报告公布", False),
        ("网传商场爆炸系谣言", False),
        ("海贼王经费爆炸", False),
        ("男子误用洗衣爆炸盐炒菜", False),
        ("最近大火的电视剧", False),
        ("仓库突发大火", True),
        ("消防演练模拟高层起火", False),
    ],
)
def test_a_hazard_is_a_danger_to_people_now(text, is_hazard):
    assert statement(text, "", NOW).hazard is is_hazard
