"""Drift: what the model said each day, how sure, and how much of it people corrected."""

from datetime import UTC, date, datetime

import pytest

from analysis.drift import answers, drift_rows, last_days, record_day, tallied
from analysis.labels import keep_label
from store.session import transaction

MOOD = {"label": "negative", "scores": {"negative": 0.8, "neutral": 0.1, "positive": 0.1}}
CATEGORY = {"above": ["housing"], "scores": {"housing": 0.9, "education": 0.1}}
DAY = date(2026, 11, 20)


def test_a_score_gives_its_answer_with_its_own_score():
    assert answers("sentiment", MOOD)[1] == {"sentiment:negative": 0.8}
    assert answers("category", CATEGORY) == (
        ["category:housing", "category:education"],
        {"category:housing": 0.9},
    )
    assert answers("sudden_incident", {"is": False, "score": 0.2}) == (["sudden_incident"], {})
    assert answers("region", {"id": None}) == ([], {})


def test_shares_and_confidence_are_over_the_documents_of_the_day():
    calm = {"label": "neutral", "scores": {"negative": 0.2, "neutral": 0.6, "positive": 0.2}}
    scores = [
        (1, "sentiment", "own@1", MOOD),
        (1, "category", "own@1", CATEGORY),
        (2, "sentiment", "own@1", calm),
    ]
    rows = {row["head"]: row for row in drift_rows(DAY, tallied(scores, [(1, "category")]))}
    assert rows["sentiment:negative"]["share"] == 0.5
    assert rows["sentiment:negative"]["confidence"] == pytest.approx(0.8)
    assert rows["sentiment:positive"]["share"] == rows["sentiment:positive"]["confidence"] == 0
    assert rows["category:housing"] == {
        "day": DAY, "head": "category:housing", "model_version": "own@1", "documents": 2, "share": 0.5,
        "confidence": pytest.approx(0.9), "corrections": 1,
    }  # fmt: skip


def test_a_day_without_documents_has_no_rows():
    assert drift_rows(DAY, tallied([], [])) == []


def test_the_days_are_those_of_beijing():
    assert last_days(datetime(2026, 11, 20, 16, 0, tzinfo=UTC), 2) == [date(2026, 11, 19), date(2026, 11, 20)]
    assert last_days(datetime(2026, 11, 20, 15, 59, tzinfo=UTC), 1) == [date(2026, 11, 19)]


def test_a_day_is_recorded_once_however_often_and_sees_corrections(desk):
    ids = desk.bring(
        desk.item("柳河镇自来水发黄", "居民反映自来水发黄有异味，一直没有人处理，大家都很气愤。"),
        desk.item("公园荷花展开幕", "本周末城东街道公园举行荷花展，欢迎市民参观。", minutes=5),
    )
    desk.read()
    with transaction(desk.url) as session:
        keep_label(session, ids[0], "sudden_incident", True, "值班员", datetime(2026, 11, 21, tzinfo=UTC))
        first = record_day(session, DAY)
        assert first == record_day(session, DAY) > 15
    rows = desk.rows("select head, documents, corrections, share from drift order by head")
    assert len(rows) == first
    by_head = {head: (documents, corrections) for head, documents, corrections, _ in rows}
    assert by_head["sudden_incident"] == (2, 1)
    assert by_head["service_friction"] == (2, 0)
    assert sum(share for head, *_, share in rows if head.startswith("sentiment:")) == pytest.approx(1)


def test_agreement_is_no_correction_and_a_correction_after_it_is_one(desk):
    ids = desk.bring(
        desk.item("柳河镇自来水发黄", "居民反映自来水发黄有异味，一直没有人处理，大家都很气愤。"),
        desk.item("公园荷花展开幕", "本周末城东街道公园举行荷花展，欢迎市民参观。", minutes=5),
    )
    desk.read()
    at = datetime(2026, 11, 21, tzinfo=UTC)

    def corrections():
        with transaction(desk.url) as session:
            record_day(session, DAY)
        rows = desk.rows(
            "select head, corrections from drift where head like 'sentiment:%' or head = 'sudden_incident'"
        )
        return sum(number for _, number in rows)

    with transaction(desk.url) as session:
        for number in ids:
            keep_label(session, number, "sudden_incident", False, "值班员", at, agrees=True)
            keep_label(session, number, "sentiment", "negative", "值班员", at, agrees=True)
    assert corrections() == 0
    with transaction(desk.url) as session:
        keep_label(session, ids[0], "sentiment", "neutral", "值班长", at)
    assert corrections() == 1
