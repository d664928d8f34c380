"""草稿 → 审定 → 发出: a new version each time, wider only what was approved, each reader once, Monday's mail still once."""

import io
from datetime import timedelta

import docx
import pytest
from sqlalchemy import select

from alerts.recipients import receiving
from alerts.telling import queue_report_mail
from catalogue.loader import load
from dashboards.approval import approve, send
from dashboards.errors import WrongInput
from dashboards.jobs import mail_when_due
from dashboards.report import publish
from dashboards.viewer import RIGHTS, Viewer
from store.model import Audit, Notification, Report
from store.session import transaction

WEEK = "2026-W47"
CHIEF = Viewer("daiban", "值班长甲", "chief", None, "0")
RECIPIENT = (
    'id = "{id}"\nname = "{id}岗位"\nemail = "{id}@office.example.test"\nrole = "leader"\n'
    'receives = ["weekly"]\ninternal = {internal}\n'
)


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


def site_with(invented, folder, **recipients):
    site = invented.write_site(folder)
    (site / "recipients").mkdir()
    for id_, internal in recipients.items():
        text = RECIPIENT.format(id=id_, internal=str(internal).lower())
        (site / "recipients" / f"{id_}.toml").write_text(text, encoding="utf-8")
    return load(site)


@pytest.fixture(scope="module")
def catalogue(invented, tmp_path_factory):
    return site_with(invented, tmp_path_factory.mktemp("approval"), leader=True, deputy=True, outside=False)


@pytest.fixture
def monday(invented):
    return invented.beijing(23, 7, 30)


@pytest.fixture
def draft(session, catalogue, monday):
    return publish(session, catalogue, WEEK, monday)


def readers(session):
    return sorted(session.scalars(select(Notification.recipient)).all())


def texts_of(report):
    return [one.text for one in docx.Document(io.BytesIO(report.docx)).paragraphs]


def test_approving_adds_a_version_and_leaves_the_draft_alone(session, catalogue, draft, monday):
    before = (draft.html, draft.docx)
    approved = approve(session, CHIEF, draft, "本周重点已与各区核对。", monday)
    session.expire_all()
    assert (draft.state, draft.html, draft.docx) == ("draft", *before)
    assert (approved.version, approved.state, approved.approved_by) == (2, "approved", "daiban")
    assert approved.number == draft.number
    assert "自动生成、未审定" not in approved.html
    assert "已审定（值班长，2026-11-23 07:30）" in approved.html
    assert "编审说明：</b>本周重点已与各区核对。" in approved.html
    words = texts_of(approved)
    assert "已审定（值班长，2026-11-23 07:30）" in words[0]
    assert words[3] == "编审说明：本周重点已与各区核对。"
    assert "自动生成" not in "".join(words)


def test_no_login_name_stands_in_an_approved_paper(session, draft, monday):
    approved = approve(session, CHIEF, draft, "", monday)
    assert "daiban" not in approved.html
    assert "编审说明" not in approved.html
    assert "daiban" not in "".join(texts_of(approved))


def test_the_note_is_only_ever_text(session, draft, monday):
    approved = approve(session, CHIEF, draft, "<script>alert(1)</script>\r\n=1+1", monday)
    assert "<script>alert" not in approved.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1" in approved.html


def test_generating_again_the_same_findings_keeps_the_approved_version(session, catalogue, draft, monday):
    approved = approve(session, CHIEF, draft, "", monday)
    assert publish(session, catalogue, WEEK, monday + timedelta(hours=1)).id == approved.id


def test_neither_an_old_version_nor_an_approved_one_is_approved_again(session, catalogue, draft, monday):
    approved = approve(session, CHIEF, draft, "", monday)
    with pytest.raises(WrongInput, match="已有更新的第 2 版"):
        approve(session, CHIEF, draft, "", monday)
    with pytest.raises(WrongInput, match="已经审定"):
        approve(session, CHIEF, approved, "", monday)


def test_a_draft_is_not_sent_by_hand_to_anybody(session, catalogue, draft, monday):
    for target in ("wider", "internal"):
        with pytest.raises(WrongInput, match="还没有审定"):
            send(session, catalogue, CHIEF, draft, target, monday)
    assert readers(session) == []


def test_an_approved_version_goes_wider_once_and_is_then_called_sent(session, catalogue, draft, monday):
    approved = approve(session, CHIEF, draft, "", monday)
    assert send(session, catalogue, CHIEF, approved, "wider", monday) == 1
    assert send(session, catalogue, CHIEF, approved, "wider", monday + timedelta(minutes=1)) == 0
    assert readers(session) == ["outside"]
    assert approved.state == "sent"
    acts = session.scalars(
        select(Audit.action).where(Audit.subject == f"report:{approved.id}").order_by(Audit.id)
    )
    assert acts.all() == ["report.approve", "report.send", "report.send"]


def test_what_went_wider_before_eight_does_not_replace_the_mail_of_monday_eight(
    session, catalogue, draft, monday, invented
):
    approved = approve(session, CHIEF, draft, "", monday)
    send(session, catalogue, CHIEF, approved, "wider", monday)
    eight = invented.beijing(23, 8)
    report = publish(session, catalogue, WEEK, eight)
    assert mail_when_due(session, catalogue, report, eight) == 2
    assert mail_when_due(session, catalogue, report, eight + timedelta(hours=1)) == 0
    assert readers(session) == ["deputy", "leader", "outside"]


def test_an_approved_version_sent_inside_before_eight_is_not_sent_again_at_eight(
    session, catalogue, draft, monday, invented
):
    approved = approve(session, CHIEF, draft, "", monday)
    assert send(session, catalogue, CHIEF, approved, "internal", monday) == 2
    eight = invented.beijing(23, 8)
    assert mail_when_due(session, catalogue, publish(session, catalogue, WEEK, eight), eight) == 0


def test_the_internal_list_may_get_the_approved_version_after_the_draft(session, catalogue, draft, monday):
    assert len(queue_report_mail(session, catalogue, draft, receiving(catalogue, "weekly"), monday)) == 2
    approved = approve(session, CHIEF, draft, "", monday)
    assert send(session, catalogue, CHIEF, approved, "internal", monday) == 2


def test_a_list_nobody_stands_on_is_one_sentence(session, invented, tmp_path, monday):
    alone = site_with(invented, tmp_path / "site", leader=True)
    approved = approve(session, CHIEF, publish(session, alone, WEEK, monday), "", monday)
    with pytest.raises(WrongInput, match="更大范围名单上还没有接收周报的人"):
        send(session, alone, CHIEF, approved, "wider", monday)
    assert session.get(Report, approved.id).state == "approved"


def test_only_chief_and_reviewer_approve_and_only_the_chief_sends():
    assert RIGHTS["approve_report"] == ("chief", "reviewer")
    assert RIGHTS["send_report"] == ("chief",)
