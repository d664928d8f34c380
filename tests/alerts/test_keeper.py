"""Two ticks at once, and files that went quiet."""

import threading
from datetime import timedelta

from sqlalchemy import func, select

from alerts import decisions
from alerts.clock_keeper import keep
from alerts.decisions import Evidence
from store.model import Milestone, Notification, NotificationReason
from store.session import transaction


def test_two_ticks_at_once_fire_each_mark_and_tell_each_recipient_once(urls, catalogue, make_room):
    with transaction(urls.app) as session:
        room = make_room(session)
        for number in range(5):
            room.open(title=f"第{number}件事")
        session.execute(Notification.__table__.update().values(state="sent"))
    later = room.now + timedelta(hours=1)
    results = []

    def tick():
        with transaction(urls.app) as session:
            results.append(keep(session, catalogue, later))

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(result.fired for result in results) == 5
    assert sum(len(result.escalated) for result in results) == 5
    with transaction(urls.app) as session:
        per_mark = session.scalars(
            select(func.count())
            .select_from(NotificationReason)
            .where(NotificationReason.mark == "1h")
            .group_by(NotificationReason.subject, NotificationReason.recipient)
        ).all()
        assert per_mark == [1] * 15
        assert (
            session.scalar(
                select(func.count())
                .select_from(Milestone)
                .where(Milestone.code == "1h", Milestone.fired_at.is_(None))
            )
            == 0
        )


def test_an_answered_file_closes_by_itself_after_three_quiet_days_and_an_unanswered_one_never(room):
    answered, open_one = room.minor(), room.minor(title="没有人回应的事")
    for incident in (answered, open_one):
        decisions.confirm(
            room.session, room.catalogue, room.duty, incident.id, room.now, grade="III", is_emergency=False
        )
    evidence = Evidence("answer", room.now, "平台答复", "https://www.haichuan.example.test/a/1")
    decisions.record_response(room.session, room.catalogue, room.duty, answered.id, room.now, evidence)
    assert keep(room.session, room.catalogue, room.now + timedelta(hours=72)).closed == []
    assert keep(room.session, room.catalogue, room.now + timedelta(hours=72, seconds=1)).closed == [
        answered.id
    ]
    assert open_one.state == "confirmed"


def test_a_grade_iv_proposal_owes_no_clock_until_a_person_says_so(room):
    incident = room.minor(grade="IV", reasons=())
    assert room.clock(incident, "R3") is None
    decisions.confirm(
        room.session,
        room.catalogue,
        room.duty,
        incident.id,
        room.now,
        grade="IV",
        is_emergency=False,
        needs_answer=True,
    )
    assert room.clock(incident, "R3").deadline_at == incident.detected_at + timedelta(hours=48)
