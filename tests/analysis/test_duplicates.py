import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.duplicates import Folder, is_copy
from analysis.shingles import band_keys, overlap, shingled
from store.text import fingerprint

START = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
REPORT = (
    "云溪区实验小学多名家长昨日向本站反映，孩子在校吃过午餐后陆续出现腹痛，校方已联系区人民医院安排检查。"
    "区教育局表示，已会同市场监管部门封存当天的留样食品并送检，结果将尽快公布。家长们希望知道送餐企业是怎样选定的，"
    "学校食堂何时恢复供餐，以及检查费用由谁承担。"
)


def add(folder: Folder, key: int, title: str, body: str = "", hours: float = 0) -> int | None:
    return folder.add(key, title, body, fingerprint(title, body), START + timedelta(hours=hours))


EDITS = {
    "another headline": ("家长追问学校午餐", REPORT),
    "traditional script": ("", REPORT.replace("区", "區").replace("学", "學")),
    "a lead and an editor's line": ("", "【转载】据本地消息：" + REPORT + "（责任编辑：值班编辑）"),
    "the last third cut off": ("", REPORT[: len(REPORT) * 2 // 3]),
    "sentences in another order": ("", "。".join(reversed(REPORT.split("。")))),
    "a few words changed": (
        "",
        REPORT.replace("昨日", "前天").replace("尽快公布", "及时通报").replace("希望", "想"),
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_repost_with_an_edit_folds_under_the_first(edit):
    folder = Folder()
    assert add(folder, 1, "家长反映孩子腹痛", REPORT) is None
    title, body = EDITS[edit]
    assert add(folder, 2, title, body, hours=5) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("城东镇12月3日停水通知", "城东镇12月4日停水通知"),
        ("花园小区三号楼停水通知", "花园小区五号楼停水通知"),
        ("城东镇停水通知", "城西镇停水通知"),
        ("某地客车侧翻致3人死亡", "某地客车侧翻致8人死亡"),
        ("区实验小学食堂午餐问题", "区实验中学操场翻修问题"),
    ],
)
def test_short_titles_of_different_matters_do_not_fold(one, other):
    folder = Folder()
    assert add(folder, 1, one) is None
    assert add(folder, 2, other, hours=1) is None


def test_two_weekly_notices_with_other_numbers_are_two_matters():
    week = "云溪区疾控中心通报：本周共报告流感样病例{}例，比上周{}例有所变化，就诊比例为百分之{}，请市民勤洗手，{}"
    tail = (
        "出现症状及时就医并避免带病上班上学，老年人和慢性病患者尽早接种疫苗，学校和托幼机构落实晨午检制度。"
    )
    assert not is_copy(
        shingled("通报", week.format(31, 44, 2, tail)), shingled("通报", week.format(57, 31, 5, tail))
    )


@pytest.mark.parametrize(("days", "head"), [(13.9, 1), (14.1, None)])
def test_the_window_is_fourteen_days(days, head):
    folder = Folder()
    add(folder, 1, "家长反映孩子腹痛", REPORT)
    assert add(folder, 2, "家长反映孩子腹痛", REPORT, hours=days * 24) == head


def test_ten_thousand_copies_leave_one_first_publication():
    folder = Folder()
    heads = {add(folder, key, "同一段话", REPORT, hours=key / 1000) for key in range(10_000)}
    assert heads == {None, 0}
    assert len(folder.heads) == 1


def test_a_quotation_is_no_copy():
    long = (
        REPORT + "另据了解，" + "全区正在对所有配餐单位逐一检查并约谈负责人，后续进展将在官网滚动发布。" * 20
    )
    assert not is_copy(shingled("", REPORT[:90]), shingled("", long))


def test_the_fold_forgets_what_is_older_than_its_window_and_keeps_two_kib_of_a_text():
    folder = Folder(timedelta(hours=10))
    letters = [chr(code) for code in range(0x4E00, 0x5A00)]
    draw = random.Random(4)
    for key in range(5000):
        assert add(folder, key, "来信", "".join(draw.choices(letters, k=400)), hours=key / 100) is None
    assert len(folder.heads) == len(folder.prints) == len(folder.bands) == 1001
    assert max(map(len, folder.heads.values())) < 1500


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared_both_ways(one, other):
    first, second = shingled("", one), shingled("", other)
    assert is_copy(first, second) == is_copy(second, first)
    assert overlap(first, first) in ((1.0, 1.0), (0.0, 0.0))
    assert all(-(2**63) <= key < 2**63 for keys in band_keys([first, second]) for key in keys)
