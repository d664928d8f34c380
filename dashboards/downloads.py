"""Files people take away: reports as HTML and DOCX, the ledger and the list of incidents as CSV. Each checks the role itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from flask import Flask, Response, abort, request

from alerts.messages.render import weekly_words
from dashboards import wording
from dashboards.context import Context, Desk
from dashboards.docx_paper import docx_of
from dashboards.errors import NoRight, WrongInput
from dashboards.html_paper import html_of
from dashboards.ledger_rows import HEADS, cells, month_of
from dashboards.notice_paper import notice_paper, read_notice
from dashboards.pages import incidents
from dashboards.review_paper import review_paper
from dashboards.viewer import current_viewer
from store.model import Report
from store.queries_incidents import find_incident, whole_incident
from store.queries_ledger import ledger

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_downloads(server: Flask, desk: Desk) -> None:
    @server.get("/download/report/<int:number>.<kind>")
    def report(number: int, kind: str) -> Response:
        return answer(desk, lambda ctx: report_file(ctx, number, kind))

    @server.get("/download/incident/<number>/<paper>.<kind>")
    def incident(number: str, paper: str, kind: str) -> Response:
        return answer(desk, lambda ctx: incident_file(ctx, number, paper, kind))

    @server.get("/download/ledger.csv")
    def ledger_csv() -> Response:
        return answer(desk, ledger_file)

    @server.get("/download/incidents.csv")
    def incidents_csv() -> Response:
        return answer(desk, incidents_file)


def answer(desk: Desk, make: Callable[[Context], Response]) -> Response:
    viewer = current_viewer()
    try:
        viewer.need("read")
    except NoRight as error:
        return Response(f"{error}\n", 403, mimetype="text/plain")
    with desk.open(viewer, request.path, request.query_string.decode()) as ctx:
        return make(ctx)


def report_file(ctx: Context, number: int, kind: str) -> Response:
    """A report of the whole town, for those who may see the whole town."""
    try:
        ctx.viewer.need("town")
    except NoRight as error:
        return Response(f"{error}\n", 403, mimetype="text/plain")
    found = ctx.session.get(Report, number)
    if found is None or kind not in ("html", "docx", "mail"):
        abort(404)
    if kind == "mail":
        return Response(weekly_words(found, ctx.settings).html, mimetype="text/html")
    name = f"huiying-{found.period}-v{found.version}.{kind}"
    if kind == "html":
        # A file of its own: nothing in it may run or reach our pages.
        return Response(
            found.html, mimetype="text/html", headers={"Content-Disposition": f"inline; filename={name}"}
        )
    return Response(
        found.docx, mimetype=DOCX, headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def incident_file(ctx: Context, number: str, paper: str, kind: str) -> Response:
    """快报 (notice) or 复盘 (review) of one incident as it stands now; a liaison gets the own unit's incidents only."""
    found = find_incident(ctx.session, number, ctx.viewer.scope_unit)
    if found is None or paper not in ("notice", "review") or kind not in ("html", "docx"):
        abort(404)
    whole = whole_incident(ctx.session, found, ctx.now)
    facts = read_notice(ctx.session, ctx.catalogue, whole, ctx.now, ctx.settings.is_demo)
    try:
        made = notice_paper(facts) if paper == "notice" else review_paper(ctx.session, facts)
    except WrongInput as error:
        return Response(f"{error}\n", 409, mimetype="text/plain")
    if kind == "html":
        return Response(html_of(made), mimetype="text/html")
    name = f"huiying-{paper}-{found.id}-{wording.local(ctx.now):%Y%m%d%H%M}.docx"
    return Response(
        docx_of(made), mimetype=DOCX, headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def ledger_file(ctx: Context) -> Response:
    begins, ends, words = month_of(ctx.query.get("month"), ctx.now)
    entries = ledger(ctx.session, begins, ends, ctx.viewer.scope_unit)
    lines = [cells(ctx, entry) for entry in entries]
    return csv_file(ctx, f"回应台账 {words}", f"ledger-{wording.local(begins):%Y-%m}", HEADS, lines)


def incidents_file(ctx: Context) -> Response:
    """The list of incidents under the filters of its page, the same lines in the same order."""
    show = ctx.query.get("show", "open")
    rows = [row for row in incidents.fetch(ctx, show) if incidents.fits(ctx, row)]
    lines = [incidents.cells(ctx, row) for row in rows]
    title = f"事件 {incidents.scope_words(ctx, show)}"
    return csv_file(ctx, title, f"incidents-{wording.local(ctx.now):%Y%m%d%H%M}", incidents.COLUMNS, lines)


def csv_file(
    ctx: Context, title: str, name: str, heads: Sequence[str], lines: Sequence[Sequence[str]]
) -> Response:
    """CSV with BOM: what was asked and when, how many lines; then the lines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    demo = "（演示数据）" if ctx.settings.is_demo else ""
    asked = [f"{title}{demo}", f"查询时间 {wording.exact_time(ctx.now)}", f"共 {len(lines)} 条"]
    writer.writerow([harmless(value) for value in asked])
    writer.writerow(heads)
    writer.writerows([harmless(value) for value in line] for line in lines)
    headers = {"Content-Disposition": f"attachment; filename=huiying-{name}.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def harmless(value: str) -> str:
    """A cell that a spreadsheet would take for a formula gets a quote in front."""
    return f"'{value}" if value.startswith(FORMULA) else value
