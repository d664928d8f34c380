"""What happens with input nobody wished for; docs/detection.md says the same in sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.incidents import open_incidents
from analysis.detect import propose
from analysis.duplicates import Folder
from store.session import transaction
from store.text import fingerprint

START = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def open_now(desk, minutes):
    with transaction(desk.url) as session:
        return open_incidents(
            session, desk.catalogue, propose(session, desk.catalogue, at(minutes)), at(minutes)
        )


def collapse(desk, minutes=0.0, **changes):
    return desk.item(
        "城东街道一厂房发生坍塌，5人被埋", "城东街道一处厂房坍塌，救援正在进行。", minutes=minutes, **changes
    )


def test_a_page_from_the_future_counts_when_it_was_fetched(desk):
    item = replace(collapse(desk, channel="news"), published_at=at(60 * 24 * 900))
    desk.bring(item)
    desk.read()
    assert len(open_now(desk, 5).opened) == 1
    assert desk.rows("select published_at, counted_at from document") == [(None, item.fetched_at)]
    assert desk.rows("select detected_at from incident") == [(item.fetched_at,)]


def test_a_clock_that_jumps_back_loses_and_repeats_nothing(desk):
    desk.bring(collapse(desk, minutes=120, channel="news"))
    desk.read()
    assert len(open_now(desk, 30).opened) == 1  # the clock stands before the text
    assert open_now(desk, 20).opened == []
    assert open_now(desk, 130).opened == []


def test_a_late_text_joins_what_is_known(desk):
    desk.bring(collapse(desk, minutes=60, channel="news"))
    desk.read()
    (incident,) = open_now(desk, 65).opened
    late = replace(
        desk.item(
            "城东街道厂房坍塌现场5人被埋",
            "城东街道厂房坍塌，救援队已到现场。",
            minutes=10,
            channel="news",
            source="paper",
        ),
        fetched_at=at(60 * 24),
    )
    desk.bring(late)
    desk.read()
    open_now(desk, 60 * 24 + 5)
    assert desk.rows("select count(*) from incident") == [(1,)]
    assert desk.rows("select count(*) from membership where incident_id = :id", id=incident) == [(2,)]


def test_a_flood_of_one_spam_text_is_one_text(desk):
    spam = "高价回收旧手机，城东街道门店当天上门，联系电话请看主页，价格全城最高，欢迎比较。"
    desk.bring(
        *(
            desk.item("高价回收旧手机", f"{spam}{'！' * (n % 3)}", minutes=n / 10, source=f"s{n % 40}")
            for n in range(300)
        )
    )
    desk.read()
    assert desk.rows("select count(*) from document where folded_into is null") == [(1,)]
    assert open_now(desk, 40).opened == []


def test_ten_thousand_copies_of_one_report_are_one_report_with_its_reprints():
    folder = Folder()
    print_ = fingerprint("厂房坍塌", "城东街道一处厂房坍塌")
    heads = {folder.add(n, "厂房坍塌", "城东街道一处厂房坍塌", print_, at(n / 100)) for n in range(10_000)}
    assert heads == {None, 0}
    assert len(folder.heads) == 1


def test_an_empty_day_proposes_nothing_and_the_next_day_is_read_as_ever(desk):
    assert open_now(desk, -1440).opened == []
    assert open_now(desk, 0).opened == []
    desk.bring(collapse(desk, minutes=10, channel="news"))
    desk.read()
    assert len(open_now(desk, 20).opened) == 1


def test_one_happening_in_two_places_is_one_incident(desk):
    both = [
        desk.item(
            "城东街道至柳河镇大桥垮塌，3辆车落水",
            "连接城东街道和柳河镇的青龙大桥垮塌，3辆车落水。",
            minutes=0,
            channel="news",
        ),
        desk.item(
            "青龙大桥垮塌车辆落水，城东街道一侧已封路",
            "青龙大桥垮塌，城东街道这边封路，落水车辆正在打捞。",
            minutes=6,
        ),
        desk.item(
            "青龙大桥垮塌车辆落水，柳河镇这边也封了",
            "青龙大桥垮塌，柳河镇一侧封路，落水车辆还没捞上来。",
            minutes=9,
        ),
    ]
    desk.bring(*both)
    desk.read()
    assert len(open_now(desk, 15).opened) == 1
    assert desk.rows("select count(*) from membership") == [(3,)]


@pytest.mark.parametrize("rank", [None, 7])
def test_the_same_title_a_year_later_is_another_incident(desk, rank):
    address = {"url": "http://board.example/q", "canonical_url": "http://board.example/q"} if rank else {}
    first = desk.item("城东街道一厂房发生坍塌", channel="hotlist", rank=rank, **address)
    later = replace(
        first, published_at=at(60 * 24 * 365), fetched_at=at(60 * 24 * 365 + 2),
        **({} if rank else {"url": "http://board.example/2", "canonical_url": "http://board.example/2"}),
    )  # fmt: skip
    for item in (first, later):
        with transaction(desk.url) as session:
            from store.intake import take

            desk.run(
                "insert into source_state (source, first_run_at, memo) values (:s, :at, '{}') on conflict do nothing",
                s=item.source, at=at(-60 * 24 * 400),
            )  # fmt: skip
            take(session, [item], item.fetched_at)
        desk.read()
        minutes = (item.fetched_at - START) / timedelta(minutes=1) + 1
        assert len(open_now(desk, minutes).opened) == 1
    assert desk.rows("select count(*) from incident") == [(2,)]


def test_two_fires_in_one_district_on_one_day_are_two_incidents(desk):
    fires = [
        desk.item(
            "城东街道明珠商场起火，3人受伤",
            "城东街道明珠商场四楼起火，3人受伤送医。",
            minutes=0,
            channel="news",
        ),
        desk.item(
            "城东街道一居民楼起火，2人死亡",
            "城东街道青松小区居民楼起火，2人死亡。",
            minutes=40,
            channel="news",
        ),
    ]
    desk.bring(*fires)
    desk.read()
    assert len(open_now(desk, 60).opened) == 2


def test_what_goes_on_being_told_of_a_fire_joins_it(desk):
    desk.bring(desk.item("城东街道一工厂火灾已致4人死亡", channel="hotlist"))
    desk.read()
    (incident,) = open_now(desk, 5).opened
    desk.bring(
        desk.item(
            "城东街道那边黑烟好大，着火的地方现在怎么样了",
            "我在城东街道上班，看到浓烟，谁知道情况？",
            minutes=90,
        )
    )
    desk.read()
    assert open_now(desk, 100).opened == []
    assert desk.rows("select count(*) from membership where incident_id = :id", id=incident) == [(2,)]
