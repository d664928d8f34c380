"""Opening a text, correcting it, taking it out, splitting, putting it in: through the callbacks a browser calls."""

import json

import pytest
from sqlalchemy import text

from store.session import transaction


def as_key(name) -> str:
    return json.dumps(name, sort_keys=True, separators=(",", ":"))


def call(someone, marker: str, inputs, state, changed: str):
    """One callback, found by a word in the ids of its inputs."""
    output = next(
        one["output"]
        for one in someone.get("/_dash-dependencies").get_json()
        if any(marker in str(each["id"]) for each in one["inputs"])
        and one["output"].startswith("..panel.children")
    )
    parts = output.strip(".").split("...")
    body = {
        "output": output,
        "outputs": [{"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]} for part in parts],
        "inputs": inputs, "state": state, "changedPropIds": [changed], "parsedChangedPropsIds": [changed],
    }  # fmt: skip
    answer = someone.post("/_dash-update-component", json=body)
    assert answer.status_code in (200, 204), answer.get_data(as_text=True)
    return answer.get_json()["response"] if answer.status_code == 200 else {}


def press(someone, act: str, of: str, version: int):
    key = {"type": "act", "name": act, "of": of, "at": version}
    inputs = [
        [{"id": key, "property": "n_clicks", "value": 1}], [],
        {"id": "address", "property": "pathname", "value": "/"},
    ]  # fmt: skip
    return call(someone, '"act"', inputs, [], as_key(key) + ".n_clicks")


def submit(someone, act: str, of: str, version: int, **values):
    key = {"type": "submit", "name": act}
    fields = [
        {"id": {"type": "field", "name": name}, "property": "value", "value": value}
        for name, value in values.items()
    ]
    panel = {"id": "panel-state", "property": "data", "value": {"act": act, "of": of, "at": version}}
    inputs = [[{"id": key, "property": "n_clicks", "value": 1}]]
    return call(someone, '"submit"', inputs, [fields, panel], as_key(key) + ".n_clicks")


@pytest.fixture
def look(database):
    """Ask the database: look(statement, **values) → rows."""

    def ask(statement, **values):
        with transaction(database.app) as session:
            return [tuple(row) for row in session.execute(text(statement), values)]

    return ask


def members(look, incident):
    return [
        row[0]
        for row in look(
            "select document_id from membership where incident_id = :i and until is null order by 1",
            i=incident,
        )
    ]


def public_member(look, incident, skip=0):
    rows = look(
        "select d.id from membership m join document d on d.id = m.document_id where m.incident_id = :i"
        " and m.until is null and d.visibility = 'public' and d.copies = 0 order by d.id offset :skip limit 1",
        i=incident, skip=skip,
    )  # fmt: skip
    return rows[0][0]


CORRECT = {"sentiment": "positive", "category": ["education", "food_drug_safety"], "region": "nanhu",
           "service_friction": "yes", "sudden_incident": "no"}  # fmt: skip


def test_an_opened_text_shows_what_it_says_what_was_read_and_the_words_that_decided(
    client, town, look, reading
):
    walk, words = reading
    number = public_member(look, town.main)
    opened = press(client("zhiban"), "text", str(number), 0)["panel"]["children"]
    said = words(opened)
    (title,) = look("select title from document_text where document_id = :id", id=number)[0]
    assert title in said
    for part in ("为何判为", "起作用的词", "打开原网页", "更正判断", "不保存", "移出原文", "拆分"):
        assert part in said, part
    marks = [one for one in walk(opened) if one.get("className") in ("for", "against")]
    assert marks
    assert all(one["title"].startswith(("支持 +", "反对 -")) for one in marks)
    whole = [one for one in walk(opened) if one.get("className") == "whole-text"]
    assert title in words({"props": whole[0]})


def test_the_marks_add_up_to_no_stored_word(client, town, look):
    before = look("select count(*) from score"), look("select count(*) from reading")
    press(client("zhiban"), "text", str(public_member(look, town.main)), 0)
    assert (look("select count(*) from score"), look("select count(*) from reading")) == before


def test_a_viewer_reads_the_reasons_and_corrects_nothing(client, town, look, reading):
    _, words = reading
    number = str(public_member(look, town.main))
    opened = words(press(client("chakan"), "text", number, 0)["panel"]["children"])
    assert "为何判为" in opened
    assert "保存更正" not in opened
    assert "移出原文" not in opened
    refused = submit(client("chakan"), "text", number, 0, **CORRECT)
    assert "权限" in words(refused["panel-note"]["children"])
    assert look("select count(*) from label where document_id = :id", id=int(number)) == [(0,)]


def test_a_corrected_text_says_so_on_its_row_and_every_list_and_count_follows(client, town, look, reading):
    _, words = reading
    number = public_member(look, town.main, skip=1)
    counted = "select coalesce(sum(total), 0) from rollup_hour_category where category = 'education'"
    before = look(counted)[0][0]
    done = submit(client("zhiban"), "text", str(number), 0, **CORRECT)
    assert "已更正" in words(done["panel"]["children"])
    row = look(
        "select sentiment, categories, region, service_friction, sudden_incident, is_corrected from reading"
        " where document_id = :id", id=number,
    )  # fmt: skip
    assert row == [("positive", ["education", "food_drug_safety"], "nanhu", True, False, True)]
    assert look(counted)[0][0] == before + 1
    heads = look("select head from label where document_id = :id and by = 'zhiban' order by 1", id=number)
    assert [head for (head,) in heads] == ["category", "region", "sentiment", "service_friction"]
    listed = client("chakan").draw(f"/documents?incident={town.main}&region=nanhu")
    assert "人工更正：" in words(listed)
    assert "堵点痛点" in words(listed)
    opened = words(press(client("zhiban"), "text", str(number), 1)["panel"]["children"])
    assert "人工更正，今日" in opened or "人工更正，昨日" in opened


def test_a_correction_from_a_stale_page_is_a_conflict_and_a_second_press_means_it(
    client, town, look, reading
):
    _, words = reading
    number = public_member(look, town.main, skip=2)
    submit(client("zhiban"), "text", str(number), 0, **CORRECT)
    other = {**CORRECT, "sentiment": "neutral"}
    late = submit(client("daiban"), "text", str(number), 0, **other)
    assert "zhiban 已于" in words(late["panel-note"]["children"])
    assert look("select sentiment from reading where document_id = :id", id=number) == [("positive",)]
    again = late["panel-state"]["data"]["at"]
    submit(client("daiban"), "text", str(number), again, **other)
    assert look("select sentiment from reading where document_id = :id", id=number) == [("neutral",)]


def test_internal_texts_open_for_those_who_may_read_them_only(client, town, look, reading):
    _, words = reading
    (number,) = look(
        "select d.id from membership m join document d on d.id = m.document_id where m.incident_id = :i"
        " and d.visibility = 'internal' limit 1", i=town.main,
    )[0]  # fmt: skip
    assert "为何判为" in words(press(client("zhiban"), "text", str(number), 0)["panel"]["children"])
    closed = words(press(client("chakan"), "text", str(number), 0)["panel"]["children"])
    assert "只计数，不显示内容" in closed
    assert "演示文字" not in closed
    assert "演示文字" not in words(client("chakan").draw(f"/document/{number}"))


def test_a_liaison_opens_texts_of_the_own_unit_only(client, town, look, reading):
    _, words = reading
    own, other = public_member(look, town.main), public_member(look, town.overdue)
    assert "为何判为" in words(client("lianluo").draw(f"/document/{own}"))
    assert "不在您的范围内" in words(client("lianluo").draw(f"/document/{other}"))
    assert "不在您的范围内" in words(press(client("lianluo"), "text", str(other), 0)["panel"]["children"])


@pytest.mark.parametrize("number", ["0", "x", "99999999999999999999", "1/2", "-1"])
def test_an_unknown_text_says_so(client, reading, number):
    _, words = reading
    assert "没有这" in words(client("zhiban").draw(f"/document/{number}"))


def test_hostile_titles_open_as_text(client, look, reading, filler):
    walk, words = reading
    rows = look("select document_id from document_text where title like '%window.hacked%'")
    for (number,) in rows:
        opened = press(client("zhiban"), "text", str(number), 0)["panel"]["children"]
        assert "window.hacked" in words(opened)
        assert not [one for one in walk(opened) if "dangerously_allow_html" in one]
    assert len(rows) == 2


def test_taking_out_shows_what_goes_and_writes_it_into_the_record(client, town, look, reading):
    walk, words = reading
    number = public_member(look, town.main, skip=4)
    before = members(look, town.main)
    version = look("select version from incident where id = :i", i=town.main)[0][0]
    form = press(client("zhiban"), "exclude", f"{town.main}/{number}", version)["panel"]["children"]
    ticked = [one["value"] for one in walk(form) if one.get("id") == {"type": "field", "name": "texts"}]
    assert ticked == [[str(number)]]
    done = submit(
        client("zhiban"), "exclude", f"{town.main}/{number}", version,
        texts=[str(number)], words="", into="", reason="说的是外地",
    )  # fmt: skip
    assert "已移出 1 条" in words(done["panel"]["children"])
    assert members(look, town.main) == [one for one in before if one != number]
    assert "移出 1 条。理由：说的是外地" in words(client("zhiban").draw(f"/incident/{town.main}"))
    back = submit(client("zhiban"), "include", str(number), 0, into=town.main, reason="看错了")
    assert "已归入" in words(back["panel"]["children"])
    assert members(look, town.main) == before


def test_all_texts_with_some_words_split_off_with_their_questions_and_every_number_agrees(
    client, town, look, reading
):
    walk, words = reading
    version = look("select version from incident where id = :i", i=town.main)[0][0]
    before = len(members(look, town.main))
    (going,) = look(
        "select count(*) from membership m join document_text t on t.document_id = m.document_id"
        " where m.incident_id = :i and m.until is null and t.title like '%检测结果%'", i=town.main,
    )[0]  # fmt: skip
    assert 0 < going < before
    done = submit(
        client("zhiban"),
        "split",
        town.main,
        version,
        texts=[],
        words="检测结果",
        title="检测结果公布",
        reason="",
    )
    assert f"已拆出 {going} 条" in words(done["panel"]["children"])
    new = look("select id from incident where title = '检测结果公布'")[0][0]
    assert (len(members(look, new)), len(members(look, town.main))) == (going, before - going)
    for incident in (new, town.main):
        page = client("zhiban").draw(f"/incident/{incident}")
        for props in walk(page):
            if "data-count" in props and "question=" in props["href"]:
                listed = client("zhiban").draw(props["href"])
                total = next(int(one["data-total"]) for one in walk(listed) if one.get("id") == "list-total")
                assert total == int(props["data-count"])
    assert f"拆自 {town.main}" in words(client("zhiban").draw(f"/incident/{new}"))


def test_nothing_chosen_and_everything_chosen_are_refused_in_words(client, town, look, reading):
    _, words = reading
    version = look("select version from incident where id = :i", i=town.proposed)[0][0]
    empty = {"texts": [], "words": "", "into": "", "reason": "", "title": "另一件"}
    for act in ("exclude", "split"):
        refused = submit(client("zhiban"), act, town.proposed, version, **empty)
        assert "请选出至少一条" in words(refused["panel-note"]["children"])
        every = {**empty, "texts": [str(one) for one in members(look, town.proposed)]}
        refused = submit(client("zhiban"), act, town.proposed, version, **every)
        assert "全部" in words(refused["panel-note"]["children"]) or "至少一条" in words(
            refused["panel-note"]["children"]
        )


def test_a_text_of_another_incident_cannot_be_smuggled_in(client, town, look, reading):
    _, words = reading
    other = public_member(look, town.overdue)
    version = look("select version from incident where id = :i", i=town.proposed)[0][0]
    refused = submit(
        client("zhiban"), "exclude", town.proposed, version, texts=[str(other)], words="", into="", reason=""
    )
    assert "请选出至少一条" in words(refused["panel-note"]["children"])
    assert other in members(look, town.overdue)


@pytest.mark.parametrize("name", ["chakan", "jiandu", "shenhe", "guanli", "lianluo"])
def test_a_role_without_the_right_sorts_no_texts_even_by_calling_the_callback(
    client, town, look, reading, name
):
    _, words = reading
    number = public_member(look, town.main)
    before = members(look, town.main)
    for act, of in (("exclude", f"{town.main}/{number}"), ("split", town.main), ("include", str(number))):
        assert "权限" in words(press(client(name), act, of, 1)["panel"]["children"])
        refused = submit(
            client(name),
            act,
            of,
            1,
            texts=[str(number)],
            words="",
            into=town.overdue,
            title="另一件",
            reason="",
        )
        assert "权限" in words(refused["panel-note"]["children"])
    assert members(look, town.main) == before


def test_the_preview_shows_first_lines_open_questions_and_the_acts_of_the_role(client, town, look, reading):
    walk, words = reading
    opened = press(client("zhiban"), "look", f"{town.main}/proposal", 1)["panel"]["children"]
    said = words(opened)
    for part in ("最新原文", "演示文字", "待答的问题", "登记回应", "打开事件"):
        assert part in said, part
    counts = [(one["href"], int(one["data-count"])) for one in walk(opened) if "data-count" in one]
    for href, number in counts:
        listed = client("zhiban").draw(href)
        assert next(int(one["data-total"]) for one in walk(listed) if one.get("id") == "list-total") == number
    assert len(counts) >= 5
    plain = words(press(client("chakan"), "look", town.main, 1)["panel"]["children"])
    assert "登记回应" not in plain
    assert "不在您的范围内" in words(press(client("lianluo"), "look", town.overdue, 1)["panel"]["children"])


def test_no_page_offers_the_same_button_twice(client, town, reading):
    walk, _ = reading
    for path in (
        "/",
        "/incidents",
        f"/incident/{town.main}",
        f"/documents?incident={town.main}",
        "/category/education",
    ):
        page = client("daiban").draw(path)
        keys = [as_key(one["id"]) for one in walk(page) if isinstance(one.get("id"), dict)]
        panel = press(client("daiban"), "look", f"{town.main}/side", 1)["panel"]["children"]
        keys += [as_key(one["id"]) for one in walk(panel) if isinstance(one.get("id"), dict)]
        assert len(keys) == len(set(keys)), path


def test_the_sound_knows_the_unacknowledged_proposals_and_is_offered_to_those_who_acknowledge(
    client, look, reading
):
    walk, words = reading
    page = client("zhiban").draw("/incidents?show=all")
    (node,) = [one for one in walk(page) if one.get("id") == "proposals-waiting"]
    expected = look(
        "select id || ':' || coalesce(proposed_event_level, proposed_grade) from incident where state = 'proposed' order by id"
    )
    assert node["data-proposals"] == " ".join(word for (word,) in expected)
    assert "提示音" in words(page)
    assert "提示音" not in words(client("chakan").draw("/"))


def test_the_duty_room_finds_a_text_right_with_one_press(client, town, look, reading, pressing):
    _, words = reading
    number = str(public_member(look, town.overdue))
    opened = press(client("zhiban"), "text", number, 0)["panel"]["children"]
    assert "判断无误" in words(opened)
    done = pressing(client("zhiban"), "agree", number, {}, at=0)
    assert "核对无误" in words(done["panel"]["children"])
    assert look("select bool_and(agrees), count(*) from label where document_id = :id", id=int(number)) == [
        (True, 5)
    ]
    page = words(client("chakan").draw(f"/document/{number}"))
    assert "人工核对无误" in page
    assert "人工更正" not in page
    shown = words(client("chakan").draw(f"/documents?texts={number}"))
    assert "人工核对无误" in shown
    refused = press(client("chakan"), "agree", str(public_member(look, town.closed)), 0)
    assert "权限" in words(refused["panel"]["children"])
