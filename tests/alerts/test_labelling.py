"""A duty officer corrects what the program read in a text."""

import pytest
from sqlalchemy import select, text

from alerts import decisions
from alerts.decisions import Actor, confirm_labels
from alerts.errors import WrongFacts, WrongRole
from analysis.labels import HEADS
from store.errors import Conflict, NotFound
from store.model import Audit, Label, Reading
from store.queries_documents import find_document


@pytest.fixture
def one(room):
    """A text that was read as negative, about education."""
    (number,) = room.documents(1)
    room.session.execute(
        text(
            "insert into reading (document_id, counted_at, sentiment, sentiment_score, categories, service_friction,"
            " sudden_incident, groups, model_version, catalogue_version) select id, counted_at, 'negative', 0.9,"
            " '{education}', false, true, '{}', 'test', 'test' from document where id = :id"
        ),
        {"id": number},
    )
    return number


def correct(room, number, actor=None, **more):
    return decisions.correct_labels(
        room.session, room.catalogue, actor or room.duty, number, room.now, **more
    )


def test_only_what_differs_is_kept_and_recorded(room, one):
    labels = {"sentiment": "neutral", "category": ["education"], "sudden_incident": True}
    assert correct(room, one, labels=labels, expected_label=0) == ("sentiment",)
    assert room.session.get_one(Reading, one).sentiment == "neutral"
    kept = room.session.scalars(select(Label)).one()
    assert (kept.head, kept.value, kept.by) == ("sentiment", "neutral", "zhoumin")
    entry = room.session.scalars(select(Audit).where(Audit.action == "document.correct")).one()
    assert (entry.subject, entry.before, entry.after) == (
        f"document:{one}", {"sentiment": "negative"}, {"sentiment": "neutral"},
    )  # fmt: skip


def test_the_same_categories_in_another_order_are_no_correction(room, one):
    correct(room, one, labels={"category": ["education", "food_drug_safety"]})
    with pytest.raises(WrongFacts, match="没有改动"):
        correct(room, one, labels={"category": ["food_drug_safety", "education"]})


@pytest.mark.parametrize(
    "labels",
    [
        {"category": ["invented"]}, {"region": "atlantis"}, {"sentiment": "angry"}, {"service_friction": "yes"},
        {"author": "x"},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_in_words(room, one, labels):
    with pytest.raises(WrongFacts):
        correct(room, one, labels=labels)
    assert room.session.scalars(select(Label)).all() == []


def test_the_second_of_two_people_sees_who_was_first(room, one):
    correct(room, one, labels={"sentiment": "neutral"}, expected_label=0)
    with pytest.raises(Conflict, match="zhoumin 已于"):
        correct(
            room, one, actor=Actor("chenjing", "duty"), labels={"sentiment": "positive"}, expected_label=0
        )
    seen = room.session.scalars(select(Label.id)).one()
    correct(room, one, labels={"sentiment": "positive"}, expected_label=seen)


@pytest.mark.parametrize("role", ["viewer", "liaison", "reviewer", "admin", "inspector", "screen"])
def test_only_duty_and_chief_correct(room, one, role):
    with pytest.raises(WrongRole):
        correct(room, one, actor=Actor("x", role), labels={"sentiment": "neutral"})


def test_an_unknown_text_says_so(room):
    with pytest.raises(NotFound, match="999"):
        correct(room, 999, labels={"sentiment": "neutral"})


def agree(room, number, actor=None, **more):
    return confirm_labels(room.session, actor or room.duty, number, room.now, **more)


def test_finding_a_text_right_is_kept_as_agreement_and_changes_nothing(room, one):
    before = room.session.get_one(Reading, one)
    seen = (before.sentiment, list(before.categories), before.region, before.sentiment_score)
    assert set(agree(room, one, expected_label=0)) == set(HEADS)
    kept = room.session.scalars(select(Label)).all()
    assert len(kept) == len(HEADS)
    assert all(label.agrees for label in kept)
    after = room.session.get_one(Reading, one)
    assert (after.sentiment, list(after.categories), after.region) == seen[:3]
    entry = room.session.scalars(select(Audit).where(Audit.action == "document.agree")).one()
    assert entry.subject == f"document:{one}"
    row = find_document(room.session, one)
    assert (row.is_agreed, row.corrected) == (True, ())


def test_what_was_corrected_is_not_agreed_to_and_a_later_correction_is_one(room, one):
    correct(room, one, labels={"sentiment": "neutral"})
    assert "sentiment" not in agree(room, one)
    last = find_document(room.session, one).label
    correct(room, one, labels={"category": []}, expected_label=last)
    assert set(find_document(room.session, one).corrected) == {"sentiment", "category"}


def test_a_second_agreement_is_refused_and_so_is_an_overtaken_one(room, one):
    agree(room, one, expected_label=0)
    with pytest.raises(WrongFacts, match="不必再核对"):
        agree(room, one)
    with pytest.raises(Conflict, match="核对这条原文"):
        agree(room, one, actor=Actor("chenjing", "duty"), expected_label=0)


@pytest.mark.parametrize("role", ["viewer", "liaison", "reviewer", "admin", "inspector", "screen"])
def test_only_duty_and_chief_agree(room, one, role):
    with pytest.raises(WrongRole):
        agree(room, one, actor=Actor("x", role))


def test_a_text_that_is_unknown_cannot_be_agreed_to(room):
    with pytest.raises(NotFound):
        agree(room, 10**9)
