"""huiying user: accounts against the real database; a password is typed, piped or generated, never an argument."""

import getpass
import io
import json
import sys

import pytest
from sqlalchemy import select

from catalogue.settings import settings
from huiying.cli import main
from store import accounts
from store.model import Account, Audit
from store.session import transaction

LONG = "yi-ge-gou-chang-de-mima"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def installed(database, invented, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.app)
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HUIYING_SITE", str(invented.write_site(tmp_path / "site")))
    monkeypatch.setenv("HUIYING_SECRET_KEY", "geheim" * 6)
    settings.cache_clear()
    yield database.app
    settings.cache_clear()


@pytest.fixture
def user(installed, monkeypatch, capsys):
    """user("add", "jia", "--role", "duty", typed="…"): (exit code, stdout, stderr)."""

    def call(*arguments, typed=None, at_terminal=False):
        monkeypatch.setattr(sys, "stdin", Terminal() if at_terminal else io.StringIO(typed or ""))
        try:
            code = main(["user", *arguments])
        except SystemExit as end:  # argparse
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def kept(url, name):
    with transaction(url) as session:
        found = session.get(Account, name)
        session.expunge_all()
        return found


def may_log_in(url, name, password) -> bool:
    with transaction(url) as session:
        return accounts.check_login(session, name, password) is not None


def audited(url, name):
    with transaction(url) as session:
        rows = session.scalars(select(Audit).where(Audit.subject == f"account:{name}").order_by(Audit.id))
        return [(one.action, one.who) for one in rows]


def test_add_generates_a_password_shows_it_once_and_keeps_only_its_hash(user, installed):
    code, out, _ = user("add", "zhangban", "--role", "duty", "--shown-as", "值班员甲", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["账号"] == "zhangban"
    assert may_log_in(installed, "zhangban", shown["密码"])
    account = kept(installed, "zhangban")
    assert (account.role, account.shown_as, account.is_active) == ("duty", "值班员甲", True)
    assert shown["密码"] not in account.password_hash
    assert account.password_hash.startswith("scrypt:")
    assert audited(installed, "zhangban") == [("account.add", f"operator:{getpass.getuser()}")]
    with transaction(installed) as session:
        trail = session.scalars(select(Audit).where(Audit.subject == "account:zhangban")).all()
        assert shown["密码"] not in repr([(one.before, one.after, one.reason) for one in trail])


def test_a_piped_password_is_taken_and_never_printed(user, installed):
    code, out, err = user("add", "guandao", "--role", "viewer", "--stdin", typed=f"{LONG}\n")
    assert code == 0
    assert LONG not in out + err
    assert may_log_in(installed, "guandao", LONG)


def test_there_is_no_way_to_give_a_password_as_an_argument(user):
    code, _, err = user("add", "canshu", "--role", "viewer", "--password", LONG)
    assert code == 2
    assert "--password" in err


def test_a_new_password_replaces_the_old_one_at_once(user, installed):
    user("add", "gaimi", "--role", "chief", "--stdin", typed=f"{LONG}\n")
    code, out, _ = user("password", "gaimi", "--json")
    fresh = json.loads(out)["密码"]
    assert code == 0
    assert may_log_in(installed, "gaimi", fresh)
    assert not may_log_in(installed, "gaimi", LONG)
    assert [action for action, _ in audited(installed, "gaimi")] == ["account.add", "account.password"]


def test_two_typed_passwords_must_agree_and_an_empty_one_means_generate(user, installed, monkeypatch):
    user("add", "jianpan", "--role", "viewer", "--stdin", typed=f"{LONG}\n")
    answers = iter([LONG + "-a", LONG + "-b", LONG + "-c", LONG + "-c", ""])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    code, _, err = user("password", "jianpan", at_terminal=True)
    assert (code, "两次输入的密码不同" in err) == (2, True)
    assert may_log_in(installed, "jianpan", LONG)
    assert user("password", "jianpan", at_terminal=True)[0] == 0
    assert may_log_in(installed, "jianpan", LONG + "-c")
    generated = json.loads(user("password", "jianpan", "--json", at_terminal=True)[1])["密码"]
    assert may_log_in(installed, "jianpan", generated)


def test_disabled_is_locked_out_and_enabled_is_back(user, installed):
    user("add", "tingyong", "--role", "viewer", "--stdin", typed=f"{LONG}\n")
    assert "已停用" in user("disable", "tingyong")[1]
    assert not may_log_in(installed, "tingyong", LONG)
    assert "在用" in user("enable", "tingyong")[1]
    assert may_log_in(installed, "tingyong", LONG)
    actions = [action for action, _ in audited(installed, "tingyong")]
    assert actions == ["account.add", "account.disable", "account.enable"]


def test_a_liaison_belongs_to_a_unit_of_the_catalogue(user, installed):
    code, _, err = user("add", "lianluo", "--role", "liaison")
    assert (code, "--unit" in err) == (1, True)
    code, _, err = user("add", "lianluo", "--role", "liaison", "--unit", "meiyou")
    assert (code, "没有单位“meiyou”" in err) == (2, True)
    assert user("add", "lianluo", "--role", "liaison", "--unit", "jiaoyu")[0] == 0
    assert kept(installed, "lianluo").unit == "jiaoyu"


def test_a_screen_gets_an_address_instead_of_a_password(user, installed):
    code, out, _ = user("add", "daping", "--role", "screen", "--json")
    shown = json.loads(out)
    assert code == 0
    assert "/screen/" in shown["大屏地址"]
    assert "密码" not in shown


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "sentence"),
    [
        (("add", "Zhang San", "--role", "duty"), None, 1, "登录名应为"),
        (("add", "duan", "--role", "duty", "--stdin"), "123456789\n", 1, "至少 10 个字符"),
        (("add", "kong", "--role", "duty", "--stdin"), "", 1, "至少 10 个字符"),
        (("add", "boss", "--role", "emperor"), None, 2, "--role"),
        (("password", "meiyou", "--stdin"), f"{LONG}\n", 1, "meiyou"),
        (("disable", "meiyou"), None, 1, "meiyou"),
    ],
)
def test_wrong_input_is_one_sentence_and_changes_nothing(user, installed, arguments, typed, code, sentence):
    given, _, err = user(*arguments, typed=typed)
    assert given == code
    assert sentence in err
    assert "Traceback" not in err
    assert kept(installed, arguments[1]) is None


def test_the_same_name_twice_is_refused_and_says_how_to_change_the_password(user, installed):
    user("add", "liangci", "--role", "duty", "--stdin", typed=f"{LONG}\n")
    code, _, err = user("add", "liangci", "--role", "chief")
    assert (code, "huiying user password liangci" in err) == (1, True)
    assert kept(installed, "liangci").role == "duty"


def test_the_list_names_everybody_and_no_hash(user):
    user("add", "liebiao", "--role", "inspector", "--shown-as", "监督岗")
    code, out, _ = user("list", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["liebiao"] == {
        "name": "liebiao", "role": "inspector", "shown_as": "监督岗", "unit": None, "is_active": True,
    }  # fmt: skip
    assert "scrypt" not in out
    assert "监督员" in user("list")[1]
