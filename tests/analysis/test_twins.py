"""Which open incidents may be one matter; people decide, the page only asks."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from alerts import decisions
from alerts.decisions import Actor
from alerts.incidents import open_incidents
from analysis.proposal import Proposal, Reason
from analysis.regions import districts_of
from analysis.twins import twins_of
from store.session import transaction

WHY = Reason("test", "测试", "grade", "III", False, {"hour_count": 30.0}, {"hour_count": ">= 1"}, "测试用")
DUTY = Actor("zhiban", "duty")
MALL = (
    ("明珠商场四楼起火，浓烟从窗户往外冒", "明珠商场四楼餐饮区起火，消防已经到场，商场里的人都疏散出来了。"),
    ("明珠商场火灾现场还在封路", "明珠商场门口还在封路，四楼餐饮区烧得很黑，不知道有没有人受伤。"),
)
LATER = (
    (
        "明珠商场起火原因什么时候公布",
        "明珠商场四楼餐饮区起火已经一天了，起火原因和损失什么时候公布？商户很着急。",
    ),
    ("明珠商场四楼商户问损失谁来赔", "明珠商场火灾后四楼商户问损失谁赔，餐饮区什么时候恢复营业。"),
)
BUS = (
    ("12路公交改线引居民不满", "12路公交改线以后村口不停车，老人看病要走两公里，请问何时恢复原线？"),
    ("12路公交改线后上学不方便", "孩子上学坐12路，改线以后要走半小时，希望恢复站点。"),
)


@pytest.fixture
def opened(desk):
    """Opens one incident of these texts; its number."""

    def open_one(texts, minutes=0.0):
        ids = desk.bring(
            *(desk.item(title, body, minutes=minutes + n) for n, (title, body) in enumerate(texts))
        )
        desk.read()
        at = desk.item("", minutes=minutes).published_at
        proposal = Proposal(
            None,
            tuple(ids),
            texts[0][0],
            (),
            None,
            at,
            at,
            at,
            "III",
            False,
            None,
            (WHY,),
            (),
            summary="测试用",
        )
        with transaction(desk.url) as session:
            return open_incidents(session, desk.catalogue, [proposal], at + timedelta(minutes=5)).opened[
                0
            ], at

    return open_one


def likely(desk, incident, at):
    with transaction(desk.url) as session:
        found = twins_of(session, incident, at, at, districts_of(desk.catalogue))
    return [(one.id, one.is_older) for one in found]


def test_two_incidents_of_one_matter_are_named_to_each_other_and_another_is_not(desk, opened):
    (first, early), (second, late), (bus, _) = opened(MALL), opened(LATER, 600), opened(BUS, 610)
    assert likely(desk, second, late) == [(first, True)]
    assert likely(desk, first, early) == [(second, False)]
    assert likely(desk, bus, late) == []


def test_what_a_person_divided_is_not_asked_again(desk, opened):
    (first, _), (second, late) = opened(MALL), opened(LATER, 600)
    with transaction(desk.url) as session:
        moved = session.execute(
            text("select document_id from membership where incident_id = :id order by 1"),
            {"id": second},
        ).scalars()
        one = next(iter(moved))
        decisions.transfer(session, desk.catalogue, DUTY, second, first, late, document_ids=[one])
        decisions.transfer(session, desk.catalogue, DUTY, first, second, late, document_ids=[one])
    assert likely(desk, second, late) == []


def test_a_merged_incident_and_one_long_past_are_not_named(desk, opened):
    (first, early), (second, late) = opened(MALL), opened(LATER, 600)
    assert likely(desk, second, late + timedelta(days=30)) == []
    with transaction(desk.url) as session:
        decisions.merge(session, desk.catalogue, DUTY, second, first, late + timedelta(minutes=30))
    assert likely(desk, first, early) == []


def test_an_incident_without_texts_has_no_twin(desk, opened):
    first, early = opened(MALL)
    desk.run("update membership set until = :at", at=early)
    assert likely(desk, first, early) == []
