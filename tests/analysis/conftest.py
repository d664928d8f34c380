"""A small town for the analysis: its gazetteer and sources, and documents put in by the real intake."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from analysis.jobs import analyse_all
from catalogue.loader import load
from store.incoming import IncomingItem
from store.intake import take
from store.session import transaction

START = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)  # Friday 08:00 in Beijing
REGIONS = """
[[region]]
id = "yunxi"
name = "云溪区"
level = "district"
office = true
[[region]]
id = "chengdong"
name = "城东街道"
level = "township"
parent = "yunxi"
[[region]]
id = "liuhe"
name = "柳河镇"
level = "township"
parent = "yunxi"
"""


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """The catalogue: shipped files, one district with two townships, one source a channel."""
    site = tmp_path_factory.mktemp("site")
    (site / "regions").mkdir()
    (site / "regions" / "yunxi.toml").write_text(REGIONS, encoding="utf-8")
    return load(site)


@pytest.fixture
def empty(database):
    """The module's database without documents and incidents; its URLs."""
    with transaction(database.owner) as session:
        names = session.execute(
            text(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
                " and not relispartition and relname not in ('alembic_version', 'audit')"
            )
        ).scalars()
        session.execute(text(f"truncate {', '.join(names)} cascade"))
    return database


class Desk:
    """What a test does with the pipeline: bring texts in, have them read, look at tables."""

    def __init__(self, url, catalogue, scorer):
        self.url, self.catalogue, self.scorer = url, catalogue, scorer
        self.numbers = count(1)

    def item(self, title, body="", *, minutes=0.0, channel="social", source=None, at=None, **changes):
        moment = at or START + timedelta(minutes=minutes)
        source = source or f"town_{channel}"
        url = f"http://town.example/{source}/{next(self.numbers)}"
        values = {
            "source": source, "channel": channel, "url": url, "canonical_url": url, "title": title, "text": body,
            "fetched_at": moment + timedelta(minutes=2), "published_at": moment, "published_precision": "minute",
        }  # fmt: skip
        return IncomingItem(**(values | changes))

    def bring(self, *items):
        """Store the items (their sources are known ones); ids in order."""
        with transaction(self.url) as session:
            for source in {one.source for one in items}:
                session.execute(
                    text(
                        "insert into source_state (source, first_run_at, memo) values (:s, :at, '{}')"
                        " on conflict do nothing"
                    ),
                    {"s": source, "at": START - timedelta(days=400)},
                )
            now = max(one.fetched_at for one in items)
            take(session, items, now)
            found = dict(session.execute(text("select canonical_url, id from document")).all())
        return [found[one.canonical_url] for one in items]

    def read(self, batch=400):
        return analyse_all(self.url, self.catalogue, self.scorer, batch=batch)

    def rows(self, statement, **values):
        with transaction(self.url) as session:
            return [tuple(row) for row in session.execute(text(statement), values)]

    def run(self, statement, **values):
        with transaction(self.url) as session:
            session.execute(text(statement), values)


@pytest.fixture
def desk(empty, town):
    from analysis.linear import default_scorer

    return Desk(empty.app, town, default_scorer())
