"""The fast way to normalise a batch gives what normalising each text gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.layout import laid_out, normalised
from analysis.linear import LENGTH_LIMIT, _alone, chunks
from analysis.linear import reading_text as slow
from analysis.scorer import Text

ODD = [
    "", " ", "水", "停水", " 前后 ", "两  个", "一\n二", "啊啊啊啊啊！！！！！", "ＡＢＣ１２３，。！", "臺灣網路", "ｶﾞ", "e\u0301t",
    "\x00\ud800", "😀😡", "Ⅷ㎡", "ΑΣ", "好\u200b的", "（注）：“引”——", "a" * 2500, "停水。" * 900, "著乾於", "\ue000",
]  # fmt: skip


def plain(layout):
    return [
        "".join(map(chr, layout.codes[at + 1 : at + size - 1]))
        for at, size in zip(layout.starts, layout.lengths, strict=True)
    ]


def expected(texts):
    return [slow(Text(text)) for text in texts]


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:10]))
def test_a_text_is_normalised_as_if_alone(text):
    assert plain(normalised([text], _alone, LENGTH_LIMIT)) == expected([text])


def test_neighbours_do_not_change_a_text():
    assert plain(normalised(ODD, _alone, LENGTH_LIMIT)) == expected(ODD)


@given(st.lists(st.text(alphabet=st.sampled_from("停水 。，！Ａaé臺的\n\u3000…—1"), max_size=12), max_size=6))
def test_any_batch_is_normalised_text_by_text(texts):
    assert plain(normalised(texts, _alone, LENGTH_LIMIT)) == expected(texts)


@given(st.lists(st.text(max_size=8), max_size=4))
def test_any_characters_are_normalised_text_by_text(texts):
    assert plain(normalised(texts, _alone, LENGTH_LIMIT)) == expected(texts)


def test_no_texts_are_no_codes():
    assert len(laid_out([]).codes) == 0
    assert len(normalised([], _alone, LENGTH_LIMIT).codes) == 0
    assert list(chunks([])) == []


def test_every_text_stands_between_two_blanks():
    layout = laid_out(["停水", ""])
    assert np.array_equal(layout.codes, [32, ord("停"), ord("水"), 32, 32, 32])
    assert layout.starts.tolist() == [0, 4]
