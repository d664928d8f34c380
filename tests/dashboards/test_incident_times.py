from datetime import UTC, datetime, timedelta

import pytest

from dashboards.incident_times import steps_of
from store.model import Incident, Response
from store.queries_incidents import Listed, Tally, Whole

START = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def whole(responses=(), **changes):
    values = {"state": "closed", "detected_at": at(0), "proposed_at": at(2), "closed_at": at(600), **changes}
    return Whole(Listed(Incident(**values), (), Tally()), (), (), tuple(responses), ())


def test_each_step_is_measured_from_the_one_before_in_time_order():
    word = Response(kind="answer", happened_at=at(90), withdrawn_at=None)
    found = steps_of(whole([word], occurred_at=at(-30), acknowledged_at=at(5), confirmed_at=at(60)))
    assert [one.words for one in found] == ["发生", "首次出现", "提出", "签收", "认定", "回应", "办结"]
    assert found[0].after is None
    assert [one.at - one.after for one in found[1:]] == [
        timedelta(minutes=number) for number in (30, 2, 3, 55, 30, 510)
    ]


def test_what_never_happened_and_what_was_withdrawn_is_no_step():
    gone = Response(kind="answer", happened_at=at(90), withdrawn_at=at(95))
    assert [one.words for one in steps_of(whole([gone], state="dismissed"))] == ["首次出现", "提出", "了结"]


@pytest.mark.parametrize(("name", "is_there"), [("closed", True), ("main", False)])
def test_the_page_reviews_what_has_ended_only(client, town, reading, name, is_there):
    _, words = reading
    said = words(client("zhiban").draw(f"/incident/{getattr(town, name)}"))
    assert ("复盘：各步用时" in said) is is_there
