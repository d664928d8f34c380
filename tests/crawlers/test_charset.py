"""Right, wrong, missing and lying charsets: what the bytes say is what is read."""

import codecs
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.charset import as_utf8, decode

SIMPLE = "柳叶渠步道昨日恢复通行，居民说出行更加方便，希望尽快补上座椅。" * 4
TRADITIONAL = "柳葉渠步道昨日恢復通行，居民說出行更加方便，希望儘快補上座椅。" * 4
CLAIMS = (None, "utf-8", "gb2312", "big5", "iso-8859-1", "x-nonsense")
HELD = [("utf-8", SIMPLE), ("gb18030", SIMPLE), ("gbk", SIMPLE), ("big5", TRADITIONAL)]


def page(text, encoding, claim):
    meta = f'<meta charset="{claim}">' if claim else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>".encode(encoding)


@pytest.mark.parametrize(("encoding", "text"), HELD)
@pytest.mark.parametrize(("header", "meta"), list(product(CLAIMS, CLAIMS)))
def test_a_text_is_read_whatever_header_and_page_claim(encoding, text, header, meta):
    headers = {"Content-Type": "text/html" + (f"; charset={header}" if header else "")}
    assert text in decode(page(text, encoding, meta), headers)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_beats_every_claim(encoding):
    mark = getattr(
        codecs, f"BOM_{encoding.upper().replace('-LE', '_LE').replace('-BE', '_BE').replace('-', '')}"
    )
    body = mark + page(SIMPLE, encoding, "gb2312")
    assert SIMPLE in decode(body, {"content-type": "text/html; charset=big5"})


@given(st.binary(max_size=300), st.sampled_from(CLAIMS))
def test_any_bytes_become_text_without_nul_and_surrogates(body, claim):
    text = as_utf8(body, {"Content-Type": f"text/html; charset={claim}"}).decode("utf-8")
    assert "\x00" not in text
