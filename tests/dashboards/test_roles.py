import json

import pytest

from dashboards.login import screen_address
from store.model import Account, Incident
from store.session import transaction


def press(client, name: str, act: str, incident: str, version: int):
    """Press the button of an act, as the browser reports it."""
    someone = client(name)
    output = next(
        one
        for one in someone.get("/_dash-dependencies").get_json()
        if one["output"].startswith("..panel.children...panel-state.data")
    )
    key = {"type": "act", "name": act, "of": incident, "at": version}
    changed = json.dumps(key, sort_keys=True, separators=(",", ":")) + ".n_clicks"
    body = {
        "output": output["output"],
        "outputs": [
            {"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]}
            for part in output["output"].strip(".").split("...")
        ],
        "inputs": [
            [{"id": key, "property": "n_clicks", "value": 1}],
            [],
            {"id": "address", "property": "pathname", "value": "/"},
        ],
        "changedPropIds": [changed],
        "parsedChangedPropsIds": [changed],
        "state": [],
    }
    answer = someone.post("/_dash-update-component", json=body)
    assert answer.status_code in (200, 204), answer.get_data(as_text=True)
    return answer.get_json()["response"] if answer.status_code == 200 else {}


@pytest.mark.parametrize("name", ["chakan", "jiandu", "shenhe", "guanli", "lianluo"])
def test_a_role_without_the_right_cannot_acknowledge_even_by_calling_the_callback(
    client, database, town, reading, name
):
    _, words = reading
    answer = press(client, name, "acknowledge", town.proposed, 1)
    assert "权限" in words(answer["panel"]["children"])
    with transaction(database.app) as session:
        assert session.get(Incident, town.proposed).state == "proposed"


def test_the_duty_officer_acknowledges_with_one_press_and_a_second_press_says_so(
    client, database, town, reading
):
    _, words = reading
    with transaction(database.app) as session:
        version = session.get(Incident, town.proposed).version
    answer = press(client, "zhiban", "acknowledge", town.proposed, version)
    assert "已签收" in words(answer["panel"]["children"])
    with transaction(database.app) as session:
        assert session.get(Incident, town.proposed).state == "acknowledged"
    stale = press(client, "daiban", "acknowledge", town.proposed, version)
    assert "zhiban 已于" in words(stale["panel"]["children"])
    assert "状态改为已签收" in words(stale["panel"]["children"])


def test_lowering_is_refused_to_a_duty_officer_on_the_page_too(client, town, reading):
    _, words = reading
    answer = press(client, "zhiban", "treat_as_major", town.main, 1)
    assert "值班长" in words(answer["panel"]["children"])


def test_a_liaison_sees_the_incidents_of_the_own_unit_only(client, town, reading):
    _, words = reading
    own = client("lianluo").draw(f"/incident/{town.main}")
    other = client("lianluo").draw(f"/incident/{town.overdue}")
    assert "回应步骤" in words(own)
    assert "不在您的范围内" in words(other)
    listed = words(client("lianluo").draw("/incidents?show=all"))
    assert "南湖路" not in listed


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("zhiban", True),
        ("daiban", True),
        ("guanli", True),
        ("chakan", False),
        ("jiandu", False),
        ("lianluo", False),
    ],
)
def test_hotline_texts_are_read_by_some_roles_and_counted_for_all(client, town, reading, name, readable):
    _, words = reading
    page = words(client(name).draw(f"/documents?incident={town.main}&channel=hotline"))
    assert ("只计数，不显示内容" in page) is not readable
    assert ("演示文字" in page) is readable
    assert "共 0 条" not in page


def test_the_settings_are_closed_to_viewers(client, reading):
    _, words = reading
    assert "此操作需" in words(client("chakan").draw("/settings"))
    assert "接收人" in words(client("guanli").draw("/settings"))


def test_a_screen_opens_by_its_key_sees_the_wall_and_nothing_else(
    server, client, database, settings, reading
):
    _, words = reading
    with transaction(database.app) as session:
        key = screen_address(session.get(Account, "daping"), settings.secret_key, "")
    screen = client()
    assert screen.get(key).location == "/wall"
    assert "待回应" in words(screen.draw("/wall"))
    assert "权限" in words(screen.draw("/"))
    assert "权限" in words(screen.draw("/documents"))
    assert screen.get("/download/ledger.csv").status_code == 403
    assert client().get("/screen/forged").status_code == 401
    with transaction(database.app) as session:
        session.get(Account, "daping").is_active = False
    assert screen.get("/_dash-layout").status_code == 401
    assert client().get(key).status_code == 401


def test_a_screen_cannot_log_in_by_password(client, filler):
    assert client().log_in("daping", filler.PASSWORD).status_code == 401
