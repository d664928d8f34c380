"""设置：账号、邮件总开关、接收人、目录的各个文件与版本、审计。"""

from __future__ import annotations

from dash import html

from catalogue import overlay
from catalogue.loader import files_of
from dashboards import actions, wording
from dashboards.actions._files import KINDS, CatalogueFile, load, version
from dashboards.context import Context
from dashboards.parts import Node, card, empty, facts, table
from dashboards.router import Page
from store import accounts
from store.model import ROLES
from store.queries import history_of, latest_catalogue, latest_changes
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
TRAIL = 30
ACTIONS = {
    "setting.change": "改开关", "mail.test": "发测试邮件", "catalogue.edit": "改目录文件", "source.retry": "重试来源",
    "source.disable": "停用来源", "source.enable": "启用来源", "report.approve": "审定报告", "report.send": "发送报告",
    "account.add": "新增账号", "account.password": "改密码", "account.disable": "停用账号", "account.enable": "启用账号",
}  # fmt: skip
SUBJECTS = {"alert": "提醒", "weekly": "周报", "health": "运行"}


def layout(ctx: Context) -> Page:
    paused = mail_is_paused(ctx.session)
    allowed = ctx.viewer.may("pause_mail")
    act = actions.button("resume_mail" if paused else "pause_mail", actions.NEW, 0, allowed)
    trial = actions.button("trial_mail", actions.NEW, 0, ctx.viewer.may("test_mail"))
    mail = [
        html.P("现在：所有外发邮件已暂停，提醒留在发件箱里。" if paused else "现在：邮件正常发送。"),
        html.Div(
            [act, trial, *([] if allowed else [html.Span("此操作需值班长或管理员权限", className="quiet")])],
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
            card("目录文件", files(ctx), "改动写入站点目录，随程序附带的文件不动", "files"),
            card("审计", trail(ctx), f"最近 {TRAIL} 条，只增不改", "trail"),
        ],
        (("设置", ""),),
        lead="每次改动都记入审计：谁、何时、改前改后、理由。",
    )  # fmt: skip


def files(ctx: Context) -> Node:
    """Every file of the catalogue by kind; an administrator edits its text, checked before anything changes."""
    allowed = ctx.viewer.may("edit_catalogue")
    folds = [kind_files(ctx, kind, words, allowed) for kind, words in KINDS.items()]
    note = [] if allowed else [html.P("修改设置需管理员权限", className="quiet")]
    return html.Div([*note, *folds])


def kind_files(ctx: Context, kind: str, words: str, allowed: bool) -> Node:
    site = ctx.settings.site_dir
    names = list(files_of(kind, site))
    rows = [
        [
            name,
            "本地" if overlay.is_local(site, kind, name) else "随程序附带",
            html.Div(file_buttons(ctx, f"{kind}/{name}", allowed), className="turning"),
        ]
        for name in names
    ]
    new = actions.button("edit_file", f"{kind}/", actions_of_new(), allowed, words=f"新建{words}文件")
    body = [table(("文件", "出处", "操作"), rows, words)] if rows else [empty(f"还没有{words}文件。")]
    return html.Details(
        [html.Summary(f"{words}（{len(names)} 个文件）"), *body, html.Div(new, className="turning")],
        className="data-table",
    )


def file_buttons(ctx: Context, of: str, allowed: bool) -> list[Node]:
    file = load(ctx, of)
    found = [actions.button("edit_file", of, version(file), allowed)]
    if overlay.formers(ctx.settings.site_dir, file.kind, file.name):
        found.append(actions.button("restore_file", of, version(file), allowed))
    return found


def actions_of_new() -> int:
    return version(CatalogueFile("", "", ""))


def trail(ctx: Context) -> Node:
    """What people changed beside incidents: settings, sources, reports, accounts, the catalogue."""
    rows = [
        [
            wording.full_time(one.at, ctx.now),
            one.who,
            ACTIONS.get(one.action, one.action),
            one.subject,
            one.reason or "—",
        ]
        for one in latest_changes(ctx.session, TRAIL)
    ]
    if not rows:
        return empty("还没有记录。")
    return html.Div(
        table(("时间", "谁", "做了什么", "对象", "理由"), rows, "审计"), className="scroll", tabIndex="0"
    )


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
