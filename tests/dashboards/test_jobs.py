"""The Monday job: drafted at once, mailed from 08:00 on, once a week, never when stale."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from catalogue.loader import load
from dashboards.errors import StaleWeek
from dashboards.jobs import mail_when_due
from dashboards.report import publish
from dashboards.week import last_full_week
from store.model import Notification
from store.session import transaction

RECIPIENT = """
id = "{id}"
name = "{id}岗位"
email = "{id}@office.example.test"
role = "leader"
receives = ["weekly"]
internal = {internal}
"""


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def catalogue(invented, tmp_path_factory):
    site = invented.write_site(tmp_path_factory.mktemp("mail-site"))
    (site / "recipients").mkdir()
    for id_, internal in (("leader", "true"), ("outside", "false")):
        (site / "recipients" / f"{id_}.toml").write_text(
            RECIPIENT.format(id=id_, internal=internal), encoding="utf-8"
        )
    return load(site)


def queued(session):
    return session.scalar(select(func.count()).select_from(Notification))


def test_nothing_is_mailed_a_second_before_eight_and_once_from_eight_on(session, catalogue, invented):
    eight = invented.beijing(23, 8)
    report = publish(session, catalogue, last_full_week(eight), eight)
    assert report.period == "2026-W47"
    assert mail_when_due(session, catalogue, report, eight - timedelta(seconds=1)) == 0
    assert mail_when_due(session, catalogue, report, eight) == 1
    assert mail_when_due(session, catalogue, report, eight + timedelta(hours=1)) == 0
    assert session.scalars(select(Notification.recipient)).all() == ["leader"]


def test_a_new_version_is_archived_but_the_week_is_not_mailed_twice(session, catalogue, invented):
    now = invented.beijing(23, 9)
    assert mail_when_due(session, catalogue, publish(session, catalogue, "2026-W47", now), now) == 1
    renewed = publish(session, catalogue, "2026-W47", now, regenerate=True)
    assert mail_when_due(session, catalogue, renewed, now) == 0
    assert queued(session) == 1


def test_a_stale_week_is_refused_in_one_sentence(session, catalogue, invented):
    report = publish(session, catalogue, "2026-W46", invented.beijing(23, 9))
    with pytest.raises(StaleWeek, match="2026-W46"):
        mail_when_due(session, catalogue, report, invented.beijing(23, 9))
    assert queued(session) == 0


@pytest.mark.parametrize(
    ("day", "hour", "week"), [(22, 23, "2026-W46"), (23, 0, "2026-W47"), (29, 23, "2026-W47")]
)
def test_the_last_full_week_changes_at_midnight_in_beijing(invented, day, hour, week):
    assert last_full_week(invented.beijing(day, hour, 59)) == week
