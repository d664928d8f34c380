"""What commands that act in somebody's name share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from alerts.acts import Actor, actor_of
from alerts.clock import SHANGHAI
from catalogue import loader
from catalogue.loader import Catalogue
from catalogue.settings import settings
from huiying.errors import UsageError
from store.session import read_now, transaction


def operate(login: str, work: Callable[[Session, Catalogue, Actor, dt.datetime], Any]) -> Any:
    """Do the work in one transaction as the account of that login name."""
    catalogue = loader.load(settings().site_dir)
    with transaction(settings().database_url) as session:
        return work(session, catalogue, actor_of(session, login), read_now(session))


def moment(text: str) -> dt.datetime:
    """An ISO 8601 instant; without a zone it is Beijing time."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"时刻应形如 2026-11-21T15:00 或 2026-11-21T15:00:00+08:00，收到的是“{text}”。"
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)
