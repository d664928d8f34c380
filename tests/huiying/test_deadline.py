"""`huiying deadline`: the answer for machines, the sentence for people, one line for a mistake."""

import json

import pytest

from huiying.cli import main

CALENDAR = """
complete_years = [2027]

[[days]]
from = 2027-01-01
to = 2027-01-05
works = false
notice = "示例通知"
"""


@pytest.fixture
def run(capsys):
    def call(*words):
        code = main(["deadline", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def answer(run):
    def call(*words):
        code, out, _ = run(*words, "--json")
        assert code == 0
        return json.loads(out)

    return call


def test_an_hour_clock_gives_its_instant_and_its_ladder(answer):
    got = answer("R1", "2026-11-20T09:30:00+08:00")
    assert got["deadline_at"] == "2026-11-20T14:30:00+08:00"
    assert got["provisional"] is False
    assert "deadline_date" not in got
    assert [mark["code"] for mark in got["milestones"]] == ["start", "1h", "2h30", "4h", "4h30", "due"]
    assert got["milestones"][-1] == {"code": "due", "due_at": "2026-11-20T14:30:00+08:00", "kind": "due"}


def test_fractions_of_a_second_are_written_as_short_as_they_are(answer):
    assert answer("R1", "2026-11-20T09:30:00.250+08:00")["deadline_at"] == "2026-11-20T14:30:00.250+08:00"
    assert answer("R1", "2026-11-20T09:30:00.000001Z")["deadline_at"] == "2026-11-20T22:30:00.000001+08:00"


def test_a_day_clock_gives_its_last_day_and_the_midnight_after(answer):
    got = answer("R5", "2026-11-20T10:00:00+08:00")
    assert (got["deadline_date"], got["deadline_before"]) == ("2026-11-25", "2026-11-26T00:00:00+08:00")
    assert "deadline_at" not in got
    assert answer("r5", "2026-11-20")["deadline_date"] == "2026-11-25"


def test_occurrence_and_detection_give_the_start(answer):
    facts = ("--occurred", "2026-11-20T03:10:00+08:00", "--detected", "2026-11-20T06:40:00+08:00")
    assert answer("R1", *facts)["deadline_at"] == "2026-11-20T08:10:00+08:00"
    assert answer("R2", *facts)["deadline_at"] == "2026-11-21T03:10:00+08:00"
    assert answer("R3", *facts)["deadline_at"] == "2026-11-22T06:40:00+08:00"
    assert answer("R2", *facts[2:])["deadline_at"] == "2026-11-21T06:40:00+08:00"


def test_suspension_correction_and_extension(answer):
    suspended = ("--suspended", "2026-03-09..2026-03-20")
    assert answer("R7", "2026-03-02T10:00:00+08:00", *suspended)["deadline_date"] == "2026-04-13"
    extended = answer("R7", "2026-09-15T10:00:00+08:00", "--extended")
    assert (extended["base_date"], extended["deadline_date"]) == ("2026-10-19", "2026-11-16")
    assert answer("R7+ext", "2026-09-15T10:00:00+08:00") == extended
    assert answer("R7", "2026-09-15", "--extended-by", "1")["deadline_date"] == "2026-10-20"
    corrected = answer("R7", "2026-08-03T10:00:00+08:00", "--corrected", "2026-08-20T09:00:00+08:00")
    assert (corrected["notice_by"], corrected["deadline_date"]) == ("2026-08-12", "2026-09-17")


def test_an_open_consultation_has_no_end(answer):
    got = answer("R7", "2026-03-02", "--suspended", "2026-03-09..")
    assert got["open_ended"] is True
    assert got["deadline_date"] is None
    assert got["answer_by"] == "2026-03-30"


def test_a_missing_year_is_provisional_until_the_office_gives_its_table(answer, tmp_path):
    table = tmp_path / "放假.toml"
    table.write_text(CALENDAR, encoding="utf-8")
    start = ("R7", "2026-12-10T10:00:00+08:00")
    certain = answer(*start, "--calendar", str(table))
    assert (certain["deadline_date"], certain["provisional"]) == ("2027-01-12", False)


def test_a_time_without_zone_is_taken_as_beijing_and_said_so(run):
    code, out, err = run("R1", "2026-11-20T09:30", "--json")
    assert code == 0
    assert json.loads(out)["deadline_at"] == "2026-11-20T14:30:00+08:00"
    assert "按北京时间（Asia/Shanghai）计" in err
    assert run("R1", "2026-11-20T09:30+08:00", "--json")[2] == ""


def test_people_read_plain_chinese_with_weekday_and_beijing_time(run):
    code, out, _ = run("R7", "2026-12-10T10:00:00+08:00", "--extended")
    assert code == 0
    for words in ("依申请公开答复", "截止：", "原定：2027-01-08（周五）", "暂定", "北京时间", "依据："):
        assert words in out
    assert "截止：2026-11-20（周五）14:30（含）" in run("R1", "2026-11-20T09:30+08:00")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "请写明时限编号"),
        (("R99", "2026-11-20"), "没有时限 'R99'"),
        (("R1",), "二者取一"),
        (("R1", "2026-11-20T09:30Z", "--detected", "2026-11-20T09:30Z"), "二者取一"),
        (("R1", "2026-11-20"), "写到时分"),
        (("R1", "明天"), "ISO 8601"),
        (("R3", "--occurred", "2026-11-20T09:30Z"), "--detected"),
        (("R5", "--detected", "2026-11-20T09:30Z"), "不看发生和发现时间"),
        (("R5", "2026-11-20", "--extended"), "不能延长"),
        (("R7", "2026-11-20", "--extended-by", "21"), "最多延长 20"),
        (("R7", "2026-11-20", "--suspended", "2026-11-23"), "发出日..答复日"),
        (("R7", "2026-11-20", "--suspended", "2026-11-24..2026-11-23"), "早于发出日"),
        (("R5", "2026-11-20", "--suspended", "2026-11-23..2026-11-24"), "不能中止"),
        (("R1", "2026-11-20T09:30Z", "--corrected", "2026-11-21T09:30Z"), "没有补正"),
        (("R12", "2026-11-20"), "不是答复时限"),
        (("R1", "9999-12-31T23:59Z"), "9999"),
        (("R5", "2026-11-20", "--calendar", "没有这个文件.toml"), "没有这个文件.toml"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_two(run, words, message):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1
