"""The weekly report: figures agree with each other and with the store, a dull week is stated, nothing is overwritten."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from dashboards.errors import BadWeek, FutureWeek
from dashboards.paper import Figures, Note, Picture, Quote, Table, Text
from dashboards.report import build_week, own_sentences, publish, section_modules
from store.crawl_runs import save_source_state
from store.model import CrawlRun, Document, Membership, Report, Response
from store.session import transaction

WEEK = "2026-W47"
HALF_WIDTH = re.compile(
    r"(?<!\d),|,(?!\d)|[\u4e00-\u9fff][;:?!()]|[;:?!()][\u4e00-\u9fff]|[\u4e00-\u9fff]\.[\u4e00-\u9fff]"
)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def session(database):
    with transaction(database.app) as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def monday(invented):
    return invented.beijing(23, 6)


@pytest.fixture(scope="module")
def draft(database, invented, invented_catalogue, monday):
    """The report of the invented week, built once for the tests that only read it."""
    with transaction(database.app) as session:
        fill(session, invented)
        made = build_week(session, invented_catalogue, WEEK, monday)
        session.rollback()  # at once: an open transaction would block the others' rollups
    return made


def fill(session, invented):
    """An invented week: background, one major incident with clocks, one proposal, a hotline, a source down."""
    filler, b = invented.Filler(session), invented.beijing
    for day in range(9, 23):
        filler.texts(b(day, 9, 5), 3, categories=["housing"], region="xingang", sentiment="neutral")
        filler.texts(
            b(day, 10), 2, channel="hotline", source="shili_hotline", title="示例热线原话：楼道灯坏了",
            categories=["housing"], friction=True,
        )  # fmt: skip
    ids = filler.texts(
        b(19, 8, 10), 30, title="示例：食堂的食材从哪里来", channel="social", source="shili_square",
        categories=["food_drug_safety", "education"],
    )  # fmt: skip
    filler.texts(b(19, 9), 4, folded_into=ids[0])
    filler.texts(b(18), 1, precision="day", categories=["tax_cuts"])
    filler.texts(b(20, 9), 1, title=HOSTILE, region=None, categories=["environment"])
    filler.incident(
        "20261119-01", b(19, 8, 12), ids, title="城东区小学食堂餐后学生不适", confirmed_at=b(19, 8, 20),
        is_emergency=True, event_level="II", categories=["food_drug_safety", "education"],
    )  # fmt: skip
    response = Response(
        incident_id="20261119-01", kind="authoritative_release", happened_at=b(19, 11), channel="教育局网站",
        recorded_at=b(19, 11), recorded_by="duty",
    )  # fmt: skip
    session.add(response)
    session.flush()
    filler.clock("20261119-01", "R1", b(19, 8, 10), 5, state="met", settled_at=b(19, 11))
    filler.clock("20261119-01", "R2", b(19, 8, 10), 24, state="missed")
    filler.question("20261119-01", "食材供应商是谁？", ids[:9])
    filler.question("20261119-01", "患病学生有多少？", ids[9:12], response.id)
    hot = filler.texts(
        b(20, 9), 2, channel="mailbox", source="shili_hotline", title="内部来信的原话，不得引用"
    )
    filler.incident(
        "20261120-01", b(20, 9, 5), hot, title="内部来信的原话，不得引用", state="proposed", grade=None,
        proposed_grade="III",
    )  # fmt: skip
    filler.question("20261120-01", "内部来信所问的原话", hot)
    filler.clock("20261120-01", "R3", b(20, 9, 5), 48, provisional=True)
    filler.incident("20261118-01", b(18, 9), title="被判为旧闻的事", state="dismissed", dismissal="old_news")
    filler.clock("20261118-01", "R3", b(18, 9), 48, state="void")
    for source in ("shili_news", "shili_gov"):
        save_source_state(session, source, first_run_at=b(1), last_success_at=b(22, 23, 50))
        runs = [
            {"source": source, "started_at": b(d, h, 5), "finished_at": b(d, h, 6), "message": "连接超时",
             "status": "failed" if source == "shili_gov" and (d, h) in [(18, 3), (18, 4)] else "ok"}
            for d in range(15, 23) for h in range(24)
        ]  # fmt: skip
        session.execute(insert(CrawlRun), runs)
    return filler


def blocks(draft, kind):
    return [block for section in draft.paper.sections for block in section.blocks if isinstance(block, kind)]


def words(draft):
    return "\n".join(own_sentences(draft))


def test_every_section_of_the_outline_is_there_in_order():
    assert [module.title for module in section_modules()] == [
        "本周概况", "热点事件", "分领域趋势", "堵点痛点与热线对照", "回应情况", "政策解读与误读",
        "风险研判与下周关注", "建议", "方法与数据说明",
    ]  # fmt: skip
    assert [module.order for module in section_modules()] == list(range(1, 10))


def test_the_total_is_the_same_in_sentence_card_table_chart_and_store(
    session, invented, invented_catalogue, monday
):
    fill(session, invented)
    draft = build_week(session, invented_catalogue, WEEK, monday)
    stored = session.scalar(
        select(func.count()).where(
            Document.folded_into.is_(None),
            Document.counted_on >= draft.week.window.begins,
            Document.counted_on < draft.week.window.ends,
        )
    )
    assert draft.facts["total"] == stored == 69
    assert f"共收录公众关切信息{stored}条（同文转载计1条，另有转载4条）" in words(draft)
    assert blocks(draft, Figures)[0].items[0][1] == str(stored)
    spread = next(table for table in blocks(draft, Table) if table.caption.startswith("各地与各渠道条数"))
    for number in (1, 5):  # places on the left, channels on the right
        assert sum(int(row[number]) for row in spread.rows if row[number]) == stored
    assert sum(row.total for row in draft.week.channels) == stored
    assert sum(point.total for point in draft.week.days) == stored
    topics = next(table for table in blocks(draft, Table) if table.caption.startswith("各领域条数"))
    both = [row[half : half + 5] for row in topics.rows for half in (0, 5)]
    assert {row[0]: int(row[1]) for row in both} == {
        category.name: draft.facts["categories"][category.id]
        for category in invented_catalogue.categories.values()
    }


def test_a_comparison_names_both_periods_and_a_share_its_denominator(draft):
    text = words(draft)
    assert "11月16日至22日，共收录公众关切信息69条" in text
    assert "较上周同期（11月9日至15日）的35条增加34条，增长97%" in text
    assert re.search(r"负面\d+条，占69条的\d+%", text)


def test_provisional_clocks_are_counted_apart_and_void_ones_nowhere(draft):
    assert (draft.facts["due"], draft.facts["on_time"], draft.facts["missed"]) == (2, 1, 1)
    text = words(draft)
    assert "本周到期的回应事项2项，按时1项，逾期办理0项，超时未办1项（共2项，不足5项，不计按时率）" in text
    assert "暂行的计时1项" in text
    assert "首次回应用时中位数为2小时50分钟" in text
    assert "应举行新闻发布会1场，已举行0场" in text
    assert "被判为旧闻的事" not in text


def test_hotline_words_are_counted_and_never_quoted(draft):
    assert "原话" not in draft.html
    assert "另有1个问题只见于热线与信箱，不引用原文" in draft.html
    assert "热线与信箱反映的事项（编号20261120-01，原文不引用）" in draft.html
    assert "本周识别出堵点痛点信息14条" in draft.html
    assert "本周热线与信箱来件16条" in draft.html


def test_critical_voices_stand_on_their_own_as_text(draft):
    quoted = {quote.text for quote in blocks(draft, Quote)}
    assert {"示例：食堂的食材从哪里来", HOSTILE} <= quoted
    assert "<script" not in draft.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in draft.html


def test_missing_sources_are_stated_with_hours_and_reason(draft):
    assert draft.missing == ["示例市政府网缺测2小时（18日3时至5时，连接超时）"]
    assert "本周有1个来源停采，合计2小时（示例市政府网）" in words(draft)


def test_advice_says_to_whom_what_and_until_when(draft):
    table = next(table for table in blocks(draft, Table) if table.caption == "建议事项")
    assert (
        "示例市教育局",
        "补办“城东区小学食堂餐后学生不适”的新闻发布会并登记。",
        "立即",
    ) in table.rows


def test_a_week_without_anything_says_so_in_every_section(session, invented_catalogue, monday):
    draft = build_week(session, invented_catalogue, "2026-W40", monday)
    for section in draft.paper.sections:
        assert any(isinstance(block, (Note, Text)) and block.text.strip() for block in section.blocks)
    assert blocks(draft, Picture) == []
    text = words(draft)
    for sentence in (
        "未收录到公众关切信息",
        "本周没有需要通报的热点事件",
        "本周没有到期的回应事项",
        "本周无需提出专项建议",
    ):
        assert sentence in text
    assert text.count("本周无明显异常") >= 12
    assert draft.docx.startswith(b"PK")


def test_our_sentences_use_full_width_punctuation(session, draft, invented_catalogue, monday):
    for one in (draft, build_week(session, invented_catalogue, "2026-W40", monday)):
        lines = [*own_sentences(one), *one.paper.notes, *one.missing, *one.facts["mail_lines"]]
        assert [line for line in lines if HALF_WIDTH.search(line.replace("示例：", ""))] == []


def test_a_week_that_is_not_over_says_until_when(session, invented, invented_catalogue):
    fill(session, invented)
    draft = build_week(session, invented_catalogue, WEEK, invented.beijing(19, 20))
    assert any("本周未结束，数据截至11月19日20时00分" in note for note in draft.paper.notes)
    assert draft.week.shown.words == "11月16日至19日"
    assert draft.week.previous.words == "11月9日至12日"


def test_the_same_week_twice_is_one_report_and_regenerating_adds_a_version(
    session, invented, invented_catalogue, monday
):
    filled = fill(session, invented)
    first = publish(session, invented_catalogue, WEEK, monday)
    again = publish(session, invented_catalogue, WEEK, monday + timedelta(hours=2))
    assert (first.id, first.number, first.version, first.state) == (again.id, 1, 1, "draft")
    before = first.html
    renewed = publish(session, invented_catalogue, WEEK, monday, regenerate=True)
    assert (renewed.number, renewed.version) == (1, 2)
    filled.texts(monday - timedelta(hours=8), 5)
    changed = publish(session, invented_catalogue, WEEK, monday + timedelta(hours=3))
    assert (changed.number, changed.version) == (1, 3)
    session.expire_all()
    assert session.get(Report, first.id).html == before
    assert publish(session, invented_catalogue, "2026-W46", monday).number == 2


@pytest.mark.parametrize("week", ["2026-W54", "2026W", "昨天", "2026-47", "2025-W53", ""])
def test_a_week_that_does_not_exist_is_refused(session, invented_catalogue, monday, week):
    with pytest.raises(BadWeek, match="2026-W47"):
        build_week(session, invented_catalogue, week, monday)


def test_a_week_that_has_not_begun_is_refused_to_the_second(session, invented, invented_catalogue):
    begins = invented.beijing(16)
    assert build_week(session, invented_catalogue, WEEK, begins).facts["total"] == 0
    with pytest.raises(FutureWeek):
        build_week(session, invented_catalogue, WEEK, begins - timedelta(seconds=1))


def test_the_html_needs_nothing_from_elsewhere(draft):
    html = draft.html
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", html)
    assert "url(" not in html
    assert html.count("data:image/png;base64,") == len(blocks(draft, Picture)) == 2
    assert "自动生成、未审定" in html
    assert "@page{size:A4" in html


def test_what_was_taken_out_of_an_incident_counts_nowhere_in_the_paper(
    session, invented, invented_catalogue, monday
):
    """移出: neither the texts nor the questions only they asked, nor their share of a question others ask too."""
    filler, b = invented.Filler(session), invented.beijing
    ids = filler.texts(b(19, 9), 10, title="示例：小区停水三天", channel="social", source="shili_square")
    incident = filler.incident("20261119-07", b(19, 9, 5), ids, title="小区停水三天无人答复")
    filler.question(incident.id, "何时恢复供水？", ids[:6])
    filler.question(incident.id, "公园何时开门？", ids[4:6])
    before = next(one for one in build_week(session, invented_catalogue, WEEK, monday).week.incidents)
    session.execute(update(Membership).where(Membership.document_id.in_(ids[4:6])).values(until=b(20, 9)))
    session.flush()
    after = next(one for one in build_week(session, invented_catalogue, WEEK, monday).week.incidents)
    assert (before.total, after.total) == (10, 8)
    assert [(one.text, one.documents) for one in before.questions] == [
        ("何时恢复供水？", 6),
        ("公园何时开门？", 2),
    ]
    assert [(one.text, one.documents) for one in after.questions] == [("何时恢复供水？", 4)]
    assert after.hidden_questions == 0
    assert sum(number for _, number in after.channels) == 8
