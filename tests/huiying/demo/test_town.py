"""The sample towns: quiet weeks, one incident that grows, always the same for the same moment."""

import tomllib
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from huiying.demo.town import TOWNS, items_until, load_town
from huiying.demo.town_hot import hot_list
from huiying.errors import RunError

NAMES = sorted(path.stem for path in TOWNS.glob("*.toml"))


def incident_of(town, minutes):
    until = items_until(town, town.play_start + timedelta(minutes=minutes))
    return [item for item in until if item.at >= town.play_start and not item.category]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_moment_gives_the_same_items_and_later_ones_only_add(name):
    town = load_town(name)
    early, again = items_until(town, town.play_start), items_until(load_town(name), town.play_start)
    late = items_until(town, town.play_start + timedelta(hours=3))
    assert early == again
    assert set(early) < set(late)
    assert len({item.number for item in late}) == len(late)


@pytest.mark.parametrize("name", NAMES)
def test_the_background_has_every_category_and_a_daily_rhythm(name):
    town = load_town(name)
    items = items_until(town, town.play_start)
    per_category = Counter(item.category for item in items if item.category)
    assert len(per_category) == 12
    assert min(per_category.values()) > len(items) / 30
    hours = Counter(item.at.astimezone(ZoneInfo("Asia/Shanghai")).hour for item in items)
    assert hours[20] > 5 * hours[3]
    days = len(items) / town.background_days
    assert 50 <= days <= 120


def test_the_incident_starts_within_a_minute_and_brings_sixty_items_in_twenty():
    town = load_town("haichuan")
    assert 1 <= len(incident_of(town, 1)) <= 3
    assert len([item for item in incident_of(town, 20) if item.channel != "hotlist" or item.peak > 1e5]) >= 60
    assert {item.channel for item in incident_of(town, 20)} == {"timeline", "hotlist", "hotline", "news"}


def test_the_number_of_sick_children_grows_and_is_never_ahead_of_its_time():
    town = load_town("haichuan")
    early = " ".join(item.text for item in incident_of(town, 6))
    assert "3名" in early
    assert "37名" not in early
    assert "37名" in " ".join(item.text for item in incident_of(town, 25))


def test_the_government_answers_after_an_hour():
    town = load_town("haichuan")
    first = [item for item in incident_of(town, 70) if item.channel == "government"]
    assert [(item.at - town.play_start) / timedelta(minutes=1) for item in first] == [61]


def test_the_hot_list_is_ranked_by_heat_and_the_incident_climbs_to_its_top():
    town = load_town("haichuan")
    now = town.play_start + timedelta(minutes=60)
    ranked = hot_list(items_until(town, now), now)
    assert [rank for rank, _, _ in ranked] == list(range(1, len(ranked) + 1))
    assert [heat for *_, heat in ranked] == sorted((heat for *_, heat in ranked), reverse=True)
    assert "明德路小学" in ranked[0][1].title


def test_a_town_without_an_incident_stays_quiet(tmp_path):
    text = (TOWNS / "haichuan.toml").read_text(encoding="utf-8")
    quiet = tmp_path / "quiet.toml"
    quiet.write_text(text[: text.index("[incident]")], encoding="utf-8")
    town = load_town(quiet)
    assert incident_of(town, 600) == [
        i for i in incident_of(town, 600) if i.channel == "hotlist" and i.peak < 1e5
    ]


def test_every_slot_of_a_town_file_has_words():
    for name in NAMES:
        raw = tomllib.loads((TOWNS / f"{name}.toml").read_text(encoding="utf-8"))
        items = items_until(load_town(name), load_town(name).play_start + timedelta(days=2))
        assert not [item for item in items if "{" in item.title + item.text], raw["name"]


def test_an_unknown_town_names_the_known_ones():
    with pytest.raises(RunError, match="haichuan"):
        load_town("nowhere")
