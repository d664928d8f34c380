"""The official reply to a message: kept beside it, masked, signed by offices only, earlier replies as versions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from store.incoming import IncomingItem
from store.intake import take
from store.model import Document, DocumentText, DocumentVersion
from store.offices import office_of
from store.retention import forget
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
ASKED, ANSWERED = NOW - timedelta(days=3), NOW - timedelta(hours=2)
MESSAGE = IncomingItem(
    source="留言板", channel="mailbox", url="https://board.example.test/t?tid=1",
    canonical_url="https://board.example.test/t?tid=1", title="路灯一个月不亮", text="柳叶渠边路灯不亮，什么时候修好？",
    fetched_at=NOW, published_at=ASKED, published_precision="minute",
)  # fmt: skip
REPLY = {
    "answer": "您好，已于11月20日修复。联系人：王小明，联系电话13800138000。", "answered_at": ANSWERED,
    "answered_precision": "minute", "answered_by": "示例区城市管理局 王小明",
}  # fmt: skip


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def stored(session):
    columns = (Document.answered_at, Document.answered_by, Document.answered_precision, Document.read_at)
    return session.execute(
        select(*columns, DocumentText.answer, DocumentText.body, DocumentText.masked).join(
            DocumentText, DocumentText.document_id == Document.id
        )
    ).one()


def test_a_message_that_comes_with_its_reply_keeps_both_times_and_the_office(session):
    result = take(session, [replace(MESSAGE, **REPLY)], NOW)
    row = stored(session)
    assert (result.new, result.changed, result.duplicates) == (1, 0, 0)
    assert (row.answered_at, row.answered_precision) == (ANSWERED, "minute")
    assert row.answered_by == "示例区城市管理局"
    assert "已于11月20日修复" in row.answer
    assert "修复" not in row.body


def test_no_name_and_no_number_of_a_person_stays_in_a_reply(session):
    take(session, [replace(MESSAGE, **REPLY)], NOW)
    row = stored(session)
    assert "王小明" not in f"{row.answer}{row.answered_by}"
    assert "13800138000" not in row.answer
    assert row.masked["姓名"] == 2
    assert row.masked["电话"] == 1


def test_a_reply_that_comes_later_is_a_change_without_a_version_and_without_reading_again(session):
    take(session, [MESSAGE], NOW)
    session.execute(text("update document set read_at = now()"))
    assert stored(session).answered_at is None
    result = take(session, [replace(MESSAGE, **REPLY)], NOW + timedelta(hours=1))
    again = take(session, [replace(MESSAGE, **REPLY)], NOW + timedelta(hours=2))
    assert (result.new, result.changed, result.duplicates) == (0, 1, 0)
    assert (again.new, again.changed, again.duplicates) == (0, 0, 1)
    assert stored(session).read_at is not None
    assert session.scalars(select(DocumentVersion)).all() == []


def test_a_changed_reply_keeps_the_earlier_one_as_a_version(session):
    take(session, [replace(MESSAGE, **REPLY)], NOW)
    take(session, [replace(MESSAGE, **REPLY | {"answer": "更正：尚未修复。"})], NOW + timedelta(hours=1))
    version = session.execute(select(DocumentVersion)).scalar_one()
    assert "已于11月20日修复" in version.answer
    assert stored(session).answer == "更正：尚未修复。"


def test_a_reply_that_is_no_longer_shown_stays(session):
    take(session, [replace(MESSAGE, **REPLY)], NOW)
    result = take(session, [MESSAGE], NOW + timedelta(hours=1))
    assert result.duplicates == 1
    assert "修复" in stored(session).answer


def test_forgetting_a_message_forgets_its_reply(session):
    take(session, [replace(MESSAGE, **REPLY)], NOW)
    forget(session, session.scalar(select(Document.id)), "admin", "本人申请", NOW)
    assert session.scalars(select(DocumentText.answer)).all() == []


@pytest.mark.parametrize(
    ("signature", "office", "left_out"),
    [
        ("示例市住房和城乡建设局", "示例市住房和城乡建设局", 0),
        ("中共示例区委办公室、区教育局", "中共示例区委办公室、区教育局", 0),
        ("示例街道办事处 李雷", "示例街道办事处", 1),
        ("李雷", None, 1),
        ("王局", None, 1),
        ("示例区城市管理局王小明", "示例区城市管理局", 1),
        ("", None, 0),
        ("示例供水（集团）有限公司", "示例供水（集团）有限公司", 0),
        ("12345热线", "12345热线", 0),
        ("<script>alert(1)</script>", None, 2),
    ],
)
def test_only_offices_sign(signature, office, left_out):
    assert office_of(signature) == (office, left_out)
