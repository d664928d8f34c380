"""What the schedule calls: which hosts are due, and reading one of them. Opens settings, store and clock itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from catalogue.loader import load
from catalogue.settings import Settings, settings
from catalogue.source import Source
from crawlers.folder import read_folder, waiting_files
from crawlers.run import crawl
from store import crawl_runs
from store.model import SourceState
from store.session import read_now, transaction


def due_hosts() -> list[str]:
    """Hosts with at least one enabled source whose time has come, and watched folders with new files, sorted."""
    sources, on_disk = enabled(), datetime.now(UTC)
    with transaction(settings().database_url) as session:
        states, now = crawl_runs.source_states(session), read_now(session)
    due = due_sources(sources, states, now) + waiting_folders(sources, states, on_disk)
    return sorted({source.host for source in due})


def crawl_host(host: str) -> dict[str, Any]:
    """Read the due sources of one host; a summary for the log. Safe to run twice: nothing due, nothing done."""
    sources, on_disk = enabled(), datetime.now(UTC)
    with transaction(settings().database_url) as session:
        now, states = read_now(session), crawl_runs.source_states(session)
    due = due_sources(sources, states, now)
    folder = next((one for one in waiting_folders(sources, states, on_disk) if one.host == host), None)
    if folder:
        counts = read_folder(folder, settings().data_dir, now, on_disk, settings().database_url)
        return {"host": host, "sources": 1, "new": counts["new"], "failed": []}
    chosen = [source for source in due if source.host == host]
    reports = crawl(chosen, now, settings().database_url, contact=contact(settings())) if chosen else []
    return {
        "host": host,
        "sources": len(reports),
        "new": sum(report.counts["new"] for report in reports),
        "failed": [report.source for report in reports if report.judgement.status == "failed"],
    }


def enabled() -> list[Source]:
    return load(settings().site_dir).enabled_sources()


def due_sources(sources: Sequence[Source], states: Mapping[str, SourceState], now: datetime) -> list[Source]:
    """Enabled sources never read, or whose next time has come; those a person switched off stay off."""
    due = []
    for source in sources:
        state = states.get(source.name)
        is_off = state is not None and state.disabled_by is not None
        is_waiting = state is not None and state.next_due_at is not None and state.next_due_at > now
        if source.status == "enabled" and not is_off and not is_waiting and source.url:
            due.append(source)
    return due


def waiting_folders(
    sources: Sequence[Source], states: Mapping[str, SourceState], on_disk: datetime
) -> list[Source]:
    """Enabled sources that watch a folder in which something new lies; on_disk: the machine's own time."""
    folders = [source for source in sources if source.watches_folder and source.status == "enabled"]
    chosen = []
    for source in folders:
        state = states.get(source.name)
        memo = (state.memo or {}) if state else {}
        is_off = state is not None and state.disabled_by is not None
        if not is_off and waiting_files(source, settings().data_dir, memo, on_disk):
            chosen.append(source)
    return chosen


def contact(chosen: Settings) -> str:
    """How a site's owner reaches us: the office's mail sender, else its public address."""
    return chosen.smtp.sender if chosen.smtp else chosen.public_url
