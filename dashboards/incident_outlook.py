"""What the next hours may bring, and what followed each release. Observations with intervals, never a merit."""

from __future__ import annotations

from dash import html

from analysis.account import Account, Released
from analysis.effect import Tone, Volume
from analysis.forecast import LEAST_HOURS, LEAST_TEXTS, Forecast
from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, card, count, documents, empty, table
from dashboards.wording import RESPONSE_WORDS
from store.queries_incidents import Asked, Whole

NATURAL = "关注度本来会自然回落，前后变化不等于回应的成效，也不用于考核任何单位。"
PLACES = {"below": "低于区间", "inside": "在区间内", "above": "高于区间"}


def forecast_card(whole: Whole, account: Account) -> Node:
    title, key = "未来走势推算", "forecast"
    if whole.listed.incident.state not in ("proposed", "acknowledged", "confirmed"):
        return card(title, empty("事件已结束，不再推算。"), key=key)
    if not account.forecasts or not account.forecasts[0].is_enough:
        seen = account.forecasts[0] if account.forecasts else None
        have = f"现有 {seen.seen_hours} 个整点小时、{seen.seen_texts} 条" if seen else "还没有满 1 小时的数据"
        words = f"样本不足：满 {LEAST_HOURS} 个整点小时且满 {LEAST_TEXTS} 条后才推算；{have}。"
        return card(title, empty(words), key=key)
    rows = [forecast_row(one) for one in account.forecasts]
    notes = ["按至今的走势推算，没有考虑以后会发生或发布什么；区间在历史数据上大约十次有八次罩住实际。"]
    if not all(one.is_usual for one in account.forecasts):
        notes.append("目前声量超出校准时见过的范围，区间已放宽一倍，仅供参考。")
    heads = ("时段", "预计条数", "区间", "若照现在不变")
    return card(
        title, [table(heads, rows, "未来 6 小时和 24 小时的推算", "forecast"), *(html.P(one, className="quiet") for one in notes)],
        f"依据 {account.forecasts[0].seen_hours} 个整点小时、{account.forecasts[0].seen_texts} 条", key,
    )  # fmt: skip


def forecast_row(said: Forecast) -> list[Node]:
    return [
        f"未来 {said.hours} 小时",
        html.B(f"约 {said.expected:.0f} 条"),
        f"{said.low} 至 {said.high} 条",
        f"{said.same_as_now:.0f} 条",
    ]


def effect_card(ctx: Context, whole: Whole, account: Account) -> Node:
    """Each release with what it answered, what was left open, what was asked afterwards, volume and tone."""
    title, key = "回应之后", "effects"
    if not account.released:
        words = "还没有登记回应。发布权威信息、召开发布会或作出答复后，请点“登记回应”，这里会列出答复了什么、还在问什么。"
        return card(title, empty(words), key=key)
    blocks = [release_block(ctx, whole, one) for one in reversed(account.released)]
    return card(title, [*blocks, html.P(NATURAL, className="conclusion")], key=key)


def release_block(ctx: Context, whole: Whole, one: Released) -> Node:
    response = one.response
    head = f"{wording.day_time(response.happened_at, ctx.now)} {RESPONSE_WORDS[response.kind]}（{response.channel}）"
    lines: list[Node] = [
        html.Li(["答复了：", names(one.answered) or answered_none(whole)]),
        html.Li(["当时已在问、仍没有答复：", names(one.open) or "没有"]),
        html.Li(["之后还在问：", *asked_after(whole, one)]),
    ]
    lines += [html.Li(volume_words(whole, each)) for each in one.effect.volumes]
    if not one.effect.volumes:
        lines.append(html.Li("声量：发布后满 6 个整点小时才比较。", className="quiet"))
    if one.effect.tone is not None:
        lines.append(html.Li(tone_words(one.effect.tone)))
    return html.Section([html.H3(head), html.Ul(lines, className="effect")])


def answered_none(whole: Whole) -> str:
    return "还没有核对（点页首“核对答复”）" if whole.questions else "还没有归并出问题"


def names(questions: tuple[Asked, ...], most: int = 4) -> str:
    shown = "；".join(one.question.text for one in questions[:most])
    return shown + (f"；等 {len(questions)} 个" if len(questions) > most else "")


def asked_after(whole: Whole, one: Released, most: int = 4) -> list[Node]:
    found: list[Node] = []
    for asked, number in one.asked_after[:most]:
        href = documents(incident=whole.listed.incident.id, question=asked.question.id, since=one.since)
        found += [
            "；" if found else "",
            asked.question.text,
            " ",
            count(number, href, " 条", label="之后提及 "),
        ]
    return found or ["没有"]


def volume_words(whole: Whole, volume: Volume) -> list[Node]:
    said = volume.forecast
    href = documents(incident=whole.listed.incident.id, since=volume.begins, until=volume.ends)
    words: list[Node] = [f"发布后 {said.hours} 个整点小时 ", count(volume.came, href, " 条", label="发布后 ")]
    if not said.is_enough:
        return [*words, "；发布前样本不足，不作比较。"]
    line = f"；若照发布前的走势，预计约 {said.expected:.0f} 条（区间 {said.low} 至 {said.high}），实际{PLACES[volume.place]}。"
    return [*words, line if said.is_usual else line.rstrip("。") + "（区间已放宽，仅供参考）。"]


def tone_words(tone: Tone) -> str:
    before, after = (
        f"{part} / {whole} 条（{wording.percent(part, whole)}）" for part, whole in (tone.before, tone.after)
    )
    words = f"负面：发布前 {before}，发布后 {after}"
    if not tone.is_enough:
        return words + "；样本不足，不作比较。"
    change = (
        f"{100 * tone.difference:+.0f} 个百分点（95% 区间 {100 * tone.low:+.0f} 至 {100 * tone.high:+.0f}）"
    )
    sure = "，区间含 0，分不出变化" if tone.low <= 0 <= tone.high else ""
    return f"{words}，相差 {change}{sure}。"
