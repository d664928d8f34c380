"""Every shipped source: readable, its table without unknown keys, and none switched on before it was tried."""

import pytest

from catalogue.loader import load
from crawlers.errors import BadRequest
from crawlers.options import check_options
from huiying.demo.site import SITES, write_site

SHIPPED = load(None).sources


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_source_is_readable_and_not_switched_on(name):
    check_options(SHIPPED[name])
    assert SHIPPED[name].status in ("untested", "disabled")


@pytest.mark.parametrize("town", sorted(folder.name for folder in SITES.iterdir()))
def test_the_sources_of_a_sample_town_are_readable(town, tmp_path):
    sources = [s for s in load(write_site(town, 8605, tmp_path)).sources.values() if s.name.startswith(town)]
    for source in sources:
        check_options(source)
    assert {source.kind for source in sources} == {"feed", "listing", "api", "timeline", "file"}


@pytest.mark.parametrize(
    "options", [{"lnk": "a"}, {"link": "a[["}, {"page": {"author": ".a"}}, {"next": 3}, {"page": {"text": "div::text"}}],
)  # fmt: skip
def test_a_wrong_table_is_refused_before_any_request(options, make_source):
    with pytest.raises(BadRequest, match="信源 try"):
        check_options(make_source(kind="listing", options=options))
