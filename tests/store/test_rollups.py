from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, text

from store import rollups
from store.model import Document, Reading
from store.rollups import Counted
from store.session import transaction

HOUR = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 00:00 on the 21st in Beijing


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def counted(**changes) -> Counted:
    values = {
        "counted_at": HOUR.replace(minute=20),
        "counted_on": date(2026, 11, 21),
        "channel": "social",
        "sentiment": "negative",
        "categories": ("education", "food_drug_safety"),
        "region": "chengdong",
    }
    return Counted(**(values | changes))


def table(session, name):
    return sorted(map(tuple, session.execute(text(f"select * from {name}"))))


def test_a_document_of_two_categories_counts_once_in_the_whole(session):
    rollups.apply(session, [counted()])
    assert table(session, "rollup_hour_category") == [
        (HOUR, "*", 1, 1, 0, 0),
        (HOUR, "education", 1, 1, 0, 0),
        (HOUR, "food_drug_safety", 1, 1, 0, 0),
    ]


def test_taking_out_what_was_put_in_leaves_zero(session):
    rollups.apply(session, [counted(), counted(sentiment="positive")])
    rollups.apply(session, [counted(sign=-1)])
    assert (HOUR, "*", 1, 0, 0, 1) in table(session, "rollup_hour_category")


def test_a_document_without_a_time_counts_only_on_its_day(session):
    rollups.apply(session, [counted(counted_at=None, region=None)])
    assert table(session, "rollup_hour_category") == []
    assert (date(2026, 11, 21), "*", "?", 1, 1, 0, 0) in table(session, "rollup_day_category_region")


def test_recomputing_an_hour_or_a_day_yields_what_was_kept_along_the_way(session):
    for number, sentiment in enumerate(["negative", "neutral", "neutral"]):
        moment = HOUR.replace(minute=number * 20 + 19, second=59, microsecond=999999)
        values = {
            "source": "s", "channel": "news", "url": f"u{number}", "canonical_url": f"u{number}",
            "fingerprint": "f",
            "published_precision": "minute", "fetched_at": moment, "counted_at": moment,
            "counted_on": date(2026, 11, 21), "visibility": "public",
        }  # fmt: skip
        document = session.execute(insert(Document).values(values).returning(Document.id)).scalar_one()
        session.execute(
            insert(Reading).values(
                document_id=document, counted_at=moment, sentiment=sentiment, sentiment_score=0.9,
                categories=["housing"], region=None if number else "xingang", service_friction=False,
                sudden_incident=False, model_version="m", catalogue_version="c",
            )
        )  # fmt: skip
        region = None if number else "xingang"
        rollups.apply(
            session,
            [
                counted(
                    counted_at=moment,
                    channel="news",
                    sentiment=sentiment,
                    categories=("housing",),
                    region=region,
                )
            ],
        )
    kept = {name: table(session, name) for name in rollups.TABLES}
    rollups.recompute_hour(session, HOUR)
    rollups.recompute_day(session, date(2026, 11, 21))
    assert {name: table(session, name) for name in rollups.TABLES} == kept
