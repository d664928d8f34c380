"""Every spider kind and every page structure we claim to read, read over real HTTP from differently built sites."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from catalogue.source import KINDS
from crawlers.options import check_options
from crawlers.run import crawl

pytestmark = pytest.mark.slow
NAMES = sorted(folder.name for folder in (Path(__file__).parent / "twins").iterdir())


@pytest.fixture(scope="module")
def read(twin_site):
    """All twins read in one round: reports and sites by name."""
    moment = datetime.fromisoformat("2026-11-21T08:00:00+08:00")
    with ExitStack() as stack:
        twins = {name: stack.enter_context(twin_site.Twin(name)) for name in NAMES}
        reports = crawl([twin.source() for twin in twins.values()], moment, None, dry_run=True)
        yield {report.source: report for report in reports}, twins


@pytest.mark.parametrize("name", NAMES)
def test_a_twin_yields_exactly_the_expected_articles(name, read):
    reports, twins = read
    report, expected = reports[name], twins[name].table["expect"]
    assert report.judgement.status == "ok", report.judgement
    articles = {article.title: article for article in report.articles}
    assert len(report.articles) == len(expected), sorted(articles)
    for wanted in expected:
        article = articles[wanted["title"]] if "title" in wanted else by_text(report.articles, wanted["text"])
        check(article, wanted)


def by_text(articles, words):
    return next(article for article in articles if words in article.text)


def check(article, wanted):
    for key in ("text", "answer"):
        assert wanted.get(key, "") in (getattr(article, key) or ""), key
    if "answer" not in wanted:
        assert article.answer is None
    for key in ("published_at", "answered_on"):
        if key in wanted:
            assert getattr(article, key) == datetime.fromisoformat(wanted[key]), key
    assert article.published_precision == wanted.get("precision", article.published_precision)
    for key in ("rank", "heat", "answered_by"):
        if key in wanted:
            assert getattr(article, key) == wanted[key], key
    if "lacks" in wanted:
        assert wanted["lacks"] not in repr(article)


def test_every_kind_has_a_twin(read):
    assert {twin.table["source"]["kind"] for twin in read[1].values()} == set(KINDS)


def test_each_twin_is_a_correct_source_file(read):
    for twin in read[1].values():
        check_options(twin.source())


def test_an_old_child_map_and_old_pages_of_a_sitemap_are_not_asked_for(read):
    asked = [path for path, _ in read[1]["sitemap_news"].asked]
    assert sorted(asked) == ["/n/1.html", "/n/2.html", "/robots.txt", "/sitemap_index.xml", "/sm/news.xml.gz"]


def test_no_page_about_a_person_is_asked_for(read):
    for twin in read[1].values():
        assert not [path for path, _ in twin.asked if "space-uid" in path or "@" in path]
