"""核对答复：哪次回应答复了哪个问题，由人说了算；程序只提示，不改动人的判断。"""

from __future__ import annotations

from alerts import decisions
from alerts.answers import proposed_answers
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import one_of, several
from dashboards.parts import Node
from dashboards.wording import RESPONSE_WORDS
from store.model import Response
from store.queries_incidents import Asked, Whole

ORDER = 35
WORDS = "核对答复"
SUBMIT = "记下"
RIGHT = "record_response"
DENIED = "核对答复需值班员、值班长或主责单位联络员权限"


def applies(whole: Whole) -> bool:
    state = whole.listed.incident.state
    return bool(state not in ("dismissed", "merged") and whole.questions and in_force(whole))


def in_force(whole: Whole) -> list[Response]:
    return [one for one in whole.responses if one.withdrawn_at is None]


def form(context: Context, whole: Whole | None) -> list[Node]:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    responses = in_force(whole)
    hints = {
        one.question_id: one.response_id
        for one in proposed_answers(
            context.session, whole.listed.incident.id, whole.questions, whole.responses
        )
    }
    named = {one.id: name_of(one) for one in responses}
    options = {str(one.question.id): label(one, named, hints) for one in whole.questions}
    lines = {str(one.id): named[one.id] for one in reversed(responses)}
    return [
        one_of("哪一次回应", "response", lines, chosen=str(responses[-1].id)),
        several("它答复了", "answers", options, hint="标“程序提示”的请先看原文再勾"),
        several("它没有答复", "does_not", options, hint="勾过的不再提示；原来记为由它答复的会改回待答复"),
    ]


def label(asked: Asked, named: dict[int, str], hints: dict[int, int]) -> str:
    words = asked.question.text
    if asked.answer is not None:
        return f"{words}（现记为由{name_of(asked.answer)}答复）"
    return f"{words}（程序提示：{named[hints[asked.question.id]]}）" if asked.question.id in hints else words


def name_of(response: Response) -> str:
    there = wording.local(response.happened_at)
    return f"{there.month}月{there.day}日 {there:%H:%M} {RESPONSE_WORDS[response.kind]}"


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    if not given.get("response"):
        raise WrongInput("请选择是哪一次回应。")
    answers, does_not = (
        [int(number) for number in given.get(name) or ()] for name in ("answers", "does_not")
    )
    if not answers and not does_not:
        raise WrongInput("请至少勾选一个问题。")
    decisions.judge_answers(
        context.session, actions.actor(context), whole.listed.incident.id, context.now,
        response_id=int(given["response"]), answers=answers, does_not=does_not, expected_version=version,
    )  # fmt: skip
    return f"已记下：答复了 {len(answers)} 个问题，没有答复 {len(does_not)} 个。"
