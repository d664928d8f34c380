"""DNS rebinding, live: a name means a public address when it is looked at and the trap when it is connected to."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.fetch import NOT_PUBLIC
from crawlers.job import Job
from crawlers.process import job_to_json

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
OPEN, TRAP = "127.0.0.2", "127.0.0.1"
TEXT = "柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。" * 5
PAGE = f"<html><head><title>步道恢复通行</title></head><body><h1>步道恢复通行</h1><p>{TEXT}</p></body></html>"
CASES = {
    # name: answers of the name server in turn, what the open site says at /, articles, the refusal is told
    "stays": ([[OPEN]], "list", 1, False),
    "from_the_first": ([[TRAP]], "list", 0, True),
    "after_robots": ([[OPEN], [TRAP]], "list", 0, True),
    "after_the_list": ([[OPEN], [OPEN], [TRAP]], "list", 0, True),
    "at_the_redirect": ([[OPEN], [OPEN], [TRAP]], "redirect", 0, True),
    "at_the_refresh": ([[OPEN], [OPEN], [TRAP]], "refresh", 0, True),
    "ipv6": ([[OPEN], ["::1"]], "list", 0, True),
    "mapped": ([[OPEN], ["::ffff:127.0.0.1"]], "list", 0, True),
    "metadata": ([[OPEN], ["169.254.169.254"]], "list", 0, True),
    "both_trap_first": ([[TRAP, OPEN]], "list", 1, False),
    "both_trap_last": ([[OPEN, TRAP]], "list", 1, False),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # each request a connection, each connection a look-up

    def do_GET(self) -> None:
        server, host = self.server, self.headers.get("Host", "").split(".")[0]
        server.asked.append((host, self.path))
        front = CASES[host.replace("-", "_")][1]
        if self.path == "/robots.txt":
            return self.say(404, "")
        if self.path == "/" and front == "redirect":
            return self.say(302, "", Location="/list")
        if self.path == "/" and front == "refresh":
            return self.say(
                200, '<html><head><meta http-equiv="refresh" content="0; url=/list"></head></html>'
            )
        if self.path in ("/", "/list"):
            return self.say(200, '<html><body><ul><li><a href="/p">步道恢复通行</a></li></ul></body></html>')
        return self.say(200, PAGE)

    def say(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def crawled(make_source_for_module):
    """All names read in one process: lines by source, what the open site and what the trap was asked."""
    trap = ThreadingHTTPServer((TRAP, 0), Handler)
    port = trap.server_port
    sites = {OPEN: ThreadingHTTPServer((OPEN, port), Handler), TRAP: trap}
    for server in sites.values():
        server.asked = []
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    names = {name: f"{name.replace('_', '-')}.example" for name in CASES}
    jobs = [
        Job(
            make_source_for_module(
                name=name,
                kind="listing",
                url=f"http://{host}:{port}/",
                options={"link": "li a", "timeout": 10},
            ),
            datetime(2026, 11, 21, tzinfo=UTC),
        )
        for name, host in names.items()
    ]
    answers = json.dumps({host: CASES[name][0] for name, host in names.items()})
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("rebinding_process.py")), answers],
        input=json.dumps({"agent": "test", "jobs": [job_to_json(job) for job in jobs]}), cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    for server in sites.values():
        server.shutdown()
        server.server_close()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines, sites[OPEN].asked, sites[TRAP].asked


@pytest.mark.parametrize("name", CASES)
def test_what_is_connected_to_is_what_was_checked(name, crawled):
    lines, open_asked, _ = crawled
    _, _, articles, is_told = CASES[name]
    mine = [line for line in lines if line["source"] == name]
    assert sum(line["type"] == "article" for line in mine) == articles
    [outcome] = [line for line in mine if line["type"] == "outcome"]
    words = f"{outcome['front_error'] or ''} {' '.join(outcome['problems'])}"
    assert (NOT_PUBLIC in words) == is_told, words
    if len(CASES[name][0]) > 1:
        assert any(
            host.replace("-", "_") == name for host, _ in open_asked
        )  # the first look-up was a good one


def test_the_trap_was_never_asked(crawled):
    assert crawled[2] == []
