"""设置：账号、邮件总开关、目录版本、接收人。"""

from __future__ import annotations

from dash import html

from dashboards import actions, wording
from dashboards.context import Context
from dashboards.parts import Node, card, empty, facts, table
from dashboards.router import Page
from store import accounts
from store.model import ROLES
from store.queries import history_of, latest_catalogue
from store.switches import mail_is_paused

PATH = "/settings"
RIGHT = "settings"
NAV = "settings"
RECIPIENT_ROLES = {
    "duty": "值班",
    "chief": "值班长",
    "unit": "单位联络员",
    "leader": "领导",
    "head": "部门负责人",
}
SUBJECTS = {"alert": "提醒", "weekly": "周报", "health": "运行"}


def layout(ctx: Context) -> Page:
    paused = mail_is_paused(ctx.session)
    allowed = ctx.viewer.may("pause_mail")
    act = actions.button("resume_mail" if paused else "pause_mail", actions.NEW, 0, allowed)
    mail = [
        html.P("现在：所有外发邮件已暂停，提醒留在发件箱里。" if paused else "现在：邮件正常发送。"),
        html.Div(
            [act, *([] if allowed else [html.Span("此操作需值班长或管理员权限", className="quiet")])],
            className="turning",
        ),
    ]
    return Page(
        "设置",
        [
            card("外发邮件总开关", mail, key="mail"),
            card("接收人", recipients(ctx), key="recipients"),
            card("账号", people(ctx), "新增、停用和改密码用 huiying user 命令", "accounts"),
            card("目录", catalogue(ctx), key="catalogue"),
        ],
        (("设置", ""),),
        lead="每次改动都记入审计：谁、何时、改前改后、理由。",
    )  # fmt: skip


def people(ctx: Context) -> Node:
    rows = [
        [
            one.name,
            one.shown_as,
            ROLES[one.role],
            ctx.unit_name(one.unit) if one.unit else "—",
            "在用" if one.is_active else "已停用",
        ]
        for one in accounts.everybody(ctx.session)
    ]
    return table(("登录名", "显示为", "角色", "单位", "状态"), rows, "账号")


def recipients(ctx: Context) -> Node:
    found = ctx.catalogue.recipients.values()
    if not found:
        return empty("还没有接收人，提醒邮件无处可发。请在站点目录的 recipients 文件夹中各写一个 TOML 文件。")
    rows = [
        [
            one.name,
            RECIPIENT_ROLES[one.role],
            one.email,
            "、".join(SUBJECTS[key] for key in one.receives),
            f"{one.min_grade} 级及以上",
            quiet(one),
        ]
        for one in found
    ]
    return table(("接收人", "职责", "邮箱", "接收", "级别", "免打扰"), rows, "接收人")


def quiet(one) -> str:
    return f"{one.quiet_from}–{one.quiet_to}" if one.quiet_from and one.quiet_to else "无"


def catalogue(ctx: Context) -> Node:
    kept = latest_catalogue(ctx.session)
    parts = ctx.catalogue
    stored = f"{kept[0]}（{wording.full_time(kept[1], ctx.now)}）" if kept else "还没有"
    changes = history_of(ctx.session, "setting:mail_paused", 5)
    lines = [
        f"{wording.full_time(one.at, ctx.now)} {one.who}：{'暂停' if one.after.get('paused') else '恢复'} {one.reason}"
        for one in changes
    ]
    holdings = (
        ("来源", parts.sources), ("分类", parts.categories), ("区县", parts.regions), ("单位", parts.units),
        ("时限", parts.duties), ("定级规则", parts.level_rules),
    )  # fmt: skip
    return facts(
        (
            ("现用版本", parts.version),
            ("最近存档", stored),
            ("内容", "、".join(f"{words} {len(things)}" for words, things in holdings)),
            ("邮件开关记录", html.Ul([html.Li(words) for words in lines]) if lines else "没有改动过"),
        )
    )  # fmt: skip
