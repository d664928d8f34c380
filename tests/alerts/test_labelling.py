"""A duty officer corrects what the program read in a text."""

import pytest
from sqlalchemy import select, text

from alerts import decisions
from alerts.decisions import Actor
from alerts.errors import WrongFacts, WrongRole
from store.errors import Conflict, NotFound
from store.model import Audit, Label, Reading


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
