"""不是事件：须选理由；其时限作废但保留，并计入规则的误报。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import one_of, written
from dashboards.parts import Node
from store.model import DISMISSALS
from store.queries_incidents import OPEN_STATES, Whole

ORDER = 60
WORDS = "不是事件"
SUBMIT = "提交：不是事件"
RIGHT = "dismiss"
DENIED = "此操作需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES


def form(context: Context, whole: Whole | None) -> list[Node]:
    return [one_of("理由", "dismissal", DISMISSALS), written("说明", "note", "已确认的事件须由值班长写明")]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    if given.get("dismissal") not in DISMISSALS:
        raise WrongInput("请选择理由：重复、旧闻、误判或非本地。")
    decisions.dismiss(
        context.session, actions.actor(context), whole.listed.incident.id, context.now,
        dismissal=given["dismissal"], note=given.get("note") or "", expected_version=version,
    )  # fmt: skip
    return f"已标为不是事件（{DISMISSALS[given['dismissal']]}）。"
