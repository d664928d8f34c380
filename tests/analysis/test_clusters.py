from array import array
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clusters import POSTINGS, Clusterer, Item, Settings
from analysis.vocabulary import unpacked

START = datetime(2026, 11, 20, tzinfo=UTC)
FIRE = ("云溪区明珠商场四楼起火", "明珠商场起火消防已到场", "明珠商场火灾原因公布")
BUS = ("柳河镇12路公交改线引不满", "12路公交改线后柳河镇居民要走两公里", "柳河镇12路公交改线方案征求意见")


def item(key, title, hours=0.0, body="", **changes):
    return Item(key, title, body, START + timedelta(hours=hours), **changes)


def test_texts_of_two_matters_form_two_incidents():
    clusterer = Clusterer()
    homes = [clusterer.add(item(n, title, n)) for n, title in enumerate([*FIRE, *BUS])]
    assert len(set(homes[:3])) == len(set(homes[3:])) == 1
    assert homes[0] != homes[3]


def test_a_headline_and_a_long_message_of_one_matter_meet():
    clusterer = Clusterer()
    letter = (
        "我是柳河镇居民，自从12路公交改线以后，村口不再停车，老人看病要走两公里，请问12路公交何时恢复原线？"
    )
    assert clusterer.add(item(1, "柳河镇12路公交改线引不满")) == clusterer.add(
        item(2, "关于12路公交改线", 5, letter)
    )


@pytest.mark.parametrize(("hours", "joins"), [(71, True), (73, False)])
def test_the_window_closes_72_hours_after_the_last_text(hours, joins):
    clusterer = Clusterer()
    first = clusterer.add(item(1, FIRE[0]))
    assert (clusterer.add(item(2, FIRE[0] + "后续", hours)) == first) is joins


def test_identical_titles_a_year_apart_are_two_matters():
    clusterer = Clusterer(Settings(window=timedelta(days=180)))
    assert clusterer.add(item(1, FIRE[0])) != clusterer.add(item(2, FIRE[0], 365 * 24))


def test_where_a_text_already_belongs_it_stays():
    clusterer = Clusterer()
    clusterer.add(item(1, FIRE[0]), "20261120-01")
    assert clusterer.add(item(2, FIRE[1], 1)) == "20261120-01"
    assert clusterer.add(item(3, BUS[0], 1), "20261120-01") == "20261120-01"


def test_a_person_s_word_is_stronger_than_likeness():
    clusterer = Clusterer()
    clusterer.add(item(1, FIRE[0]), "a")
    assert clusterer.add(item(2, FIRE[1], 1, cannot=frozenset({"a"}))) != "a"
    assert clusterer.add(item(3, BUS[0], 1, must="a")) == "a"


def test_memory_holds_the_window_only():
    clusterer = Clusterer()
    for number in range(400):
        clusterer.add(
            item(number, "".join(chr(0x4E00 + (number * 37 + k * 101) % 9000) for k in range(12)), number * 2)
        )
    assert len(clusterer.members) <= 40
    assert {key for group in clusterer.groups.values() for key in group.members} == set(clusterer.members)
    assert {key for keys in clusterer.postings for key in array("q", keys)} <= set(clusterer.members)


def test_an_incident_that_grows_for_ever_keeps_its_newest_texts():
    clusterer = Clusterer()
    homes = {clusterer.add(item(number, f"明珠商场起火第{number}日", number)) for number in range(300)}
    assert len(homes) == 1
    assert set(clusterer.members) == set(range(100, 300))


def test_a_flood_of_one_text_stays_one_incident():
    clusterer = Clusterer()
    assert len({clusterer.add(item(number, FIRE[0], number / 100)) for number in range(500)}) == 1


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80), st.floats(-200, 200)), max_size=12))
def test_any_texts_in_any_order_get_an_incident(rows):
    clusterer = Clusterer()
    homes = [clusterer.add(item(n, title, hours, body)) for n, (title, body, hours) in enumerate(rows)]
    assert all(homes)


def test_the_same_stream_gives_the_same_incidents():
    def run():
        clusterer = Clusterer()
        return [clusterer.add(item(n, title, n)) for n, title in enumerate([*FIRE, *BUS] * 3)]

    assert run() == run()


def test_a_term_of_many_texts_keeps_its_newest_only():
    clusterer = Clusterer()
    for number in range(POSTINGS + 20):
        clusterer.add(item(number, "明珠商场"), f"incident-{number}")
    newest = list(range(20, POSTINGS + 20))
    assert all(list(array("q", keys)) == newest for keys in clusterer.postings)


def test_texts_without_a_word_are_matters_of_their_own_and_hinder_nobody():
    clusterer = Clusterer()
    assert clusterer.add(item(1, "！！！")) != clusterer.add(item(2, "？"))
    clusterer.add(item(3, "。"), "20261120-01")
    clusterer.add(item(4, FIRE[0]), "20261120-01")
    assert clusterer.add(item(5, FIRE[1], 1)) == "20261120-01"


def test_the_centre_is_the_sum_of_its_texts():
    clusterer = Clusterer()
    for number, title in enumerate(FIRE):
        clusterer.add(item(number, title), "one")
    total = defaultdict(float)
    for number in range(len(FIRE)):
        for term, weight in clusterer.vector_of(number):
            total[term] += weight
    assert dict(unpacked(clusterer.groups["one"].centre).pairs()) == pytest.approx(total)
    assert clusterer.groups["one"].norm == pytest.approx(
        sum(value * value for value in total.values()) ** 0.5
    )


ACCIDENTS = (
    "青屏一化工厂起火致2人死亡", "岚川一酒店发生火灾3人死亡", "沅水客车侧翻致5人死亡", "洪浦居民楼起火4人遇难", "凤泽煤矿透水7人被困",
    "桃岭自建房倒塌1人死亡", "锦坪高速货车追尾6人受伤", "浦阳学校食堂学生呕吐送医", "龙泽一仓库爆炸致2人死亡", "江口养老院起火8人死亡",
    "石渡渡船侧翻3人失联", "白鹤工地塔吊倒塌2人受伤", "南岩山体滑坡4人失联", "东溪超市坍塌5人被埋",
)  # fmt: skip


@pytest.mark.parametrize("title", ["北屏一养老院坍塌致2人死亡", "北屏一工厂爆炸致4人死亡"])
def test_an_incident_that_holds_many_accidents_takes_no_further_one(title):
    clusterer = Clusterer()
    for number, accident in enumerate(ACCIDENTS):
        clusterer.add(item(number, accident, number), "20261120-01")
    assert clusterer.add(item(99, title, 20)) != "20261120-01"
    assert clusterer.add(item(100, ACCIDENTS[0] + "，原因公布", 21)) == "20261120-01"


def test_an_incident_of_one_accident_still_takes_what_tells_of_it():
    clusterer = Clusterer()
    for number in range(14):
        clusterer.add(item(number, FIRE[number % 3], number / 10), "20261120-01")
    assert clusterer.add(item(99, "商场起火原因查明：明珠商场四楼电路老化", 20)) == "20261120-01"
