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


def texts_of(shell, incident=None):
    """Ids of the texts of an incident, or of all."""
    words = ("documents", "list", "--json", *(("--incident", incident) if incident else ()))
    return sorted(row["id"] for row in json.loads(shell(*words)[1].out))


@pytest.fixture
def read_shell(shell, urls):
    """The same with every text read as negative, about education."""
    from sqlalchemy import text

    with transaction(urls.app) as session:
        session.execute(
            text(
                "insert into reading (document_id, counted_at, sentiment, sentiment_score, categories, service_friction,"
                " sudden_incident, groups, model_version, catalogue_version) select id, counted_at, 'negative', 0.9,"
                " '{education}', false, false, '{}', 'test', 'test' from document"
            )
        )
    return shell


def test_texts_are_taken_out_put_in_and_split_by_command(read_shell):
    first, second, third = texts_of(read_shell, ID)
    code, _ = read_shell(
        "incidents", "exclude", ID, "--as", "zhoumin", "--documents", str(first), "--reason", "外地"
    )
    assert code == 0
    assert texts_of(read_shell, ID) == [second, third]
    assert read_shell("incidents", "include", ID, "--as", "zhoumin", "--documents", str(first))[0] == 0
    assert texts_of(read_shell, ID) == [first, second, third]
    code, out = read_shell(
        "incidents", "split", ID, "--as", "zhoumin", "--documents", f"{first},{second}", "--title", "另一所学校",
        "--json",
    )  # fmt: skip
    new = json.loads(out.out)["id"]
    assert (texts_of(read_shell, ID), texts_of(read_shell, new)) == ([third], [first, second])
    words = ("incidents", "transfer", new, "--as", "zhoumin", "--documents", str(first), "--into", ID)
    assert read_shell(*words)[0] == 0
    assert (texts_of(read_shell, ID), texts_of(read_shell, new)) == ([first, third], [second])
    assert read_shell(*words)[0] == 1
    assert read_shell("incidents", "exclude", ID, "--as", "zhoumin", "--documents", "x")[0] == 2


def test_a_label_is_corrected_by_command(read_shell):
    number = str(texts_of(read_shell)[0])
    words = ("documents", "correct", number, "--as", "zhoumin")
    code, out = read_shell(
        *words, "--sentiment", "neutral", "--category", "none", "--sudden", "yes", "--json"
    )
    (row,) = json.loads(out.out)
    assert code == 0
    assert (row["sentiment"], row["categories"], row["sudden_incident"]) == ("neutral", [], True)
    assert row["corrected"] == ["category", "sentiment", "sudden_incident"]
    assert read_shell(*words, "--sentiment", "neutral")[0] == 1
    assert read_shell(*words)[0] == 2
    code, out = read_shell("documents", "correct", number, "--as", "kan", "--sentiment", "positive")
    assert (code, "值班员或值班长" in out.err) == (1, True)
