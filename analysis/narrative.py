"""An incident told in five sentences, each of facts that were counted or words that stand in its texts, each naming them.

Nothing is concluded: a sentence holds a time, a count, a kind of place, or a title as it was published. Texts that are
not public are counted and never quoted. Times are Beijing's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.story import CLIMAX, Course
from analysis.wording import headline

BEIJING = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
RECENT = 6 * HOUR


@dataclass(frozen=True)
class Behind:
    """The texts a sentence rests on: a list of the incident's first publications, exactly `count` long.

    among: these ids; otherwise those of [begins, ends), of one question, or all.
    """

    count: int
    begins: datetime | None = None
    ends: datetime | None = None
    question: int | None = None
    among: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sentence:
    words: str
    behind: Behind


@dataclass(frozen=True)
class Place:
    """The first text of one kind of place. quote: its title, "" where it may not or cannot be quoted."""

    document: int
    channel: str
    at: datetime
    quote: str


@dataclass(frozen=True)
class Told:
    """What the sentences are made of.

    peak_quote: a public text of the loudest hour, the most reprinted, and how often; recent: texts and negative ones
    since recent_since (a whole hour); asked: id, text and number of texts of the question asked most; releases: when
    and what was published.
    """

    course: Course
    places: tuple[Place, ...]
    texts: int
    copies: int
    peak_quote: str
    peak_copies: int
    asked: tuple[int, str, int] | None
    questions: int
    unanswered: int
    releases: tuple[tuple[datetime, str], ...]
    recent: tuple[int, int]
    recent_since: datetime
    recent_until: datetime
    closed_at: datetime | None = None


def five_sentences(told: Told) -> tuple[Sentence, ...]:
    """First publication, spread, peak, what is asked, where it stands. Fewer where there is nothing to tell."""
    if not told.places:
        return ()
    found = [first(told), spread(told), peak(told), asked(told), standing(told)]
    return tuple(one for one in found if one is not None)


def first(told: Told) -> Sentence:
    place = told.places[0]
    words = f"出现“{place.quote}”" if place.quote else "出现相关内容（内部件或原文已清理，不引用）"
    return Sentence(f"{moment(place.at)}，{place.channel}最先{words}。", Behind(1, among=(place.document,)))


def spread(told: Told) -> Sentence:
    reprints = f"，另有转载 {told.copies} 条" if told.copies else "，没有发现转载"
    so_far = f"至今首发 {told.texts} 条{reprints}"
    if len(told.places) == 1:
        return Sentence(f"只见于{told.places[0].channel}；{so_far}。", Behind(told.texts))
    names = "、".join(place.channel for place in told.places[1:])
    last = told.places[-1].at - told.places[0].at
    return Sentence(
        f"此后 {span(last)}内又见于{names}；{so_far}。",
        Behind(len(told.places), among=tuple(place.document for place in told.places)),
    )


def peak(told: Told) -> Sentence | None:
    hour = told.course.peak
    if hour is None or not hour.total:
        return None
    words = f"{day_hour(hour.hour)}最多，一小时 {hour.total} 条，其中负面 {hour.negative} 条"
    if told.peak_quote:
        named = f"转载最多的一条（{told.peak_copies} 次）是" if told.peak_copies else "例如"
        words += f"，{named}“{told.peak_quote}”"
    return Sentence(f"{words}。", Behind(hour.total, hour.hour, hour.hour + HOUR))


def asked(told: Told) -> Sentence:
    if told.asked is None:
        return Sentence("还没有归并出公众的问题。", Behind(told.texts))
    number, text, times = told.asked
    left = f"还有 {told.unanswered} 个没有答复" if told.unanswered else "都已答复"
    return Sentence(
        f"问得最多的是“{text}”，{times} 条提到；归并出的 {told.questions} 个问题{left}。",
        Behind(times, question=number),
    )


def standing(told: Told) -> Sentence:
    total, negative = told.recent
    phase = told.course.phase
    words = f"目前处于{phase.name}阶段" if phase is not None else "条数还少，不分阶段"
    if phase is not None and phase.name == CLIMAX:
        words += "（高点可能还没有到）"
    words += f"；近 6 个整点小时 {total} 条，其中负面 {negative} 条"
    if told.closed_at is not None:
        words = f"{moment(told.closed_at)} 办结；办结前 6 个整点小时 {total} 条，其中负面 {negative} 条"
    words += f"；{published(told.releases)}。"
    behind = Behind(total, told.recent_since, told.recent_until) if total else Behind(told.texts)
    return Sentence(words, behind)


def published(releases: Sequence[tuple[datetime, str]]) -> str:
    if not releases:
        return "还没有登记任何回应"
    at, what = releases[-1]
    earlier = f"，此前还有 {len(releases) - 1} 次" if len(releases) > 1 else ""
    return f"最近一次回应是 {moment(at)} 的{what}{earlier}"


def quote_of(title: str | None, is_public: bool) -> str:
    """A title as it may stand between quotation marks: on one line, without markup, cut to 40 characters."""
    words = headline(title) if title and is_public else ""
    return words.replace("“", "「").replace("”", "」")


def moment(at: datetime) -> str:
    there = at.astimezone(BEIJING)
    return f"{there.month} 月 {there.day} 日 {there:%H:%M}"


def day_hour(at: datetime) -> str:
    there = at.astimezone(BEIJING)
    return f"{there.month} 月 {there.day} 日 {there.hour} 时"


def span(length: timedelta) -> str:
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
    return f"{hours // 24} 天"
