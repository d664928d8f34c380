"""How an incident went: five sentences that name their texts, phases, turning points, and closed incidents like it."""

from __future__ import annotations

from dash import html

from analysis.account import Account, Past, TurnTold
from analysis.narrative import Behind, Sentence, span
from analysis.story import LEAST_TEXTS, Phase
from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, card, count, documents, empty, table
from store.queries_incidents import Whole

TURN_WORDS = {"rise": "升高", "fall": "回落", "worse": "负面占比升高", "better": "负面占比下降"}


def story_card(ctx: Context, whole: Whole, account: Account) -> Node:
    incident = whole.listed.incident.id
    if not account.sentences:
        words = "还没有带时间的原文，讲不出经过。请在原文列表里放入相关原文，或等下一轮采集。"
        return card("事件经过", empty(words), key="story")
    lines = [sentence_line(incident, one) for one in account.sentences]
    body: list[Node] = [
        html.Ol(lines, className="story"),
        *phases(ctx, whole, account),
        *turns(ctx, whole, account),
    ]
    if account.has_gaps:
        body.append(html.P("近 7 天有小时来源缺测，阶段和数字可能偏低。", className="quiet"))
    return card("事件经过", body, "每句都列出所依据的原文；只摘录和计数，不作推断", "story")


def sentence_line(incident: str, sentence: Sentence) -> Node:
    return html.Li([sentence.words, " ", behind(incident, sentence.behind)])


def behind(incident: str, what: Behind) -> Node:
    """The number of texts a sentence rests on; opens exactly these."""
    href = documents(
        incident=incident, since=what.begins, until=what.ends, question=what.question,
        texts=tuple(str(number) for number in what.among),
    )  # fmt: skip
    return count(what.count, href, " 条原文", label="依据 ")


def phases(ctx: Context, whole: Whole, account: Account) -> list[Node]:
    if not account.course.phases:
        words = (
            f"样本不足：满 {LEAST_TEXTS} 条并有一小时达到 3 条后才分阶段；现有 {account.course.total} 条。"
        )
        return [html.H3("阶段"), html.P(words, className="quiet")]
    rows = [phase_row(ctx, whole, one) for one in account.course.phases]
    return [html.H3("阶段"), table(("阶段", "起止", "时长", "条数"), rows, "事件的阶段", "phases")]


def phase_row(ctx: Context, whole: Whole, phase: Phase) -> list[Node]:
    href = documents(incident=whole.listed.incident.id, since=phase.begins, until=phase.ends)
    is_over = whole.listed.incident.state == "closed"
    until = wording.day_time(phase.ends, ctx.now) if not phase.is_open or is_over else "现在"
    return [
        html.B(phase.name),
        f"{wording.day_time(phase.begins, ctx.now)} 至{until}",
        span(phase.ends - phase.begins),
        count(phase.texts, href, " 条", label=f"{phase.name}阶段 "),
    ]


def turns(ctx: Context, whole: Whole, account: Account) -> list[Node]:
    if not account.turns:
        return []
    rows = [turn_row(ctx, whole, one) for one in account.turns]
    return [html.H3("转折"), table(("时间", "变化", "当时的一条原文", "条数"), rows, "转折点", "turns")]


def turn_row(ctx: Context, whole: Whole, turn: TurnTold) -> list[Node]:
    incident = whole.listed.incident.id
    unit = "条／小时" if turn.kind in ("rise", "fall") else "%"
    change = f"{TURN_WORDS[turn.kind]}：{turn.before:.0f} → {turn.after:.0f} {unit}"
    quoted: Node = "（没有可引用的公开原文）"
    if turn.document is not None and turn.quote:
        quoted = html.A(turn.quote, href=documents(incident=incident, texts=(str(turn.document),)))
    href = documents(incident=incident, since=turn.begins, until=turn.ends)
    return [
        wording.day_time(turn.at, ctx.now),
        change,
        quoted,
        count(turn.texts, href, " 条", label="转折时 "),
    ]


def similar_card(ctx: Context, account: Account) -> Node:
    """The closed incidents most like this one, why, and what became of them."""
    if not account.similar:
        words = "案例库里没有相近的已办结事件。事件办结后会自动入库，供以后参考。"
        return card("相似的已办结事件", empty(words), key="similar")
    lines = [html.Li(past_parts(ctx, one), className="stack") for one in account.similar]
    return card(
        "相似的已办结事件", html.Ul(lines, className="similar"), "按用词、分类、属地和所问比较", "similar"
    )


def past_parts(ctx: Context, past: Past) -> list[Node]:
    case = past.case
    became = f"{wording.full_time(case.closed_at, ctx.now)} 办结"
    if case.responded_at is not None:
        gone = case.responded_at - case.detected_at
        became += f"；发现后 {wording.span(gone)}首次回应" if gone.total_seconds() > 0 else "；发现前已有回应"
    if case.questions:
        became += f"；{len(case.questions)} 个问题中答复 {case.answered} 个"
    return [
        html.A(case.title, href=f"/incident/{case.id}"),
        html.Span("相近处：" + "；".join(why(ctx, past)), className="small"),
        html.Span(became, className="quiet small"),
    ]


def why(ctx: Context, past: Past) -> list[str]:
    similar = past.similar
    found = []
    if similar.terms:
        found.append("都提到" + "、".join(f"“{word}”" for word in similar.terms))
    if similar.categories:
        found.append("同属" + "、".join(ctx.category_name(name) for name in similar.categories))
    if similar.asked:
        found.append("都问到" + "、".join(similar.asked[:3]))
    if similar.same_region and past.case.region:
        found.append("同在" + ctx.region_name(past.case.region))
    return found
