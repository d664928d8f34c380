"""Watches, outside Airflow, that the one-minute clock DAG still runs.

A countdown that stops silently is the worst failure of this product.
Run by the supervisor as `python -m huiying.watchdog`. It compares the heartbeat it reads with the one it
read before, by its own monotonic clock: a database that does not answer, a jump of the wall clock and a dead
scheduler all look the same, and all are alarms. The page shows its red banner by itself, from the same row.
"""

from __future__ import annotations

import sys
import time
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from catalogue.settings import settings
from store.errors import StoreError
from store.model import Heartbeat
from store.session import transaction

LOOK_EVERY = 15.0
LIMIT = 180.0
FIRST_LIMIT = 420.0  # a first start migrates and imports before the first minute tick
REPEAT = 1800.0
RETRY = 60.0


@dataclass
class Watch:
    """Decides when to call for help; times are monotonic seconds."""

    began: float
    beat: datetime | None = None
    changed_at: float | None = None
    alarmed_at: float | None = None

    def look(self, beat: datetime | None, now: float) -> float | None:
        """Seconds of silence when an alarm is due now, else None. A new beat ends an alarm."""
        if beat is not None and beat != self.beat:
            first_look = self.beat is None and now == self.began
            self.beat, self.alarmed_at = beat, None
            if not first_look:  # what was there before we came says nothing about now
                self.changed_at = now
        silence = now - (self.began if self.changed_at is None else self.changed_at)
        if silence <= (FIRST_LIMIT if self.changed_at is None else LIMIT):
            return None
        if self.alarmed_at is not None and now - self.alarmed_at < REPEAT:
            return None
        self.alarmed_at = now
        return silence

    def alarm_failed(self, now: float) -> None:
        """Nobody was told: due again in a minute."""
        self.alarmed_at = now - REPEAT + RETRY


def last_beat(database_url: str) -> datetime | None:
    """When keep_clocks last ran (database time); None when it never did or the database does not answer."""
    try:
        with transaction(database_url) as session:
            return session.scalar(select(Heartbeat.at).where(Heartbeat.name == "keep_clocks"))
    except (StoreError, SQLAlchemyError) as error:
        print(f"读不到 keep_clocks 的心跳：{error}", file=sys.stderr, flush=True)
        return None


def call_for_help(silence: float) -> bool:
    """Whether somebody was told. raise_alarm mails without Airflow and without needing the database."""
    from alerts.watchdog import raise_alarm

    print(f"keep_clocks 已 {silence:.0f} 秒没有心跳，正在报警。", file=sys.stderr, flush=True)
    try:
        raise_alarm(timedelta(seconds=silence))
    except Exception:  # whatever it is, the watch goes on and tries again
        traceback.print_exc()
        return False
    return True


def watch_forever() -> None:
    url = settings().database_url
    watch = Watch(began=time.monotonic())
    now = watch.began
    while True:
        silence = watch.look(last_beat(url), now)
        if silence is not None and not call_for_help(silence):
            watch.alarm_failed(now)
        time.sleep(LOOK_EVERY)
        now = time.monotonic()


if __name__ == "__main__":
    watch_forever()
