"""What stands around every page: product name, seven ways, banners that nobody may overlook, heading, main actions."""

from __future__ import annotations

from dash import html

from catalogue.settings import Settings
from dashboards import wording
from dashboards.freshness import Freshness, data_words
from dashboards.parts import Node, notice
from dashboards.router import Page
from dashboards.viewer import Viewer
from store.queries import Machinery

PRODUCT = "公众关切监测与回应"
WAYS = (
    ("bench", "工作台", "/"),
    ("incidents", "事件", "/incidents"),
    ("categories", "热点分类", "/category"),
    ("sources", "来源", "/sources"),
    ("ledger", "回应台账", "/ledger"),
    ("reports", "报告", "/reports"),
    ("settings", "设置", "/settings"),
)


def demo_badge(settings: Settings) -> list[Node]:
    return [html.Span("演示数据", className="badge-demo")] if settings.is_demo else []


def top_bar(viewer: Viewer, settings: Settings, nav: str, fresh: Freshness | None) -> Node:
    ways = [
        html.Li(html.A(words, href=href, className="way", **({"aria-current": "page"} if key == nav else {})))
        for key, words, href in WAYS
    ]
    return html.Header(
        [
            html.A("跳到正文", href="#main", className="skip"),
            html.A([PRODUCT, *demo_badge(settings)], href="/", className="product"),
            html.Nav(html.Ul(ways), **{"aria-label": "主导航"}),
            html.Div(
                [
                    keys_button(),
                    *sound(viewer),
                    html.Button("大字", type="button", className="button", **{"data-big": "toggle"}),
                    *data_time(fresh),
                    html.Span(viewer.shown_as, className="who"),
                    html.Time(className="server-time", title="服务器时间（北京时间）", **{"data-leaf": "server-time"}),
                    html.Form(
                        html.Button("退出", type="submit", className="button button-plain"),
                        action="/logout", method="POST",
                    ),
                ],
                className="top-end",
            ),
        ],
        className="top",
    )  # fmt: skip


def data_time(fresh: Freshness | None) -> list[Node]:
    if fresh is None:
        return []
    kind = "data-time is-stale" if fresh.is_stale else "data-time"
    words = f"数据 {wording.hour_minute(fresh.until)}" if fresh.until is not None else "无数据"
    return [html.A(words, href="/sources", className=kind, title=f"{data_words(fresh)}；点开看来源")]


def keys_button() -> Node:
    return html.Button(
        "?", type="button", className="button keys-button", title="列表的快捷键（按 ? 也可）",
        **{"data-keys": "help", "aria-label": "列表的快捷键"},
    )  # fmt: skip


def sound(viewer: Viewer) -> list[Node]:
    """The switch of the sound for new proposals, for those who acknowledge them; assets/sound.js writes its state."""
    if not viewer.may("acknowledge"):
        return []
    leaf = html.Span(**{"data-leaf": "sound"})
    return [
        html.Button(
            ["提示音：", leaf], type="button", className="button sound-button", title="有新的待签收事件时响",
            **{"data-sound": "toggle", "aria-pressed": "false"},
        )
    ]  # fmt: skip


def proposals_waiting(machinery: Machinery) -> Node:
    """Unacknowledged proposals with their levels, for the sound: nothing to see."""
    words = " ".join(f"{number}:{level}" for number, level in machinery.waiting)
    return html.Span(
        id="proposals-waiting", className="unseen", **{"data-proposals": words, "aria-hidden": "true"}
    )


def banners(machinery: Machinery) -> list[Node]:
    """Red when the clocks are not kept, amber when no mail leaves."""
    found: list[Node] = [proposals_waiting(machinery)]
    if machinery.keeper_is_silent:
        silence = machinery.keeper_silence
        since = "从未运行" if silence is None else f"已 {wording.span(silence)}没有运行"
        found.append(
            notice(
                "error",
                html.Strong(f"计时服务{since}，到期提醒可能没有发出。"),
                "页面上的倒计时仍按服务器时间准确。请值班员人工提醒，并请管理员运行 huiying doctor。",
            )
        )
    if machinery.mail_paused:
        found.append(
            notice("warning", html.Strong("所有外发邮件已暂停。"), html.A("到设置恢复", href="/settings"))
        )
    return found


def heading(page: Page) -> list[Node]:
    crumbs: list[Node] = [html.A("工作台", href="/")] if page.crumbs else []
    for words, href in page.crumbs:
        crumbs += [" / ", html.A(words, href=href) if href else words]
    tools = [html.Div(list(page.tools), className="tools")] if page.tools else []
    lead = [html.Div(page.lead, className="lead")] if page.lead is not None else []
    return [
        html.Nav(crumbs, className="crumbs", **{"aria-label": "当前位置"}),
        html.Div(
            [
                html.Div([html.H1(page.title, id="title", tabIndex="-1"), *lead], className="head-main"),
                *tools,
            ],
            className="head",
        ),
    ]


def skeleton() -> list[Node]:
    """Grey blocks of about the final size while the first data come."""
    return [html.Div(className=f"grey grey-{size}") for size in ("tall", "wide", "wide")]
