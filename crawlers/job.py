"""What a run is told and what it tells: plain values that cross between the store's side and the network process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from catalogue.source import Source


@dataclass(frozen=True)
class YoungPage:
    """A stored page that is looked at again: did it change, is it gone? etag and last_modified as it came then."""

    canonical_url: str
    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass
class Job:
    """One source to read now: what is known of it from earlier runs. now: aware UTC at monotonic `started`.

    allowance: how many requests its host may still get today (None: any number); young: stored pages to look at again;
    robots: the robots.txt of its host as read not long ago ("" where it has none), None where it is to be asked for.
    """

    source: Source
    now: datetime
    etag: str | None = None
    last_modified: str | None = None
    known: frozenset[str] = frozenset()
    memo: Mapping[str, Any] = field(default_factory=dict)
    allowance: int | None = None
    young: Sequence[YoungPage] = ()
    robots: str | None = None
    started: float = field(default_factory=monotonic)

    def clock(self) -> datetime:
        return self.now + timedelta(seconds=monotonic() - self.started)


@dataclass
class Outcome:
    """How one run went, as the process reports it. front_error: why the source itself could not be read.

    is_put_off: not read at all, its host wants a pause; postponed: pages left for the next run; holds: seconds a host wants
    to be left alone, asked: requests it got, robots: rules read in this run, robots_said: how it answered when asked for
    them (crawlers.robots_standing), all by netloc; memo: what this source's next run should know.
    """

    source: str
    front_error: str | None = None
    is_unchanged: bool = False
    is_incremental: bool = False
    listed: int = 0
    known: int = 0
    errors: int = 0
    requests: int = 0
    received_bytes: int = 0
    problems: list[str] = field(default_factory=list)
    retry_after: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    memo: dict[str, Any] = field(default_factory=dict)
    is_cut: bool = False
    is_put_off: bool = False
    postponed: int = 0
    holds: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    robots: dict[str, str] = field(default_factory=dict)
    robots_said: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
