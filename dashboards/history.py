"""The record of handling: audit entries in words. Append-only; nothing here is ever edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alerts.levels import named
from dashboards import wording
from dashboards.context import Context
from dashboards.document_rows import HEAD_WORDS
from dashboards.wording import DUTY_WORDS, RESPONSE_WORDS
from store.model import DISMISSALS, Account, Audit

PROGRAM_WORDS = "系统"
PLAIN = {
    "incident.acknowledge": "签收",
    "incident.absorb": "并入了另一事件",
    "incident.better_title": "改用更能说明事情的标题",
    "incident.close": "办结",
    "incident.close_quiet": "72 小时没有新的反映，系统办结",
    "incident.treat_as_major": "按重大突发事件对待",
    "incident.judge_answers": "核对了回应答复的问题",
    "incident.create": "新建事件",
    "incident.detected_earlier": "收到更早的文本，首次出现时间提前",
    "incident.escalate": "无人签收，升级提醒",
    "clock.repair": "补齐应有的时限",
}


def who(ctx: Context, entry: Audit) -> str:
    if entry.who == "program":
        return PROGRAM_WORDS
    account = ctx.session.get(Account, entry.who)
    return account.shown_as if account is not None else entry.who


def what(ctx: Context, entry: Audit) -> str:
    """One entry as a sentence; unknown actions show their own name rather than nothing."""
    after: Mapping[str, Any] = entry.after
    words = {
        "incident.propose": lambda: f"发现：建议{levels(after, 'grade', 'event_level')}",
        "incident.propose_higher": lambda: (
            f"建议升为{levels(after, 'proposed_grade', 'proposed_event_level')}"
        ),
        "incident.confirm": lambda: (
            f"认定为{levels(after, 'grade', 'event_level')}，{'主责 ' + ctx.unit_name(after['unit']) if after.get('unit') else '主责不变'}"
        ),
        "incident.raise": lambda: f"升级为{levels(after, 'grade', 'event_level')}",
        "incident.lower": lambda: f"降级为{levels(after, 'grade', 'event_level')}",
        "incident.assign": lambda: (
            f"交办 {ctx.unit_name(after.get('unit'))}" if after.get("unit") else "再次交办"
        ),
        "incident.dismiss": lambda: f"标为不是事件（{DISMISSALS.get(after.get('dismissal', ''), '')}）",
        "incident.merge": lambda: f"并入 {after.get('into', '')}",
        "incident.respond": lambda: (
            f"登记{RESPONSE_WORDS.get(after.get('kind', ''), '回应')}{stopped(after)}"
        ),
        "incident.withdraw_response": lambda: "撤回一条登记，时限重新计时",
        "incident.correct_occurrence": lambda: f"更正发生时间为 {moment(ctx, after.get('occurred_at'))}",
        "incident.split": lambda: (
            f"拆出 {after.get('documents', '若干')} 条，成为 {after.get('new', '另一事件')}"
        ),
        "incident.split_off": lambda: (
            f"拆自 {after.get('taken_from', '另一事件')}，{after.get('documents', '若干')} 条"
        ),
        "incident.exclude": lambda: (
            f"移出 {len(after.get('documents') or ())} 条"
            + (f"，移到 {after['into']}" if after.get("into") else "")
        ),
        "incident.include": lambda: (
            f"归入 {len(after.get('documents') or ())} 条"
            + (f"，来自 {after['taken_from']}" if after.get("taken_from") else "")
        ),
        "document.agree": lambda: "核对判断无误",
        "document.correct": lambda: f"更正{'、'.join(HEAD_WORDS.get(head, head) for head in after)}",
        "clock.supersede": lambda: f"使{DUTY_WORDS.get(after.get('duty', ''), '')}时限失效",
    }.get(entry.action, lambda: PLAIN.get(entry.action, entry.action))()
    return words + (f"。理由：{entry.reason}" if entry.reason else "")


def levels(after: Mapping[str, Any], grade: str, event: str) -> str:
    found = []
    if after.get(event):
        found.append(f"突发事件 {named(after[event])}")
    if after.get(grade):
        found.append(f"舆情 {named(after[grade])}")
    return "、".join(found) or "原级别"


def stopped(after: Mapping[str, Any]) -> str:
    names = "、".join(DUTY_WORDS.get(duty, duty) for duty in after.get("clocks") or ())
    return f"，{names}时限停止" if names else ""


def moment(ctx: Context, word: Any) -> str:
    at = wording.read_stamp(str(word)) if word else None
    return wording.full_time(at, ctx.now) if at is not None else "不明"
