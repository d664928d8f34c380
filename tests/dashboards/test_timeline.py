from datetime import UTC, datetime, timedelta

from dashboards.timeline import build_line
from store.model import Clock, Incident, Milestone, Response

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def incident(**more) -> Incident:
    return Incident(id="20261121-01", detected_at=NOW - hours(6), proposed_grade="II", **more)


def clock(duty: str, limit: float, state: str = "running", response: int | None = None) -> Clock:
    start = NOW - hours(6)
    return Clock(
        duty=duty, started_at=start, deadline_at=start + hours(limit), state=state, response_id=response
    )


def test_the_bar_runs_from_the_first_mark_to_the_last_deadline_and_shows_the_hours_gone():
    line = build_line(incident(), [clock("R2", 24)], [], [], NOW)
    assert [(mark.words, mark.place) for mark in line.marks] == [("首次出现", 0.0), ("新闻发布会时限", 100.0)]
    assert line.gone == 25.0
    assert line.is_open


def test_an_occurrence_before_the_first_text_begins_the_bar():
    line = build_line(incident(occurred_at=NOW - hours(8)), [clock("R2", 24)], [], [], NOW)
    assert [mark.words for mark in line.marks][:2] == ["发生", "首次出现"]


def test_an_overdue_bar_reaches_to_now():
    line = build_line(incident(), [clock("R1", 5, "missed")], [], [], NOW)
    assert line.gone == 100.0


def test_a_met_limit_stands_beside_its_response_and_a_withdrawn_one_nowhere():
    good = Response(id=1, kind="authoritative_release", happened_at=NOW - hours(2))
    gone = Response(id=2, kind="authoritative_release", happened_at=NOW - hours(3), withdrawn_at=NOW)
    line = build_line(incident(), [clock("R1", 5, "met", 1), clock("R2", 24)], [], [gone, good], NOW)
    assert [mark.words for mark in line.marks] == ["首次出现", "权威信息 12:00 已发", "新闻发布会时限"]
    assert line.marks[1].time == "时限 13:00"


def test_reminders_are_ticks_and_cancelled_ones_are_not():
    marks = [
        Milestone(kind="reminder", due_at=NOW + hours(6)),
        Milestone(kind="reminder", due_at=NOW + hours(9), cancelled_at=NOW),
    ]
    assert build_line(incident(), [clock("R2", 24)], marks, [], NOW).ticks == (50.0,)


def test_words_of_marks_close_together_stand_on_different_rows():
    line = build_line(incident(confirmed_at=NOW - hours(5.5)), [clock("R2", 24)], [], [], NOW)
    assert line.marks[0].row != line.marks[1].row
