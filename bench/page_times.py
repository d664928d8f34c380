"""How long every page of the dashboard takes to build, address by address, its database part apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl, quote

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bench.million import vocabulary
from bench.million_incidents import LARGEST
from catalogue.loader import Catalogue
from catalogue.settings import Settings
from dashboards.context import Context
from dashboards.router import build_page, find_route, routes
from dashboards.viewer import Viewer
from store.model import Incident
from store.queries import machinery, version_of_everything
from store.session import engine_for, transaction

CHIEF = Viewer("bench", "值班长", "chief", None, "")
NOBODY = "没有这样的词语"


@dataclass
class Times:
    """Milliseconds of each round: waiting for the database, and the whole page built."""

    database: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def addresses(incident: str, now: datetime) -> dict[str, str]:
    """What is asked, by its name in the table. incident: the largest one."""
    hour = now.replace(minute=0, second=0, microsecond=0)

    def since(days: int) -> str:
        return f"from={quote((hour - timedelta(days=days)).isoformat())}&to={quote(hour.isoformat())}"

    places = quote("chengdong,nanhu,xingang")
    return {
        "work bench": "/",
        "wall": "/wall",
        "incidents, open": "/incidents",
        "incidents, all": "/incidents?show=all",
        "largest incident": f"/incident/{incident}",
        "categories, 24 hours": "/category",
        "categories, 7 days": "/category?hours=168",
        "one category, 7 days": "/category/education?hours=168",
        "one text, with what decided its labels": "/document/500000",
        "handover": "/handover",
        "sources": "/sources",
        "ledger": "/ledger",
        "reports": "/reports",
        "settings": "/settings",
        "texts, newest": "/documents",
        "texts of a category, 30 days": f"/documents?category=education&{since(30)}",
        "texts of a category, all": "/documents?category=education",
        "texts of three places, 30 days": f"/documents?region={places}&{since(30)}",
        "texts of a place and category, all": "/documents?region=chengdong&category=education",
        "texts naming no place, all": "/documents?region=%3F",
        "negative texts of a category, 7 days": f"/documents?category=education&sentiment=negative&{since(7)}",
        "negative texts, all": "/documents?sentiment=negative",
        "texts of a channel, all": "/documents?channel=news",
        "texts of a source, all": "/documents?source=haichuan_news",
        "texts of the largest incident": f"/documents?incident={incident}",
        "messages without a reply, all": "/documents?replied=no",
        "texts, far down": f"/documents?after={quote((hour - timedelta(days=60)).isoformat())}_500000",
        "search, one text": f"/documents?search={quote('第777777号')}",
        "search, no text": f"/documents?search={quote(NOBODY)}",
        "search, two thirds of all texts": f"/documents?search={quote('小区停水')}",
        "search, one text in ten": f"/documents?search={quote('车位租赁')}",
        "search, two words at once": f"/documents?search={quote('学校收费 养老补贴')}",
        "search, a common word, 7 days": f"/documents?search={quote('医院挂号')}&{since(7)}",
        "search, in a category": f"/documents?search={quote('养老补贴')}&category=education",
    }


def unvisited(asked: dict[str, str]) -> list[str]:
    """Pages nobody asks for here: a new page must come into the table."""
    seen = {find_route(address.partition("?")[0])[0].module.__name__ for address in asked.values()}
    return sorted({route.module.__name__ for route in routes()} - seen)


def page_times(
    url: str, catalogue: Catalogue, settings: Settings, now: datetime, rare: dict[str, int], rounds: int = 7
) -> dict[str, Times]:
    """Each page several rounds after one to warm up. rare: further searches, by the place of their word."""
    with transaction(url) as session:
        largest = session.scalar(
            select(Incident.id).where(Incident.title == LARGEST).order_by(Incident.id.desc())
        )
    asked = addresses(largest or "", now)
    words = vocabulary().words
    asked |= {name: f"/documents?search={quote(words[place])}" for name, place in rare.items()}
    if left := unvisited(asked):
        raise SystemExit(
            f"pages without an address in bench/page_times.py: {', '.join(left)}; add them there"
        )

    def tick(session: Session) -> None:
        version_of_everything(session, now)
        machinery(session)

    def draw(address: str, session: Session) -> None:
        path, _, search = address.partition("?")
        build_page(Context(session, now, CHIEF, catalogue, settings, path, dict(parse_qsl(search))))

    work: dict[str, Callable[[Session], None]] = {"the tick of every open page": tick}
    work |= {name: partial(draw, address) for name, address in asked.items()}
    return {name: measured(url, one, rounds) for name, one in work.items()}


def measured(url: str, work: Callable[[Session], None], rounds: int) -> Times:
    times = Times()
    for number in range(rounds + 1):
        with database_time(url) as spent, transaction(url) as session:
            began = time.perf_counter()
            work(session)
            if number:
                times.database.append(spent[0])
                times.whole.append((time.perf_counter() - began) * 1000)
    return times


@contextmanager
def database_time(url: str) -> Iterator[list[float]]:
    """The milliseconds between each statement's sending and its answer, summed up in the one number of the list."""
    engine, spent = engine_for(url), [0.0]

    def before(connection, cursor, statement, parameters, context, many) -> None:  # type: ignore[no-untyped-def]
        context.bench_began = time.perf_counter()

    def after(connection, cursor, statement, parameters, context, many) -> None:  # type: ignore[no-untyped-def]
        spent[0] += (time.perf_counter() - context.bench_began) * 1000

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
