"""Sources in trouble: told once, several in one message, and once more when they are well again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.source_watch import tell_sources
from store import crawl_runs
from store.model import SourceState


@pytest.fixture
def watched(catalogue):
    """The catalogue with two enabled sources of a known interval."""
    some = next(iter(catalogue.sources.values()))
    fixed = {"status": "enabled", "url": "https://a.example/", "every_seconds": 600}
    sources = {name: replace(some, name=name, publisher=f"虚构{name}", **fixed) for name in ("甲报", "乙报")}
    return replace(catalogue, sources=sources)


@pytest.fixture
def room(session, make_room):
    return make_room(session)


def save(session, now, source="甲报", **values):
    fixed = {"state": "正常", "reason": "列出 20 条，采到 20 条。", "trouble": None, "trouble_since": None}
    fixed |= {"last_run_at": now, "next_due_at": now + timedelta(minutes=10)}
    crawl_runs.save_source_state(session, source, **fixed | values)


def failing(since, **values):
    reason = "虚构甲报：网站拒绝连接，可能没有开启"
    return {
        "state": "失败",
        "reason": reason,
        "failures": 3,
        "trouble": "failing",
        "trouble_since": since,
    } | values


def notes(room):
    return {one.facts["title"]: one.facts["note"] for one in room.notifications("health")}


def test_a_failing_source_is_told_once_and_so_is_its_recovery(session, watched, room):
    save(session, room.now, **failing(room.now))
    first = tell_sources(session, watched, room.now)
    assert len(first) == 4
    assert tell_sources(session, watched, room.now + timedelta(minutes=1)) == []
    save(session, room.now, failures=0)
    assert len(tell_sources(session, watched, room.now + timedelta(minutes=2))) == 4
    assert tell_sources(session, watched, room.now + timedelta(minutes=3)) == []
    told = notes(room)
    assert set(told) == {"1 个信源采集异常", "1 个信源已恢复"}
    assert "虚构甲报（甲报）：连续采集失败" in told["1 个信源采集异常"]
    assert "拒绝连接" in told["1 个信源采集异常"]


def test_the_same_source_failing_again_later_is_news_again(session, watched, room):
    save(session, room.now, **failing(room.now))
    tell_sources(session, watched, room.now)
    save(session, room.now)
    tell_sources(session, watched, room.now)
    save(session, room.now, **failing(room.now + timedelta(minutes=5)))
    assert len(tell_sources(session, watched, room.now + timedelta(minutes=5))) == 4


def test_a_whole_outage_is_one_message(session, watched, room):
    save(session, room.now, **failing(room.now))
    save(session, room.now, "乙报", **failing(room.now, reason="找不到这个域名"))
    assert len(tell_sources(session, watched, room.now)) == 4
    assert set(notes(room)) == {"2 个信源采集异常"}


@pytest.mark.parametrize(("minutes", "is_told"), [(119, False), (120, True)])
def test_silence_is_told_after_two_hours(session, watched, room, minutes, is_told):
    since = room.now - timedelta(minutes=minutes)
    save(
        session, room.now, state="延迟", reason="最新一条已是 9 小时前", trouble="silent", trouble_since=since
    )
    assert bool(tell_sources(session, watched, room.now)) == is_told


@pytest.mark.parametrize(("minutes", "is_told"), [(60, False), (61, True)])
def test_a_source_that_nobody_reads_is_told_after_an_hour(session, watched, room, minutes, is_told):
    save(session, room.now, next_due_at=room.now - timedelta(minutes=minutes))
    assert bool(tell_sources(session, watched, room.now)) == is_told


def test_a_source_switched_off_by_a_person_is_no_news(session, watched, room):
    save(session, room.now, **failing(room.now), disabled_by="duty")
    assert tell_sources(session, watched, room.now) == []
    assert session.get(SourceState, "甲报").told is None
