"""The rankings that are read, judged look by look: titles likely to come to the top three are kept as flags.

A ranking's last days are followed anew each time, so nothing but the flags is kept and a killed run costs nothing.
Only looks that were never judged may flag: nothing is said in hindsight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analysis.board_alarm import BudgetedLine, Flag, Scorer, judge
from analysis.boards import BoardLook, Line, follow
from catalogue.loader import Catalogue
from store.model import BoardFlag, BoardWatch
from store.queries_boards import Sighted, sightings, unjudged

FOLLOWED = timedelta(days=4)  # enough for the line (3 days and 6 hours) and for what is new (1 day)
ONE_LOOK = timedelta(seconds=60)  # lines of one page carry the same moment, or moments so near


def judge_boards(session: Session, catalogue: Catalogue, scorer: Scorer, now: datetime) -> int:
    """Flag the titles of looks not judged yet, on all rankings that give heat; how many were flagged."""
    boards = [one.name for one in catalogue.sources.values() if one.channel == "hotlist"]
    return sum(
        judge_board(session, source, scorer, newest)
        for source, newest in sorted(unjudged(session, boards, now).items())
    )


def judge_board(session: Session, source: str, scorer: Scorer, until: datetime) -> int:
    """Judge one ranking up to its look at `until`."""
    watch = session.get(BoardWatch, source, with_for_update=True)
    judged_until = watch.judged_until if watch else until - timedelta(hours=1)
    seen = sightings(session, source, until - FOLLOWED, until)
    documents = {one.title: one.document for one in seen}
    reached, flags = followed(looks_of(seen), scorer)
    rows = [
        row_of(source, documents[flag.candidate.key[0]], flag)
        for flag in flags
        if flag.candidate.at > judged_until.timestamp()
    ]
    if rows:
        session.execute(insert(BoardFlag).values(rows).on_conflict_do_nothing())
    for title, at in reached.items():
        session.execute(
            text(
                "update board_flag set reached_at = :at where document_id = :id and reached_at is null"
                " and flagged_at <= :at"
            ),
            {"id": documents[title], "at": moment(at)},
        )
    session.execute(
        insert(BoardWatch)
        .values(source=source, judged_until=until)
        .on_conflict_do_update(index_elements=["source"], set_={"judged_until": until})
    )
    return len(rows)


def followed(looks: Iterable[BoardLook], scorer: Scorer) -> tuple[dict[str, float], list[Flag]]:
    """When titles came to the top three, and all flags of a series of looks."""
    steps = list(follow(looks))
    scores = scorer.scores([one for step in steps for one in step.candidates])
    line, at = BudgetedLine(scorer.start), 0
    reached: dict[str, float] = {}
    flags: list[Flag] = []
    for step in steps:
        flags += judge(step, scores[at : at + len(step.candidates)], line)
        at += len(step.candidates)
        reached |= {title: step.at for title, _ in step.reached}
    return reached, flags


def looks_of(seen: Sequence[Sighted]) -> Iterator[BoardLook]:
    """Sightings in order of time as looks of whole boards, minutes apart."""
    lines: list[Line] = []
    last: datetime | None = None
    for one in seen:
        if last is not None and one.seen_at - last > ONE_LOOK:
            yield BoardLook(last.timestamp(), lines, is_frequent=True)
            lines = []
        lines.append(Line(one.title, one.heat, one.rank))
        last = one.seen_at
    if last is not None:
        yield BoardLook(last.timestamp(), lines, is_frequent=True)


def row_of(source: str, document: int, flag: Flag) -> dict[str, object]:
    one = flag.candidate
    return {
        "document_id": document, "source": source, "first_seen_at": moment(one.key[1]), "flagged_at": moment(one.at),
        "entry_rank": one.entry_rank, "rank": one.rank, "times_median": round(one.to_median, 3),
        "score": round(flag.score, 4), "line": round(flag.line, 4),
    }  # fmt: skip


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
