"""What the schedule calls: which hosts are due, and reading one of them. Opens settings, store and clock itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from catalogue.loader import load
from catalogue.settings import Settings, settings
from catalogue.source import Source
from crawlers.folder import read_folder, waiting_files
from crawlers.run import RunReport, crawl
from store import crawl_runs, hosts
from store.model import SourceState
from store.session import read_now, transaction


def due_hosts() -> list[str]:
    """Hosts with at least one enabled source whose time has come, and watched folders with new files, sorted."""
    on_disk = datetime.now(UTC)
    with transaction(settings().database_url) as session:
        now = read_now(session)
        due, states = due_now(session, now), crawl_runs.source_states(session)
    due += waiting_folders(enabled(), states, on_disk)
    return sorted({source.host for source in due})


def crawl_host(host: str) -> dict[str, Any]:
    """Read the due sources of one host; a summary for the log. Safe to run twice: nothing due, nothing done.

    While another task reads the host, nothing is done either: the lock lives as long as the task's connection.
    """
    reports: list[RunReport] = []
    on_disk = datetime.now(UTC)
    with hosts.reading(settings().database_url, host) as is_ours:
        if is_ours:
            with transaction(settings().database_url) as session:
                now, states = read_now(session), crawl_runs.source_states(session)
                chosen = [source for source in due_now(session, now) if source.host == host]
            folders = [one for one in waiting_folders(enabled(), states, on_disk) if one.host == host]
            if folders:
                counts = read_folder(folders[0], settings().data_dir, now, on_disk, settings().database_url)
                return {"host": host, "sources": 1, "new": counts["new"], "failed": []}
            if chosen:
                reports = crawl(chosen, now, settings().database_url, contact=contact(settings()))
    return {
        "host": host,
        "sources": len(reports),
        "new": sum(report.counts["new"] for report in reports),
        "failed": [report.source for report in reports if report.judgement.status == "failed"],
    }


def due_now(session: Session, now: datetime) -> list[Source]:
    """Due sources whose host neither asked for a pause nor was asked often enough today."""
    held, asked = hosts.held(session, now), hosts.asked_today(session, now)
    return [
        source
        for source in due_sources(enabled(), crawl_runs.source_states(session), now)
        if source.host not in held and asked.get(source.host, 0) < source.daily_requests
    ]


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
    """How a site's owner reaches us: HUIYING_CONTACT, else the office's mail sender, else its public address."""
    if chosen.contact:
        return chosen.contact
    return chosen.smtp.sender if chosen.smtp else chosen.public_url
