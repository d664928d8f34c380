"""The clocks: every worked example, both sides of each boundary, three machine zones."""

import datetime as dt
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock import (
    SHANGHAI,
    aware,
    check_evidence,
    deadline,
    judge,
    start_needs_check,
    start_of,
)
from alerts.errors import AlertError, BeyondCalendar, NaiveTime, WrongDuty, WrongFacts
from alerts.workdays import Suspension, is_workday
from catalogue.loader import load_duties

DUTIES = load_duties(None)
EXAMPLES = [
    pytest.param(duty, example, id=f"{duty.id}-{example.id}")
    for duty in DUTIES.values()
    for example in duty.examples
]


def at(text):
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def end(duty_id, start, **facts):
    duty = DUTIES[duty_id]
    return deadline(
        duty, start, notice=DUTIES.get(duty.notice_duty), answer=DUTIES.get(duty.answer_duty), **facts
    )


@pytest.fixture(params=["America/New_York", "Asia/Shanghai", "UTC"], autouse=True, scope="module")
def machine_zone(request):
    """Every test of this file runs on machines of three zones."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(("duty", "example"), EXAMPLES)
def test_every_example_in_a_duty_file_is_what_the_clock_computes(duty, example):
    start = example.start or start_of(duty, example.occurred, example.detected)
    got = end(
        duty.id,
        start,
        suspended=[Suspension(*example.suspended)] if example.suspended else [],
        corrected=example.corrected,
        extended_by=duty.extension if example.extended else 0,
    )
    wanted = (example.deadline_at, example.deadline_date, example.deadline_before)
    assert (got.deadline_at, got.deadline_date, got.deadline_before) == wanted
    assert (got.base_date, got.notice_by) == (example.base_date, example.notice_by)
    assert got.provisional == example.provisional
    if example.state:
        assert judge(got, None, example.judged_at).state == example.state


def test_no_worked_example_is_missing_from_the_files():
    named = {param.values[1].id.split("-")[0] for param in EXAMPLES}
    assert {f"W{number:02}" for number in range(1, 40)} <= named


# The same examples typed a second time from the specification: id, duty, start, end (instant or last day).
HOURS = """
W01 R1 2026-11-20T09:30:00+08:00     2026-11-20T14:30:00+08:00
W02 R1 2026-11-20T21:10:00+08:00     2026-11-21T02:10:00+08:00
W03 R1 2026-12-31T22:00:00+08:00     2027-01-01T03:00:00+08:00
W04 R2 2026-11-20T09:30:00+08:00     2026-11-21T09:30:00+08:00
W05 R2 2026-02-16T23:59:59+08:00     2026-02-17T23:59:59+08:00
W06 R2 2024-02-28T20:00:00+08:00     2024-02-29T20:00:00+08:00
W07 R2 2025-02-28T20:00:00+08:00     2025-03-01T20:00:00+08:00
W08 R2 2026-11-20T16:00:00+00:00     2026-11-22T00:00:00+08:00
W09 R2 2026-03-29T01:30:00+00:00     2026-03-30T09:30:00+08:00
W10 R1 2026-11-20T09:30:00.250+08:00 2026-11-20T14:30:00.250+08:00
W11 R3 2026-02-14T18:00:00+08:00     2026-02-16T18:00:00+08:00
W12 R3 2026-10-01T00:00:00+08:00     2026-10-03T00:00:00+08:00
W13 R3 2024-02-28T20:00:00+08:00     2024-03-01T20:00:00+08:00
""".strip().splitlines()
DAYS = """
W14 R5   2026-11-20T10:00:00+08:00 2026-11-25
W15 R5   2026-02-13T10:00:00+08:00 2026-02-25
W16 R5   2026-02-14T09:00:00+08:00 2026-02-26
W17 R5   2026-02-18T09:00:00+08:00 2026-02-26
W18 R5   2026-02-27T15:00:00+08:00 2026-03-03
W19 R5   2026-09-18T10:00:00+08:00 2026-09-22
W20 R5   2026-05-06T10:00:00+08:00 2026-05-09
W21 R5   2026-11-18T23:59:59+08:00 2026-11-23
W22 R5   2026-11-19T00:00:00+08:00 2026-11-24
W23 R5   2026-11-18T16:30:00+00:00 2026-11-24
W24 R6   2026-09-18T10:00:00+08:00 2026-10-09
W25 R6   2025-09-25T10:00:00+08:00 2025-10-15
W26 R6   2024-02-05T10:00:00+08:00 2024-02-23
W27 R7   2026-01-30T10:00:00+08:00 2026-03-05
W28 R7   2026-02-10T10:00:00+08:00 2026-03-16
W29 R7   2026-12-03T10:00:00+08:00 2026-12-31
W30 R7   2026-12-10T10:00:00+08:00 2027-01-08
W34 R9   2026-04-30T10:00:00+08:00 2026-05-11
W35 R10  2026-08-02T10:00:00+08:00 2026-10-08
W36 R10a 2026-02-05T10:00:00+08:00 2026-02-24
""".strip().splitlines()


@pytest.mark.parametrize("line", HOURS, ids=lambda line: line.split()[0])
def test_hour_clocks_run_through_nights_weekends_and_holidays(line):
    _, duty, start, due = line.split()
    got = end(duty, at(start))
    assert got.deadline_at == at(due)
    assert got.deadline_at.isoformat(timespec="microseconds") == at(due).isoformat(timespec="microseconds")
    assert not got.provisional


@pytest.mark.parametrize("line", DAYS, ids=lambda line: line.split()[0])
def test_day_clocks_end_at_midnight_after_their_last_day(line):
    name, duty, start, last = line.split()
    got = end(duty, at(start))
    assert got.deadline_date == dt.date.fromisoformat(last)
    assert got.deadline_before == at(f"{last}T00:00:00+08:00") + dt.timedelta(days=1)
    assert got.provisional == (name == "W30")


def test_w31_days_of_consulting_a_third_party_are_not_counted():
    asked = Suspension(dt.date(2026, 3, 9), dt.date(2026, 3, 20))
    got = end("R7", at("2026-03-02T10:00"), suspended=[asked])
    assert got.deadline_date == dt.date(2026, 4, 13)
    assert got.deadline_before == at("2026-04-14T00:00")


def test_two_overlapping_consultations_are_not_counted_twice():
    asked = Suspension(dt.date(2026, 3, 9), dt.date(2026, 3, 20))
    also = Suspension(dt.date(2026, 3, 11), dt.date(2026, 3, 18))
    got = end("R7", at("2026-03-02T10:00"), suspended=[asked, also])
    assert got.deadline_date == dt.date(2026, 4, 13)


def test_an_answer_on_the_day_of_asking_suspends_nothing():
    same_day = Suspension(dt.date(2026, 3, 9), dt.date(2026, 3, 9))
    start = at("2026-03-02T10:00")
    assert end("R7", start, suspended=[same_day]).deadline_date == end("R7", start).deadline_date


def test_an_open_consultation_has_no_end_but_a_last_day_for_the_answer():
    got = end("R7", at("2026-03-02T10:00"), suspended=[Suspension(dt.date(2026, 3, 9))])
    assert got.open_ended
    assert got.deadline_date is None
    assert got.answer_by == dt.date(2026, 3, 30)
    assert judge(got, None, at("2030-01-01T00:00")).state == "suspended"
    assert judge(got, at("2026-03-12T00:00"), at("2026-03-13T00:00")).state == "met"


def test_w32_an_extension_adds_up_to_twenty_days_and_shows_the_first_deadline():
    start = at("2026-09-15T10:00")
    got = end("R7", start, extended_by=20)
    assert (got.base_date, got.deadline_date) == (dt.date(2026, 10, 19), dt.date(2026, 11, 16))
    assert end("R7", start, extended_by=1).deadline_date == dt.date(2026, 10, 20)
    with pytest.raises(WrongDuty, match="最多延长 20"):
        end("R7", start, extended_by=21)
    with pytest.raises(WrongDuty, match="不能延长"):
        end("R1", start, extended_by=1)


def test_w33_a_corrected_application_starts_the_twenty_days_anew():
    got = end("R7", at("2026-08-03T10:00"), corrected=at("2026-08-20T09:00"))
    assert got.notice_by == dt.date(2026, 8, 12)
    assert got.deadline_date == dt.date(2026, 9, 17)
    assert got.start == at("2026-08-20T09:00")


def test_w37_the_earlier_of_occurrence_and_detection_starts_r1_and_r2():
    occurred, detected = at("2026-11-20T03:10"), at("2026-11-20T06:40")
    for first, second in ((occurred, detected), (detected, occurred)):
        assert start_of(DUTIES["R1"], first, second) == occurred
    assert end("R1", occurred).deadline_at == at("2026-11-20T08:10")
    assert end("R2", occurred).deadline_at == at("2026-11-21T03:10")
    assert start_of(DUTIES["R3"], occurred, detected) == detected


def test_w38_a_raise_finds_r1_already_missed_and_r2_running():
    start = start_of(DUTIES["R1"], at("2026-11-20T03:10"), at("2026-11-20T06:40"))
    raised = at("2026-11-20T13:00")
    assert judge(end("R1", start), None, raised).state == "missed"
    assert judge(end("R2", start), None, raised).state == "running"


def test_w39_a_confirmed_occurrence_moves_the_conference_earlier():
    detected = at("2026-11-20T06:40")
    assert end("R2", start_of(DUTIES["R2"], None, detected)).deadline_at == at("2026-11-21T06:40")
    start = start_of(DUTIES["R2"], at("2026-11-20T05:00"), detected)
    assert end("R2", start).deadline_at == at("2026-11-21T05:00")


def test_an_hour_clock_is_met_at_its_last_instant_and_late_a_millisecond_after():
    clock, now = end("R2", at("2026-11-20T09:30")), at("2026-11-25T00:00")
    assert judge(clock, at("2026-11-21T09:29:59"), now).state == "met"
    assert judge(clock, at("2026-11-21T09:30:00"), now).state == "met"
    assert judge(clock, at("2026-11-21T09:30:00.001"), now).state == "met_late"


def test_a_day_clock_is_met_until_midnight_and_late_at_midnight():
    clock, now = end("R5", at("2026-11-20T10:00")), at("2026-11-27T00:00")
    assert judge(clock, at("2026-11-25T23:59:59.999"), now).state == "met"
    assert judge(clock, at("2026-11-26T00:00:00"), now).state == "met_late"


def test_an_unanswered_clock_runs_through_its_end_and_is_missed_after_it():
    hours, days = end("R2", at("2026-11-20T09:30")), end("R5", at("2026-11-20T10:00"))
    assert judge(hours, None, at("2026-11-21T09:30:00")).state == "running"
    assert judge(hours, None, at("2026-11-21T09:30:00.000001")).state == "missed"
    assert judge(days, None, at("2026-11-25T23:59:59.999999")).state == "running"
    assert judge(days, None, at("2026-11-26T00:00")).state == "missed"


def test_w02_a_timely_act_typed_in_late_is_met_and_recorded_late():
    clock = end("R1", at("2026-11-20T21:10"))
    judged = judge(clock, at("2026-11-21T02:05"), at("2026-11-21T03:00"), recorded_at=at("2026-11-21T03:00"))
    assert (judged.state, judged.recorded_late) == ("met", True)
    judged = judge(clock, at("2026-11-21T02:05"), at("2026-11-21T03:00"), recorded_at=at("2026-11-21T02:10"))
    assert (judged.state, judged.recorded_late) == ("met", False)


def test_withdrawn_evidence_reopens_the_clock_with_its_old_deadline():
    clock = end("R1", at("2026-11-20T09:30"))
    assert judge(clock, at("2026-11-20T10:00"), at("2026-11-20T12:00")).state == "met"
    assert judge(clock, None, at("2026-11-20T12:00")).state == "running"
    assert judge(clock, None, at("2026-11-20T15:00")).state == "missed"


def test_an_answer_before_the_start_counts_as_met():
    judged = judge(end("R1", at("2026-11-20T09:30")), at("2026-11-20T09:00"), at("2026-11-20T10:00"))
    assert (judged.state, judged.before_start) == ("met", True)
    judged = judge(end("R1", at("2026-11-20T09:30")), at("2026-11-20T09:30"), at("2026-11-20T10:00"))
    assert (judged.state, judged.before_start) == ("met", False)


def test_hours_are_real_hours_also_in_the_last_chinese_summer_time():
    due = end("R2", at("1991-04-13T12:00:00+08:00")).deadline_at
    assert due == at("1991-04-13T12:00:00+08:00") + dt.timedelta(hours=24)
    assert due.isoformat() == "1991-04-14T13:00:00+09:00"


def test_an_office_hour_may_end_the_last_day_earlier():
    clock = end("R5", at("2026-11-20T10:00"), day_end=dt.time(17, 30))
    assert clock.deadline_before == at("2026-11-25T17:30")
    assert judge(clock, at("2026-11-25T17:29:59"), at("2026-11-26T00:00")).state == "met"
    assert judge(clock, at("2026-11-25T17:30"), at("2026-11-26T00:00")).state == "met_late"


def test_an_extended_petition_counts_ninety_days_from_its_acceptance():
    got = end("R10", at("2026-08-02T10:00"), extended_by=30)
    assert (got.base_date, got.deadline_date) == (dt.date(2026, 10, 8), dt.date(2026, 11, 2))


def test_a_clock_without_a_start_waits_for_a_person():
    assert start_of(DUTIES["R1"], None, None) is None
    assert start_of(DUTIES["R3"], at("2026-11-20T03:10"), None) is None
    assert start_needs_check(DUTIES["R1"], None, None, occurrence_confirmed=False)


def test_a_guessed_occurrence_long_before_detection_books_nobody_late():
    detected = at("2026-11-20T12:00")
    just_in_time, too_long_ago = at("2026-11-20T07:00"), at("2026-11-20T06:59:59")
    assert not start_needs_check(DUTIES["R1"], just_in_time, detected, occurrence_confirmed=False)
    assert start_needs_check(DUTIES["R1"], too_long_ago, detected, occurrence_confirmed=False)
    assert not start_needs_check(DUTIES["R1"], too_long_ago, detected, occurrence_confirmed=True)


def test_evidence_needs_all_its_fields_and_must_have_happened():
    held, now = at("2026-11-21T08:00"), at("2026-11-21T09:00")
    fields = {"place": "新闻发布厅", "speaker": "主要负责人", "record": "https://example.org/1"}
    check_evidence(DUTIES["R2"], fields, held, now)
    check_evidence(DUTIES["R2"], fields, now, now)
    with pytest.raises(WrongFacts, match="地点"):
        check_evidence(DUTIES["R2"], fields | {"place": " "}, held, now)
    with pytest.raises(WrongFacts, match="方案和预告不算"):
        check_evidence(DUTIES["R2"], fields, at("2026-11-21T10:00"), now)


@pytest.mark.parametrize(
    ("duty", "facts", "error"),
    [
        ("R12", {}, WrongDuty),
        ("R5", {"suspended": [Suspension(dt.date(2026, 3, 9))]}, WrongDuty),
        ("R5", {"corrected": at("2026-03-09T00:00")}, WrongDuty),
        ("R7", {"corrected": at("2026-03-01T00:00")}, WrongFacts),
        ("R7", {"suspended": [Suspension(dt.date(2026, 3, 9), dt.date(2026, 3, 8))]}, WrongFacts),
        ("R7", {"suspended": [Suspension(dt.date(2026, 3, 1), dt.date(2026, 3, 8))]}, WrongFacts),
    ],
)
def test_contradicting_facts_are_refused(duty, facts, error):
    with pytest.raises(error):
        end(duty, at("2026-03-02T10:00"), **facts)


def test_a_time_without_zone_is_an_error_in_our_own_code():
    naive = dt.datetime(2026, 11, 20, 9, 30)
    clock = end("R1", at("2026-11-20T09:30"))
    for call in (
        lambda: end("R1", naive),
        lambda: start_of(DUTIES["R1"], naive, None),
        lambda: judge(clock, naive, at("2026-11-20T10:00")),
        lambda: judge(clock, None, naive),
    ):
        with pytest.raises(NaiveTime):
            call()


def test_an_hour_clock_never_asks_the_calendar(monkeypatch):
    def refuse(*_):
        raise AssertionError("an hour clock looked at the calendar")

    monkeypatch.setattr("chinese_calendar.is_workday", refuse)
    assert end("R1", at("2026-12-31T22:00")).deadline_at == at("2027-01-01T03:00")
    with pytest.raises(AssertionError):
        end("R5", at("2026-12-01T22:00"))


@given(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31), timezones=st.just(dt.UTC)))
def test_any_year_gives_an_answer_or_one_sentence(machine_zone, start):
    for duty_id in ("R1", "R5", "R10"):
        try:
            end(duty_id, start)
        except BeyondCalendar:
            assert start.year == 9999


INSTANTS = st.datetimes(
    dt.datetime(1992, 1, 1), dt.datetime(2060, 1, 1), timezones=st.timezones() | st.just(dt.UTC)
)


@given(INSTANTS)
def test_hour_clocks_add_real_hours_in_any_zone(machine_zone, start):
    for duty_id, hours in (("R1", 5), ("R2", 24), ("R3", 48)):
        passed = end(duty_id, start).deadline_at.astimezone(dt.UTC) - start.astimezone(dt.UTC)
        assert passed == dt.timedelta(hours=hours)


@given(INSTANTS, INSTANTS)
def test_a_later_start_never_ends_earlier(machine_zone, one, other):
    first, second = sorted((aware(one, ""), aware(other, "")))
    for duty_id in ("R1", "R5", "R10a"):
        ends = [end(duty_id, moment) for moment in (first, second)]
        assert (ends[0].deadline_at or ends[0].deadline_before) <= (
            ends[1].deadline_at or ends[1].deadline_before
        )


@given(INSTANTS, st.sampled_from([("R5", 3), ("R6", 10), ("R7", 20), ("R9", 5)]))
def test_a_day_clock_ends_on_a_working_day_with_exactly_its_days_between(machine_zone, start, figure):
    duty_id, count = figure
    got = end(duty_id, start)
    day, last = aware(start, "").date(), got.deadline_date
    between = [day + dt.timedelta(offset) for offset in range(1, (last - day).days + 1)]
    assert sum(is_workday(one).is_workday for one in between) == count
    assert is_workday(last).is_workday
    assert got.half_date <= last


def test_all_clock_errors_have_one_root():
    assert issubclass(NaiveTime, AlertError)
    assert issubclass(BeyondCalendar, AlertError)
