"""The watchdog calls for help after three minutes of silence, by its own clock."""

from datetime import UTC, datetime, timedelta

import pytest

from huiying.watchdog import FIRST_LIMIT, LIMIT, REPEAT, RETRY, Watch, last_beat

BEAT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NEXT = BEAT + timedelta(minutes=1)


@pytest.fixture
def watch():
    """It has seen one beat before its time and one since."""
    watch = Watch(began=1000)
    assert watch.look(BEAT, 1000) is None
    assert watch.look(NEXT, 1060) is None
    return watch


def test_three_minutes_are_quiet_and_a_second_more_is_an_alarm(watch):
    assert watch.look(NEXT, 1060 + LIMIT) is None
    assert watch.look(NEXT, 1060 + LIMIT + 1) == LIMIT + 1


def test_an_alarm_is_repeated_after_half_an_hour_only(watch):
    assert watch.look(NEXT, 1300) is not None
    assert watch.look(NEXT, 1300 + REPEAT - 1) is None
    assert watch.look(NEXT, 1300 + REPEAT) is not None


def test_an_alarm_nobody_heard_is_tried_again_in_a_minute(watch):
    assert watch.look(NEXT, 1300) is not None
    watch.alarm_failed(1300)
    assert watch.look(NEXT, 1300 + RETRY - 1) is None
    assert watch.look(NEXT, 1300 + RETRY) is not None


def test_a_new_beat_ends_the_alarm(watch):
    assert watch.look(NEXT, 1300) is not None
    assert watch.look(NEXT + timedelta(minutes=5), 1310) is None
    assert watch.look(NEXT + timedelta(minutes=5), 1310 + LIMIT) is None
    assert watch.look(NEXT + timedelta(minutes=5), 1310 + LIMIT + 1) is not None


def test_a_database_that_does_not_answer_is_silence_too(watch):
    assert watch.look(None, 1100) is None
    assert watch.look(None, 1060 + LIMIT + 1) is not None


def test_a_beat_of_an_earlier_run_says_nothing_and_a_first_start_has_seven_minutes():
    watch = Watch(began=1000)
    assert watch.look(BEAT, 1000) is None
    assert watch.look(BEAT, 1000 + FIRST_LIMIT) is None
    assert watch.look(BEAT, 1000 + FIRST_LIMIT + 1) is not None


def test_a_wall_clock_set_back_is_still_a_new_beat(watch):
    assert watch.look(BEAT - timedelta(days=1), 1200) is None
    assert watch.look(BEAT - timedelta(days=1), 1200 + LIMIT) is None


def test_no_beat_is_read_from_an_empty_table_or_a_dead_server(database, capsys):
    assert last_beat(database.app) is None
    assert capsys.readouterr().err == ""
    assert last_beat("postgresql+psycopg2://nobody:x@127.0.0.1:1/none") is None
    assert "读不到 keep_clocks 的心跳" in capsys.readouterr().err
