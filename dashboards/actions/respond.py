"""登记回应：只有已经发布或召开的才算；时间按发生的时刻，不按登记的时刻。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import one_of, several, typed, written
from dashboards.parts import Node
from dashboards.wording import RESPONSE_WORDS
from store.queries_incidents import OPEN_STATES, Whole

ORDER = 30
WORDS = "登记回应"
SUBMIT = "登记"
RIGHT = "record_response"
DENIED = "登记回应需值班员、值班长或主责单位联络员权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES


def form(context: Context, whole: Whole | None) -> list[Node]:
    now = wording.local(context.now).strftime("%Y-%m-%d %H:%M")
    open_questions = {
        str(asked.question.id): asked.question.text
        for asked in (whole.questions if whole else ())
        if asked.answer is None
    }
    return [
        one_of("种类", "kind", RESPONSE_WORDS, hint="方案、预告不算"),
        typed(
            "发布或召开的时间（北京时间）",
            "happened_at",
            value=now,
            hint="如 2026-11-21 11:40；可以补录，不能晚于现在",
        ),
        typed("渠道", "channel", hint="如 市政府网站、官方微信"),
        typed("链接", "url", hint="链接和文号至少填一个"),
        typed("文号或编号", "document_number"),
        typed("地点", "place", hint="发布会必填"),
        typed("发布人职务", "speaker_post", hint="发布会必填，写职务，不写姓名"),
        *([several("回答了哪些问题", "answered", open_questions)] if open_questions else []),
        written("备注", "note"),
    ]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    if given.get("kind") not in RESPONSE_WORDS:
        raise WrongInput("请选择种类：权威信息、新闻发布会或回应。")
    happened = wording.read_typed((given.get("happened_at") or "").strip().replace("：", ":"))
    if happened is None:
        raise WrongInput("时间应形如 2026-11-21 11:40（北京时间），请改正。")
    words = {
        name: (given.get(name) or "").strip()
        for name in ("channel", "url", "document_number", "place", "speaker_post", "note")
    }
    evidence = decisions.Evidence(kind=given["kind"], happened_at=happened, **words)
    decisions.record_response(
        context.session, context.catalogue, actions.actor(context), whole.listed.incident.id, context.now, evidence,
        answered=[int(number) for number in given.get("answered") or ()], expected_version=version,
    )  # fmt: skip
    return f"已登记{RESPONSE_WORDS[given['kind']]}，{wording.full_time(happened, context.now)}。"
