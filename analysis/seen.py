"""How much of the usual volume was seen in a window, and which sources are missing: the one sentence of page, mail and paper.

A source is missing when every one of its runs in the window failed, or when it brought clearly less than in the same hours
of earlier weeks: less than half of the usual, and less than chance explains. The others, many too small to be judged
alone, are judged together. Without that second condition a healthy town of small sources would look half blind:
the share would count every chance dip and no chance peak.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analysis.daykinds import is_free_day
from catalogue.loader import Catalogue
from store.source_volume import Volume, volumes

BEIJING = ZoneInfo("Asia/Shanghai")
LITTLE = 0.9  # below this share people are told
SHORT_SHARE, SHORT_TOGETHER = 0.5, 0.7
CHANCE = 3.0  # standard deviations of the difference of square roots of counts
RECENT = (6, 24)  # hours that are looked at for "now"; the worse is told
SHOWN = 3
ALIKE = 3  # of the four weeks the usual is the median of
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Seen:
    """share: of the usual volume of [begins, ends), 0 to 1, None where nothing is known of the usual; missing: names of
    sources, the largest gap first; is_comparable: whether these days are free or worked as those of the weeks before; if
    not, only sources whose every run failed are missing."""

    begins: dt.datetime
    ends: dt.datetime
    share: float | None
    missing: tuple[str, ...]
    is_comparable: bool = True

    @property
    def is_little(self) -> bool:
        return self.share is not None and self.share < LITTLE


def seen_between(session: Session, catalogue: Catalogue, begins: dt.datetime, ends: dt.datetime) -> Seen:
    """What was seen in [begins, ends), at most a week, by the sources that are switched on."""
    names = {source.name for source in catalogue.enabled_sources()}
    found = [one for name, one in volumes(session, begins, ends).items() if name in names]
    return judged(found, begins, ends)


def seen_now(session: Session, catalogue: Catalogue, now: dt.datetime) -> Seen:
    """The worse of the last 6 and the last 24 whole hours."""
    ends = now.replace(minute=0, second=0, microsecond=0)
    windows = [seen_between(session, catalogue, ends - dt.timedelta(hours=hours), ends) for hours in RECENT]
    return min(windows, key=lambda one: 1.0 if one.share is None else one.share)


def judged(found: Collection[Volume], begins: dt.datetime, ends: dt.datetime) -> Seen:
    """The share and the missing, from the volumes of a window."""
    known = [one for one in found if one.usual]
    usual = sum(one.usual or 0 for one in known)
    if not usual:
        return Seen(begins, ends, None, ())
    is_comparable = is_like_the_weeks_before(begins, ends)
    short = missing(known, is_comparable)
    share = 1 - sum(gap(one) for one in short) / usual
    names = tuple(one.source for one in sorted(short, key=lambda one: (-gap(one), one.source)))
    return Seen(begins, ends, share, names, is_comparable)


def missing(known: Sequence[Volume], is_comparable: bool) -> list[Volume]:
    """The sources whose gap counts. is_comparable: whether a low volume says anything on these days."""
    down = [one for one in known if one.is_down and gap(one) > 0]
    if not is_comparable:
        return down
    up = [one for one in known if one not in down]
    alone = [one for one in up if is_short(one.seen, one.usual or 0, one.weeks)]
    rest = [one for one in up if one not in alone]
    weeks = min((one.weeks for one in rest), default=0)
    if is_short(sum(one.seen for one in rest), sum(one.usual or 0 for one in rest), weeks, SHORT_TOGETHER):
        alone += [one for one in rest if gap(one) > 0]
    return down + alone


def gap(volume: Volume) -> float:
    return max(0.0, (volume.usual or 0) - volume.seen)


def is_short(seen: int, usual: float, weeks: int, share: float = SHORT_SHARE) -> bool:
    """Whether a count is clearly under the usual one: by share, and by Anscombe's transform of counts beyond chance."""
    if not weeks or seen >= share * usual:
        return False
    apart = 2 * (math.sqrt(usual + 3 / 8) - math.sqrt(seen + 3 / 8))
    return apart > CHANCE * math.sqrt(1 + 1 / weeks)


def is_like_the_weeks_before(begins: dt.datetime, ends: dt.datetime) -> bool:
    """Whether every day of the window is free or worked as in at least three of the four weeks before: a holiday is quiet
    for its own reason, and one holiday among the four does not move their median."""
    first, last = (at.astimezone(BEIJING).date() for at in (begins, ends - dt.timedelta(seconds=1)))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return all(
        sum(is_free_day(day) == is_free_day(day - WEEK * back) for back in range(1, 5)) >= ALIKE
        for day in days
    )


def little_words(seen: Seen, catalogue: Catalogue, now: dt.datetime | None) -> str:
    """The one sentence where too little was seen, empty otherwise. now None: with the date, for what is read later."""
    if not seen.is_little:
        return ""
    return (
        f"{since_words(seen.begins, now)}以来只看到平时同一时段的 {share_words(seen)}，缺：{missing_words(seen, catalogue)}；"
        "平静可能只是没看到。"
    )


def share_words(seen: Seen) -> str:
    """Rounded down, so that a share that is told as little never reads 90%."""
    return f"{math.floor((seen.share or 0) * 100 + 1e-9)}%"


def missing_words(seen: Seen, catalogue: Catalogue) -> str:
    names = list(dict.fromkeys(publisher(catalogue, name) for name in seen.missing))
    more = f" 等 {len(names)} 个来源" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more


def publisher(catalogue: Catalogue, name: str) -> str:
    found = catalogue.sources.get(name)
    return " ".join((found.publisher if found else name).split())[:30]


def since_words(begins: dt.datetime, now: dt.datetime | None) -> str:
    """今日 6 时, 昨日 14 时, 11 月 20 日 6 时: Beijing time."""
    local = begins.astimezone(BEIJING)
    day = f"{local.month} 月 {local.day} 日"
    if now is not None:
        day = {0: "今日", 1: "昨日"}.get((now.astimezone(BEIJING).date() - local.date()).days, day)
    return f"{day} {local.hour} 时"
