"""Every shipped source: readable, bounded, in a group, saying what is known of it, and not switched on untried."""

import re
import tomllib
from collections import Counter

import pytest

from catalogue.loader import SHIPPED as FOLDER
from catalogue.loader import load
from catalogue.place import GROUPS
from catalogue.source import KINDS
from crawlers.errors import BadRequest
from crawlers.options import check_options
from huiying.demo.site import SITES, write_site

SHIPPED = load(None).sources
FEWEST = 60
PERSONAL = re.compile(
    r"nick|lyr\b|author(?!poston)|user_?name|screen|avatar|account|来电人|来信人|留言人|电话|姓名", re.I
)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_source_is_readable_bounded_and_not_switched_on(name):
    source = SHIPPED[name]
    check_options(source)
    assert source.status in ("untested", "disabled")
    assert source.groups
    assert source.purpose
    assert source.owner
    assert source.every_seconds >= 300
    assert source.delay_seconds >= 2
    assert source.healthy.required
    assert source.url or source.kind == "file"
    if source.kind not in ("timeline", "file"):
        assert source.healthy.items_min or source.healthy.items_max, "no bounds"
    assert (FOLDER / "sources" / f"{name}.toml").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_source_reads_no_field_about_a_person(name):
    raw = tomllib.loads((FOLDER / "sources" / f"{name}.toml").read_text(encoding="utf-8"))
    assert not PERSONAL.search(str(raw.get(raw["kind"], {})))


def test_there_are_enough_of_each_kind_and_every_group_has_some():
    kinds = Counter(source.kind for source in SHIPPED.values())
    groups = Counter(group for source in SHIPPED.values() for group in source.groups)
    ready = [source for source in SHIPPED.values() if not source.missing and source.status == "untested"]
    assert len(ready) >= FEWEST
    assert set(kinds) == set(KINDS)
    assert set(groups) == set(GROUPS)


@pytest.mark.parametrize("town", sorted(folder.name for folder in SITES.iterdir()))
def test_the_sources_of_a_sample_town_are_readable(town, tmp_path):
    sources = [s for s in load(write_site(town, 8605, tmp_path)).sources.values() if s.name.startswith(town)]
    for source in sources:
        check_options(source)
    assert {source.kind for source in sources} == {"feed", "listing", "api", "timeline", "file"}


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("listing", {"lnk": "a"}, "是否想写 link"),
        ("listing", {"link": "a[["}, "CSS 选择器"),
        ("listing", {"page": {"author": ".a"}}, "author 不认识"),
        ("listing", {"next": 3}, "CSS 选择器"),
        ("listing", {"max_pages": 0}, "1 至 50"),
        ("listing", {"max_pages": 51}, "1 至 50"),
        ("listing", {"max_pages": True}, "1 至 50"),
        ("listing", {"page": ".a"}, "应为表"),
        ("sitemap", {"include": "("}, "正则表达式"),
        ("sitemap", {"max_age": "soon"}, "应为时长"),
        ("api", {"items": "a", "unit": "min"}, '"s" 或 "ms"'),
        ("api", {"items": "a", "paging": {"feild": "page"}}, "是否想写 field"),
        ("board", {"title": "a"}, "缺 items"),
        ("board", {"items": "a", "detail": {"format": "xml"}}, '"html" 或 "json"'),
        ("board", {"items": "a", "detail": {"reply": "div["}}, "CSS 选择器"),
        ("board", {"items": "a", "detail": {"nickname": "x"}}, "nickname 不认识"),
    ],
)
def test_a_wrong_table_is_refused_before_any_request(kind, options, words, make_source):
    with pytest.raises(BadRequest, match="信源 try") as caught:
        check_options(make_source(kind=kind, options=options))
    assert words in str(caught.value)


def test_numbers_at_their_bounds_are_taken(make_source):
    for number in (1, 50):
        check_options(make_source(kind="listing", options={"max_pages": number}))
