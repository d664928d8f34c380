"""One happening as detection sees it, and whether it is worth a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.bursts import Burst
from analysis.proposal import Reason
from analysis.slow import PEOPLES_CHANNELS, SlowConcern
from analysis.window import Known, Seen
from catalogue.loader import Catalogue

LEAST_DOCUMENTS, LEAST_SOURCES = 5, 2
CONCERN = {"negative_share": 0.3, "sudden_share": 0.3, "friction_share": 0.5}
LOCAL_SHARE = 0.15


@dataclass
class Matter:
    """Documents of one happening. known: the incident they belong to; came_back_from: the ended one they revive;
    slow: what makes it a slow concern."""

    documents: list[Seen] = field(default_factory=list)
    joining: list[Seen] = field(default_factory=list)
    known: Known | None = None
    came_back_from: str | None = None
    slow: SlowConcern | None = None


def is_worth(matter: Matter) -> bool:
    """A quick look before measuring: known incidents, several texts, or a text that states victims or a hazard."""
    return (
        matter.known is not None
        or len(matter.documents) >= LEAST_DOCUMENTS
        or any(
            one.sudden_incident or one.statement.counts or one.statement.hazard for one in matter.documents
        )
    )


def is_incident(
    matter: Matter,
    metrics: Mapping[str, float],
    reasons: Sequence[Reason],
    is_burst: bool,
    catalogue: Catalogue,
) -> bool:
    """Whether a new matter is proposed: it is ours, and it must be raised or bursts."""
    if matter.came_back_from is None and not is_local(matter.documents, catalogue):
        return False
    if any(reason.must_raise for reason in reasons):
        return True
    if matter.slow is not None:
        return concerns_people(metrics)
    return is_burst and concerns_many(matter, metrics)


def concerns_people(metrics: Mapping[str, float]) -> bool:
    return any(metrics[name] >= least for name, least in CONCERN.items())


def concerns_many(matter: Matter, metrics: Mapping[str, float]) -> bool:
    """Five first publications that concern people, from two sources or from five people."""
    is_broad = metrics["sources"] >= LEAST_SOURCES or voices(matter.documents) >= LEAST_DOCUMENTS
    return metrics["documents"] >= LEAST_DOCUMENTS and is_broad and concerns_people(metrics)


def may_burst_in_a_series(
    matter: Matter, metrics: Mapping[str, float], burst: Burst, catalogue: Catalogue
) -> bool:
    """Whether it is worth asking for all series: a new matter that grew and lacks only the burst."""
    return (
        matter.known is None
        and matter.slow is None
        and not burst.is_burst
        and any(one.is_new for one in matter.joining)
        and concerns_many(matter, metrics)
        and is_local(matter.documents, catalogue)
    )


def voices(documents: Sequence[Seen]) -> int:
    """Texts that people wrote themselves: five of them on one board are five concerns, five of one paper are one."""
    return sum(one.channel in PEOPLES_CHANNELS for one in documents)


def is_local(documents: Sequence[Seen], catalogue: Catalogue) -> bool:
    """Whether one document in seven names a place of ours; without an own place everything is ours."""
    if catalogue.office is None:
        return True
    return sum(one.region is not None for one in documents) >= LOCAL_SHARE * len(documents)
