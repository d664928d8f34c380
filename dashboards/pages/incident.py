"""一个事件：现在到哪一步，还有什么没回答，下一个时限是什么。"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from analysis.account import account_of
from analysis.series import HourPoint, incident_hours
from dashboards import actions, timeline, wording
from dashboards.actions import merge
from dashboards.blind import blind_notice
from dashboards.chart import legend, volume_chart
from dashboards.context import Context
from dashboards.document_rows import document_table
from dashboards.errors import NoSuchPage
from dashboards.figures import volume
from dashboards.incident_cards import history_card, steps_card
from dashboards.incident_outlook import effect_card, forecast_card
from dashboards.incident_parts import (
    HOUR,
    deadline_words,
    duty_words,
    facts_line,
    limit_words,
    other_level,
    remaining,
    state_words,
    waiting,
)
from dashboards.incident_questions import question_card
from dashboards.incident_reasons import reasons_card
from dashboards.incident_story import similar_card, story_card
from dashboards.incident_times import times_card
from dashboards.parts import (
    Node,
    card,
    count,
    countdown,
    documents,
    empty,
    level_of,
    notice,
)
from dashboards.replies import replies_card
from dashboards.router import Page
from dashboards.wording import RESPONSE_WORDS
from store.model import Clock, Incident
from store.queries import history_of
from store.queries_documents import DocumentFilter, count_documents, list_documents
from store.queries_incidents import Whole, find_incident, whole_incident

PATH = "/incident/<id>"
RIGHT = "read"
NAV = "incidents"
CHART_HOURS = 36
DOCUMENTS_SHOWN = 8
LIKELY_SHOWN = 2


def layout(ctx: Context) -> Page:
    incident = find_incident(ctx.session, ctx.params["id"], ctx.viewer.scope_unit)
    if incident is None:
        raise NoSuchPage(f"没有事件 {ctx.params['id']}，或不在您的范围内；请从事件列表进入。")
    whole = whole_incident(ctx.session, incident, ctx.now)
    account = account_of(
        ctx.session, incident, whole.listed.tally, whole.questions, whole.responses, RESPONSE_WORDS, ctx.now
    )
    left = [
        *times_card(ctx, whole),
        question_card(ctx, whole),
        *replies_card(ctx, whole),
        volume_card(ctx, whole),
        story_card(ctx, whole, account),
        effect_card(ctx, whole, account),
        document_card(ctx, whole),
    ]
    entries = history_of(ctx.session, f"incident:{incident.id}")
    right = [
        steps_card(ctx, whole),
        forecast_card(whole, account),
        reasons_card(ctx, incident, entries),
        similar_card(ctx, account),
        history_card(ctx, entries),
    ]
    body = [
        *standing(whole),
        *([] if incident.closed_at else blind_notice(ctx)),
        *same_matter(ctx, whole),
        clock_card(ctx, whole),
        html.Div(
            [html.Div(left, className="column"), html.Div(right, className="column")], className="columns"
        ),
    ]
    lead = [
        *facts_line(ctx, incident),
        *([html.Span(other_level(incident))] if other_level(incident) else []),
        html.Span(state_words(incident), className="tag"),
    ]
    crumbs = (("事件", "/incidents"), (incident.id, ""))
    tools = (*actions.buttons_for(ctx, whole), *papers(incident))
    return Page(incident.title, body, crumbs, lead, tools)


def papers(incident: Incident) -> list[Node]:
    """快报 as it stands now; 复盘 once it is closed."""
    folder = f"/download/incident/{incident.id}"
    links = [("导出快报", "notice")] + ([("导出复盘", "review")] if incident.closed_at is not None else [])
    return [
        html.A(words, href=f"{folder}/{name}.docx", className="button", title="Word 文件")
        for words, name in links
    ]


def standing(whole: Whole) -> list[Node]:
    """What one must know before reading on: merged, come back, treated as major."""
    incident = whole.listed.incident
    found: list[Node] = []
    if incident.merged_into:
        found.append(
            notice(
                "info",
                "本事件已并入 ",
                html.A(incident.merged_into, href=f"/incident/{incident.merged_into}"),
                "。",
            )
        )
    if incident.came_back_from:
        back = html.A(incident.came_back_from, href=f"/incident/{incident.came_back_from}")
        found.append(notice("info", "此前的事件 ", back, " 再度引起关注。"))
    if incident.treat_as_major:
        found.append(notice("info", "值班长决定：按重大突发事件对待。"))
    return found


def same_matter(ctx: Context, whole: Whole) -> list[Node]:
    """Open incidents that may be this one, for those who may merge; the younger one goes into the older."""
    incident = whole.listed.incident
    if not ctx.viewer.may(merge.RIGHT):
        return []
    found: list[Node] = []
    for one in merge.likely_of(ctx, incident)[:LIKELY_SHOWN]:
        link = html.A(f"{one.id} {one.title}", href=f"/incident/{one.id}")
        press = actions.button("merge", f"{incident.id}/{one.id}", incident.version, words="核对后合并")
        ask = [press] if one.is_older else ["请在那一件中合并，以保留较早的编号。"]
        found.append(notice("info", "可能是同一件事：", link, "。", *ask))
    return found


def clock_card(ctx: Context, whole: Whole) -> Node:
    """The next deadline large, the bar beside it, the rule behind each clock below."""
    listed = whole.listed
    unmet = waiting(listed)
    level, _, _ = level_of(listed.incident)
    if unmet:
        head: list[Node] = [
            html.H2(
                f"距{duty_words(ctx, unmet[0])}时限"
                if unmet[0].deadline_at
                else f"{duty_words(ctx, unmet[0])}时限",
                className="hero-label",
            ),
            remaining(ctx, listed, big=True),
            html.P(
                deadline_words(ctx, unmet[0]) + ("（暂定，待确认）" if unmet[0].provisional else ""),
                className="hero-deadline",
            ),
        ]
        head += [other_clock(ctx, whole, clock) for clock in unmet[1:]]
    else:
        head = [html.H2("时限", className="hero-label"), remaining(ctx, listed, big=True)]
    late = bool(unmet and unmet[0].deadline_at and unmet[0].deadline_at < ctx.now)
    line = timeline.draw_line(timeline.line_of(whole, ctx.now), level)
    return html.Section(
        [
            html.Div(head, className="hero-clock"),
            html.Div([line, basis(ctx, listed.clocks)], className="hero-words"),
        ],
        className=f"card hero level-{level} {'is-late' if late else ''}",
        **{"aria-label": "时限"},
    )


def other_clock(ctx: Context, whole: Whole, clock: Clock) -> Node:
    name = f"距{duty_words(ctx, clock)}时限"
    return html.P(
        [
            f"{duty_words(ctx, clock)} ",
            countdown(clock, name, big=False),
            html.Span(f" {deadline_words(ctx, clock)}", className="quiet"),
        ],
        className="other-clock",
    )


def basis(ctx: Context, clocks: Sequence[Clock]) -> Node:
    """The document each limit comes from, with its words on demand."""
    lines = []
    for clock in clocks:
        duty = ctx.catalogue.duties.get(clock.duty)
        if duty is None or clock.state == "void":
            continue
        source = duty.basis[0]
        lines.append(
            html.Li(
                [
                    html.Abbr(source.document, title=source.quotation),
                    f"：{limit_words(ctx, clock)}，自{duty.start_event}起算",
                ]
            )
        )
    return (
        html.Div([html.Span("依据"), html.Ul(lines)], className="basis")
        if lines
        else html.P("没有法定时限。", className="quiet")
    )


def volume_card(ctx: Context, whole: Whole) -> Node:
    incident = whole.listed.incident
    series = incident_hours(ctx.session, incident.id, ctx.now, CHART_HOURS)

    def href(point: HourPoint) -> str:
        return documents(incident=incident.id, since=point.hour, until=point.hour + HOUR)

    info = volume.prepare(series, events_of(whole), ctx.now, href)
    return card("声量与情感", volume_chart(info, "incident"), legend(info), "volume")


def events_of(whole: Whole) -> list[volume.Event]:
    incident = whole.listed.incident
    events = [
        volume.Event(one.happened_at, RESPONSE_WORDS[one.kind])
        for one in whole.responses
        if one.withdrawn_at is None
    ]
    for at, words in ((incident.occurred_at, "发生"), (incident.confirmed_at, "认定")):
        if at is not None:
            events.append(volume.Event(at, words))
    return events


def document_card(ctx: Context, whole: Whole) -> Node:
    wanted = DocumentFilter(incident=whole.listed.incident.id)
    number, _ = count_documents(ctx.session, wanted)
    rows = list_documents(ctx.session, wanted, size=DOCUMENTS_SHOWN)
    href = documents(incident=whole.listed.incident.id)
    if not rows:
        return card("原文", empty("还没有关联的原文。"), key="texts")
    more = html.A(f"查看全部 {wording.number(number)} 条", href=href)
    note = ["共 ", count(number, href, " 条")]
    body = [
        document_table(ctx, rows, "最新原文"),
        html.Div([more, *text_buttons(ctx, whole)], className="turning"),
    ]
    return card("原文", body, note, "texts")


def text_buttons(ctx: Context, whole: Whole) -> list[Node]:
    """Taking texts out and splitting stand with the texts."""
    incident = whole.listed.incident
    return [
        actions.button(name, incident.id, incident.version) for name in actions.acts_at("texts", ctx, whole)
    ]
