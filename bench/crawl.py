"""What a crawled page costs: our crawler beside Scrapy's defaults and Scrapy + readability, on a loopback site.

Run: python bench/crawl.py [--pages N] [--kilobytes K] [--rounds R]       the ratios, each crawler in a process of its own
     python bench/crawl.py --memory --pages 100000                        memory of both processes over many pages
CPU seconds are those of the crawling process and its extraction worker, start-up taken off by a run over few pages; the
site runs in a process of its own and is not counted. Every safe setting stays on: address checks, robots.txt, limits.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import logging
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
AT_ONCE = 16  # requests waiting, so that the queue is not what is measured
FEW = 100  # pages of the run whose cost is start-up
LIST = 500  # links of one list page, the most one run of a source asks for
SAMPLES = 100  # of memory in one run
STORY = (
    "柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。施工方表示后续将补种树木。",
    "附近住户说，夜里终于能看清路面，老人出门也方便许多，希望尽快补上座椅。",
    "虚构区水务局介绍，步道全长两公里，此前因堤岸加固封闭四个月，工期比计划提前九天。",
)


# --- the site ---


def page(number: int, size: int) -> bytes:
    """An invented news page of about `size` bytes: navigation, story, related links, in the proportions of real ones."""
    title = f"柳叶渠步道恢复通行之{number}"
    head = (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}_社会_虚构网</title></head><body><div class=nav><ul>"
        + "".join(f"<li><a href='/c{i}/'>虚构栏目{i}</a></li>" for i in range(40))
        + f"</ul></div><div class=main><h1>{title}</h1><div class=info><span class=time>2026-11-20 08:05</span> "
        "<span>来源：虚构晚报</span></div><div class=content>"
        + "".join(f"<p>{STORY[i % 3]}（{number}之{i}）</p>" for i in range(14))
        + "</div></div><div class=list><h3>相关新闻</h3><ul>"
    ).encode()
    row = "<li><a href='/r{0}.html' target=_blank class=item>虚构新闻之{0}：某处工程按期完成，居民反映良好</a><span>2026-11-19</span></li>"
    foot = "</ul></div><script>{}</script><div class=footer>虚构网版权所有</div></body></html>"
    rest = max(0, size - len(head) - len(foot))
    rows = rest * 6 // 10 // len(row.encode())
    script = "var a=1;" * (rest * 4 // 10 // 8)
    return head + "".join(row.format(i) for i in range(rows)).encode() + foot.format(script).encode()


def saved_pages(folder: Path | None) -> list[bytes]:
    """Real pages of a folder with gold.jsonl.gz, as bench/extract.py reads them."""
    if folder is None:
        return []
    with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        names = [json.loads(line)["file"] for line in lines]
    return [gzip.decompress((folder / name).read_bytes()) for name in names]


def answer(path: str, size: int, saved: list[bytes]) -> bytes:
    kind, _, number = path.strip("/").partition("/")
    if kind == "p":
        body = saved[int(number) % len(saved)] if saved else page(int(number), size)
    elif kind == "list":
        first = int(number) * LIST
        body = "".join(
            f"<li><a href='/p/{i}'>{'' if saved else f'柳叶渠步道恢复通行之{i}'}</a></li>"
            for i in range(first, first + LIST)
        ).encode()
    else:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(size: int, saved: list[bytes]) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                writer.write(answer(line.split()[1].decode(), size, saved))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# --- the crawlers, each in a process of its own ---


def crawl(spider: Any, settings: dict[str, Any], *args: Any) -> None:
    """Run one Scrapy spider to its end."""
    from scrapy.crawler import AsyncCrawlerProcess

    process = AsyncCrawlerProcess(settings | {"LOG_ENABLED": False, "LOG_INSTALL_ROOT_HANDLER": False})
    process.crawl(spider, *args)
    process.start()


def naive(port: int, pages: int, with_readability: bool) -> int:
    """Scrapy as it comes; with readability-lxml on each page where asked."""
    import scrapy
    from readability import Document

    seen = [0]

    class Naive(scrapy.Spider):
        name = "naive"

        async def start(self) -> AsyncIterator[Any]:
            for number in range(pages):
                yield scrapy.Request(f"http://127.0.0.1:{port}/p/{number}")

        def parse(self, response: Any) -> None:
            if with_readability:
                found = Document(response.text)
                assert found.summary(html_partial=True)
                assert found.short_title()
            seen[0] += 1

    crawl(Naive, {})
    return seen[0]


def source(port: int, number: int) -> Any:
    """One list page of the site as a source of the catalogue; it may be read on loopback."""
    from catalogue.source import Healthy, Source

    place = f"127.0.0.1:{port}"
    values = {
        "name": f"bench{number}", "publisher": "虚构网", "kind": "listing", "channel": "social",
        "url": f"http://{place}/list/{number}", "timezone": "Asia/Shanghai", "every_seconds": 600, "delay_seconds": 0.0,
        "purpose": "measure", "owner": "bench", "visibility": "public", "status": "enabled", "official_unit": None,
        "region": None, "options": {}, "healthy": Healthy(), "allow_hosts": (place,),
        "daily_requests": 10**9,
    }  # fmt: skip
    return Source(**{field.name: values[field.name] for field in fields(Source) if field.name in values})


def door(port: int, pages: int, on_page: Callable[[Any, Any], Any] | None) -> int:
    """Our settings and download handler with the least of spiders; `on_page` gets the response and the job."""
    import scrapy

    from crawlers.errors import PageRefused
    from crawlers.settings import scrapy_settings
    from crawlers.spiders.base import Job

    job = Job(source(port, 0), datetime.now(UTC))
    seen, lost, numbers = [0], [0], count()

    class Door(scrapy.Spider):
        name = "door"

        def __init__(self, job: Any):
            super().__init__()
            self.job = job

        async def start(self) -> AsyncIterator[Any]:
            for _ in range(min(AT_ONCE, pages)):
                yield self.next_page()

        def next_page(self) -> Any:
            url = f"http://127.0.0.1:{port}/p/{next(numbers)}"
            return scrapy.Request(url, dont_filter=True, errback=self.fail)

        async def parse(self, response: Any) -> AsyncIterator[Any]:
            try:
                if on_page:
                    await on_page(response, self.job)
                seen[0] += 1
            except PageRefused as error:
                self.lose(error)
            if seen[0] + lost[0] + AT_ONCE <= pages:
                yield self.next_page()

        def fail(self, failure: Any) -> Iterator[Any]:
            self.lose(failure.value)
            if seen[0] + lost[0] + AT_ONCE <= pages:
                yield self.next_page()

        def lose(self, error: Exception) -> None:
            """One page less; without this each loss would end one of the AT_ONCE chains in silence."""
            lost[0] += 1
            print(f"page lost after {seen[0]}: {error!r}", file=sys.stderr, flush=True)

    crawl(Door, scrapy_settings(job.source, "bench") | {"CLOSESPIDER_TIMEOUT": 0, "DEPTH_LIMIT": 0}, job)
    return seen[0]


def whole(port: int, pages: int) -> int:
    """The process that crawls in production, with its sources, spiders, worker and lines of JSON."""
    from crawlers.process import run
    from crawlers.spiders.base import Job

    seen = [0]

    def emit(line: Any) -> None:
        seen[0] += line["type"] == "article"
        os.write(sink, (json.dumps(line, ensure_ascii=True, default=str) + "\n").encode())

    sink = os.open(os.devnull, os.O_WRONLY)
    jobs = [Job(source(port, number), datetime.now(UTC)) for number in range(max(1, pages // LIST))]
    run(jobs, "bench", emit)
    return seen[0]


def memory(port: int, pages: int) -> int:
    """Fetch and extract through our settings and the worker; a line with both processes' memory every few pages."""
    from crawlers.extract import Hints
    from crawlers.extractor import Extractor

    extractor, seen = Extractor(), [0]
    every = max(1, pages // SAMPLES)
    samples: list[tuple[int, int]] = []

    async def on_page(response: Any, job: Any) -> None:
        found = await extractor.extract(response.body, {}, response.url, job.clock(), Hints())
        assert len(found.text) > 500
        seen[0] += 1
        if seen[0] % every == 0 and extractor.process:
            samples.append((resident(os.getpid()), resident(extractor.process.pid)))
            if len(samples) % 10 == 0:
                print(
                    f"{seen[0]:7} pages: crawler {samples[-1][0]} MB, worker {samples[-1][1]} MB", flush=True
                )

    try:
        door(port, pages, on_page)
    finally:
        extractor.stop()
    for place, name in enumerate(("crawler", "worker")):
        tenths = [
            [sample[place] for sample in part]
            for part in (samples[: SAMPLES // 10], samples[-SAMPLES // 10 :])
        ]
        first, last = (f"{min(tenth)} to {max(tenth)}" for tenth in tenths)
        print(f"{name}: first tenth {first} MB, last tenth {last} MB (to reach: flat, at most 200)")
    return seen[0]


def resident(pid: int) -> int:
    """Megabytes of a process in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


CRAWLERS: dict[str, Callable[[int, int], int]] = {
    "scrapy": lambda port, pages: naive(port, pages, False),
    "door": lambda port, pages: door(port, pages, None),
    "scrapy+readability": lambda port, pages: naive(port, pages, True),
    "whole": whole,
    "memory": memory,
}


def measure(name: str, port: int, pages: int) -> None:
    """In the measured process: crawl, then say what it cost."""
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    seen = CRAWLERS[name](port, pages)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cost = {
        "pages": seen, "cpu": sum(u.ru_utime + u.ru_stime for u in used), "wall": time.monotonic() - began,
        "peak": [u.ru_maxrss // 1024 for u in used],
    }  # fmt: skip
    print(json.dumps(cost), flush=True)


# --- the comparison ---


def run_crawler(name: str, port: int, pages: int, size: int) -> dict[str, Any]:
    """What crawling cost in a process of its own. Raises RuntimeError where pages are missing."""
    command = [sys.executable, __file__, "--measure", name, "--port", str(port), "--pages", str(pages)]
    output = subprocess.run(
        [*command, "--kilobytes", str(size)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = [json.loads(line) for line in output.stdout.splitlines() if line.startswith("{")]
    if output.returncode or not lines or lines[-1]["pages"] != pages:
        raise RuntimeError(f"{name}: {pages} pages were expected, {lines[-1:]} came; {output.stderr[-2000:]}")
    return lines[-1]


def compare(port: int, args: argparse.Namespace) -> None:
    names = [name for name in CRAWLERS if name != "memory"]
    costs: dict[str, list[float]] = {name: [] for name in names}
    peaks: dict[str, list[int]] = {}
    for _ in range(args.rounds):
        for name in names:
            few = LIST if name == "whole" else FEW
            start = run_crawler(name, port, few, args.kilobytes)
            many = run_crawler(name, port, args.pages, args.kilobytes)
            costs[name].append((many["cpu"] - start["cpu"]) / (args.pages - few))
            peaks[name] = many["peak"]
    best = {name: min(values) for name, values in costs.items()}
    kind = (
        f"real, from {args.data.name}"
        if args.data
        else f"of {len(page(1, args.kilobytes * 1024)) // 1024} KB"
    )
    print(f"{args.pages} pages {kind}, best of {args.rounds} rounds, CPU only")
    for name in names:
        print(
            f"{name:20}{1 / best[name]:8.0f} pages per CPU second{1000 * best[name]:8.2f} ms a page, peak MB {peaks[name]}"
        )
    print(
        f"fetching, ratio to Scrapy's defaults                {best['scrapy'] / best['door']:6.2f}  (to reach: 1.8)"
    )
    print(
        f"fetching and reading, ratio to Scrapy + readability {best['scrapy+readability'] / best['whole']:6.2f}  (to reach: 6)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--kilobytes", type=int, default=27)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--data", type=Path, help="serve the real pages of this folder in turn")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--measure", choices=CRAWLERS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        return asyncio.run(serve(args.kilobytes * 1024, saved_pages(args.data)))
    if args.measure:
        return measure(args.measure, args.port, args.pages)
    data = ["--data", str(args.data)] if args.data else []
    site = subprocess.Popen(
        [sys.executable, __file__, "--serve", "--kilobytes", str(args.kilobytes), *data],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert site.stdout
        port = int(site.stdout.readline())
        if args.memory:
            command = [
                sys.executable,
                __file__,
                "--measure",
                "memory",
                "--port",
                str(port),
                "--pages",
                str(args.pages),
            ]
            subprocess.run(command, cwd=ROOT, check=True)
        else:
            compare(port, args)
    finally:
        site.kill()
        site.wait()
    return None


if __name__ == "__main__":
    main()
