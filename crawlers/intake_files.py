"""Importing the items of a file: the same intake and the same kind of run as a crawl, without the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from catalogue.source import Source
from crawlers.article import Article
from crawlers.health import RunFacts
from crawlers.ledger import Ledger

BATCH = 500


def import_articles(
    source: Source,
    articles: Sequence[Article],
    problems: Sequence[str],
    now: datetime,
    database: str,
    memo: Mapping[str, Any] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """Store the items as one run; returns its counts (refused includes bad rows) and all problems in words.

    memo: what the source remembers from now on; None leaves it as it was.
    """
    ledger = Ledger(database)
    job = ledger.job(source, now)
    for start in range(0, len(articles), BATCH):
        ledger.take(source, articles[start : start + BATCH], now)
    newest = max((a.published_at for a in articles if a.published_at), default=None)
    facts = RunFacts(
        listed=len(articles) + len(problems), articles=len(articles), errors=len(problems), newest_at=newest,
        is_incremental=True, problems=tuple(problems),
    )  # fmt: skip
    _, counts, _ = ledger.close(
        source, facts, {"errors": len(problems), "memo": job.memo if memo is None else memo}, now
    )
    refused = (
        [f"{refusal.reason}，未导入。" for refusal in ledger.taken[source.name].refusals] if articles else []
    )
    return counts | {"refused": counts["refused"] + len(problems)}, [*problems, *refused]
