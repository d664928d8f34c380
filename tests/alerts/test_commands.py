"""The operator's commands against a real database, in their own process state."""

import json

import pytest

from catalogue.settings import settings
from huiying.cli import main
from store.model import Account
from store.session import transaction


@pytest.fixture
def shell(urls, make_room, monkeypatch, tmp_path, capsys):
    """Run a command as a person at the terminal would; its exit code and what it printed."""
    from pathlib import Path

    site = Path(__file__).parents[2] / "huiying/demo/sites/haichuan"
    monkeypatch.setenv("DATABASE_URL", urls.app)
    monkeypatch.setenv("HUIYING_SITE", str(site))
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    monkeypatch.delenv("HUIYING_SMTP_URL", raising=False)
    settings.cache_clear()
    with transaction(urls.app) as session:
        room = make_room(session)
        room.open()
        for name, role in (("zhoumin", "duty"), ("kan", "viewer"), ("boss", "chief")):
            session.add(
                Account(
                    name=name, shown_as=name, role=role, password_hash="x", created_at=room.now,
                    password_changed_at=room.now,
                )
            )  # fmt: skip

    def run(*words):
        code = main(list(words))
        return code, capsys.readouterr()

    yield run
    settings.cache_clear()


ID = "20261121-01"


def test_an_operator_lists_acknowledges_confirms_and_responds(shell):
    code, out = shell("incidents", "list", "--json")
    assert code == 0
    assert [row["id"] for row in json.loads(out.out)] == [ID]
    assert shell("incidents", "acknowledge", ID, "--as", "zhoumin")[0] == 0
    code, out = shell(
        "incidents", "confirm", ID, "--as", "zhoumin", "--grade", "II", "--event-level", "II", "--json"
    )
    assert json.loads(out.out)["state"] == "confirmed"
    code, out = shell(
        "incidents", "respond", ID, "--as", "zhoumin", "--kind", "authoritative_release", "--at", "2026-11-21T07:10",
        "--channel", "政府网站", "--document-number", "海市监〔2026〕1号", "--json",
    )  # fmt: skip
    page = json.loads(out.out)
    assert {clock["duty"]: clock["state"] for clock in page["clocks"]}["R1"] in ("met", "met_late")
    code, out = shell("clocks", "list", "--duty", "R1", "--json")
    assert json.loads(out.out)[0]["settled_at"] == "2026-11-21T07:10:00+08:00"
    code, out = shell("notifications", "list", "--state", "pending", "--json")
    assert {row["recipient"] for row in json.loads(out.out)} >= {"chief", "duty_night"}


def test_a_viewer_is_refused_with_one_sentence(shell):
    code, out = shell("incidents", "acknowledge", ID, "--as", "kan")
    assert code == 1
    assert out.err.strip() == "huiying incidents：签收需值班员或值班长权限，kan 是查看；请由有权限的人操作。"


def test_a_wrong_filter_is_wrong_use(shell):
    code, out = shell("incidents", "list", "--state", "done")
    assert code == 2
    assert "proposed" in out.err


def test_mail_is_paused_by_those_who_may_and_counted(shell):
    assert shell("mail", "pause", "--as", "zhoumin", "--reason", "演练")[0] == 1
    code, out = shell("mail", "pause", "--as", "boss", "--reason", "演练")
    assert (code, out.out.strip()) == (0, "已暂停发信，发件箱有 3 封待发。")
    code, out = shell("mail", "status", "--json")
    assert json.loads(out.out)["paused"] is True
    assert shell("mail", "resume", "--as", "boss")[0] == 0


def test_a_test_mail_without_a_server_says_what_to_set(shell):
    code, out = shell("mail", "test", "duty@haichuan.example.test")
    assert code == 1
    assert "HUIYING_SMTP_URL" in out.err
