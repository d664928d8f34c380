"""What may not have been seen: the sentence that pages carry while clearly less than usual comes in."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from dash import html
from sqlalchemy import Engine

from analysis.seen import Seen, little_words, seen_now
from dashboards.context import Context
from dashboards.parts import Node, notice

# Counting five windows of every source takes 50 ms among a million texts, and its windows are whole hours: once a minute
# is enough for all open pages.
_kept: WeakKeyDictionary[Engine, tuple[tuple[int, str], Seen]] = WeakKeyDictionary()
_lock = threading.Lock()


def seen_lately(ctx: Context) -> Seen:
    """How much of the usual came in lately, at most a minute old."""
    bind, key = ctx.session.get_bind().engine, (int(ctx.now.timestamp()) // 60, ctx.catalogue.version)
    with _lock:
        kept = _kept.get(bind)
    if kept is not None and kept[0] == key:
        return kept[1]
    found = seen_now(ctx.session, ctx.catalogue, ctx.now)
    with _lock:
        _kept[bind] = (key, found)
    return found


def blind_words(ctx: Context) -> str:
    return little_words(seen_lately(ctx), ctx.catalogue, ctx.now)


def blind_notice(ctx: Context) -> list[Node]:
    """Amber, said once a page, only while little is seen; with the way to the cause."""
    words = blind_words(ctx)
    return [notice("warning", words, html.A("看来源", href="/sources?state=trouble"))] if words else []
