"""The background of the sample towns holds no slow concern for a new installation."""

from datetime import timedelta

import pytest

from analysis.slow import LOADED, PEOPLES_CHANNELS, slow_concerns
from analysis.window import Seen
from huiying.demo.town import TOWNS, items_until, load_town

NAMES = sorted(path.stem for path in TOWNS.glob("*.toml"))
CHANNELS = {"timeline": "social", "hotline": "hotline"}


def seen(item):
    return Seen(
        id=item.number, source=item.channel, channel=CHANNELS[item.channel], visibility="public", at=item.at,
        published_at=item.at, fetched_at=item.at, counted_at=item.at, copies=0, title=item.title, body=item.text,
        sentiment="neutral", categories=(), region=None, service_friction=False, sudden_incident=False, incident=None,
        is_new=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_new_installation_calls_nothing_slow(name):
    town = load_town(name)
    spoken = [seen(one) for one in items_until(town, town.play_start) if one.channel in CHANNELS]
    assert set(CHANNELS.values()) <= set(PEOPLES_CHANNELS)
    assert len(spoken) > 500
    assert slow_concerns([one for one in spoken if one.at > town.play_start - LOADED], town.play_start) == []
    for days in (1, 10, 20):
        assert slow_concerns(spoken, town.play_start - timedelta(days=days)) == []
