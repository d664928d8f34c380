"""Retry, disable, enable: in force for the crawl's own choice of due sources, audited, and harmless when repeated."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crawlers.jobs import due_sources
from store import source_switches
from store.crawl_runs import save_source_state, source_states
from store.errors import Conflict
from store.model import Audit
from store.session import read_now, transaction


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


@pytest.fixture
def now(session):
    return read_now(session)


def due(session, catalogue, now):
    enabled = [source for source in catalogue.sources.values() if source.status == "enabled"]
    return {source.name for source in due_sources(enabled, source_states(session), now)}


def test_a_source_in_back_off_is_due_at_once_after_a_retry(session, invented_catalogue, now):
    save_source_state(session, "shili_news", failures=5, next_due_at=now + timedelta(hours=6))
    assert "shili_news" not in due(session, invented_catalogue, now)
    source_switches.retry(session, "shili_news", "zhiban", now)
    assert "shili_news" in due(session, invented_catalogue, now)
    assert source_states(session)["shili_news"].failures == 5


def test_a_disabled_source_is_never_due_until_it_is_enabled_again(session, invented_catalogue, now):
    source_switches.disable(session, "shili_news", "guanli", "网站改版中", now)
    for later in (timedelta(), timedelta(days=30)):
        assert "shili_news" not in due(session, invented_catalogue, now + later)
    with pytest.raises(Conflict, match="已停用"):
        source_switches.retry(session, "shili_news", "zhiban", now)
    source_switches.enable(session, "shili_news", "guanli", "改版结束", now)
    assert "shili_news" in due(session, invented_catalogue, now)


def test_a_run_that_ends_after_the_switch_does_not_undo_it(session, invented_catalogue, now):
    source_switches.disable(session, "shili_news", "guanli", "网站改版中", now)
    save_source_state(session, "shili_news", state="正常", failures=0, next_due_at=now, last_success_at=now)
    assert "shili_news" not in due(session, invented_catalogue, now)


def test_every_switch_is_audited_with_who_why_before_and_after(session, now):
    source_switches.disable(session, "shili_gov", "guanli", "网站改版中", now)
    source_switches.enable(session, "shili_gov", "daiban", "改版结束", now)
    rows = session.scalars(select(Audit).where(Audit.subject == "source:shili_gov").order_by(Audit.id)).all()
    assert [(one.action, one.who, one.reason) for one in rows] == [
        ("source.disable", "guanli", "网站改版中"),
        ("source.enable", "daiban", "改版结束"),
    ]
    assert rows[0].before == {"disabled_by": None, "disabled_reason": None}
    assert rows[1].before["disabled_by"] == "guanli"
    assert rows[1].after["disabled_by"] is None


def test_switching_twice_says_so_and_changes_nothing(session, now):
    with pytest.raises(Conflict, match="没有停用"):
        source_switches.enable(session, "shili_gov", "guanli", "误点", now)
    source_switches.disable(session, "shili_gov", "guanli", "一", now)
    with pytest.raises(Conflict, match="已经停用"):
        source_switches.disable(session, "shili_gov", "daiban", "二", now)
    assert source_states(session)["shili_gov"].disabled_reason == "一"
