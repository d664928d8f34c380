"""Feeds lose their document type before a parser sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.xml_text import without_entities


@pytest.mark.parametrize(
    ("text", "rest", "has_entities"),
    [
        ("<?xml version='1.0'?><rss/>", "<rss/>", False), ("\ufeff<?xml version='1.0'?>\n<rss/>", "<rss/>", False),
        ('<!DOCTYPE rss PUBLIC "-//N//DTD 0.91//EN" "http://a/rss.dtd"><rss/>', "<rss/>", False),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', "<r>&x;</r>", True),
        ('<!doctype r [ <!entity x "]">\n ] ><r/>', "<r/>", True),
        ('<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd" [<!ENTITY % p SYSTEM "x">%p;]><r/>', "<r/>", True),
    ],
)  # fmt: skip
def test_the_document_type_goes(text, rest, has_entities):
    found, told = without_entities(text)
    assert "<!" not in found
    assert told == has_entities
    if ']">' not in text:
        assert found == rest


@given(
    st.lists(
        st.sampled_from(["<!DOCTYPE", "<!ENTITY", "[", "]", ">", "<r>", "x", " ", "<![CDATA[", "<?xml ?>"])
    )
)
def test_no_declaration_is_left_whatever_the_order(parts):
    found, _ = without_entities("".join(parts))
    assert not any(word in found for word in ("<!DOCTYPE", "<!ENTITY"))
