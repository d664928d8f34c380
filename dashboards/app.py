"""The Dash app: one empty shell whose parts are drawn by callbacks, each behind the gate and the role of its page."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from dash import ALL, Dash, Input, Output, State, dcc, html, no_update
from flask import Flask, Response
from flask_compress import Compress

from catalogue.settings import Settings
from dashboards import actions, downloads, frame, keys
from dashboards.context import CatalogueShelf, Desk
from dashboards.errors import DashboardError, NoRight
from dashboards.freshness import Freshness, freshness, stale_banner
from dashboards.guard import content_policy, guard
from dashboards.login import add_login
from dashboards.parts import notice
from dashboards.router import Page, Route, build_page
from dashboards.server_time import add_server_time
from dashboards.viewer import current_viewer
from store.errors import StoreError
from store.queries import Machinery, machinery, version_of_everything

log = logging.getLogger(__name__)
DESK_SECONDS, WALL_SECONDS = 30, 15
# Sentences such as “4 分钟前” grow old by themselves: pages are drawn again after so many seconds without news.
DESK_OLD, WALL_OLD = 120, 30
INDEX = """<!doctype html>
<html lang="zh-CN"><head>{%metas%}<meta name="viewport" content="width=device-width, initial-scale=1">
<title>公众关切监测与回应</title><link rel="icon" href="data:,">{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def create_app(settings: Settings) -> Dash:
    """The app for one installation; the database is asked only when somebody asks the app."""
    server = Flask(__name__)
    guard(server, settings)
    Compress(server)
    desk = Desk(settings, CatalogueShelf(settings.site_dir))
    app = Dash(
        __name__,
        server=server,
        title="公众关切监测与回应",
        update_title=None,
        suppress_callback_exceptions=True,
        index_string=INDEX,
        assets_folder="assets",
        serve_locally=True,
        compress=False,
        use_async=False,  # Dash would go through an event loop a request wherever asgiref happens to be installed
    )
    app.layout = shell
    add_ticking(app, desk)
    add_drawing(app, desk)
    actions.add_callbacks(app, desk)
    add_login(server, settings, secrets.token_hex(4))
    downloads.add_downloads(server, desk)
    add_server_time(server, desk)
    policy = content_policy(app.csp_hashes())

    @server.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        return response

    return app


def shell() -> html.Div:
    """What everybody gets who is logged in: empty places. A function, so that nothing is shared between people."""
    return html.Div(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Location(id="go", refresh="callback-nav"),
            dcc.Store(id="version"),
            dcc.Store(id="panel-state"),
            dcc.Interval(id="tick", interval=WALL_SECONDS * 1000),
            html.Div(id="live", className="unseen", role="status", **{"aria-live": "polite"}),
            html.Div(id="lost", className="lost", hidden=True, role="alert"),
            keys.help_of_keys(),
            html.Div(id="frame"),
            html.Main(
                [
                    html.Div(id="banners"),
                    html.Div(id="heading"),
                    html.Div(id="panel"),
                    html.Div(frame.skeleton(), id="body"),
                ],
                id="main",
                tabIndex="-1",
            ),
        ],
        id="app",
        className="desk",
    )


def add_ticking(app: Dash, desk: Desk) -> None:
    @app.callback(
        Output("version", "data"),
        Input("tick", "n_intervals"),
        State("address", "pathname"),
        State("version", "data"),
    )
    def tick(count: int | None, path: str | None, known: str | None) -> Any:
        """A short word that changes when a page must be drawn again."""
        viewer = current_viewer()
        is_wall = (path or "").startswith("/wall")
        if not is_wall and count and count % (DESK_SECONDS // WALL_SECONDS):
            return no_update
        with desk.open(viewer) as ctx:
            viewer.need("wall")
            facts = machinery(ctx.session)
            age = int(ctx.now.timestamp()) // (WALL_OLD if is_wall else DESK_OLD)
            word = f"{version_of_everything(ctx.session, ctx.now)}/{facts.keeper_is_silent}{facts.mail_paused}/{age}"
            return no_update if word == known else word


def add_drawing(app: Dash, desk: Desk) -> None:
    @app.callback(
        Output("frame", "children"),
        Output("banners", "children"),
        Output("heading", "children"),
        Output("body", "children"),
        Output("app", "className"),
        Input("address", "pathname"),
        Input("address", "search"),
        Input("version", "data"),
    )
    def draw(path: str | None, search: str | None, version: str | None) -> tuple[Any, ...]:
        """The whole page at this address, for the person who asks."""
        return draw_page(desk, path or "/", search or "")

    @app.callback(
        Output("go", "href"),
        Input({"type": "chart", "name": ALL}, "clickData"),
        prevent_initial_call=True,
    )
    def open_hour(clicks: list[Any]) -> Any:
        """A click on a bar opens the texts of its hour; the address travels with the bar."""
        current_viewer().need("read")
        points = [click["points"][0] for click in clicks if click and click.get("points")]
        href = points[0].get("customdata") if points else None
        return href if isinstance(href, str) and href.startswith("/documents?") else no_update


def draw_page(desk: Desk, path: str, search: str) -> tuple[Any, ...]:
    viewer = current_viewer()
    route: Route | None = None
    facts: Machinery | None = None
    fresh: Freshness | None = None
    try:
        with desk.open(viewer, path, search) as ctx:
            facts = machinery(ctx.session) if viewer.may("wall") else None
            fresh = freshness(ctx)
            route, page = build_page(ctx)
    except NoRight as error:
        page = Page("没有权限", [notice("warning", str(error))])
    except DashboardError as error:
        page = Page("打不开这个页面", [notice("warning", str(error))])
    except StoreError as error:
        page = Page(
            "读不到数据",
            [notice("error", str(error)), notice("info", "倒计时按最后一次对时继续；恢复后页面会自己更新。")],
        )
    except Exception:
        code = secrets.token_hex(3)
        log.exception("page %s failed, code %s", path, code)
        page = Page(
            "页面出错",
            [
                notice(
                    "error",
                    f"这一页没有算出来，其他页面不受影响。请刷新重试；仍不行请把代码 {code} 告诉管理员。",
                )
            ],
        )
    banner = frame.banners(facts) if facts is not None else []
    if page.is_bare:
        return [], banner, [], page.body, "wall"
    if fresh is not None:
        banner = [*banner, *stale_banner(fresh)]
    bar = frame.top_bar(viewer, desk.settings, route.nav if route is not None else "", fresh)
    return bar, banner, frame.heading(page), page.body, "desk has-tools" if page.tools else "desk"
