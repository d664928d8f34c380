"""The kept bytes of a page: as they came, with their hash, taken out with a line in the audit."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from store import evidence
from store.errors import EvidenceChanged
from store.incoming import IncomingItem
from store.intake import take
from store.model import Audit, Document
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
PAGE = "<html>柳叶渠，联系电话13800138000</html>".encode("gb18030")


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def bring(session, channel, body="第一稿", at=NOW, raw=PAGE):
    url = f"https://{channel}.example/1"
    item = IncomingItem(channel, channel, url, url, "标题", body, at, raw=raw, raw_headers={"ETag": "1"})
    take(session, [item], at)
    return session.scalar(select(Document.id).where(Document.source == channel))


@pytest.mark.parametrize("channel", ["news", "government"])
def test_the_bytes_come_back_as_they_were_fetched_and_the_audit_knows(session, channel):
    number = bring(session, channel)
    [one] = evidence.kept(session, number)
    assert (one.sha256, one.headers) == (hashlib.sha256(PAGE).hexdigest(), {"ETag": "1"})
    assert evidence.take_out(session, one, "管理员", NOW) == PAGE
    session.flush()
    [entry] = session.scalars(select(Audit).where(Audit.action == "evidence.read"))
    assert (entry.who, entry.subject) == ("管理员", f"document:{number}")


@pytest.mark.parametrize("channel", ["social", "forum", "hotline", "mailbox", "hotlist"])
def test_of_posts_and_hotline_items_no_bytes_are_kept(session, channel):
    assert evidence.kept(session, bring(session, channel)) == []


def test_a_changed_page_adds_its_bytes_and_keeps_the_old_ones(session):
    number = bring(session, "news")
    bring(session, "news", "第二稿", NOW + timedelta(hours=1), b"<html>2</html>")
    assert [one.fetched_at for one in evidence.kept(session, number)] == [NOW, NOW + timedelta(hours=1)]


def test_bytes_that_no_longer_fit_their_hash_are_refused(session):
    number = bring(session, "news")
    session.execute(text("update evidence set sha256 = repeat('0', 64)"))
    session.expire_all()
    [one] = evidence.kept(session, number)
    with pytest.raises(EvidenceChanged, match="SHA-256 不符"):
        evidence.take_out(session, one, "管理员", NOW)
