"""A hostile web site on loopback: every case has a port of its own, and a list with one bad page between two good ones.

A page is the bytes that go over the wire, or a coroutine that writes them. The trap is one more port that nobody may
ever reach.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import threading
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import brotli
from backports import zstd

Write = Callable[[asyncio.StreamWriter], Awaitable[None]]
Page = bytes | Write
ARTICLE = (
    "<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1><div class=time>2026-11-20 08:05</div>"
    "<div class=text><p>{title}。柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。</p><p>施工方表示后续将补种"
    "树木，附近住户希望尽快补上座椅，街道答复年内完成，并安排专人巡查，确保夜间灯光与路面安全。</p></div></body></html>"
)
MIB = 2**20


def answer(
    body: bytes | str = b"", status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str
) -> bytes:
    """A whole HTTP answer; header names with _ for -; Content-Length as it should be unless it is given."""
    data = body.encode() if isinstance(body, str) else body
    fixed = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"}
    lines = fixed | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + data


def article(title: str) -> bytes:
    return answer(ARTICLE.format(title=title))


def redirect(url: str, status: int = 302) -> bytes:
    return answer(status=status, Location=url)


def packed(encoding: str, size: int) -> bytes:
    """`size` bytes of zeros in front of a good article's end, packed."""
    data = b"<html><body>" + b"0" * size
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd.compress}
    body = brotli.compress(data, quality=1) if encoding == "br" else pack[encoding](data)
    return answer(body, Content_Encoding=encoding)


def dripping(seconds: float) -> Write:
    """One byte every tenth of a second."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"", Content_Length="100000"))
        for _ in range(int(seconds * 10)):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    return write


def endless(megabytes: int = 100) -> Write:
    """A body without length that goes on for a hundred megabytes."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><body>")
        for _ in range(megabytes):
            writer.write(b"<p>" + b"0" * MIB)
            await writer.drain()

    return write


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


@dataclass
class Host:
    """One port. pages: by path; asked: the paths that were asked for, with their headers."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class HostileSite:
    """Hosts by name, all in one thread; `host(name)` opens a new port."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.hosts: dict[str, Host] = {}
        self.servers: list[asyncio.Server] = []
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def host(self, name: str) -> Host:
        host = self.hosts[name] = Host()
        opened = asyncio.start_server(lambda r, w: self.serve(host, r, w), "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(opened, self.loop).result(10)
        self.servers.append(server)
        host.port = server.sockets[0].getsockname()[1]
        return host

    async def serve(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            host.asked.append((path, dict(line.split(": ", 1) for line in head[1:] if ": " in line)))
            page = host.pages.get(path, answer("没有", 404))
            if isinstance(page, bytes):
                writer.write(page)
            else:
                await page(writer)
            await writer.drain()
        writer.close()

    def close(self) -> None:
        """Hang up on everybody and free the ports."""

        async def stop() -> None:
            for server in self.servers:
                server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0.1)

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


def listing(host: Host, bad: Page, title: str = "坏页面") -> None:
    """A list of a good page, a bad one and another good one."""
    rows = [("/good1", "柳叶渠步道恢复通行"), ("/bad", title), ("/good2", "老城区路灯改造完成")]
    links = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in rows)
    host.pages |= {
        "/": answer(f"<html><title>本地要闻</title><body><ul>{links}</ul></body></html>"),
        "/bad": bad,
    }
    host.pages |= {path: article(words) for path, words in rows if path != "/bad"}
