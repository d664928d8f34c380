"""The matters of one look of detection that prove to be one, joined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from analysis.clusters import Clusterer
from analysis.followups import KINDS, LEAD, WHERE, Told, follow_ups, named
from analysis.gather import Gathered, gather
from analysis.matter import Matter
from analysis.remerge import Whole, remerge
from analysis.window import Looked


def united(
    matters: dict[str, Matter],
    clusterer: Clusterer,
    looked: Looked,
    districts: Mapping[str, str],
    now: datetime,
) -> list[Matter]:
    """The matters, those alike or of one burst joined; what a person ruled out stays apart."""
    new = [name for name, one in matters.items() if one.known is None and one.came_back_from is None]
    move(matters, remerge([whole_of(name, matters[name], clusterer, looked, districts) for name in new]))
    groups = []
    for name, matter in matters.items():
        whole = whole_of(name, matter, clusterer, looked, districts)
        groups.append(
            Gathered(
                key=name,
                total=whole.total,
                moments=[one.at for one in matter.documents],
                districts=whole.districts,
                is_known=matter.known is not None or matter.came_back_from is not None,
                cannot=whole.cannot,
            )
        )
    move(matters, gather(groups, now))
    move(
        matters,
        follow_ups(
            [told for name, one in matters.items() if (told := told_of(name, one, looked, districts))]
        ),
    )
    return list(matters.values())


def whole_of(
    name: str, matter: Matter, clusterer: Clusterer, looked: Looked, districts: Mapping[str, str]
) -> Whole:
    """A matter as it is compared with others."""
    total: dict[int, float] = {}
    for document in matter.documents:
        for term, value in clusterer.vector_of(document.id):
            total[term] = total.get(term, 0.0) + value
    moments = [one.at for one in matter.documents]
    long = sum(one.id in clusterer.members and clusterer.members[one.id].is_long for one in matter.documents)
    return Whole(
        key=name,
        total=total,
        texts=len(moments),
        is_long=2 * long >= len(moments),
        begins=min(moments),
        ends=max(moments),
        districts={districts[r] for one in matter.documents if (r := one.region) and r in districts},
        cannot={key for one in matter.documents for key in looked.cannot.get(one.id, ())},
    )


def move(matters: dict[str, Matter], homes: Mapping[str, str]) -> None:
    for name, home in homes.items():
        moved = matters.pop(name)
        matters[home].documents += moved.documents
        matters[home].joining += moved.joining


def told_of(name: str, matter: Matter, looked: Looked, districts: Mapping[str, str]) -> Told | None:
    """What a matter tells of; None where it tells of no accident in a district of ours, or revives an ended one."""
    places = frozenset(districts[r] for one in matter.documents if (r := one.region) and r in districts)
    if matter.came_back_from is not None or not places:
        return None
    texts = [f"{one.title} {one.body[:LEAD]}" for one in matter.documents]
    kinds = named(texts, KINDS)
    if not kinds:
        return None
    moments = [one.at for one in matter.documents]
    cannot = frozenset(key for one in matter.documents for key in looked.cannot.get(one.id, ()))
    return Told(
        name,
        kinds,
        named(texts, WHERE),
        places,
        min(moments),
        max(moments),
        len(texts),
        matter.known is not None,
        cannot,
    )
