"""撤回登记：相应时限按原截止时间重新计时。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import from_list, written
from dashboards.parts import Node
from dashboards.wording import RESPONSE_WORDS
from store.queries_incidents import Whole

ORDER = 70
WORDS = "撤回登记"
SUBMIT = "撤回"
RIGHT = "withdraw_response"
DENIED = "撤回登记需值班员或值班长权限"


def standing(whole: Whole | None) -> list:
    return [one for one in (whole.responses if whole else ()) if one.withdrawn_at is None]


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state not in ("dismissed", "merged") and bool(standing(whole))


def form(context: Context, whole: Whole | None) -> list[Node]:
    options = {
        str(
            one.id
        ): f"{RESPONSE_WORDS[one.kind]} {wording.full_time(one.happened_at, context.now)} {one.channel}"
        for one in standing(whole)
    }
    first = next(iter(options), None) if len(options) == 1 else None
    return [from_list("撤回哪一条", "response", options, first), written("理由", "reason", "必填")]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    chosen = {str(one.id): one for one in standing(whole)}.get(str(given.get("response")))
    if chosen is None:
        raise WrongInput("请选择要撤回的登记。")
    decisions.withdraw_response(
        context.session, context.catalogue, actions.actor(context), chosen.id, context.now,
        reason=given.get("reason") or "", expected_version=version,
    )  # fmt: skip
    return "已撤回；相应时限按原截止时间继续计时。"
