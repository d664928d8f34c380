"""What was not seen is said on the pages, in the mail and in the paper: once, below nine tenths, and not at it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import insert

from alerts.messages.alert import Frame, facts, html, text
from alerts.messages.brief import load_brief
from analysis.seen import seen_between, seen_now
from catalogue.settings import read_settings
from dashboards import blind
from dashboards.context import Context
from dashboards.paper import Note, Text
from dashboards.report import build_week, own_sentences
from dashboards.router import build_page
from dashboards.viewer import Viewer
from store.crawl_runs import save_source_state
from store.model import Document
from store.session import transaction

NOW = datetime(2026, 11, 18, 4, 20, tzinfo=UTC)  # Wednesday 12:20 in Beijing
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
CHIEF = Viewer("ceshi", "值班长", "chief", None, "")
PLACES = ("/", "/wall", "/handover", "/incident/20261118-01")


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


@pytest.fixture(autouse=True)
def forget():
    blind._kept.clear()
    yield
    blind._kept.clear()


@pytest.fixture
def settings(database, tmp_path):
    return read_settings({"HUIYING_DATA": str(tmp_path), "DATABASE_URL": database.app})


def bring(session, source, at, number):
    rows = [
        {
            "source": source, "channel": "news", "url": f"https://{source}.test/{at:%m%d%H%M}/{n}",
            "canonical_url": f"https://{source}.test/{at:%m%d%H%M}/{n}", "fingerprint": f"{source}{at:%m%d%H%M}{n}",
            "published_precision": "none", "fetched_at": at, "counted_on": at.date(), "visibility": "public",
        }
        for n in range(number)
    ]  # fmt: skip
    if rows:
        session.execute(insert(Document), rows)


def town(session, lost, back=0):
    """Two sources read for five weeks: 100 texts each noon together, of which `lost` no longer come."""
    for source, usual, now in (("shili_news", 100 - lost, 100 - lost), ("shili_gov", lost, back)):
        save_source_state(session, source, first_run_at=NOW - 5 * WEEK, last_success_at=NOW)
        for week in range(1, 5):
            bring(session, source, NOW - week * WEEK - 2 * HOUR, usual)
        bring(session, source, NOW - 2 * HOUR, now)


def drawn(session, catalogue, settings, reading, path):
    _, page = build_page(Context(session, NOW, CHIEF, catalogue, settings, path, {}))
    _, words = reading
    return words(json.loads(json.dumps(page.body, cls=PlotlyJSONEncoder)))


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(("lost", "is_told"), [(10, False), (11, True)])
def test_a_page_says_once_and_only_below_nine_tenths_what_is_missing(
    session, invented, invented_catalogue, settings, reading, path, lost, is_told
):
    invented.Filler(session).incident("20261118-01", NOW - HOUR, title="停水无人答复")
    town(session, lost)
    text = drawn(session, invented_catalogue, settings, reading, path)
    assert text.count("平静可能只是没看到") == (1 if is_told else 0)
    if is_told:
        since = "今日 0 时" if path == "/handover" else "今日 6 时"
        assert f"{since}以来只看到平时同一时段的 89%，缺：示例市政府网；平静可能只是没看到。" in text


def test_a_closed_incident_does_not_warn_of_today(session, invented, invented_catalogue, settings, reading):
    invented.Filler(session).incident(
        "20261118-01", NOW - HOUR, title="已办结的事", closed_at=NOW, state="closed"
    )
    town(session, 50)
    assert "平静可能" not in drawn(session, invented_catalogue, settings, reading, PLACES[3])


def test_the_handover_says_the_share_of_a_good_shift_too(session, invented_catalogue, settings, reading):
    town(session, 0)
    assert "本班看到平时同一时段的 100%" in drawn(session, invented_catalogue, settings, reading, "/handover")


def test_the_share_is_counted_once_a_minute(session, invented_catalogue, settings):
    town(session, 40)
    ctx = Context(session, NOW, CHIEF, invented_catalogue, settings, "/", {})
    first = blind.seen_lately(ctx)
    bring(session, "shili_gov", NOW - 3 * HOUR, 40)
    assert blind.seen_lately(ctx) is first
    assert first.is_little
    later = replace(ctx, now=NOW + timedelta(minutes=1))
    assert not blind.seen_lately(later).is_little


def test_a_source_the_site_no_longer_has_is_not_missed(session, invented_catalogue):
    town(session, 0)
    save_source_state(session, "dropped", first_run_at=NOW - 5 * WEEK)
    for week in range(1, 5):
        bring(session, "dropped", NOW - week * WEEK - 2 * HOUR, 80)
    assert seen_now(session, invented_catalogue, NOW).share == 1.0


def test_the_worse_of_six_and_twenty_four_hours_is_told(session, invented_catalogue):
    town(session, 40)
    for week in range(1, 5):
        bring(session, "shili_news", NOW - week * WEEK - 20 * HOUR, 100)
    bring(session, "shili_news", NOW - 20 * HOUR, 100)  # the day before was whole
    found = seen_now(session, invented_catalogue, NOW)
    assert (found.share, found.ends - found.begins) == (0.6, 6 * HOUR)
    day = seen_between(session, invented_catalogue, found.ends - 24 * HOUR, found.ends)
    assert day.share == 0.8


@pytest.mark.parametrize(
    ("lost", "told"), [(10, "各来源采集正常"), (11, "11 月 18 日 6 时以来只看到平时同一时段的 89%")]
)
def test_a_mail_names_the_day_and_says_it_only_below(session, invented, invented_catalogue, lost, told):
    incident = invented.Filler(session).incident("20261118-01", NOW - HOUR, title="停水无人答复")
    town(session, lost)
    brief = replace(load_brief(session, invented_catalogue, incident, NOW), blind_spots=())
    frame = Frame("alert", "http://127.0.0.1/", False, (), (), "", NOW)
    (blind,) = dict(facts(brief, frame))["盲区"]
    assert blind.startswith(told)
    assert blind in text(brief, frame)
    assert blind in html(brief, frame, None)


def week_words(session, catalogue, beijing):
    draft = build_week(session, catalogue, "2026-W47", beijing(23, 6))
    first = [block.text for block in draft.paper.sections[0].blocks if isinstance(block, Text)]
    last = [block.text for block in draft.paper.sections[8].blocks if isinstance(block, Note)]
    return "".join(first), "".join(last), draft


@pytest.mark.parametrize(
    ("lost", "place", "sentence"),
    [
        (0, 1, "本周看到往常同期信息量的100%，没有明显缺少的来源。"),
        (10, 1, "本周看到往常同期信息量的90%，缺：示例市政府网。"),
        (11, 0, "本周只看到往常同期信息量的89%，缺：示例市政府网；条数减少可能只是没看到。"),
    ],
)
def test_the_paper_says_the_share_of_the_week_always(
    session, invented, invented_catalogue, lost, place, sentence
):
    """In the first section when it is little, else in the last."""
    town(session, lost)
    *sections, draft = week_words(session, invented_catalogue, invented.beijing)
    assert sentence in sections[place]
    assert sum(line.count(sentence) for line in own_sentences(draft)) == 1
    assert sentence in draft.facts["mail_lines"]


def test_the_paper_of_a_holiday_week_compares_nothing(session, invented, invented_catalogue):
    holiday = datetime(2026, 10, 2, 4, 0, tzinfo=UTC)
    for source in ("shili_news", "shili_gov"):
        save_source_state(session, source, first_run_at=holiday - 5 * WEEK, last_success_at=holiday)
        for week in range(1, 5):
            bring(session, source, holiday - week * WEEK, 50)
    draft = build_week(session, invented_catalogue, "2026-W40", NOW)
    words = "\n".join(own_sentences(draft))
    assert "本周休假安排与前几周不同，信息量不能直接比较；没有采集失败的来源。" in words
    assert "只看到" not in words


def test_the_paper_of_a_new_town_says_that_nothing_can_be_compared(session, invented, invented_catalogue):
    _, last, _ = week_words(session, invented_catalogue, invented.beijing)
    assert "看到的份额还没有往常可比。" in last
