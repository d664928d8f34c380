"""The job behind the DAG `analyse_documents`: read everything unread, batch by batch, then judge the rankings."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from analysis.board_watch import judge_boards
from analysis.run import BatchResult, read_batch
from analysis.scorer import Scorer
from catalogue import loader
from catalogue.loader import Catalogue
from catalogue.settings import settings
from store import catalogue_versions
from store.session import read_now, transaction

BATCH = 400
BUDGET_SECONDS = 900.0
DEADLOCK, ATTEMPTS = "40P01", 3


def analyse_documents() -> dict[str, Any]:
    """Read all unread documents (at most a quarter of an hour), then flag titles of rankings; counts for the log.

    Safe to run again at any point.
    """
    from analysis.board_model import default_model
    from analysis.linear import default_scorer

    site = settings()
    catalogue = loader.load(site.site_dir)
    counts = analyse_all(site.database_url, catalogue, default_scorer(), BUDGET_SECONDS)
    with transaction(site.database_url) as session:
        counts["flagged"] = judge_boards(session, catalogue, default_model(), read_now(session))
    return counts


def analyse_all(
    url: str, catalogue: Catalogue, scorer: Scorer, budget_seconds: float = BUDGET_SECONDS, batch: int = BATCH
) -> dict[str, Any]:
    """As analyse_documents, with everything passed in. is_finished: nothing unread was left."""
    began = time.monotonic()
    read = folded = batches = 0
    with transaction(url) as session:
        catalogue_versions.keep(session, catalogue, read_now(session))
    is_finished = False
    while not is_finished and time.monotonic() - began < budget_seconds:
        result = in_transaction(url, lambda s: read_batch(s, catalogue, scorer, read_now(s), batch))
        read, folded = read + result.read, folded + result.folded
        batches += result.read > 0
        is_finished = result.read == 0
    return {
        "read": read,
        "folded": folded,
        "batches": batches,
        "seconds": round(time.monotonic() - began, 2),
        "is_finished": is_finished,
        "catalogue_version": catalogue.version,
    }


def in_transaction(url: str, work: Callable[[Session], BatchResult]) -> BatchResult:
    """The work in one transaction; begun again when the database chose it to end a deadlock."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction(url) as session:
                return work(session)
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != DEADLOCK or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")
