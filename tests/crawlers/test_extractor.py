"""The worker process: answers come to who asked, in any number at once; a page costs only itself."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from crawlers import extractor as module
from crawlers.errors import PageEmpty, PageTooSlow
from crawlers.extract import Hints
from crawlers.extractor import AHEAD, Extractor

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LONG = "渠道通水后两岸居民出行更加方便，晚间也有照明。" * 6


def page(title, text=LONG):
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
        f"<div class=time>2026-11-20 08:05</div><div class=content><p>{text}</p><p>{text}</p></div></body></html>"
    ).encode()


def play(story, seconds=20.0):
    """Run a story with an extractor of its own, in a loop and thread of its own: after a browser test a loop still runs in
    this one."""

    async def whole():
        extractor = Extractor(seconds)
        try:
            return await asyncio.wait_for(story(extractor), 100)
        finally:
            extractor.stop()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(whole())).result()


def ask(extractor, body, name="x"):
    return extractor.extract(body, {}, f"https://a.example/{name}", NOW, Hints())


def test_many_at_once_get_their_own_answers():
    async def story(extractor):
        titles = [f"渠道通水仪式举行之{number}" for number in range(3 * AHEAD)]
        found = await asyncio.gather(*(ask(extractor, page(title), title) for title in titles))
        assert [one.title for one in found] == titles
        assert found[0].published_at == datetime(2026, 11, 20, 0, 5, tzinfo=UTC)

    play(story)


def test_a_refused_page_keeps_its_class_and_words():
    async def story(extractor):
        with pytest.raises(PageEmpty, match="页面是空的"):
            await ask(extractor, b" ")

    play(story)


def test_a_page_that_takes_too_long_is_given_up_and_those_behind_it_are_read():
    async def story(extractor):
        await ask(extractor, page("首页"))
        extractor.seconds = 0.01
        slow = asyncio.ensure_future(ask(extractor, page("长文", "水" * 400_000), "slow"))
        behind = [asyncio.ensure_future(ask(extractor, page(f"渠道通水之{n}"))) for n in range(2 * AHEAD)]
        with pytest.raises(PageTooSlow, match=r"a\.example/slow.*已放弃这一页"):
            await slow
        extractor.seconds = 20.0
        assert [(await one).title for one in behind] == [f"渠道通水之{n}" for n in range(2 * AHEAD)]

    play(story)


def test_a_worker_that_dies_costs_the_page_it_was_at():
    async def story(extractor):
        await ask(extractor, page("首页"))
        os.kill(extractor.process.pid, signal.SIGSTOP)
        first, second = (asyncio.ensure_future(ask(extractor, page("渠道通水"), name)) for name in "ab")
        await asyncio.sleep(0.1)
        os.kill(extractor.process.pid, signal.SIGKILL)
        with pytest.raises(PageTooSlow, match=r"a\.example/a"):
            await first
        assert (await second).title == "渠道通水"

    play(story)


def test_a_worker_that_cannot_start_refuses_and_the_next_page_is_tried_again(monkeypatch):
    async def story(extractor):
        monkeypatch.setattr(module, "ROOT", module.ROOT / "nowhere")
        with pytest.raises(PageTooSlow):
            await ask(extractor, page("渠道通水"))
        monkeypatch.undo()
        assert (await ask(extractor, page("渠道通水"))).title == "渠道通水"

    play(story)


def test_who_no_longer_waits_does_not_stop_the_others():
    async def story(extractor):
        gone = asyncio.ensure_future(ask(extractor, page("没人等的页面")))
        other = asyncio.ensure_future(ask(extractor, page("渠道通水")))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await other).title == "渠道通水"

    play(story)


def test_a_page_of_ten_megabytes_goes_through_the_pipe():
    async def story(extractor):
        body = page("渠道通水仪式举行") + b"<!--" + b"x" * (10 * 2**20 - 5000) + b"-->"
        assert (await ask(extractor, body)).title == "渠道通水仪式举行"

    play(story)
