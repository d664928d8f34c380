"""Duty files: what they must say, and that a site can make a national limit stricter but never looser."""

import tomllib
from pathlib import Path

import pytest

import catalogue
from catalogue.duty import parse_duty
from catalogue.duty_override import check_override
from catalogue.errors import CatalogueError
from catalogue.loader import check, load_duties

FOLDER = Path(catalogue.__file__).parent / "duties"


def text_of(duty_id):
    return (FOLDER / f"{duty_id}.toml").read_text(encoding="utf-8")


def parse(duty_id, old="", new=""):
    text = text_of(duty_id)
    assert old in text
    return parse_duty(tomllib.loads(text.replace(old, new, 1)), f"duties/{duty_id}.toml")


def test_the_shipped_duties_are_those_of_the_rules():
    duties = load_duties(None)
    assert {"R1", "R2", "R3", "R5", "R6", "R7", "R7a", "R7b", "R8", "R9", "R10", "R10a"} <= set(duties)
    assert sorted(duty.id for duty in duties.values() if duty.runs) == ["R1", "R2", "R3"]
    figures = {duty.id: (duty.limit, duty.unit, duty.extension) for duty in duties.values()}
    assert figures["R1"] == (5, "hours", 0)
    assert figures["R2"] == (24, "hours", 0)
    assert figures["R3"] == (48, "hours", 0)
    assert figures["R7"] == (20, "working_days", 20)
    assert figures["R9"] == (5, "working_days", 10)
    assert figures["R10"] == (60, "calendar_days", 30)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_duty_names_its_basis_owner_and_what_stops_it(path):
    duty = parse(path.stem)
    assert duty.basis
    assert duty.owner
    assert duty.kind != "limit" or (duty.stopped_by and duty.examples)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "首次权威信息"', "", "name"),
        ("limit = 5", "limit = 0", "limit"),
        ("limit = 5", "limit = 4", "小于时限"),
        ("limit = 5", 'limit = "5"', "整数"),
        ("limit = 5", "limit = 5\nlimits = 5", "是否想写 limit"),
        ('unit = "hours"', 'unit = "days"', "working_days"),
        ('unit = "hours"', 'unit = "working_days"', "runs"),
        ('id = "R1"', 'id = "R01"', "文件名"),
        ('evidence_time = "published_at"', 'evidence_time = "held_at"', "stopped_by"),
        ('status = "V2"', 'status = "X"', "status"),
        ('{ code = "1h", after_minutes = 60 }', '{ code = "due", after_minutes = 60 }', "due"),
        (", { every_hours = 24 }]", "]", "最后一段"),
        ("until_hours = 24", "until_hours = 0", "最后一段"),
        ("start = 2026-11-20T09:30:00+08:00", "start = 2026-11-20T09:30:00", "时区"),
        ("deadline_at = 2026-11-20T14:30:00+08:00", "", "deadline_at"),
        ('state = "missed"', "", "judged_at"),
    ],
)
def test_a_wrong_duty_file_is_refused_with_its_key(old, new, message):
    with pytest.raises(CatalogueError, match=message) as error:
        parse("R1", old, new)
    assert "duties/R1.toml" in str(error.value)


def test_a_site_may_be_stricter():
    check_override(parse("R5"), parse("R5", "limit = 3", "limit = 2"))
    check_override(parse("R5"), parse("R5"))
    check_override(parse("R7"), parse("R7", "extension = 20", "extension = 10"))
    check_override(parse("R11"), parse("R11", "limit = 30", "limit = 45"))
    starts = 'starts = "earlier_of_occurrence_and_detection"'
    check_override(parse("R1"), parse("R1", starts, 'starts = "detection"'))


@pytest.mark.parametrize(
    ("duty_id", "old", "new", "message"),
    [
        ("R1", "limit = 5", "limit = 6", "全国规定为 5 小时"),
        ("R5", "limit = 3", "limit = 4", "全国规定为 3 个工作日"),
        ("R11", "limit = 30", "limit = 29", "更大"),
        ("R7", "extension = 20", "extension = 21", "extension"),
        ("R10", 'unit = "calendar_days"', 'unit = "working_days"', "unit"),
        ("R1", 'scope = "national"', 'scope = "local"', "scope"),
        ("R1", "runs = true", "runs = false", "runs"),
        ("R1", "has_quiet_hours = false", "has_quiet_hours = true", "免打扰"),
        ("R2", 'place = "地点"\n', "", "地点"),
        ("R3", 'starts = "detection"', 'starts = "event"', "starts"),
        ("R4", 'kind = "reminder"', 'kind = "minimum"', "kind"),
    ],
)
def test_a_looser_site_file_is_refused_with_a_message(duty_id, old, new, message):
    with pytest.raises(CatalogueError, match=message):
        check_override(parse(duty_id), parse(duty_id, old, new))


def test_another_places_figure_may_be_replaced_in_both_directions():
    check_override(parse("R9"), parse("R9", "limit = 5", "limit = 7"))
    check_override(parse("R6"), parse("R6", "limit = 10", "limit = 5"))


def test_loading_a_site_refuses_its_looser_duty_and_takes_its_stricter_one(tmp_path):
    (tmp_path / "duties").mkdir()
    site_file = tmp_path / "duties" / "R8.toml"
    site_file.write_text(text_of("R8").replace("limit = 20", "limit = 25"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="全国规定为 20 个工作日"):
        load_duties(tmp_path)
    assert any("全国规定为 20 个工作日" in str(error) for error in check(tmp_path)[1])
    site_file.write_text(text_of("R8").replace("limit = 20", "limit = 15"), encoding="utf-8")
    assert load_duties(tmp_path)["R8"].limit == 15
