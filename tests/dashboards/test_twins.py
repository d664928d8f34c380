"""Two open incidents that may be one are named to each other; only a person joins them."""

from datetime import timedelta

import pytest

from alerts.incidents import open_incidents
from store.model import Incident
from store.session import transaction

TITLE = "临港化工园夜间异味呛得人睡不着"


@pytest.fixture(scope="module")
def younger(town, database, filler):
    """A second incident about the night smell that the town already has as `town.proposed`."""
    with transaction(database.app) as session:
        proposal = filler.small(
            session, town.catalogue, town.now, TITLE, "environment", "xingang", 2, "negative"
        )
        (number,) = open_incidents(
            session, town.catalogue, [proposal], town.now - timedelta(minutes=30)
        ).opened
    return number


def buttons(page, walk, number):
    keys = [one.get("id") for one in walk(page) if isinstance(one.get("id"), dict)]
    return [key["of"] for key in keys if key.get("name") == "merge" and key["of"].startswith(f"{number}/")]


def test_the_younger_one_offers_to_go_into_the_older(client, town, younger, reading):
    walk, words = reading
    page = client("zhiban").draw(f"/incident/{younger}")
    assert f"可能是同一件事：{town.proposed}" in words(page).replace(" ", "")
    assert buttons(page, walk, younger) == [f"{younger}/{town.proposed}"]


def test_the_older_one_names_the_younger_without_a_button(client, town, younger, reading):
    walk, words = reading
    page = client("zhiban").draw(f"/incident/{town.proposed}")
    assert f"可能是同一件事：{younger}" in words(page).replace(" ", "")
    assert buttons(page, walk, town.proposed) == []


def test_who_may_not_merge_is_not_asked_and_another_matter_is_not_named(client, town, younger, reading):
    _, words = reading
    assert "可能是同一件事" not in words(client("guanli").draw(f"/incident/{younger}"))
    assert "可能是同一件事" not in words(client("zhiban").draw(f"/incident/{town.main}"))


def test_the_button_opens_the_merge_and_one_press_keeps_the_older_number(
    client, town, younger, pressing, reading, database
):
    with transaction(database.app) as session:
        version = session.get(Incident, younger).version
    pressing(client("zhiban"), "merge", f"{younger}/{town.proposed}", {"into": town.proposed}, version)
    with transaction(database.app) as session:
        gone, kept = session.get(Incident, younger), session.get(Incident, town.proposed)
        assert (gone.state, gone.merged_into) == ("merged", town.proposed)
        assert kept.state in ("proposed", "acknowledged")
    _, words = reading
    assert "可能是同一件事" not in words(client("zhiban").draw(f"/incident/{town.proposed}"))
