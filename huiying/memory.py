"""A past run in memory: the same reading, folding, grouping and level rules as the live pipeline, without a database.

For years of texts, where a database would take hours. Nobody acts in it: no clocks, no mails, no decisions, and an
incident keeps the titles and levels the program gives it. `tests/huiying/test_backtest.py` holds it to the same
proposals as the replay on PostgreSQL.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from alerts.incidents import take_levels
from analysis.bursts import Usual
from analysis.claims import Claimed, first_seen
from analysis.detect import proposals_of
from analysis.duplicates import Folder
from analysis.proposal import Proposal
from analysis.readings import Placed, place
from analysis.scorer import Reading, Scorer, Text
from analysis.slow import LOADED, PEOPLES_CHANNELS, is_due
from analysis.window import (
    BODY_READ,
    DAY,
    HISTORY,
    MEMBERS,
    OPEN,
    REMEMBERED,
    SLOW_RULE,
    WINDOW,
    Known,
    Looked,
    Seen,
    SeriesCounts,
    Shares,
)
from catalogue.loader import Catalogue
from huiying.past import PastItem
from huiying.replay import Level, ReplayedIncident, ReplayReport, end_of_step, incoming
from store.incoming import Prepared, Refusal, prepare

SCORED_AT_ONCE = 2000


@dataclass
class Remembered:
    """An incident while the past runs; the fields take_levels needs carry the table's names."""

    id: str
    title: str
    proposed_at: datetime
    last_document_at: datetime
    proposed_grade: str
    proposed_emergency: bool
    proposed_event_level: str | None
    reasons: list[dict]
    categories: tuple[str, ...]
    region: str | None
    came_back_from: str | None
    documents: list[int] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    state: str = "proposed"

    @property
    def level(self) -> tuple[str, bool, str | None]:
        return self.proposed_grade, self.proposed_emergency, self.proposed_event_level

    def note_level(self, now: datetime) -> None:
        if not self.levels or self.level != (
            self.levels[-1].grade,
            self.levels[-1].is_emergency,
            self.levels[-1].event_level,
        ):
            self.levels.append(Level(now, *self.level))


class MemoryTown:
    """Documents, counts and incidents of one past."""

    def __init__(self, catalogue: Catalogue, scorer: Scorer) -> None:
        self.catalogue, self.scorer = catalogue, scorer
        self.folder = Folder()
        self.known: set[tuple[str, str]] = set()
        self.documents: dict[int, Seen] = {}
        self.items: dict[int, PastItem] = {}
        self.asked: dict[int, tuple[str, ...]] = {}
        self.window: list[int] = []
        self.spoken: list[int] = []  # what people wrote about public affairs
        self.last_look: datetime | None = None
        self.counts: dict[str, Counter[datetime]] = defaultdict(Counter)
        self.negative: dict[str, Counter[datetime]] = defaultdict(Counter)
        self.by_series: dict[tuple[str, str, str | None], Counter[datetime]] = defaultdict(Counter)
        self.town: tuple[datetime, Mapping[datetime, int]] | None = None
        self.incidents: dict[str, Remembered] = {}
        self.folded = 0

    def run(self, items: Sequence[PastItem], step: timedelta, say: Callable[[str], None]) -> int:
        """Feed the items (sorted by time) in steps; the number of steps."""
        steps = 0
        readings = self.readings(items)
        for now, group in groupby(items, key=lambda item: end_of_step(item.at, step)):
            self.step([(item, *next(readings)) for item in group], now)
            steps += 1
            if steps % 500 == 0:
                say(f"已到 {now:%Y-%m-%d %H:%M}（UTC），第 {steps} 步")
        return steps

    def readings(self, items: Sequence[PastItem]) -> Iterator[tuple[Prepared | None, Reading | None]]:
        """Of every item what is stored and what the scorer says, read many at once."""
        for start in range(0, len(items), SCORED_AT_ONCE):
            ready = [
                prepare(incoming(item, item.at), False) for item in items[start : start + SCORED_AT_ONCE]
            ]
            texts = [Text(one.body, one.title) for one in ready if not isinstance(one, Refusal)]
            scored = iter(self.scorer.score(texts))
            for one in ready:
                yield (None, None) if isinstance(one, Refusal) else (one, next(scored))

    def step(self, items: Iterable[tuple[PastItem, Prepared | None, Reading | None]], now: datetime) -> None:
        for item, ready, reading in items:
            if ready is None or reading is None or ready.key in self.known:
                continue
            self.known.add(ready.key)
            self.keep(item, ready, reading, now)
        looked = self.look(now)
        if any(one.is_new for one in looked.documents.values()):
            for proposal in proposals_of(looked, self, self.catalogue, now):
                self.take(proposal, now)
            for one in looked.documents.values():
                one.is_new = False
            self.last_look = now

    def keep(self, item: PastItem, ready: Prepared, reading: Reading, now: datetime) -> None:
        """Store one document, fold it or count it."""
        number = len(self.items) + 1
        self.items[number] = item
        where = ready.place
        at = first_seen(where.published_at, where.precision, now)
        head = self.folder.add(number, ready.title, ready.body, ready.fingerprint, at)
        if head is not None:
            self.folded += 1
            self.documents[head].copies += 1
            if (item.source, item.channel) not in self.documents[head].copied_by:
                self.documents[head].copied_by.append((item.source, item.channel))
            return
        claimed = Claimed(
            number, item.source, item.channel, ready.fingerprint, where.published_at, where.precision, now,
            where.counted_at, where.counted_on, None, 0, ready.title, ready.body,
        )  # fmt: skip
        placed = place(claimed, reading, self.catalogue)
        self.documents[number] = seen(claimed, placed, ready.visibility, at)
        self.asked[number] = placed.questions
        self.window.append(number)
        is_public_matter = item.channel != "social" or placed.categories or placed.service_friction
        if item.channel in PEOPLES_CHANNELS and is_public_matter:
            self.spoken.append(number)
        if where.counted_at is not None:
            hour = where.counted_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            for category in ("*", *dict.fromkeys(placed.categories)):
                self.by_series[item.channel, category, placed.region][hour] += 1
                self.counts[category][hour] += 1
                self.negative[category][hour] += placed.sentiment == "negative"

    def look(self, now: datetime) -> Looked:
        """As analysis.window.look: the last 72 hours, new texts of any age, members of incidents of 30 days."""
        since = now - REMEMBERED
        incidents = {
            one.id: Known(
                one.id,
                one.state,
                one.title,
                one.proposed_grade,
                one.last_document_at,
                None,
                any(reason["rule"] == SLOW_RULE for reason in one.reasons),
            )
            for one in self.incidents.values()
            if one.state in OPEN or one.last_document_at >= since
        }
        self.window = [
            number
            for number in self.window
            if self.documents[number].is_new or self.documents[number].at >= now - WINDOW
        ]
        members = (number for id_ in incidents for number in self.incidents[id_].documents[-MEMBERS:])
        chosen = [self.documents[number] for number in dict.fromkeys([*self.window, *members])]
        chosen.sort(key=lambda one: (one.at, one.id))
        return Looked({one.id: one for one in chosen}, incidents, {}, {}, self.past(now))

    def past(self, now: datetime) -> dict[int, Seen]:
        """As analysis.slow_window.load_past."""
        if not is_due(self.last_look, now):
            return {}
        self.spoken = [number for number in self.spoken if self.documents[number].at >= now - LOADED]
        free = (self.documents[number] for number in self.spoken)
        return {one.id: one for one in free if one.incident is None}

    def take(self, proposal: Proposal, now: datetime) -> None:
        """As alerts.incidents: open the incident, or let documents join it and its levels rise."""
        incident = self.incidents.get(proposal.incident_id or "")
        if incident is None:
            incident = Remembered(
                id=f"M{len(self.incidents) + 1:05d}", title=proposal.title, proposed_at=now,
                last_document_at=proposal.last_document_at, proposed_grade=proposal.grade,
                proposed_emergency=proposal.is_emergency, proposed_event_level=proposal.event_level,
                reasons=[reason.as_json() for reason in proposal.reasons], categories=proposal.categories,
                region=proposal.region, came_back_from=proposal.came_back_from,
            )  # fmt: skip
            self.incidents[incident.id] = incident
        else:
            incident.title = proposal.title
            take_levels(incident, proposal)  # type: ignore[arg-type]
            incident.last_document_at = max(incident.last_document_at, proposal.last_document_at)
        incident.note_level(now)
        for number in proposal.new_document_ids:
            self.documents[number].incident = incident.id
            incident.documents.append(number)

    def usual(self, categories: Iterable[str], now: datetime) -> Usual:
        if self.town is None or self.town[0] != now:
            self.town = now, self.by_hour(["*"], now)
        names = list(categories)
        return Usual(self.by_hour(names, now) if names else self.town[1], self.town[1])

    def negatives(self, categories: Iterable[str], now: datetime) -> Shares:
        names = list(categories) or ["*"]
        late, early = Counter[str](), Counter[str]()
        for name in names:
            for hour, number in self.counts[name].items():
                if now - HISTORY <= hour <= now:
                    part = late if hour >= now - DAY else early
                    part.update({"all": number, "negative": self.negative[name][hour]})
        return late["negative"], late["all"], early["negative"], early["all"]

    def series(self, now: datetime) -> SeriesCounts:
        found = {}
        for key, hours in self.by_series.items():
            recent = {hour: number for hour, number in hours.items() if now - HISTORY <= hour <= now}
            if recent:
                found[key] = recent
        return found

    def by_hour(self, names: Iterable[str], now: datetime) -> Mapping[datetime, int]:
        since = now - HISTORY
        usual: Counter[datetime] = Counter()
        for name in names:
            usual.update({hour: n for hour, n in self.counts[name].items() if since <= hour <= now})
        first = min((hour for hour in self.counts["*"] if hour >= since), default=None)
        if first is not None:
            usual.setdefault(first, 0)
        return usual

    def questions(self, documents: Iterable[int]) -> list[tuple[int, str]]:
        return [(number, asked) for number in sorted(documents) for asked in self.asked[number]]

    def asked_before(self, incident: str) -> list[str]:
        return []  # nothing is kept in memory: each look groups anew


def seen(one: Claimed, placed: Placed, visibility: str, at: datetime) -> Seen:
    return Seen(
        id=one.id, source=one.source, channel=one.channel, visibility=visibility, at=at, published_at=one.published_at,
        fetched_at=one.fetched_at, counted_at=one.counted_at, copies=0, title=one.title, body=one.body[:BODY_READ],
        sentiment=placed.sentiment, categories=placed.categories, region=placed.region,
        service_friction=placed.service_friction, sudden_incident=placed.sudden_incident, incident=None, is_new=True,
    )  # fmt: skip


def replay_in_memory(
    catalogue: Catalogue,
    scorer: Scorer,
    items: Sequence[PastItem],
    step: timedelta,
    say: Callable[[str], None] = lambda sentence: None,
) -> ReplayReport:
    """As huiying.replay.replay, without clocks and notifications."""
    town = MemoryTown(catalogue, scorer)
    steps = town.run(items, step, say)
    return ReplayReport(
        begins=items[0].at, ends=items[-1].at, items=len(items), documents=len(town.items), folded=town.folded,
        steps=steps, notifications=0, seconds=0.0, incidents=[described(town, one) for one in town.incidents.values()],
    )  # fmt: skip


def described(town: MemoryTown, one: Remembered) -> ReplayedIncident:
    published = [town.documents[number].published_at for number in one.documents]
    return ReplayedIncident(
        id=one.id, title=one.title, proposed_at=one.proposed_at,
        first_document_at=min((moment for moment in published if moment), default=None), grade=one.proposed_grade,
        is_emergency=one.proposed_emergency, event_level=one.proposed_event_level, categories=list(one.categories),
        region=one.region, documents=len(one.documents), notifications=0, clocks=[],
        reasons=[reason["text"] for reason in one.reasons], levels=one.levels,
        items=[(town.items[number].source, town.items[number].id) for number in one.documents],
        came_back_from=one.came_back_from,
    )  # fmt: skip
