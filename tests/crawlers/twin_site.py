"""Invented twins of real page structures, each served by a loopback site of its own: one folder each below `twins/`.

`twin.toml`: about (the structure it repeats), [source] (as a catalogue file, with `path` for the address), [[answer]]
(path, optional words of query and body, the file, encoding, gzip), [[expect]] (an article; `text`, `answer`: contained;
`lacks`: words that must stand nowhere in it).
"""

import contextlib
import gzip
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from catalogue.source import Source, parse_source

TWINS = Path(__file__).parent / "twins"
NAMES = sorted(folder.name for folder in TWINS.iterdir())


class Twin:
    """One site; what was asked stands in `asked` as (path with query, body). Use `with`."""

    def __init__(self, name: str) -> None:
        self.name, self.folder = name, TWINS / name
        self.table = tomllib.loads((self.folder / "twin.toml").read_text(encoding="utf-8"))
        self.asked: list[tuple[str, str]] = []
        twin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                twin.asked.append((self.path, body))
                kind, answer = twin.answer(self.path, body) or ("", None)
                self.send_response(404 if answer is None else 200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer or b"")))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(answer or b"")

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "Twin":
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def source(self, **changes) -> Source:
        raw = {
            "name": self.name,
            "publisher": f"虚构{self.name}",
            "purpose": "测试",
            "owner": "值班室",
            "delay": "0s",
        }
        raw |= {**self.table["source"], **changes}
        raw |= {"url": f"{self.base}{raw.pop('path')}", "allow_hosts": [self.base.removeprefix("http://")]}
        return parse_source(based(raw, self.base), f"{self.name}.toml")

    def answer(self, address: str, body: str) -> tuple[str, bytes] | None:
        parts = urlsplit(address)
        for answer in self.table["answer"]:
            wanted = answer["path"], answer.get("query", ""), answer.get("body", "")
            if wanted[0] == parts.path and wanted[1] in parts.query and wanted[2] in body:
                return answer.get("type", "text/html"), self.body_of(answer)
        return None

    def body_of(self, answer: dict) -> bytes:
        text = (self.folder / answer["file"]).read_text(encoding="utf-8").replace("{base}", self.base)
        body = text.encode(answer.get("encoding", "utf-8"))
        return gzip.compress(body) if answer.get("gzip") else body


def based(value, base: str):
    if isinstance(value, str):
        return value.replace("{base}", base)
    if isinstance(value, dict):
        return {key: based(one, base) for key, one in value.items()}
    return [based(one, base) for one in value] if isinstance(value, list) else value
