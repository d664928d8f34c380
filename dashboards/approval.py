"""草稿 → 审定 → 发出. Approving makes a new version with the same findings and another mark; nothing is overwritten,
and only an approved version goes beyond the internal list."""

from __future__ import annotations

import io
from datetime import datetime
from html import escape

import docx
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.recipients import receiving, wider
from alerts.telling import queue_report_mail
from catalogue.loader import Catalogue
from dashboards.docx_paper import run
from dashboards.errors import WrongInput
from dashboards.paper import DRAFT_MARK, one_line
from dashboards.report import LOCK, latest_report
from dashboards.viewer import Viewer
from dashboards.wording import local
from store import audit
from store.model import ROLES, Report

NOTE_LIMIT = 500
MARK = f'<span class="mark">{DRAFT_MARK}</span>'
HEADER_END = "</header>"
TARGETS = {"wider": "更大范围名单", "internal": "内部名单"}


def approve(session: Session, viewer: Viewer, report: Report, note: str, now: datetime) -> Report:
    """审定: a new version of the newest draft, marked as approved, with the editor's note in front. Raises WrongInput."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    check_newest(session, report)
    if report.state != "draft":
        raise WrongInput(f"第 {report.version} 版已经审定，不用再审。")
    mark = f"已审定（{ROLES[viewer.role]}，{local(now):%Y-%m-%d %H:%M}）"
    words = one_line(note, NOTE_LIMIT)
    approved = Report(
        series=report.series, period=report.period, number=report.number, version=report.version + 1, state="approved",
        begins_on=report.begins_on, ends_on=report.ends_on, data_until=report.data_until, created_at=now,
        approved_at=now, approved_by=viewer.name, facts=dict(report.facts), missing=list(report.missing),
        html=approved_html(report.html, mark, words), docx=approved_docx(report.docx, mark, words),
        catalogue_version=report.catalogue_version,
    )  # fmt: skip
    session.add(approved)
    session.flush()
    after = {"state": "approved", "version": approved.version, "from_version": report.version}
    before = {"state": report.state, "version": report.version}
    audit.record(session, now, viewer.name, "report.approve", f"report:{approved.id}", before, after, words)
    return approved


def check_newest(session: Session, report: Report) -> None:
    newest = latest_report(session, report.period)
    if newest is not None and newest.id != report.id:
        raise WrongInput(f"第 {report.number} 期已有更新的第 {newest.version} 版；请刷新页面后看新版。")


def approved_html(html: str, mark: str, note: str) -> str:
    if html.count(MARK) != 1:
        raise WrongInput("这一版不是草稿（没有“自动生成、未审定”标记）；请重新生成后再审定。")
    words = f'<p class="editor"><b>编审说明：</b>{escape(note)}</p>' if note else ""
    return html.replace(MARK, f'<span class="mark">{escape(mark)}</span>').replace(
        HEADER_END, HEADER_END + words, 1
    )


def approved_docx(content: bytes, mark: str, note: str) -> bytes:
    """The same Word file with another mark, and the editor's note under the number of the issue."""
    document = docx.Document(io.BytesIO(content))
    marks = next(one for one in document.paragraphs if one.style.name == "公文标记")
    marks.runs[0].text = marks.runs[0].text.replace(DRAFT_MARK, mark)
    core = document.core_properties
    core.subject = (core.subject or "").replace(DRAFT_MARK, mark)
    if note:
        issue = next(one for one in document.paragraphs if one.style.name == "公文期号")
        added = document.add_paragraph(style="公文正文")
        run(added, "编审说明：", bold=True)
        run(added, note)
        issue._p.addnext(added._p)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def send(
    session: Session, catalogue: Catalogue, viewer: Viewer, report: Report, target: str, now: datetime
) -> int:
    """发出 an approved version; how many mails were queued. The same version goes to each reader once.

    Raises WrongInput for a draft, for an older version and for a list nobody stands on.
    """
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    check_newest(session, report)
    if report.state == "draft":
        raise WrongInput("这一版还没有审定；请先审定。")
    find, mark = {"wider": (wider, "wider"), "internal": (receiving, "version")}[target]
    readers = find(catalogue, "weekly")
    if not readers:
        raise WrongInput(f"{TARGETS[target]}上还没有接收周报的人；请在设置页“接收人”中补上。")
    queued = queue_report_mail(session, catalogue, report, readers, now, mark)
    before = {"state": report.state}
    report.state = "sent"
    after = {"state": "sent", "target": target, "recipients": [one.id for one in readers]}
    audit.record(session, now, viewer.name, "report.send", f"report:{report.id}", before, after)
    session.flush()
    return len(queued)
