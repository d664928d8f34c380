from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from store import retention, switches
from store.errors import NotFound
from store.incoming import IncomingItem
from store.intake import take
from store.model import Audit, Document, DocumentText
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def store_at(session, moment, number=1) -> None:
    url = f"https://board.example.test/{number}"
    take(session, [IncomingItem("示例板", "forum", url, url, "示例标题", "示例正文", moment)], moment)


def texts(session) -> int:
    return session.scalar(select(func.count()).select_from(DocumentText))


def test_a_month_goes_only_when_its_last_day_is_beyond_the_retention(session):
    switches.write(session, "retention", {"text_days": 60}, "admin", NOW)
    store_at(session, datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC), 1)
    store_at(session, datetime(2026, 9, 1, 0, 0, tzinfo=UTC), 2)
    report = retention.purge(session, datetime(2026, 10, 30, 23, 59, tzinfo=UTC))  # 60 days back: 31 August
    assert report.months == ()
    report = retention.purge(session, datetime(2026, 10, 31, 0, 0, tzinfo=UTC))
    assert (report.months, report.texts, texts(session)) == (("202608",), 1, 1)
    assert session.scalar(select(func.count()).select_from(Document)) == 2, "counts stay for ever"
    assert session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "purge")) == 1


def test_nothing_expired_is_said_in_words(session):
    store_at(session, NOW)
    assert "未清理" in retention.purge(session, NOW).sentence


def test_a_forgotten_document_is_unreadable_and_does_not_come_back(session):
    store_at(session, NOW)
    number = session.scalar(select(Document.id))
    retention.forget(session, number, "admin", "本人要求移除", NOW)
    assert texts(session) == 0
    store_at(session, NOW + timedelta(hours=1))
    assert texts(session) == 0


def test_forgetting_what_is_not_there_says_how_to_find_it(session):
    with pytest.raises(NotFound, match="huiying documents list"):
        retention.forget(session, 987654, "admin", "误填", NOW)


@pytest.mark.parametrize(("month", "following"), [("202611", "202612"), ("202612", "202701")])
def test_the_month_after(month, following):
    assert retention.month_after(month) == following
