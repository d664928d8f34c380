"""A burst in one place that drowns in the town's total, on the real pipeline; the run in memory sees the same series."""

import random
from datetime import timedelta

import pytest

from analysis.detect import propose
from analysis.series_bursts import SERIES_RULE
from analysis.window import series_by_hour
from huiying.memory import MemoryTown
from huiying.past import PastItem
from store.session import transaction
from tests.analysis.conftest import START

DAYS = 20
THINGS = (
    "路灯",
    "健身器材",
    "公交站",
    "停车位",
    "垃圾桶",
    "充电桩",
    "绿道",
    "斑马线",
    "凉亭",
    "窨井盖",
    "护栏",
    "长椅",
)
NOW = START + timedelta(hours=6)
MATTER = (
    "柳河镇清水湾停水两天，没有人通知", "清水湾小区没有水，老人打不了水", "柳河镇清水湾停水，自来水公司电话打不通",
    "清水湾停水第二天，孩子没法洗澡", "柳河镇清水湾小区停水什么时候恢复", "清水湾停水没人管，物业推给自来水公司",
)  # fmt: skip


def loud_town(desk, in_the_village):
    """Thirty hotline calls a day, most about the other place; on the last day six on one matter."""
    draw = random.Random(3)
    items = []
    for number in range(30 * (DAYS + 1)):
        place = "柳河镇" if number % 30 < in_the_village else "城东街道"
        thing, road = draw.choice(THINGS), draw.randint(1, 99)
        minutes = (number // 30 - DAYS) * 1440 + number % 30 * 12
        items.append(
            desk.item(
                f"{place}{road}号{thing}坏了",
                f"{place}{road}号门口的{thing}坏了{draw.randint(2, 30)}天，{draw.choice(('晚上', '早上', '周末'))}路过不方便。",
                minutes=minutes,
                channel="hotline",
            )
        )
    return items + [
        desk.item(
            title, f"{title}，柳河镇清水湾小区停水，请尽快恢复供水。", minutes=60 + 45 * n, channel="hotline"
        )
        for n, title in enumerate(MATTER)
    ]


def proposed(desk, items):
    desk.bring(*items)
    desk.read()
    with transaction(desk.url) as session:
        return propose(session, desk.catalogue, NOW)


@pytest.mark.slow
@pytest.mark.parametrize(("in_the_village", "is_seen"), [(1, True), (15, False)])
def test_six_calls_from_a_quiet_place_are_seen_in_its_own_series(desk, in_the_village, is_seen):
    proposals = [one for one in proposed(desk, loud_town(desk, in_the_village)) if "水" in one.title]
    assert len(proposals) == is_seen
    for one in proposals:
        (reason,) = [reason for reason in one.reasons if reason.rule == SERIES_RULE]
        assert reason.text.startswith("柳河镇")
        assert "6 小时 6 件，平时" in reason.text
        assert set(reason.documents["series_ratio"]) == set(one.new_document_ids)


@pytest.mark.slow
def test_memory_and_database_see_the_same_series(desk):
    items = loud_town(desk, 4)
    desk.bring(*items)
    desk.read()
    town = MemoryTown(desk.catalogue, desk.scorer)
    past = [
        PastItem(one.source, one.channel, one.url, one.published_at, one.title, one.text)
        for one in sorted(items, key=lambda one: one.published_at)
    ]
    for item, (ready, reading) in zip(past, town.readings(past), strict=True):
        town.keep(item, ready, reading, item.at)
    with transaction(desk.url) as session:
        stored = series_by_hour(session, NOW)
        assert stored == town.series(NOW)
        assert ("hotline", "*", "liuhe") in stored
