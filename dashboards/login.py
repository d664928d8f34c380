"""Logging in and out: a plain form with its own token, slow for guessers, and the long-lived key of a wall screen."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, render_template_string, request, session
from flask_login import login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer

from catalogue.settings import Settings
from dashboards.viewer import viewer_of
from store.accounts import check_login, find_active, stamp
from store.model import Account
from store.session import transaction

FREE_TRIES = 3
LONGEST_WAIT = 60
FORM = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>登录 · 公众关切监测与回应</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/base.css?v={{ version }}">
<link rel="stylesheet" href="/assets/parts.css?v={{ version }}"></head>
<body class="login"><main id="main">
<form method="post" action="/login" class="card login-card">
<h1>公众关切监测与回应{% if is_demo %} <span class="badge-demo">演示数据</span>{% endif %}</h1>
{% if message %}<p class="notice notice-error" role="alert">{{ message }}</p>{% endif %}
<input type="hidden" name="csrf_token" value="{{ token }}"><input type="hidden" name="next" value="{{ next }}">
<label for="name">登录名</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus value="{{ name }}">
<label for="password">密码</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="button button-main" type="submit">登录</button>
<p class="quiet">忘记密码请找管理员；密码可以粘贴，也可由浏览器保存。</p>
</form></main></body></html>"""


class Patience:
    """How long a name must wait after wrong passwords: three tries free, then 1, 2, 4 … 60 seconds."""

    def __init__(self) -> None:
        self.failures: dict[str, tuple[int, float]] = {}
        self.lock = threading.Lock()

    def wait(self, name: str, at: float) -> float:
        with self.lock:
            count, until = self.failures.get(name, (0, 0.0))
        return max(0.0, until - at) if count >= FREE_TRIES else 0.0

    def failed(self, name: str, at: float) -> None:
        with self.lock:
            if len(self.failures) > 10_000:
                self.failures = {key: kept for key, kept in self.failures.items() if kept[1] > at}
            count = self.failures.get(name, (0, 0.0))[0] + 1
            pause = min(LONGEST_WAIT, 2 ** max(0, count - FREE_TRIES))
            self.failures[name] = (count, at + pause)

    def succeeded(self, name: str) -> None:
        with self.lock:
            self.failures.pop(name, None)


def add_login(server: Flask, settings: Settings, version: str) -> None:
    patience = Patience()

    def form(message: str = "", name: str = "", status: int = 200) -> Response:
        token = session.setdefault("csrf", secrets.token_urlsafe(24))
        page = render_template_string(
            FORM, message=message, name=name, token=token, is_demo=settings.is_demo, version=version,
            next=request.values.get("next", "/"),
        )  # fmt: skip
        return Response(page, status)

    @server.get("/login")
    def show_login() -> Response:
        return form()

    @server.post("/login")
    def log_in() -> Response:
        name = request.form.get("name", "").strip().lower()[:64]
        if not secrets.compare_digest(request.form.get("csrf_token", ""), session.get("csrf") or "-"):
            return form("页面放得太久，请再登录一次。", name, 400)
        pause = patience.wait(name, monotonic())
        if pause:
            return form(f"连续输错，请 {pause:.0f} 秒后再试。", name, 429)
        with transaction(settings.database_url) as database:
            account = check_login(database, name, request.form.get("password", "")[:200])
            viewer = viewer_of(account) if account is not None and account.role != "screen" else None
        if viewer is None:
            patience.failed(name, monotonic())
            return form("登录名或密码不对，或账号已停用。", name, 401)
        patience.succeeded(name)
        session.clear()
        login_user(viewer)
        return redirect(local_path(request.form.get("next", "/")))

    @server.post("/logout")
    def log_out() -> Response:
        logout_user()
        session.clear()
        return redirect("/login")

    @server.get("/screen/<key>")
    def open_screen(key: str) -> Response:
        with transaction(settings.database_url) as database:
            account = find_active(database, name_in(key, settings.secret_key))
            if account is None or account.role != "screen" or not fits(key, account, settings.secret_key):
                abort(Response("大屏地址无效或已停用，请找管理员重新生成。\n", 401, mimetype="text/plain"))
            viewer = viewer_of(account)
        session.clear()
        session.permanent = True
        server.permanent_session_lifetime = timedelta(days=400)
        login_user(viewer)
        return redirect("/wall")


def local_path(wanted: str) -> str:
    """Where to go after login: a path of ours, never another host."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if is_ours and "\\" not in wanted and not wanted.startswith("/log") else "/"


def signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="huiying-screen")


def screen_address(account: Account, secret: str, public_url: str) -> str:
    """The address a wall screen opens once and keeps; void when the account is disabled or gets a new password."""
    return f"{public_url}/screen/{signer(secret).dumps([account.name, stamp(account)])}"


def name_in(key: str, secret: str) -> str:
    try:
        return str(signer(secret).loads(key)[0])
    except (BadSignature, IndexError, TypeError):
        return ""


def fits(key: str, account: Account, secret: str) -> bool:
    return bool(signer(secret).loads(key)[1] == stamp(account))
