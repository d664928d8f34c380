"""移出, 移到, 归入, 拆分: what a person said about a text stays, whatever the program does later."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from alerts import decisions
from alerts.decisions import Actor, Evidence
from alerts.errors import WrongFacts, WrongRole, WrongState
from alerts.incidents import open_incidents
from alerts.membership import current_homes
from analysis.proposal import Asked
from store.errors import Conflict, NotFound
from store.model import Audit, PairJudgement
from store.queries_incidents import questions_of


def members(room, incident):
    homes = current_homes(room.session, list(range(1, 60)))
    return sorted(number for number, home in homes.items() if home == incident.id)


def again(room, incident, documents):
    """The program comes by again and proposes these texts for the incident."""
    proposal = room.proposal(tuple(documents), incident_id=incident.id, questions=())
    return open_incidents(room.session, room.catalogue, [proposal], room.later(minutes=10))


def asked(room, incident):
    """Question → how many texts ask it, as the page counts: texts that were read."""
    room.session.execute(
        text(
            "insert into reading (document_id, counted_at, sentiment, sentiment_score, categories, service_friction,"
            " sudden_incident, groups, model_version, catalogue_version) select id, counted_at, 'neutral', 0.5, '{}',"
            " false, false, '{}', 'test', 'test' from document on conflict do nothing"
        )
    )
    return {one.question.text: one.documents for one in questions_of(room.session, incident.id)}


def verdicts(room):
    rows = room.session.execute(
        select(PairJudgement.document_id, PairJudgement.incident_id, PairJudgement.verdict)
    )
    return {(document, incident): verdict for document, incident, verdict in rows}


@pytest.fixture
def two(room):
    """Two incidents of three texts each."""
    first = room.open()
    second = room.minor(title="城东区小学配餐公司被查")
    return first, second


def test_a_text_taken_out_leaves_and_never_comes_back_by_the_program(room, two):
    first, _ = two
    gone = members(room, first)[0]
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=[gone], reason="说的是外地")
    assert gone not in members(room, first)
    assert again(room, first, [gone]).joined == 0
    assert gone not in members(room, first)


def test_a_text_put_in_stays_and_a_text_never_judged_may_join(room, two):
    first, _ = two
    own, free = room.documents(2)
    decisions.include(room.session, room.catalogue, room.duty, first.id, room.now, document_ids=[own])
    assert own in members(room, first)
    assert again(room, first, [free]).joined == 1
    assert {own, free} <= set(members(room, first))


def test_the_later_word_of_a_person_replaces_the_earlier(room, two):
    first, _ = two
    one = members(room, first)[0]
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=[one])
    decisions.include(room.session, room.catalogue, room.duty, first.id, room.now, document_ids=[one])
    assert one in members(room, first)
    assert verdicts(room)[(one, first.id)] == "must"


def test_moving_to_another_incident_takes_the_questions_along(room, two):
    first, second = two
    asking = members(room, first)[0]
    decisions.transfer(
        room.session, room.catalogue, room.duty, first.id, second.id, room.now, document_ids=[asking]
    )
    assert asking in members(room, second)
    assert asked(room, first) == {"检测结果何时公布": 1}
    assert asked(room, second) == {"检测结果何时公布": 3}
    assert again(room, first, [asking]).joined == 0


def test_an_incident_is_never_left_empty_by_taking_out_or_splitting(room, two):
    first, _ = two
    every = members(room, first)
    with pytest.raises(WrongFacts, match="不是事件"):
        decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=every)
    with pytest.raises(WrongFacts, match="至少一条"):
        decisions.split(
            room.session, room.catalogue, room.duty, first.id, room.now, document_ids=every, title="另一件事"
        )
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=every[1:])
    assert members(room, first) == every[:1]


def test_an_incident_made_by_hand_takes_texts_in_and_may_lose_all(room):
    incident = decisions.create_by_hand(
        room.session, room.catalogue, room.duty, room.now, title="凌晨来电：燃气泄漏", grade="III"
    )
    texts = room.documents(2)
    decisions.include(room.session, room.catalogue, room.duty, incident.id, room.now, document_ids=texts)
    assert members(room, incident) == sorted(texts)
    decisions.exclude(room.session, room.duty, incident.id, room.now, document_ids=texts)
    assert members(room, incident) == []


def test_texts_of_another_incident_unknown_ones_and_reprints_are_not_put_in(room, two):
    first, second = two
    args = (room.session, room.catalogue, room.duty, first.id, room.now)
    with pytest.raises(WrongFacts, match=second.id):
        decisions.include(*args, document_ids=[members(room, second)[0]])
    with pytest.raises(NotFound, match="999"):
        decisions.include(*args, document_ids=[999])
    with pytest.raises(NotFound):
        decisions.include(*args, document_ids=[])
    with pytest.raises(WrongFacts, match="都不在事件"):
        decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=members(room, second))


def test_an_earlier_text_put_in_moves_the_deadline_earlier_and_taking_it_out_does_not_move_it_back(room, two):
    first, _ = two
    before = room.clock(first, "R1").deadline_at
    early = room.documents(
        1, fetched_at=room.now - timedelta(hours=1), published_at=room.now - timedelta(hours=1)
    )
    decisions.include(room.session, room.catalogue, room.duty, first.id, room.now, document_ids=early)
    assert room.clock(first, "R1").deadline_at == before - timedelta(hours=1)
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=early)
    assert room.clock(first, "R1").deadline_at == before - timedelta(hours=1)


def test_a_later_text_put_in_moves_no_deadline(room, two):
    first, _ = two
    before = room.clock(first, "R1").deadline_at
    room.later(minutes=30)
    late = room.documents(1)
    decisions.include(room.session, room.catalogue, room.duty, first.id, room.now, document_ids=late)
    assert room.clock(first, "R1").deadline_at == before


def test_a_split_gives_the_texts_their_own_incident_for_ever(room, two):
    first, _ = two
    asking = members(room, first)[:1]
    new = decisions.split(
        room.session, room.catalogue, room.duty, first.id, room.now, document_ids=asking, title="另一所学校"
    )
    assert members(room, new) == asking
    assert len(members(room, first)) == 2
    assert asked(room, new) == {"检测结果何时公布": 1}
    assert again(room, first, asking).joined == 0
    assert members(room, new) == asking
    assert (new.state, new.proposed_event_level) == (first.state, first.proposed_event_level)
    told = room.session.scalars(select(Audit.action).where(Audit.subject == f"incident:{new.id}")).all()
    assert told == ["incident.split_off"]


def test_split_and_merged_again_is_whole_again(room, two):
    first, _ = two
    every = members(room, first)
    new = decisions.split(
        room.session,
        room.catalogue,
        room.duty,
        first.id,
        room.now,
        document_ids=every[:1],
        title="另一所学校",
    )
    decisions.merge(room.session, room.catalogue, room.duty, new.id, first.id, room.now)
    assert members(room, first) == every
    assert again(room, first, every).joined == 0


def test_what_was_taken_out_stays_out_of_the_incident_it_is_merged_into(room, two):
    first, second = two
    gone = members(room, first)[0]
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=[gone])
    decisions.merge(room.session, room.catalogue, room.duty, first.id, second.id, room.now)
    assert again(room, second, [gone]).joined == 0


def test_a_text_taken_out_of_one_and_belonging_to_the_other_keeps_its_place_when_they_merge(room, two):
    first, second = two
    moved = members(room, first)[0]
    decisions.transfer(
        room.session, room.catalogue, room.duty, first.id, second.id, room.now, document_ids=[moved]
    )
    decisions.merge(room.session, room.catalogue, room.duty, first.id, second.id, room.now)
    assert moved in members(room, second)
    assert verdicts(room)[(moved, second.id)] == "must"


def test_a_question_whose_askers_all_left_is_gone(room, two):
    first, _ = two
    everything = members(room, first)
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=everything[:2])
    assert asked(room, first) == {}
    proposal = room.proposal(
        (), incident_id=first.id, questions=(Asked("何时复课", (everything[2],), room.now),)
    )
    open_incidents(room.session, room.catalogue, [proposal], room.now)
    assert asked(room, first) == {"何时复课": 1}


@pytest.mark.parametrize("role", ["viewer", "liaison", "reviewer", "admin", "inspector", "screen"])
def test_only_duty_and_chief_say_what_belongs(room, two, role):
    first, second = two
    actor, one = Actor("x", role), members(room, first)[:1]
    acts = (
        lambda: decisions.exclude(room.session, actor, first.id, room.now, document_ids=one),
        lambda: decisions.include(room.session, room.catalogue, actor, first.id, room.now, document_ids=one),
        lambda: decisions.transfer(
            room.session, room.catalogue, actor, first.id, second.id, room.now, document_ids=one
        ),
        lambda: decisions.split(
            room.session, room.catalogue, actor, first.id, room.now, document_ids=one, title="另一件"
        ),
    )
    for act in acts:
        with pytest.raises(WrongRole):
            act()


def test_a_stale_page_is_a_conflict_and_a_closed_incident_is_left_alone(room, two):
    first, _ = two
    one = members(room, first)[:1]
    with pytest.raises(Conflict):
        decisions.exclude(
            room.session, room.duty, first.id, room.now, document_ids=one, expected_version=first.version + 1
        )
    decisions.dismiss(room.session, room.duty, first.id, room.now, dismissal="misjudged")
    with pytest.raises(WrongState):
        decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=one)


def test_the_record_holds_ids_and_reason_and_no_text(room, two):
    first, _ = two
    one = members(room, first)[:1]
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=one, reason="说的是外地")
    entry = room.session.scalars(select(Audit).where(Audit.action == "incident.exclude")).one()
    assert (entry.who, entry.after, entry.reason) == ("zhoumin", {"documents": one}, "说的是外地")


def test_a_question_that_was_answered_stays_when_its_askers_leave(room, two):
    first, _ = two
    asking = members(room, first)[:2]
    assert asked(room, first) == {"检测结果何时公布": 2}
    question = questions_of(room.session, first.id)[0].question
    evidence = Evidence("answer", room.now, "平台答复", "https://www.haichuan.example.test/a/1")
    decisions.record_response(
        room.session, room.catalogue, room.duty, first.id, room.now, evidence, answered=[question.id]
    )
    decisions.exclude(room.session, room.duty, first.id, room.now, document_ids=asking)
    assert asked(room, first) == {"检测结果何时公布": 0}
