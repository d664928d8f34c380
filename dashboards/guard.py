"""The one gate in front of everything: who is logged in, where a POST comes from, what a page may load."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, redirect, request
from flask_login import LoginManager, current_user

from catalogue.settings import Settings
from dashboards.viewer import Viewer, viewer_of
from store.accounts import find_active, stamp
from store.session import transaction

# Reached without login: the form itself, what it is drawn with, the health of the process, a screen's own key.
OPEN_PATHS = ("/login", "/healthz", "/favicon.ico", "/_favicon.ico")
OPEN_FOLDERS = ("/assets/", "/screen/")
PAGE_METHODS = ("GET", "HEAD")
NOT_PAGES = ("/_", "/download/")
YEAR = 31_536_000


def guard(server: Flask, settings: Settings) -> None:
    """Install login, gate and response headers on the Flask server."""
    server.secret_key = settings.secret_key
    server.config.update(
        SESSION_COOKIE_NAME="huiying",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=1_000_000,
    )
    manager = LoginManager(server)
    manager.user_loader(lambda key: load_viewer(settings.database_url, key))
    origins = own_origins(settings)
    server.before_request(lambda: gate(origins))
    server.after_request(add_headers)


def own_origins(settings: Settings) -> frozenset[str]:
    """The public address, and the loopback one that the tunnel or the reverse proxy speaks to."""
    port = settings.ports.dashboard
    public = urlsplit(settings.public_url)
    return frozenset(
        {f"{public.scheme}://{public.netloc}", f"http://127.0.0.1:{port}", f"http://localhost:{port}"}
    )


def load_viewer(url: str, key: str) -> Viewer | None:
    """The active account behind a cookie; None after a new password or when it was disabled."""
    name, _, mark = key.partition("|")
    with transaction(url) as session:
        account = find_active(session, name)
        return viewer_of(account) if account is not None and stamp(account) == mark else None


def gate(origins: frozenset[str]) -> Response | None:
    if request.host not in {urlsplit(origin).netloc for origin in origins}:
        abort(Response("此地址不属于本系统。\n", 421, mimetype="text/plain"))
    if request.method not in PAGE_METHODS and not comes_from_us(origins):
        abort(Response("请求来自别的网站，已拒绝。\n", 403, mimetype="text/plain"))
    if request.path in OPEN_PATHS or request.path.startswith(OPEN_FOLDERS):
        return None
    if current_user.is_authenticated:
        return None
    if request.method in PAGE_METHODS and not request.path.startswith(NOT_PAGES):
        return redirect("/login?next=" + quote(request.full_path.rstrip("?"), safe=""))
    return Response("请先登录。\n", 401, mimetype="text/plain")


def comes_from_us(origins: frozenset[str]) -> bool:
    """Browsers name the origin of every POST; a client without any is not a browser and carries no one's cookie."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in origins
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    referer = urlsplit(request.headers.get("Referer", ""))
    return not referer.netloc or f"{referer.scheme}://{referer.netloc}" in origins


def add_headers(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    if request.path.startswith(("/assets/", "/_dash-component-suites/")) and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def content_policy(script_hashes: list[str]) -> str:
    """What a page may load: ourselves only. Plotly draws shapes by inline style, so style-src must allow that."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(["'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
        )
    )
