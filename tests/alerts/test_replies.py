"""Official replies to the letters of an incident: how many, how fast, and which hotline items are over the one limit known."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.replies import Letter, judged, reply_sources

BEIJING = timedelta(hours=8)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # Friday noon in Beijing
DAY = timedelta(days=1)


def letter(asked=None, answered=None, channel="hotline", number=1, is_answered=None):
    has_reply = answered is not None if is_answered is None else is_answered
    return Letter(number, channel, asked, "minute", answered, "示例区住建局", has_reply)


@pytest.fixture
def duty(catalogue):
    return catalogue.duties["R9"]


def beijing(day, hour=0, minute=0, second=0):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC) - BEIJING


@pytest.mark.parametrize(
    ("now", "late"),
    [(beijing(20, 23, 59, 59), ()), (beijing(21), (1,)), (beijing(13, 9), ())],
)
def test_a_hotline_item_is_late_after_five_working_days_and_not_on_the_last(duty, now, late):
    found = judged([letter(beijing(13, 8))], duty, now)  # a Friday: the five days are 16 to 20 November
    assert (found.late, found.waiting) == (late, 0 if late else 1)


def test_letters_and_boards_have_no_limit_here_so_none_is_late(duty):
    found = judged([letter(NOW - 90 * DAY, channel="mailbox")], duty, NOW)
    assert (found.letters, found.open, found.late, found.waiting) == (1, 1, (), 0)


def test_an_answered_item_is_never_late_and_one_without_a_day_is_not_judged(duty):
    found = judged([letter(NOW - 30 * DAY, NOW), letter(None, number=2)], duty, NOW)
    assert (found.late, found.waiting, found.open) == ((), 0, 1)


def test_without_the_duty_nothing_is_judged():
    assert judged([letter(NOW - 30 * DAY)], None, NOW).late == ()


@pytest.mark.parametrize(
    ("pairs", "median"),
    [
        ([(beijing(10, 23, 59), beijing(11, 0, 1))], 1),
        ([(beijing(10, 0, 1), beijing(10, 23, 59))], 0),
        ([(beijing(1), beijing(3)), (beijing(1), beijing(8)), (beijing(1), beijing(2))], 2),
        ([(beijing(1), beijing(3)), (beijing(1), beijing(4))], 2.5),
        ([(beijing(8), beijing(3))], None),  # a reply before its message: the times are wrong
        ([(None, beijing(3))], None),
    ],
)
def test_the_days_to_a_reply_are_days_of_the_calendar(duty, pairs, median):
    found = judged([letter(*pair) for pair in pairs], duty, NOW)
    assert found.median_days == median
    assert len(found.answered) == len(pairs)


def test_a_reply_without_a_time_counts_as_a_reply(duty):
    found = judged([letter(NOW - 30 * DAY, is_answered=True)], duty, NOW)
    assert (len(found.answered), found.median_days, found.late) == (1, None, ())


def test_only_sources_that_tell_replies_are_asked_for(catalogue):
    names = reply_sources(catalogue)
    assert "haichuan_hotline" in names  # its export has 答复时间 and 答复内容
    assert "haichuan_news" not in names
    assert "cjn_liuyan" in names  # a board
