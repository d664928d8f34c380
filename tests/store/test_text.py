"""Cleaning, normalising, masking, fingerprint and search terms of texts."""

import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from store.text import _compatible, bigrams, clean, fingerprint, mask, normalise, search_terms, simplify

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)
PERSONAL = (
    "13812345678 0571-88123456 @某人 学生张某某 路12号3栋502室 网路 最佳化 "
    "\ud800 \u200b a@b.cn 微信号：abcde1 京A12345 "
    "https://x.cn/a?b=1 110101199003074578 卡号6222021234567890"
)
SPICED = st.lists(st.one_of(st.sampled_from(PERSONAL.split(" ")), st.text(max_size=8)), max_size=8).map(
    "".join
)


@settings(deadline=None)
@given(st.one_of(ANY_TEXT, SPICED))
def test_cleaning_and_normalising_twice_change_nothing_and_never_raise(text):
    assert clean(clean(text)) == clean(text)
    assert normalise(normalise(text)) == normalise(text)
    clean(text).encode("utf-8")


@settings(deadline=None)
@given(SPICED)
def test_masking_twice_changes_nothing(text):
    once = mask(text)
    assert mask(once.text).text == once.text
    assert mask(once.text).counts == {}


@settings(deadline=None)
@given(ANY_TEXT)
def test_bigrams_are_unique_short_and_capped(text):
    terms = bigrams(text, limit=20)
    assert len(terms) == len(set(terms)) <= 20
    assert all(0 < len(term) <= 40 for term in terms)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("停\u200b水\u202e了\ufeff", "停水了"),
        ("停\x00水\x07", "停水"),
        ("停\ud83d水", "停\ufffd水"),
        ("  停　水\t\t了 \r\n\r\n 三天 ", "停 水 了\n三天"),
        ("", ""),
    ],
)
def test_clean_removes_what_nobody_sees(raw, cleaned):
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("ＡＢＣ１２３，", "abc123,"),
        ("網路最佳化", "网络优化"),
        ("規範性檔案", "规范性文件"),
        ("建立健全執行機制", "建立健全执行机制"),
        ("衞生署", "卫生署"),
        ("质量程序执行", "质量程序执行"),
        ("第一行\n第二行", "第一行 第二行"),
    ],
)
def test_normalise_folds_width_case_and_script(raw, normal):
    assert normalise(raw) == normal


def test_simplify_leaves_simplified_text_alone():
    text = "著名学者在乾陵说，程式与品质"
    assert simplify(text) is text


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("打我13812345678", "打我<电话>"),
        ("打我138-1234-5678，或+86 139 1234 5678", "打我<电话>，或<电话>"),
        ("电话0571-88123456转801", "电话<电话>"),
        ("座机：8812345", "座机：<电话>"),
        ("身份证11010119900307457X，已核", "身份证<身份证>，已核"),
        ("卡号6222021234567890123", "卡号：<银行卡>"),
        ("6222 0212 3456 7890 123", "<银行卡>"),
        ("京A12345闯红灯，粤BD12345", "<车牌>闯红灯，<车牌>"),
        ("写信到zhang.san@example.com吧", "写信到<邮箱>吧"),
        ("QQ：123456789", "QQ：<账号>"),
        ("微信号：abc_12345", "微信号：<账号>"),
        ("住在平安路12号3栋502室", "住在平安路<地址>"),
        ("丽景小区3栋2单元502室漏水", "丽景小区<地址>漏水"),
        ("@某网友 请看，@另一个：好", "@用户 请看，@用户：好"),
        ("见https://example.com/a?token=abc&x=1。", "见https://example.com/a?<参数>。"),
        ("女儿叫王小花，今年六岁", "女儿叫某某，今年六岁"),
        ("小明同学受伤", "某某同学受伤"),
    ],
)
def test_mask_replaces_personal_data(raw, masked):
    assert mask(raw).text == masked
    assert sum(mask(raw).counts.values()) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345或110、120、12315",
        "服务电话400-820-1234",
        "国办发〔2016〕61号文件",
        "2019-05-22 16:11发布，共12345678元",
        "20190522期第3号公告",
        "坐12路公交，地铁路2号线",
        "GDP增长6.5%，新GDP2019年数据",
        "A市A7县的同学们，小学同学会",
        "孩子叫苦连天，20余名同学求情",
        "电话打不通，微信支付失败",
        "工单号100000000001",
        "房价15000元/平方米，第3栋楼",
    ],
)
def test_mask_leaves_hotlines_amounts_dates_and_document_numbers(text):
    assert mask(text).text == text
    assert mask(text).counts == {}


def test_one_megabyte_of_one_letter_is_masked_and_normalised_quickly():
    for text in ("a" * 1_000_000, "1" * 1_000_000, "@" * 1_000_000, "啊" * 1_000_000, "網" * 1_000_000):
        mask(clean(text))
        normalise(text)
        bigrams(text)


def test_fingerprint_ignores_script_width_blanks_and_punctuation_only():
    known = fingerprint("停水通知", "明日停水，请储水。")
    assert fingerprint("停水 通知！", "明日停水请儲水") == known
    assert fingerprint("停水通知", "明日停电，请储水。") != known
    assert fingerprint("停水", "通知明日停水，请储水。") != known
    assert len(known) == 64


def test_bigrams_keep_words_whole_and_find_a_single_character():
    assert bigrams("自来水ABC 2024水") == ["自来", "来水", "abc", "2024", "水"]
    assert search_terms("來水") == ["来水"]
    assert search_terms("，！ ") == []


@settings(deadline=None)
@given(st.text(st.sampled_from("水食堂，。！？…（）０１ＡｂＣ·—“”‘’《》、 \n12ab①㎡ﾊﾞｶ\u0301e"), max_size=60))
def test_the_short_way_of_ordinary_text_gives_the_same_form(text):
    assert _compatible(text) == unicodedata.normalize("NFKC", text)
