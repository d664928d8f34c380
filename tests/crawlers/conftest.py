"""What the crawler tests share: a moment, a source, and a small web site that answers as a test says."""

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest

from catalogue.source import Healthy, Source

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def now() -> datetime:
    """Saturday 2026-11-21 08:00 in Beijing."""
    return datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def make_source_for_module() -> Callable[..., Source]:
    """Builds a source; one on loopback may be read there, as a source file would say with allow_hosts."""

    def make(**values) -> Source:
        name = values.get("name", "try")
        fixed = {
            "name": name, "publisher": f"虚构{name}", "kind": "feed", "channel": "news", "url": "http://a.example/",
            "timezone": "Asia/Shanghai", "every_seconds": 600, "delay_seconds": 0.0, "purpose": "测试",
            "owner": "值班室", "visibility": "public", "status": "enabled", "official_unit": None, "region": None,
            "options": {}, "healthy": Healthy(),
        }  # fmt: skip
        here = urlsplit(values.get("url", "")).netloc
        if here.startswith("127.0.0.1:"):
            fixed["allow_hosts"] = (here,)
        return Source(**fixed | values)

    return make


@pytest.fixture
def make_source(make_source_for_module) -> Callable[..., Source]:
    return make_source_for_module


class LittleSite:
    """A loopback site: `pages` maps a path to (status, headers, body); what was asked stands in `asked`."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                status, headers, body = site.pages.get(self.path.split("?")[0], (404, {}, b""))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):  # the reader may hang up
                    self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def little_site() -> Iterator[LittleSite]:
    site = LittleSite()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(scope="session")
def twin_site() -> ModuleType:
    """tests/crawlers/twin_site.py: Twin(name), NAMES."""
    spec = importlib.util.spec_from_file_location("twin_site", Path(__file__).parent / "twin_site.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["twin_site"] = module
    spec.loader.exec_module(module)
    return module
