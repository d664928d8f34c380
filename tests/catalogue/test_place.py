"""A town names itself once, takes groups of sources, and runs only what was tried on its own machine."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catalogue.loader import check, load
from catalogue.tried import read_trials, write_trial

NOW = datetime(2026, 11, 21, tzinfo=UTC)
REGIONS = """
[[region]]
id = "yunjiang"
name = "云江省"
level = "province"
[[region]]
id = "yundu"
name = "云渡市"
level = "city"
parent = "yunjiang"
office = true
"""


@pytest.fixture
def site(tmp_path):
    def write(place="", **sources):
        (tmp_path / "regions").mkdir(exist_ok=True)
        (tmp_path / "regions" / "gazetteer.toml").write_text(REGIONS, encoding="utf-8")
        (tmp_path / "place.toml").write_text(place, encoding="utf-8")
        (tmp_path / "sources").mkdir(exist_ok=True)
        for name, text in sources.items():
            (tmp_path / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def source(name, more="", status="untested"):
    return (
        f'name = "{name}"\npublisher = "虚构"\nkind = "feed"\nchannel = "news"\nurl = "https://a.example/${{word}}"\n'
        f'purpose = "${{region}}新闻"\nowner = "值班室"\nstatus = "{status}"\n{more}'
    )


def test_the_town_and_its_province_fill_the_shipped_sources(site):
    sources = load(site()).sources
    assert sources["nmc_alarm"].url.endswith("province=云江省")
    assert sources["thepaper_search"].options["json"]["word"] == "云渡市"
    assert sources["people_search"].missing == []
    assert sources["liuyan_local"].missing == ["liuyan_fid"]
    assert sources["liuyan_local"].publisher == "人民网领导留言板（云渡市）"


def test_a_word_of_place_toml_fills_every_source_that_asks_for_it(site):
    sources = load(site('[fill]\nliuyan_fid = "7001"\nregion = "云渡"\n')).sources
    assert sources["liuyan_local"].missing == []
    assert sources["liuyan_local"].options["form"]["fid"] == "7001"
    assert sources["liuyan_local"].options["headers"]["Referer"].endswith("fid=7001")
    assert sources["thepaper_search"].options["json"]["word"] == "云渡"
    assert sources["thepaper_search"].options["url_template"].endswith("{contId}")  # fields of an item stay


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ('groups = ["central_new"]', "是否想写 'central_news'"),
        ('sources = ["weibo_hott"]', "是否想写 'weibo_hot'"),
        ('[fill]\nliuyan_fd = "1"', "是否想写 liuyan_fid"),
        ("[fill]\nliuyan_fid = 7001", "应为英文名 = 文字"),
        ('grops = ["central_news"]', "是否想写 groups"),
        ("groups = ", "不是合格的 TOML"),
    ],
)
def test_a_mistake_in_place_toml_is_one_sentence_with_the_remedy(place, words, site):
    _, errors = check(site(place))
    assert [error for error in errors if words in str(error)], [str(error) for error in errors]
    assert all("place.toml" in str(error) for error in errors)


def test_an_untested_source_runs_only_after_a_try_of_exactly_this_table(site):
    folder = site('[fill]\nword = "x"\n', mine=source("mine"))
    assert load(folder).sources["mine"].status == "untested"
    write_trial(folder, load(folder).sources["mine"], 20, NOW)
    assert load(folder).sources["mine"].status == "enabled"
    assert [one.name for one in load(folder).enabled_sources()] == ["mine"]
    site('[fill]\nword = "y"\n')  # another address: it was never tried
    assert load(folder).sources["mine"].status == "untested"
    assert read_trials(folder)["mine"].items == 20


def test_bounds_and_rhythm_may_change_without_a_new_try(site):
    folder = site('[fill]\nword = "x"\n', mine=source("mine"))
    write_trial(folder, load(folder).sources["mine"], 20, NOW)
    site('[fill]\nword = "x"\n', mine=source("mine", 'every = "1h"\n[healthy]\nitems_min = 5\n'))
    assert load(folder).sources["mine"].status == "enabled"


def test_disabled_stays_disabled_whatever_was_tried(site):
    folder = site('[fill]\nword = "x"\n', mine=source("mine", status="disabled"))
    write_trial(folder, replace(load(folder).sources["mine"], status="untested"), 20, NOW)
    assert load(folder).sources["mine"].status == "disabled"


@pytest.mark.parametrize(
    ("place", "is_on"),
    [
        ("", True),
        ('groups = ["hot_lists"]', True),
        ('groups = ["forums"]', False),
        ('groups = ["forums"]\nsources = ["weibo_hot"]', True),
    ],
)
def test_a_tried_source_runs_where_the_town_takes_it(place, is_on, site):
    folder = site(place)
    write_trial(folder, load(folder).sources["weibo_hot"], 50, NOW)
    assert (load(folder).sources["weibo_hot"].status == "enabled") == is_on


def test_a_source_that_lacks_a_word_cannot_be_switched_on(site):
    _, errors = check(site(mine=source("mine", status="enabled")))
    assert "缺 word，还不能启用" in str(errors[0])


def test_what_is_picked_and_tried_is_part_of_the_version(site):
    folder = site()
    before = load(folder).version
    write_trial(folder, load(folder).sources["weibo_hot"], 50, NOW)
    tried = load(folder).version
    assert len({before, tried, load(site('groups = ["forums"]')).version}) == 3


def test_a_broken_trial_is_told_and_the_catalogue_still_loads(site):
    folder = site()
    (folder / "tried").mkdir()
    (folder / "tried" / "weibo_hot.toml").write_text("nonsense", encoding="utf-8")
    catalogue, errors = check(folder)
    assert "请删除它，再运行 huiying source try weibo_hot" in str(errors[0])
    assert catalogue.sources["weibo_hot"].status == "untested"


def test_a_bridge_in_the_own_network_is_allowed_for_its_own_sources_only(site):
    place = 'allow_hosts = ["127.0.0.1:3000"]\n[fill]\nnewsnow_base = "http://127.0.0.1:3000"\n'
    sources = load(site(place)).sources
    assert sources["newsnow_weibo"].allow_hosts == ("127.0.0.1:3000",)
    assert [
        name for name, one in sources.items() if one.allow_hosts and not name.startswith("newsnow_")
    ] == []
