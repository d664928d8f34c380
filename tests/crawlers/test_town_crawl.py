"""The sample town read over real HTTP into a real database: all five sources, again unchanged, and no person kept."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from catalogue.loader import load
from crawlers.run import crawl
from huiying.demo.site import write_site
from huiying.demo.town import items_until, load_town
from huiying.demo.town_site import serve
from store.model import CrawlRun, Document, Evidence, Sighting, SourceState
from store.session import transaction

pytestmark = pytest.mark.slow
TOWN = load_town("haichuan")
EXPECTED_RUNS = ["ok", "unchanged", "unchanged"]  # no article appears between 15 and 16 minutes


@pytest.fixture(scope="module")
def crawled(database, tmp_path_factory):
    """Two rounds fifteen and sixteen minutes into the play, and the items that existed at the first."""
    moment = [TOWN.play_start + timedelta(minutes=15)]
    server = serve(TOWN, lambda: moment[0])
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    site = write_site("haichuan", server.server_port, tmp_path_factory.mktemp("site"))
    sources = [s for s in load(site).sources.values() if s.name.startswith("haichuan_")]
    first = crawl(sources, moment[0], database.app)
    again = crawl(sources, moment[0] + timedelta(seconds=30), database.app)
    moment[0] += timedelta(minutes=1)
    later = crawl(sources, moment[0], database.app)
    yield [{r.source: r for r in round_} for round_ in (first, again, later)], moment[0]
    server.shutdown()
    server.server_close()


def test_everything_the_town_published_is_stored_once(crawled, database):
    rounds, end = crawled
    items = items_until(TOWN, end)
    with transaction(database.app) as session:
        stored = dict(
            session.execute(select(Document.channel, func.count()).group_by(Document.channel)).all()
        )
    expected = {
        "social": "timeline", "news": "news", "government": "government", "hotline": "hotline",
    }  # fmt: skip
    for channel, name in expected.items():
        assert stored[channel] == sum(item.channel == name for item in items), channel
    assert {r.judgement.state for r in rounds[0].values()} == {"正常"}


def test_the_second_round_finds_nothing_new_and_unchanged_sources_answer_304(crawled):
    again = crawled[0][1]
    assert {name: r.counts["new"] for name, r in again.items()} == dict.fromkeys(again, 0)
    unchanged = {
        name.removeprefix("haichuan_") for name, r in again.items() if r.judgement.status == "unchanged"
    }
    assert unchanged == {"news", "government", "hotline", "hotlist"}


def test_the_third_round_brings_only_what_is_new(crawled):
    later = crawled[0][2]
    between = [i for i in items_until(TOWN, crawled[1]) if i.at > crawled[1] - timedelta(minutes=1)]
    posts = sum(item.channel == "timeline" for item in between)
    assert later["haichuan_timeline"].counts["new"] == posts > 0


def test_ranks_are_sightings_and_evidence_is_kept_for_news_and_government_only(crawled, database):
    with transaction(database.app) as session:
        assert session.scalar(select(func.count()).select_from(Sighting)) >= 3
        kept = set(
            session.scalars(select(Document.channel).join(Evidence, Evidence.document_id == Document.id))
        )
        visible = set(session.scalars(select(Document.visibility).where(Document.channel == "hotline")))
    assert kept == {"news", "government"}
    assert visible == {"internal"}


def test_no_account_caller_or_number_of_the_town_is_in_any_table(crawled, database):
    with transaction(database.owner) as session:
        tables = session.scalars(
            text("select table_name from information_schema.tables where table_schema = 'public'")
        )
        for table in list(tables):
            for word in ("invented", "虚构用户", "虚构来电人", "followers"):
                found = session.scalar(
                    text(f'select count(*) from "{table}" t where t::text like :w'), {"w": f"%{word}%"}
                )
                assert found == 0, (table, word)


def test_runs_and_states_are_kept(crawled, database):
    with transaction(database.app) as session:
        runs = session.scalars(select(CrawlRun).where(CrawlRun.source == "haichuan_news")).all()
        states = session.scalars(select(SourceState)).all()
    assert [run.status for run in sorted(runs, key=lambda run: run.id)] == EXPECTED_RUNS
    assert all(state.failures == 0 and state.first_run_at and state.next_due_at for state in states)
    assert len(states) == 5
