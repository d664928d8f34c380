from datetime import timedelta

import pytest
from sqlalchemy import text

from dashboards import downloads
from store import switches
from store.session import transaction

PAGES = ("/", "/incidents", "/category", "/sources", "/ledger", "/reports", "/settings", "/documents")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_a_skip_link_seven_ways_and_says_it_is_a_demo(client, reading, path):
    walk, words = reading
    page = client("daiban").draw(path)
    props = list(walk(page))
    assert sum(one.get("id") == "title" for one in props) == 1
    assert any(one.get("className") == "skip" and one["href"] == "#main" for one in props)
    assert sum(one.get("className") == "way" for one in props) == 7
    assert sum(one.get("aria-current") == "page" for one in props) == (0 if path == "/documents" else 1)
    assert "演示数据" in words(page)
    assert "页面出错" not in words(page)


def test_the_wall_says_demo_too_and_has_no_frame(client, reading):
    _, words = reading
    page = client("daiban").draw("/wall")
    assert "演示数据" in words(page)
    assert page["frame"]["children"] == []


def test_hostile_titles_are_shown_as_text_on_the_list(client, reading, filler):
    walk, words = reading
    page = client("zhiban").draw("/documents?category=education&sentiment=negative&source=haichuan_timeline")
    text = words(page)
    for title in filler.HOSTILE:
        shown = title.replace("\r\n", "  ")[:20].replace("\u202e", "").strip()
        assert shown.split("  ")[0] in text, title
    links = [one["href"] for one in walk(page) if "href" in one]
    assert not [href for href in links if href.lower().startswith(("javascript:", "data:"))]
    assert not [one for one in walk(page) if "dangerously_allow_html" in one]


def test_an_unknown_address_and_an_unknown_incident_say_so(client, reading):
    _, words = reading
    assert "没有这个页面" in words(client("zhiban").draw("/nowhere"))
    assert "没有事件 20200101-01" in words(client("zhiban").draw("/incident/20200101-01"))


def test_an_empty_list_names_its_scope_and_a_way_out(client, reading):
    walk, words = reading
    page = client("zhiban").draw("/documents?search=绝无此词")
    assert "含“绝无此词”：没有符合条件的条目" in words(page)
    assert any(one.get("href") == "/documents" for one in walk(page))


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "question=x",
        "after=1_2_3",
        "copies_of=99999999999999999999",
        "sentiment=sad",
        "region=;drop",
    ],
)
def test_a_filter_that_cannot_be_is_no_error(client, reading, query):
    _, words = reading
    assert "页面出错" not in words(client("zhiban").draw(f"/documents?{query}"))


def test_red_banner_when_the_clock_keeper_is_silent_and_none_while_it_runs(client, database, reading):
    _, words = reading
    assert "计时服务" not in words(client("zhiban").draw("/"))
    with transaction(database.app) as session:
        session.execute(
            text(
                "update heartbeat set at = now() - interval '3 minutes 10 seconds' where name = 'keep_clocks'"
            )
        )
    assert "计时服务已 3 分没有运行" in words(client("zhiban").draw("/"))
    with transaction(database.app) as session:
        switches.beat(session, "keep_clocks")


def test_banner_on_every_page_while_mail_is_paused(client, database, town, reading):
    _, words = reading
    with transaction(database.app) as session:
        switches.write(session, "mail_paused", {"paused": True}, "daiban", town.now, "演练")
    assert "所有外发邮件已暂停" in words(client("chakan").draw("/sources"))
    with transaction(database.app) as session:
        switches.write(session, "mail_paused", {"paused": False}, "daiban", town.now, "演练结束")
    assert "所有外发邮件已暂停" not in words(client("chakan").draw("/sources"))


def test_the_incident_page_shows_start_limits_basis_reasons_and_record(client, town, reading):
    walk, words = reading
    page = client("zhiban").draw(f"/incident/{town.main}")
    text = words(page)
    for part in (
        "首次出现",
        "认定",
        "新闻发布会时限",
        "国办发〔2016〕61号",
        "公众在问什么",
        "处置记录",
        "只增不改",
        "查看数据表",
    ):
        assert part in text
    clocks = [one for one in walk(page) if one.get("role") == "timer"]
    assert clocks
    for one in clocks:
        assert int(one["data-deadline"]) > town.now.timestamp() * 1000


def test_a_reason_opens_the_texts_behind_its_rule_and_each_of_its_values(client, town, reading):
    walk, words = reading
    page = client("zhiban").draw(f"/incident/{town.main}")
    behind = {
        one["href"].partition("reason=")[2]: int(one["data-count"])
        for one in walk(page)
        if "reason=" in str(one.get("href"))
    }
    assert behind == {
        "burst": 30, "burst&metric=hour_count": 30, "burst&metric=baseline_ratio": 30, "minors": 13,
        "minors&metric=minors": 13, "minors&metric=hurt": 5,
    }  # fmt: skip
    assert "没有记下所依据的原文" in words(page)
    listed = words(client("zhiban").draw(f"/documents?incident={town.main}&reason=minors&metric=hurt"))
    assert "定级理由“议题” · 文本所述受伤、送医、不适人数" in listed
    nothing = words(client("zhiban").draw(f"/documents?incident={town.main}&reason=invented"))
    assert "共 0 条" in nothing


def test_a_liaison_opens_the_reasons_of_the_own_unit_only(client, town, reading):
    _, words = reading
    own = words(client("lianluo").draw(f"/documents?incident={town.main}&reason=burst"))
    assert "共 30 条" in own
    other = words(client("lianluo").draw(f"/documents?incident={town.overdue}&reason=quick"))
    assert "共 0 条" in other


def test_an_overdue_matter_is_called_overdue_before_the_clock_keeper_looked(client, reading):
    _, words = reading
    assert "已超时：回应" in words(client("zhiban").draw("/"))


def test_the_ledger_downloads_with_bom_and_no_formula(client, town):
    answer = client("jiandu").get("/download/ledger.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert "演示数据" in lines[0]
    assert lines[1].startswith("事件编号,标题")
    assert downloads.harmless("=1+1") == "'=1+1"
    assert downloads.harmless("12 月") == "12 月"


def test_the_version_changes_when_somebody_acts_and_not_otherwise(client, database, town):
    outputs = [{"id": "version", "property": "data"}]
    inputs = [{"id": "tick", "property": "n_intervals", "value": 0}]
    state = [
        {"id": "address", "property": "pathname", "value": "/"},
        {"id": "version", "property": "data", "value": None},
    ]
    first = client("zhiban").call(outputs, inputs, state).get_json()["response"]
    word = first["version"]["data"].rsplit("/", 1)[0]
    again = (
        client("zhiban")
        .call(outputs, inputs, state)
        .get_json()["response"]["version"]["data"]
        .rsplit("/", 1)[0]
    )
    assert again == word
    with transaction(database.app) as session:
        switches.write(session, "drill", {"on": True}, "daiban", town.now)
    assert (
        client("zhiban")
        .call(outputs, inputs, state)
        .get_json()["response"]["version"]["data"]
        .rsplit("/", 1)[0]
        != word
    )


def test_every_page_says_how_old_the_data_is_and_calls_stale_data_stale(client, database, reading):
    walk, words = reading

    def aged(minutes):
        with transaction(database.app) as session:
            session.execute(
                text("update source_state set last_success_at = now() - make_interval(mins => :m)"),
                {"m": minutes},
            )
        return client("zhiban").draw("/incidents")

    fresh = aged(19)
    assert [one for one in walk(fresh) if one.get("className") == "data-time"]
    assert "数据停在" not in words(fresh)
    stale = aged(21)
    assert "数据停在 " in words(stale["banners"])
    assert "（21 分钟前）" in words(stale["banners"])
    assert any(one.get("href") == "/sources" for one in walk(stale["banners"]))
    aged(1)


def test_the_list_of_incidents_filters_by_level_and_words(client, town, reading):
    walk, _ = reading

    def found(query):
        page = client("zhiban").draw(f"/incidents?{query}")
        return next(int(one["data-total"]) for one in walk(page) if one.get("id") == "list-total")

    assert found("level=II") == 1
    assert found("level=III") == 2
    assert found("level=I") == 0
    assert found("search=食堂 学生") == 1
    assert found("search=食堂 停水") == 0


def test_the_handover_holds_what_is_open_what_is_due_and_what_the_shift_did(client, town, reading):
    _, words = reading
    begins = (town.now - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%SZ")
    page = client("zhiban").draw(f"/handover?since={begins}")
    said = words(page)
    for part in (
        "城东区小学食堂餐后学生不适", "南湖路供水管线抢修停水", "已超时 ", "4 个", "值班员甲 登记权威信息",
        "值班长甲 认定为", "来源异常", "外发邮件",
    ):  # fmt: skip
        assert part in said, part
    assert "早晚高峰" not in said
    just_now = (town.now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    short = words(client("zhiban").draw(f"/handover?since={just_now}"))
    assert "这一班没有处置记录" in short
    assert "移交的事件" in short
    nobody = words(client("lianluo").draw(f"/handover?since={begins}"))
    assert "本班记录" not in nobody
    assert "南湖路" not in nobody
    assert "页面出错" not in words(client("zhiban").draw("/handover?since=never"))


def test_the_reasons_end_with_who_decided_the_level(client, town, reading):
    _, words = reading
    assert "人工认定为突发事件" in words(client("zhiban").draw(f"/incident/{town.main}"))
    assert "人工认定" not in words(client("zhiban").draw(f"/incident/{town.proposed}"))
