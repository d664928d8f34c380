"""Who may do what, and what happens when two people act at once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import decisions
from alerts.decisions import Actor, Evidence
from alerts.errors import WrongFacts, WrongRole, WrongState
from store.errors import Conflict, NotFound
from store.model import Clock, Incident, Membership, Question
from store.session import transaction

CONFIRM = {"grade": "II", "is_emergency": True, "event_level": "II"}


@pytest.mark.parametrize("role", ["viewer", "liaison", "reviewer", "admin", "inspector", "screen"])
def test_only_duty_and_chief_decide(room, role):
    incident = room.open()
    with pytest.raises(WrongRole, match="值班员或值班长"):
        decisions.confirm(room.session, room.catalogue, Actor("x", role), incident.id, room.now, **CONFIRM)
    with pytest.raises(WrongRole):
        decisions.acknowledge(room.session, Actor("x", role), incident.id, room.now)


def test_confirming_makes_clocks_final_and_tells_leaders(room):
    incident = room.open()
    decisions.confirm(room.session, room.catalogue, room.duty, incident.id, room.now, **CONFIRM)
    assert (incident.state, incident.unit, room.clock(incident, "R1").provisional) == (
        "confirmed",
        "market",
        False,
    )
    assert {"leader", "head_market"} <= {one.recipient for one in room.notifications()}
    assert "head" not in {one.recipient for one in room.notifications()}


def test_a_duty_officer_cannot_confirm_away_a_running_conference_clock(room):
    incident = room.open()
    lower = {"grade": "III", "is_emergency": False}
    with pytest.raises(WrongRole, match="R1、R2"):
        decisions.confirm(room.session, room.catalogue, room.duty, incident.id, room.now, **lower)
    room.session.rollback()


def test_the_second_of_two_people_sees_who_changed_what(urls, make_room):
    with transaction(urls.app) as session:
        room = make_room(session)
        incident = room.open()
        seen = incident.version
    errors, done = [], []

    def confirm(name):
        try:
            with transaction(urls.app) as session:
                actor = Actor(name, "duty")
                decisions.confirm(
                    session, room.catalogue, actor, incident.id, room.now, expected_version=seen, **CONFIRM
                )
                done.append(name)
        except Conflict as error:
            errors.append(str(error))

    threads = [threading.Thread(target=confirm, args=(name,)) for name in ("zhoumin", "chenjing")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == len(errors) == 1
    assert done[0] in errors[0]
    assert "状态改为已认定" in errors[0]
    with transaction(urls.app) as session:
        assert len(session.scalars(select(Clock).where(Clock.incident_id == incident.id)).all()) == 2


def test_a_liaison_records_for_its_own_unit_only(room):
    incident = room.open()
    evidence = Evidence("authoritative_release", room.now, "政府网站", document_number="海市监〔2026〕1号")
    args = (room.session, room.catalogue)
    with pytest.raises(WrongRole, match="本单位"):
        decisions.record_response(*args, Actor("l", "liaison", "education"), incident.id, room.now, evidence)
    decisions.record_response(*args, Actor("l", "liaison", "market"), incident.id, room.now, evidence)
    assert room.clock(incident, "R1").state == "met"


def test_an_answer_names_the_questions_it_answers(room):
    incident = room.minor()
    question = room.session.scalars(select(Question).where(Question.incident_id == incident.id)).one()
    evidence = Evidence("answer", room.now, "平台答复", "https://www.haichuan.example.test/a/1")
    args = (room.session, room.catalogue, room.duty, incident.id, room.now, evidence)
    with pytest.raises(NotFound, match="999"), room.session.begin_nested():
        decisions.record_response(*args, answered=[999])
    response = decisions.record_response(*args, answered=[question.id])
    room.session.refresh(question)
    assert question.answered_by == response.id
    assert room.clock(incident, "R3").state == "met"


def test_a_file_closes_after_an_answer_or_by_a_chiefs_signed_reason(room):
    incident = room.open()
    decisions.confirm(room.session, room.catalogue, room.duty, incident.id, room.now, **CONFIRM)
    with pytest.raises(WrongState, match="R1、R2"):
        decisions.close(room.session, room.duty, incident.id, room.now)
    with pytest.raises(WrongRole):
        decisions.close(room.session, room.duty, incident.id, room.now, no_response_reason="上级统一发布")
    decisions.close(room.session, room.chief, incident.id, room.now, no_response_reason="上级统一发布")
    assert (incident.state, room.clock(incident, "R2").state) == ("closed", "superseded")


def test_an_incident_made_by_hand_is_acknowledged_and_on_the_clock(room):
    incident = decisions.create_by_hand(
        room.session, room.catalogue, room.duty, room.now, title="凌晨来电：某小区燃气泄漏", grade="II",
        is_emergency=True, event_level="II", region="chengdong",
    )  # fmt: skip
    assert (incident.state, incident.origin, incident.unit) == ("acknowledged", "person", "housing")
    assert room.clock(incident, "R1").provisional
    future = incident.proposed_at + timedelta(seconds=1)
    with pytest.raises(WrongFacts, match="晚于现在"):
        decisions.create_by_hand(
            room.session,
            room.catalogue,
            room.duty,
            room.now,
            title="未来的事",
            grade="III",
            detected_at=future,
        )


def test_what_a_person_took_out_stays_out(room):
    incident = room.open()
    document = room.session.scalar(
        select(Membership.document_id).where(Membership.incident_id == incident.id).limit(1)
    )
    decisions.exclude(room.session, room.duty, incident.id, room.now, document_ids=[document])
    from alerts.incidents import open_incidents

    again = room.proposal((document,), incident_id=incident.id)
    assert open_incidents(room.session, room.catalogue, [again], room.now).joined == 0


def test_an_unknown_unit_or_reason_is_refused_with_the_remedy(room):
    incident = room.open()
    with pytest.raises(WrongFacts, match="可用的有"):
        decisions.assign(room.session, room.catalogue, room.duty, incident.id, room.now, unit="nobody")
    with pytest.raises(WrongFacts, match="重复"):
        decisions.dismiss(room.session, room.duty, incident.id, room.now, dismissal="whatever")
    assert room.session.get_one(Incident, incident.id).state == "proposed"
