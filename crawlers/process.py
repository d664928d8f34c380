"""The process that goes to the network: jobs come in as JSON, articles and outcomes go out as JSON lines.

It has no database and no secrets. Hosts are read side by side, the sources of one host one after the other, so that
the delay between requests holds for the host. Started by `crawlers.run`, never by hand.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from time import monotonic
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from catalogue.source import Healthy, Source
from crawlers.article import Article
from crawlers.extractor import Extractor
from crawlers.job import Job, Outcome, YoungPage
from crawlers.settings import SECONDS_PER_HOST, scrapy_settings
from crawlers.spiders.base import SourceSpider

HOSTS_AT_ONCE = 16  # bounds memory: a host may hold four bodies of 10 MB
Emit = Callable[[Mapping[str, Any]], None]


def job_to_json(job: Job) -> dict[str, Any]:
    return {
        "source": asdict(job.source), "now": job.now.isoformat(), "etag": job.etag,
        "last_modified": job.last_modified, "known": sorted(job.known), "memo": dict(job.memo),
        "allowance": job.allowance, "young": [asdict(page) for page in job.young],
        "robots": job.robots,
    }  # fmt: skip


def job_from_json(values: Mapping[str, Any]) -> Job:
    raw = dict(values["source"])
    healthy = Healthy(**raw["healthy"] | {"required": tuple(raw["healthy"]["required"])})
    return Job(
        Source(**raw | {"healthy": healthy}),
        datetime.fromisoformat(values["now"]),
        values["etag"],
        values["last_modified"],
        frozenset(values["known"]),
        values["memo"],
        values["allowance"],
        [YoungPage(**page) for page in values["young"]],
        values["robots"],
    )


def spider_class(kind: str) -> type[SourceSpider]:
    """The spider of a kind: the module of that name in crawlers/spiders."""
    return import_module(f"crawlers.spiders.{kind}").Spider


async def read_host(jobs: Sequence[Job], agent: str, emit: Emit, extractor: Extractor) -> None:
    """The sources of one host, one after the other; what one breaks does not touch the next.

    What the host asked of the first holds for the others: they wait, and they share what it may still be asked today.
    When the host's time is over, the rest waits for the next round.
    """
    wait: int | None = None
    asked, began, rules = 0, monotonic(), None
    for job in jobs:
        host = job.source.host
        if wait or monotonic() - began > SECONDS_PER_HOST:
            emit({"type": "outcome"} | Outcome(job.source.name, is_put_off=True, retry_after=wait).to_json())
            continue
        if job.allowance is not None:
            job.allowance = max(0, job.allowance - asked)
        job.robots = rules if job.robots is None else job.robots
        try:
            crawler = Crawler(spider_class(job.source.kind), Settings(scrapy_settings(job.source, agent)))
            await crawler.crawl_async(job, lambda article: emit(article_line(article)), extractor, emit)
            spider = crawler.spider
            if not isinstance(spider, SourceSpider):
                raise RuntimeError("the spider did not start")
            emit({"type": "outcome"} | spider.outcome.to_json())
            wait = spider.outcome.holds.get(host)
            rules = spider.outcome.robots.get(host, rules)
            asked += spider.outcome.asked.get(host, 0)
        except Exception as error:  # the boundary between sources: told, never passed on to the next
            emit({"type": "crash", "source": job.source.name, "error": f"{type(error).__name__}: {error}"})


def article_line(article: Article) -> dict[str, Any]:
    return {"type": "article"} | article.to_json()


def run(jobs: Sequence[Job], agent: str, emit: Emit) -> None:
    """Read all jobs; returns when the last one is done."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # only now: importing it installs a default one

    hosts: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        hosts[job.source.host].append(job)
    extractor = Extractor()
    tasks: list[asyncio.Future[Any]] = []

    places = asyncio.Semaphore(HOSTS_AT_ONCE)

    async def one_host(group: Sequence[Job]) -> None:
        async with places:
            await read_host(group, agent, emit, extractor)

    async def everything() -> None:
        try:
            await asyncio.gather(*map(one_host, hosts.values()))
        finally:
            reactor.stop()

    gc.freeze()  # the libraries stay for good: no need to walk them again and again
    reactor.callWhenRunning(lambda: tasks.append(asyncio.ensure_future(everything())))
    try:
        reactor.run()
    finally:
        extractor.stop()


def main() -> int:
    logging.disable(logging.CRITICAL)  # what matters is in the outcome, in plain words
    request = json.load(sys.stdin)
    out = sys.stdout

    def emit(line: Mapping[str, Any]) -> None:
        out.write(json.dumps(line, ensure_ascii=True) + "\n")
        out.flush()

    run([job_from_json(values) for values in request["jobs"]], request["agent"], emit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
