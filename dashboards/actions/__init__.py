"""What people may do on a page, one module an act, found by file. The pages only ask; alerts.decisions decides.

A module has ORDER, WORDS, RIGHT, DENIED, `submit` and, unless one press does it, SUBMIT and `form`; `preview` says what
the act would bring. An act about an incident has `applies`. One about something else has its own `load(context, of)`,
`title(subject)`, `version(subject)` and `where(of)`; SIDE opens it beside the list instead of above it, and
`can_submit(context, subject)` may leave only the reading of it. PLACE "texts" keeps a button out of the heading.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import secrets
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from alerts.decisions import Actor
from alerts.errors import AlertError
from dashboards.context import Context, Desk
from dashboards.errors import DashboardError, NoRight, WrongInput
from dashboards.parts import Node, notice
from dashboards.viewer import current_viewer
from store.errors import Conflict, StoreError
from store.queries_incidents import Whole, find_incident, whole_incident

log = logging.getLogger(__name__)
NEW = "new"
Values = Mapping[str, Any]


@cache
def acts() -> dict[str, ModuleType]:
    """Every act by name, in the order of its buttons."""
    names = (found.name for found in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names if not name.startswith("_")]
    return {
        module.__name__.rpartition(".")[2]: module for module in sorted(modules, key=lambda one: one.ORDER)
    }


def button(
    name: str,
    incident: str,
    version: int,
    allowed: bool = True,
    is_main: bool = False,
    words: str = "",
    extra: str = "",
) -> Node:
    """A button that opens an act; version is what the person saw, so that nobody overwrites unseen changes.

    incident: what the act is about, an incident's number unless the act loads something else; where a page offers the
    same act twice, `/word` behind it keeps the two apart. extra: a class.
    """
    act = acts()[name]
    return html.Button(
        words or act.WORDS,
        id={"type": "act", "name": name, "of": incident, "at": version},
        type="button",
        className=" ".join(("button", *(["button-main"] if is_main else []), *([extra] if extra else []))),
        disabled=not allowed,
        **({} if allowed else {"title": act.DENIED}),
    )


def buttons_for(context: Context, whole: Whole) -> list[Node]:
    """The acts that make sense now and that this role may do; the first is the main one."""
    incident = whole.listed.incident
    found = acts_at("head", context, whole)
    return [
        button(name, incident.id, incident.version, is_main=index == 0) for index, name in enumerate(found)
    ]


def acts_at(place: str, context: Context, whole: Whole) -> list[str]:
    """The acts on an incident whose buttons stand in this place, that apply now and that this role may do."""
    return [
        name
        for name, act in acts().items()
        if hasattr(act, "applies")
        and getattr(act, "PLACE", "head") == place
        and act.applies(whole)
        and context.viewer.may(act.RIGHT)
    ]


def actor(context: Context) -> Actor:
    viewer = context.viewer
    return Actor(viewer.name, viewer.role, viewer.unit)


def load(context: Context, incident: str) -> Whole | None:
    """The incident an act is about; None for an act that makes a new one."""
    if incident == NEW:
        return None
    number = number_of(incident)
    found = find_incident(context.session, number, context.viewer.scope_unit)
    if found is None:
        raise DashboardError(f"没有事件 {number}，或不在您的范围内；请刷新页面。")
    return whole_incident(context.session, found, context.now)


def number_of(incident: str) -> str:
    """`20261121-07/side` → 20261121-07: what follows the stroke tells equal buttons of one page apart."""
    return incident.partition("/")[0]


def subject_of(act: ModuleType, context: Context, of: str) -> Any:
    """What the act is about: an incident, unless the act loads something else."""
    return getattr(act, "load", load)(context, of)


def title_of(act: ModuleType, subject: Any) -> str:
    if hasattr(act, "title"):
        return str(act.title(subject))
    return f"{act.WORDS}：{subject.listed.incident.title}" if subject is not None else str(act.WORDS)


def panel(act: ModuleType, name: str, title: str, fields: list[Node], can_submit: bool = True) -> Node:
    """The open form, under the heading or beside the list; it covers no control and traps no focus."""
    submit = html.Button(
        getattr(act, "SUBMIT", ""),
        id={"type": "submit", "name": name},
        type="button",
        className="button button-main",
    )
    leave = html.Button(
        "取消" if can_submit else "关闭",
        id={"type": "cancel", "name": name},
        type="button",
        className="button",
    )
    return html.Section(
        [
            html.H2(title, id="panel-title", tabIndex="-1"),
            html.Div(fields, className="fields"),
            html.Div(id="preview", className="preview", role="status"),
            html.Div(id="panel-note"),
            html.Div([*([submit] if can_submit else []), leave], className="turning"),
        ],
        className=f"card panel{' side' if getattr(act, 'SIDE', False) else ''}",
        **{"aria-labelledby": "panel-title"},
    )


def add_callbacks(app: Dash, desk: Desk) -> None:
    @app.callback(
        Output("panel", "children"),
        Output("panel-state", "data"),
        Output("version", "data", allow_duplicate=True),
        Input({"type": "act", "name": ALL, "of": ALL, "at": ALL}, "n_clicks"),
        Input({"type": "cancel", "name": ALL}, "n_clicks"),
        Input("address", "pathname"),
        prevent_initial_call=True,
    )
    def open_panel(pressed: list[Any], cancelled: list[Any], path: str | None) -> tuple[Any, Any, Any]:
        """Open the form of an act, do an act that needs none, or close what is open."""
        current_viewer().need("read")
        chosen = ctx.triggered_id
        if chosen == "address":
            return [], None, no_update
        if not isinstance(chosen, dict) or not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        if chosen["type"] == "cancel":
            return [], None, no_update
        return open_act(desk, chosen["name"], chosen["of"], chosen["at"])

    @app.callback(
        Output("panel", "children", allow_duplicate=True),
        Output("panel-state", "data", allow_duplicate=True),
        Output("version", "data", allow_duplicate=True),
        Output("panel-note", "children"),
        Input({"type": "submit", "name": ALL}, "n_clicks"),
        State({"type": "field", "name": ALL}, "value"),
        State("panel-state", "data"),
        prevent_initial_call=True,
    )
    def submit(pressed: list[Any], values: list[Any], state: Values | None) -> tuple[Any, ...]:
        current_viewer().need("read")
        if not state or not any(pressed):
            return no_update, no_update, no_update, no_update
        given = {field["id"]["name"]: field.get("value") for field in ctx.states_list[0]}
        return carry_out(desk, state, given)

    @app.callback(
        Output("preview", "children"),
        Input({"type": "field", "name": ALL}, "value"),
        State("panel-state", "data"),
    )
    def preview(values: list[Any], state: Values | None) -> Any:
        """What the act would bring, before it is done: the deadlines of the level chosen."""
        current_viewer().need("read")
        act = acts().get((state or {}).get("act", ""))
        if act is None or state is None or not hasattr(act, "preview"):
            return []
        given = {field["id"]["name"]: field.get("value") for field in ctx.inputs_list[0]}
        with desk.open(current_viewer()) as context:
            return act.preview(context, subject_of(act, context, state["of"]), given)


def open_act(desk: Desk, name: str, incident: str, version: int) -> tuple[Any, Any, Any]:
    act = acts().get(name)
    try:
        if act is None:
            raise DashboardError("没有这个操作；请刷新页面。")
        viewer = current_viewer()
        viewer.need(act.RIGHT)
        if not hasattr(act, "form"):
            return carry_out(desk, {"act": name, "of": incident, "at": version}, {})[:3]
        with desk.open(viewer) as context:
            subject = subject_of(act, context, incident)
            can_submit = not hasattr(act, "can_submit") or act.can_submit(context, subject)
            opened = panel(act, name, title_of(act, subject), act.form(context, subject), can_submit)
        return opened, {"act": name, "of": incident, "at": version}, no_update
    except (DashboardError, StoreError) as error:
        return notice("warning", str(error)), None, no_update


def carry_out(desk: Desk, state: Values, given: Values) -> tuple[Any, ...]:
    """Do it in one transaction: (panel, state, version, note). A conflict keeps the form and says who was first."""
    act = acts().get(state.get("act", ""))
    try:
        if act is None:
            raise DashboardError("没有这个操作；请刷新页面。")
        viewer = current_viewer()
        viewer.need(act.RIGHT)
        with desk.open(viewer) as context:
            done = act.submit(context, subject_of(act, context, state["of"]), given, state["at"])
        return (
            notice("info", *([done] if isinstance(done, str) else done)),
            None,
            secrets.token_hex(6),
            no_update,
        )
    except Conflict as error:
        return conflict(desk, state, str(error))
    except (WrongInput, NoRight, DashboardError, AlertError, StoreError) as error:
        return refusal(act, notice("error", str(error)))
    except Exception:
        code = secrets.token_hex(3)
        log.exception("act %s failed, code %s", state.get("act"), code)
        return refusal(
            act, notice("error", f"没有做成，也没有改动任何内容。请重试；仍不行请把代码 {code} 告诉管理员。")
        )


def refusal(act: ModuleType | None, words: Node) -> tuple[Any, ...]:
    """An open form stays with its words; an act without form has only the panel to speak in."""
    if act is not None and hasattr(act, "form"):
        return no_update, no_update, no_update, words
    return words, None, no_update, no_update


def conflict(desk: Desk, state: Values, words: str) -> tuple[Any, ...]:
    """Somebody was first: the page is drawn anew, the form stays, and pressing again means it."""
    act = acts()[state["act"]]
    with desk.open(current_viewer()) as context:
        subject = subject_of(act, context, state["of"])
        latest = act.version(subject) if hasattr(act, "version") else incident_version(subject, state["at"])
    href = act.where(state["of"]) if hasattr(act, "where") else f"/incident/{number_of(state['of'])}"
    link = html.A("查看", href=href)
    if not hasattr(act, "form"):
        return notice("warning", words, link), None, secrets.token_hex(6), no_update
    again = notice("warning", words, link, "仍要提交，请再按一次。")
    return no_update, {**state, "at": latest}, secrets.token_hex(6), again


def incident_version(whole: Whole | None, seen: int) -> int:
    return whole.listed.incident.version if whole is not None else seen
