"""The real app behind waitress on loopback, and headless Chromium that can reach nothing else."""

import importlib.util
import shutil
import sys
import threading
from pathlib import Path

import pytest

from catalogue.settings import read_settings
from dashboards.serve import create_server
from huiying.ports import free_port

CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


def load_filling():
    path = Path(__file__).parent.parent / "dashboards" / "filling.py"
    spec = importlib.util.spec_from_file_location("browser_filling", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


filling = load_filling()


@pytest.fixture(scope="module")
def town(database, tmp_path_factory):
    return filling.fill(database.app, tmp_path_factory.mktemp("site"), days=6, dense=0.3)


@pytest.fixture(scope="module")
def address(database, town, tmp_path_factory):
    """Where the app answers."""
    from waitress.server import create_server as listen

    port = free_port()
    settings = read_settings(
        {
            "HUIYING_DATA": str(tmp_path_factory.mktemp("data")), "HUIYING_SITE": str(town.site), "HUIYING_PORT": str(port),
            "DATABASE_URL": database.app, "HUIYING_SECRET_KEY": "geheim" * 6, "HUIYING_DEMO": "1",
        }
    )  # fmt: skip
    web = listen(create_server(settings), host="127.0.0.1", port=port, threads=6)
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    web.close()
    web.task_dispatcher.shutdown(timeout=5)
    thread.join(5)


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.skip("没有找到 Chromium，浏览器测试未运行；安装 Debian 的 chromium 与 fonts-noto-cjk 后再试。")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One logged-in browser window that notes every message, error and request leaving the host."""

    def __init__(self, browser, address: str, width: int, height: int, prepare: str = ""):
        self.address = address
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        self.page = self.context.new_page()
        self.messages: list[str] = []
        self.foreign: list[str] = []
        self.page.on(
            "console",
            lambda message: (
                self.messages.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", self.note)
        if prepare:
            self.context.add_init_script(prepare)

    def note(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.foreign.append(request.url)

    def log_in(self, name: str):
        self.page.goto(f"{self.address}/login")
        self.page.fill("#name", name)
        self.page.fill("#password", filling.PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(f"{self.address}/")
        return self

    def open(self, path: str):
        self.page.goto(self.address + path)
        self.page.wait_for_selector("#title")
        if self.page.query_selector(".chart"):
            self.page.wait_for_selector(".chart .main-svg")
        self.page.wait_for_timeout(400)
        return self.page


@pytest.fixture
def visit(chromium, address):
    """visit("zhiban", width, height): a window of that role."""
    opened = []

    def start(name: str, width: int = 1440, height: int = 900, prepare: str = "") -> Visit:
        one = Visit(chromium, address, width, height, prepare).log_in(name)
        opened.append(one)
        return one

    yield start
    for one in opened:
        one.context.close()
