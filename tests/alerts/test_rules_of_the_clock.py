"""C1 to C14 of the response rules, one test each, in the database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from alerts import decisions
from alerts.clock import SHANGHAI
from alerts.clock_keeper import keep
from alerts.errors import NotAllowed, WrongFacts
from alerts.evidence import Evidence
from alerts.incidents import open_incidents, repair
from store.model import Audit, Clock, ClockChange, Incident, Milestone, Notification

HOUR = timedelta(hours=1)


def at(hour, minute=0, day=21):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def confirm(room, incident, **changes):
    levels = {"grade": "II", "is_emergency": True, "event_level": "II"} | changes
    return decisions.confirm(room.session, room.catalogue, room.duty, incident.id, room.now, **levels)


def release(moment, **changes):
    return Evidence(
        **{
            "kind": "authoritative_release", "happened_at": moment, "channel": "政府网站",
            "url": "https://www.haichuan.example.test/notice/1.html", **changes,
        }
    )  # fmt: skip


def conference(moment):
    return Evidence(
        "press_conference",
        moment,
        "新闻发布厅",
        "https://www.haichuan.example.test/live/1",
        None,
        "市政府新闻发布厅",
        "市市场监管局局长",
    )


def record(room, incident, evidence):
    return decisions.record_response(room.session, room.catalogue, room.duty, incident.id, room.now, evidence)


def test_c1_r1_and_r2_start_at_the_earlier_of_occurrence_and_detection_and_r3_at_detection(room):
    incident = room.open()
    assert room.clock(incident, "R1").deadline_at == at(11, 40)
    assert room.clock(incident, "R2").deadline_at == at(6, 40, day=22)
    assert room.clock(incident, "R1").provisional
    assert room.clock(incident, "R3") is None
    assert room.clock(room.minor(), "R3").deadline_at == at(6, 40, day=23)


def test_c1_a_start_the_machine_guesses_too_far_back_waits_for_a_person(room):
    incident = room.open(detected_at=room.now - 6 * HOUR)
    clock = room.clock(incident, "R1")
    assert (clock.started_at, clock.deadline_at, clock.state) == (None, None, "running")
    assert "起算待核" in clock.start_basis
    assert room.clock(incident, "R2").deadline_at is not None
    decisions.correct_occurrence(
        room.session, room.catalogue, room.duty, incident.id, room.now, occurred_at=at(5)
    )
    assert room.clock(incident, "R1").state == "missed"
    assert room.clock(incident, "R1").started_at == at(0, 40)


def test_c2_an_earlier_fact_moves_the_deadline_at_once_and_tells_the_owner(room):
    incident = confirm(room, room.open())
    room.now = at(10, 1)
    before = len(room.notifications())
    decisions.correct_occurrence(
        room.session, room.catalogue, room.duty, incident.id, room.now, occurred_at=at(5)
    )
    assert room.clock(incident, "R2").deadline_at == at(5, day=22)
    assert room.clock(incident, "R1").state == "missed"
    assert len(room.notifications()) >= before
    assert room.marks("liaison_market", f"incident:{incident.id}") >= {"proposed", "moved-v2"}


def test_c2_later_needs_a_chief_and_a_reason_and_the_old_deadline_stays_visible(room):
    incident = confirm(room, room.open())
    args = (room.session, room.catalogue)
    decisions.correct_occurrence(*args, room.duty, incident.id, room.now, occurred_at=at(5))
    with pytest.raises(NotAllowed, match="带班领导"):
        decisions.correct_occurrence(
            *args, room.duty, incident.id, room.now, occurred_at=at(6), reason="核实"
        )
    with pytest.raises(NotAllowed, match="理由"):
        decisions.correct_occurrence(*args, room.chief, incident.id, room.now, occurred_at=at(6))
    decisions.correct_occurrence(
        *args, room.chief, incident.id, room.now, occurred_at=at(6), reason="医院核实首例 6 时"
    )
    clock = room.clock(incident, "R1")
    assert clock.deadline_at == at(11)
    moves = room.session.execute(
        select(ClockChange.deadline_before, ClockChange.deadline_after, ClockChange.by)
        .where(ClockChange.clock_id == clock.id, ClockChange.what == "deadline")
        .order_by(ClockChange.id)
    ).all()
    assert [tuple(move) for move in moves] == [(at(11, 40), at(10), "zhoumin"), (at(10), at(11), "lijianguo")]


def test_c3_raising_starts_r1_and_r2_at_the_original_start_even_when_missed_by_then(room):
    incident = confirm(room, room.minor(), grade="III", is_emergency=False, event_level=None)
    room.now = at(13)
    decisions.raise_level(
        room.session,
        room.catalogue,
        room.duty,
        incident.id,
        room.now,
        event_level="II",
        grade="II",
        reason="人数上升",
    )
    assert (room.clock(incident, "R1").deadline_at, room.clock(incident, "R1").state) == (
        at(11, 40),
        "missed",
    )
    assert (room.clock(incident, "R2").deadline_at, room.clock(incident, "R2").state) == (
        at(6, 40, day=22),
        "running",
    )
    assert room.clock(incident, "R3").state == "superseded"
    assert room.marks("chief", f"clock:{room.clock(incident, 'R1').id}") >= {"start", "due", "overdue_1h"}


def test_c3_a_raised_proposal_starts_the_clocks_provisionally_and_a_lull_takes_none_away(room):
    incident = room.minor()
    documents = room.documents()
    room.later(hours=1)
    open_incidents(
        room.session, room.catalogue, [room.proposal(documents, incident_id=incident.id)], room.now
    )
    assert room.clock(incident, "R1").deadline_at == at(11, 40)
    assert room.clock(incident, "R3").state == "running"
    calm = room.proposal(
        (), incident_id=incident.id, grade="IV", is_emergency=False, event_level=None, reasons=()
    )
    open_incidents(room.session, room.catalogue, [calm], room.now)
    assert (incident.proposed_grade, incident.proposed_event_level) == ("II", "II")
    assert {one["target"] for one in incident.reasons} == {"grade", "emergency", "event_level"}


def test_c3_lowering_is_a_chiefs_act_that_supersedes_and_never_deletes(room):
    incident = confirm(room, room.open())
    with pytest.raises(Exception, match="值班长权限"):
        decisions.lower_level(
            room.session,
            room.catalogue,
            room.duty,
            incident.id,
            room.now,
            grade="III",
            is_emergency=False,
            reason="误报",
        )
    decisions.lower_level(
        room.session,
        room.catalogue,
        room.chief,
        incident.id,
        room.now,
        grade="III",
        is_emergency=False,
        reason="仅 3 人不适",
    )
    assert [room.clock(incident, duty).state for duty in ("R1", "R2", "R3")] == [
        "superseded",
        "superseded",
        "running",
    ]
    assert room.clock(incident, "R3").deadline_at == at(6, 40, day=23)
    assert "仅 3 人不适" in room.clock(incident, "R1").reason


def test_c4_merging_keeps_the_earliest_start_of_each_rule_and_loses_no_clock(room):
    early = room.open()
    room.later(hours=2)
    late = room.minor(title="城东区小学配餐公司被查")
    questions = decisions.merge(room.session, room.catalogue, room.duty, early.id, late.id, room.now)
    assert (questions.state, questions.merged_into) == ("merged", late.id)
    assert late.detected_at == at(6, 40)
    assert room.clock(late, "R1").deadline_at == at(11, 40)
    assert room.clock(late, "R2").deadline_at == at(6, 40, day=22)
    assert room.clock(late, "R3").deadline_at == at(6, 40, day=23)
    assert {room.clock(early, duty).state for duty in ("R1", "R2")} == {"superseded"}


def test_c4_splitting_copies_the_clocks(room):
    incident = room.open()
    document = room.session.scalar(select(func.min(Milestone.id)))
    assert document is not None
    members = room.documents(1)
    open_incidents(room.session, room.catalogue, [room.proposal(members, incident_id=incident.id)], room.now)
    new = decisions.split(
        room.session,
        room.catalogue,
        room.duty,
        incident.id,
        room.now,
        document_ids=members,
        title="另一所学校",
    )
    assert room.clock(new, "R1").deadline_at == room.clock(incident, "R1").deadline_at
    assert room.clock(incident, "R2").state == "running"


def test_c5_evidence_stops_the_clock_by_the_time_it_happened_and_withdrawing_reopens_it(room):
    incident = confirm(room, room.open())
    room.now = at(12, 30)
    response = record(room, incident, release(at(11, 40)))
    clock = room.clock(incident, "R1")
    assert (clock.state, clock.recorded_late, clock.settled_at) == ("met", True, at(11, 40))
    assert room.clock(incident, "R2").state == "running"
    decisions.withdraw_response(
        room.session, room.catalogue, room.duty, response.id, room.now, reason="链接不是权威发布"
    )
    clock = room.clock(incident, "R1")
    assert (clock.state, clock.deadline_at, clock.settled_at) == ("missed", at(11, 40), None)


def test_c5_a_plan_is_no_evidence_and_an_act_before_the_start_counts(room):
    incident = confirm(room, room.open())
    with pytest.raises(WrongFacts, match="晚于现在"):
        record(room, incident, conference(room.now + timedelta(seconds=1)))
    with pytest.raises(WrongFacts, match="佐证缺少"):
        record(room, incident, release(room.now, url=None))
    record(room, incident, release(room.now - HOUR))
    assert (room.clock(incident, "R1").state, room.clock(incident, "R1").reason) == ("met", "早于起算")


@pytest.mark.parametrize(("millisecond", "state"), [(0, "met"), (1, "met_late")])
def test_c6_the_deadline_itself_is_on_time_and_a_missed_clock_runs_until_met_late(room, millisecond, state):
    incident = confirm(room, room.open())
    room.now = at(7, 0, day=22)
    keep(room.session, room.catalogue, room.now)
    assert room.clock(incident, "R2").state == "missed"
    record(room, incident, conference(at(6, 40, day=22) + timedelta(milliseconds=millisecond)))
    assert room.clock(incident, "R2").state == state


def test_c6_dismissal_makes_clocks_void_and_keeps_them(room):
    incident = room.open()
    decisions.dismiss(room.session, room.duty, incident.id, room.now, dismissal="old_news")
    assert {room.clock(incident, duty).state for duty in ("R1", "R2")} == {"void"}
    room.later(hours=30)
    result = keep(room.session, room.catalogue, room.now)
    assert (result.fired, result.missed, result.notifications) == (0, [], 0)


def test_c7_the_same_proposal_again_makes_no_second_incident_clock_or_mail(room):
    proposal = room.proposal()
    first = open_incidents(room.session, room.catalogue, [proposal], room.now)
    again = open_incidents(room.session, room.catalogue, [proposal], room.later(seconds=30))
    assert (len(first.opened), again.opened, again.notifications) == (1, [], [])
    assert room.session.scalar(select(func.count()).select_from(Clock)) == 2
    assert room.session.scalar(select(func.count()).select_from(Incident)) == 1


def test_c8_no_running_clock_of_r1_to_r3_can_be_suspended(room):
    clock = room.clock(room.open(), "R1")
    with pytest.raises(IntegrityError, match="ck_clock_state"), room.session.begin_nested():
        room.session.execute(update(Clock).where(Clock.id == clock.id).values(state="suspended"))


def test_c9_a_clock_of_the_machine_that_jumps_back_sends_nothing_twice(room):
    room.open()
    room.now = at(7, 40)
    assert keep(room.session, room.catalogue, room.now).fired == 1
    sent = len(room.notifications())
    for jump in (at(6, 45), at(7, 0), at(7, 40)):
        assert keep(room.session, room.catalogue, jump).fired == 0
    assert len(room.notifications()) == sent


def test_c10_milestones_are_written_with_the_clock_and_each_fires_once(room):
    incident = room.open()
    clock = room.clock(incident, "R1")
    codes = room.session.scalars(
        select(Milestone.code).where(Milestone.clock_id == clock.id).order_by(Milestone.due_at)
    ).all()
    assert codes == ["start", "1h", "2h30", "4h", "4h30", "due"]
    fired = sum(keep(room.session, room.catalogue, room.later(minutes=10)).fired for _ in range(33))
    assert (
        fired == 5
    )  # by 12:10: R1's five marks up to the due mark; its first overdue mark and R2's 6 h are to come
    room.session.flush()
    assert (
        room.session.scalar(
            select(func.count())
            .select_from(Milestone)
            .where(Milestone.clock_id == clock.id, Milestone.fired_at.is_(None))
        )
        == 1
    )


def test_c11_what_passed_during_downtime_is_one_message_an_incident_and_recipient(room):
    incident = confirm(room, room.open())
    for notification in room.notifications():
        notification.state = "sent"
    room.now = at(13, 0)
    result = keep(room.session, room.catalogue, room.now)
    new = [one for one in room.notifications() if one.state == "pending"]
    assert result.fired == 7  # R1: 1h, 2h30, 4h, 4h30, due, one hour over; R2: 6h
    assert len(new) == len({one.recipient for one in new}) > 0
    assert {mark["code"] for mark in new[0].facts["marks"]} == {
        "1h",
        "2h30",
        "4h",
        "4h30",
        "due",
        "overdue_1h",
        "6h",
    }
    assert new[0].kind == "overdue"
    assert room.clock(incident, "R1").state == "missed"


def test_c12_r3_reminders_wait_for_the_end_of_quiet_hours_r1_and_due_marks_do_not(room):
    room.now = at(23, 0)
    room.minor(title="夜间停水无通知")
    room.open()
    liaisons = {
        one.kind + one.incident_id[-2:]: one
        for one in room.notifications()
        if one.recipient == "liaison_market"
    }
    assert liaisons["alert01"].next_attempt_at == at(7, day=22)
    assert liaisons["alert02"].next_attempt_at == at(23, 0)
    room.now = at(23, 0, day=23)
    keep(room.session, room.catalogue, room.now)
    waiting = [
        one
        for one in room.notifications()
        if one.recipient == "liaison_market" and one.incident_id.endswith("01")
    ]
    assert waiting[0].urgent
    assert waiting[0].next_attempt_at <= room.now


def test_c13_unacknowledged_goes_up_the_chain_after_15_minutes_and_acknowledging_stops_that_only(room):
    incident = room.open()
    assert keep(room.session, room.catalogue, room.now + timedelta(minutes=14, seconds=59)).escalated == []
    assert keep(room.session, room.catalogue, room.later(minutes=15)).escalated == [incident.id]
    assert keep(room.session, room.catalogue, room.later(minutes=1)).escalated == []
    assert keep(room.session, room.catalogue, room.later(minutes=14)).escalated == [incident.id]
    assert [one.recipient for one in room.notifications("escalation")] == ["deputy", "leader"]
    decisions.acknowledge(room.session, room.duty, incident.id, room.now)
    assert keep(room.session, room.catalogue, room.later(minutes=20)).escalated == []
    assert room.clock(incident, "R1").state == "running"


def test_c13_others_escalate_after_two_hours_and_the_due_mark_goes_to_the_head(room):
    incident = room.minor()
    assert keep(room.session, room.catalogue, room.now + timedelta(minutes=119)).escalated == []
    assert keep(room.session, room.catalogue, room.later(hours=2)).escalated == [incident.id]
    major = room.open(title="另一件事")
    room.later(hours=5)
    keep(room.session, room.catalogue, room.now)
    assert "due" in room.marks("head_market", f"clock:{room.clock(major, 'R1').id}")


def test_c14_a_correction_cancels_the_unsent_marks_of_the_old_deadline_and_keeps_the_sent(room):
    incident = confirm(room, room.open())
    keep(room.session, room.catalogue, room.later(hours=1))
    decisions.correct_occurrence(
        room.session, room.catalogue, room.duty, incident.id, room.now, occurred_at=at(6, 10)
    )
    clock = room.clock(incident, "R1")
    marks = {
        one.code: one for one in room.session.scalars(select(Milestone).where(Milestone.clock_id == clock.id))
    }
    assert marks["1h"].fired_at is not None
    assert marks["1h"].cancelled_at is None
    assert marks["due"].cancelled_at is not None
    assert marks["due~2"].due_at == at(11, 10)
    room.now = at(11, 40)
    keep(room.session, room.catalogue, room.now)
    assert marks["due"].fired_at is None
    assert marks["due~2"].fired_at is not None


def test_a_clock_that_is_missing_is_repaired_and_told(room):
    incident = room.open()
    clock = room.clock(incident, "R2")
    for mark in room.session.scalars(select(Milestone).where(Milestone.clock_id == clock.id)):
        room.session.delete(mark)
    room.session.flush()
    room.session.delete(clock)
    room.session.flush()
    assert repair(room.session, room.catalogue, room.now) == [incident.id]
    assert room.clock(incident, "R2").deadline_at == at(6, 40, day=22)
    assert repair(room.session, room.catalogue, room.now) == []


def test_a_quiet_night_without_incidents_sends_nothing(room):
    result = keep(room.session, room.catalogue, room.now)
    assert (result.fired, result.notifications, room.notifications()) == (0, 0, [])


def test_every_decision_leaves_an_audit_entry_without_crawled_text(room):
    incident = confirm(room, room.open())
    record(room, incident, release(room.now))
    entries = room.session.scalars(
        select(Audit).where(Audit.subject == f"incident:{incident.id}").order_by(Audit.id)
    ).all()
    assert [one.action for one in entries] == ["incident.propose", "incident.confirm", "incident.respond"]
    assert not any("餐后" in str(one.before) + str(one.after) for one in entries)


def test_messages_name_posts_of_the_duty_room_on_shift(room):
    room.open()
    told = {one.recipient for one in room.session.scalars(select(Notification))}
    assert told == {"duty_night", "chief", "liaison_market"}
