"""Settings are edited as files: by an administrator, checked as huiying check does, audited, with a way back."""

import re

import pytest
from sqlalchemy import select

from catalogue.loader import SHIPPED, load
from dashboards.actions._files import CatalogueFile, version
from store.model import Audit, CatalogueVersion
from store.session import transaction


@pytest.fixture
def duty_file(town):
    path = next(iter(sorted((town.site / "recipients").glob("*.toml"))))
    text = path.read_text(encoding="utf-8")
    return path, text, f"recipients/{path.name}"


def seen(kind, name, text):
    return version(CatalogueFile(kind, name, text))


def edit(pressing, client, of, text, before, reason="换值班邮箱", who="guanli", act="edit_file", **more):
    kind, _, name = of.partition("/")
    given = {"text": text, "reason": reason} | more
    return pressing(client(who), act, of, given, at=seen(kind, name, before))


def audited(database, of):
    with transaction(database.app) as session:
        rows = session.scalars(
            select(Audit).where(Audit.subject == f"catalogue:{of}").order_by(Audit.id)
        ).all()
        session.expunge_all()
        return rows


def test_an_administrator_edits_and_goes_back_each_a_new_version_with_its_audit(
    client, database, town, pressing, reading, duty_file
):
    _, words = reading
    path, text, of = duty_file
    before = load(town.site).version
    changed = (
        text.rstrip() + '\nquiet_from = "23:00"\nquiet_to = "06:00"\n'
        if "quiet_from" not in text
        else text + "# x\n"
    )
    done = edit(pressing, client, of, changed, text)
    assert "已保存接收人" in words(done["panel"]["children"])
    after = load(town.site).version
    assert path.read_text(encoding="utf-8") == changed
    (entry,) = audited(database, of)
    assert (entry.who, entry.reason, entry.before["version"], entry.after["version"]) == (
        "guanli", "换值班邮箱", before, after,
    )  # fmt: skip
    with transaction(database.app) as session:
        assert session.get(CatalogueVersion, after) is not None
    assert "改目录文件" in words(client("guanli").draw("/settings"))
    back = edit(pressing, client, of, "", changed, "改错了", act="restore_file")
    assert "已保存接收人" in words(back["panel"]["children"])
    assert path.read_text(encoding="utf-8") == text
    assert load(town.site).version == before


@pytest.mark.parametrize(
    ("add", "sentence"),
    [
        ('colour = "red"\n', "没有这一项"),
        ("id = \n", "不是合格的 TOML"),
        ('regions = ["atlantis"]\n', "没有地区"),
        ('quiet_from = "25:00"\n', "应为时刻"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_neither_file_nor_audit(
    client, database, pressing, reading, duty_file, add, sentence
):
    _, words = reading
    path, text, of = duty_file
    known = len(audited(database, of))
    without = (
        "\n".join(line for line in text.splitlines() if not line.startswith(add.partition(" =")[0])) + "\n"
    )
    answer = edit(pressing, client, of, without + add, text)
    said = words(answer["panel-note"]["children"])
    assert sentence in said
    assert path.name in said
    assert "Traceback" not in said
    assert path.read_text(encoding="utf-8") == text
    assert len(audited(database, of)) == known


@pytest.mark.parametrize("who", ["daiban", "zhiban", "shenhe", "jiandu", "chakan"])
def test_nobody_else_edits_even_by_calling_the_callback(client, pressing, reading, duty_file, who):
    _, words = reading
    path, text, of = duty_file
    answer = edit(pressing, client, of, text + "# von mir\n", text, who=who)
    assert "权限" in words(answer["panel"]["children"])
    assert path.read_text(encoding="utf-8") == text


def test_an_edit_of_a_text_that_changed_meanwhile_is_a_conflict(client, pressing, reading, duty_file):
    _, words = reading
    path, text, of = duty_file
    answer = edit(pressing, client, of, text + "# spaet\n", text + "# frueher\n")
    assert "刚被别人改过" in words(answer["panel-note"]["children"])
    assert path.read_text(encoding="utf-8") == text


def test_no_reason_no_change(client, pressing, reading, duty_file):
    _, words = reading
    path, text, of = duty_file
    answer = edit(pressing, client, of, text + "# ohne\n", text, reason=" ")
    assert "请填写理由" in words(answer["panel-note"]["children"])
    assert path.read_text(encoding="utf-8") == text


def test_a_new_recipient_is_a_new_file_and_a_bad_name_is_refused(client, town, pressing, reading):
    _, words = reading
    text = 'id = "night_desk"\nname = "夜班岗位"\nemail = "night@office.example.test"\nrole = "duty"\n'
    for name in ("../night_desk.toml", "night desk.toml", ""):
        answer = edit(pressing, client, "recipients/", text, "", name=name)
        assert "文件名应为" in words(answer["panel-note"]["children"])
    done = edit(pressing, client, "recipients/", text, "", name="night_desk.toml")
    assert "已保存接收人 night_desk.toml" in words(done["panel"]["children"])
    assert load(town.site).recipients["night_desk"].name == "夜班岗位"
    (town.site / "recipients" / "night_desk.toml").unlink()


def test_the_threshold_of_a_shipped_rule_becomes_a_local_file(client, town, pressing, reading):
    _, words = reading
    path = sorted((SHIPPED / "level_rules").glob("*.toml"))[0]
    text = path.read_text(encoding="utf-8")
    of, rule = f"level_rules/{path.name}", path.stem
    same = edit(pressing, client, of, text + "\n# 本地核对过\n", text)
    assert "没有变化" in words(same["panel"]["children"])
    old = load(town.site).level_rules[rule].conditions[0].threshold
    changed = re.sub(r"threshold = [0-9.]+", f"threshold = {old + 0.5}", text, count=1)
    done = edit(pressing, client, of, changed, text, "按本地经验")
    assert f"已保存定级规则 {path.name}" in words(done["panel"]["children"])
    assert load(town.site).level_rules[rule].conditions[0].threshold == old + 0.5
    assert path.read_text(encoding="utf-8") == text
    (town.site / "level_rules" / path.name).unlink()


@pytest.mark.parametrize(
    "of", ["recipients/nowhere.toml", "migrations/x.toml", "recipients/../../x.toml", "x"]
)
def test_a_file_that_is_none_is_one_sentence(client, pressing, reading, of):
    _, words = reading
    answer = pressing(client("guanli"), "edit_file", of, {"text": "x", "reason": "试试"}, at=1)
    assert "页面出错" not in words(answer["panel"]["children"])
    assert words(answer["panel"]["children"]).endswith("。")
