"""The ledger's lines and sums, the same on the page and in the exported file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerts.levels import named
from dashboards import wording
from dashboards.context import Context
from dashboards.incident_parts import duty_words, result_words
from dashboards.parts import level_of
from dashboards.wording import BEIJING
from store.queries_ledger import Entry

HEADS = (
    "事件编号", "标题", "领域", "等级", "属地", "发生", "首次出现", "认定", "责任单位", "时限事项", "起算", "截止", "完成",
    "用时", "结果", "是否补录", "依据",
)  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """due: final clocks that were to be met and are past or met; on_time of those; running: not due yet."""

    due: int
    on_time: int
    running: int

    @property
    def share(self) -> str:
        """No percentage on fewer than five: it would say more than is known."""
        return f"（{100 * self.on_time / self.due:.1f}%）" if self.due >= 5 else ""


def month_of(word: str | None, now: datetime) -> tuple[datetime, datetime, str]:
    """A Beijing month as [begins, ends) in UTC, and its name."""
    try:
        first = datetime.strptime(word or "", "%Y-%m").replace(tzinfo=BEIJING)
    except ValueError:
        first = wording.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.astimezone(UTC), following.astimezone(UTC), f"{first.year} 年 {first.month} 月"


def sums(entries: Sequence[Entry]) -> Sums:
    """Provisional, void and superseded clocks stand in the ledger but in no figure."""
    final = [
        one.clock
        for one in entries
        if not one.clock.provisional and one.clock.state not in ("void", "superseded")
    ]
    settled = [clock for clock in final if clock.state in ("met", "met_late", "missed")]
    on_time = sum(clock.state == "met" for clock in settled)
    return Sums(len(settled), on_time, len(final) - len(settled))


def result(entry: Entry) -> str:
    words = result_words(entry.clock)
    return (
        f"暂定：{words}"
        if entry.clock.provisional and entry.clock.state not in ("void", "superseded")
        else words
    )


def time_used(entry: Entry) -> str:
    clock = entry.clock
    if clock.settled_at is None or clock.started_at is None:
        return ""
    return wording.span(max(timedelta(0), clock.settled_at - clock.started_at))


def cells(ctx: Context, entry: Entry) -> list[str]:
    incident, clock, response = entry.incident, entry.clock, entry.response
    level, _, sure = level_of(incident)
    evidence = (
        " ".join(filter(None, (response.channel, response.document_number, response.url))) if response else ""
    )
    return [
        incident.id, incident.title, "、".join(ctx.category_name(key) for key in incident.categories),
        named(level) + ("" if sure else "（未认定）"), ctx.region_name(incident.region), moment(incident.occurred_at),
        moment(incident.detected_at), moment(incident.confirmed_at), ctx.unit_name(incident.unit), duty_words(ctx, clock),
        moment(clock.started_at) or clock.start_basis, moment(clock.deadline_at), moment(clock.settled_at),
        time_used(entry), result(entry), "补录" if clock.recorded_late else "", evidence or clock.reason or "",
    ]  # fmt: skip


def moment(value: datetime | None) -> str:
    return wording.local(value).strftime("%Y-%m-%d %H:%M") if value is not None else ""
