import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from analysis.errors import BadInput
from analysis.labels import keep_label
from analysis.run import read_batch
from store import rollups
from store.session import read_now, transaction

NOW = datetime(2026, 11, 21, tzinfo=UTC)
STORY = (
    "柳河镇多位居民反映，近两天自来水发黄有异味，烧开以后杯底有沉淀，家里老人孩子都不敢喝。镇供水站的电话一直没有人接，"
    "居民希望尽快公布水质检测结果，并说明什么时候恢复正常供水，这段时间能不能安排送水车。"
)
TABLES = (
    "select document_id, head, model_version, result::text from score order by 1, 2",
    "select document_id, sentiment, categories, region, service_friction, sudden_incident, groups, is_corrected"
    " from reading order by 1",
    "select * from document_category order by 1, 2",
    "select * from document_question order by 1, 2",
    "select id, folded_into, copies from document order by 1",
    "select * from rollup_hour_category where total <> 0 order by 1, 2",
    "select * from rollup_hour_region where total <> 0 order by 1, 2",
    "select * from rollup_hour_channel where total <> 0 order by 1, 2",
    "select * from rollup_day_category_region where total <> 0 order by 1, 2, 3",
)


def everything(desk):
    return [desk.rows(statement) for statement in TABLES]


def assert_counts_are_those_of_a_recount(desk):
    """The counts kept along the way equal those counted from the documents now."""
    kept = everything(desk)[5:]
    with transaction(desk.url) as session:
        for (hour,) in session.execute(text("select distinct hour from rollup_hour_channel")).all():
            rollups.recompute_hour(session, hour)
        for (day,) in session.execute(text("select distinct day from rollup_day_category_region")).all():
            rollups.recompute_day(session, day)
    assert everything(desk)[5:] == kept


def texts(desk, amount=30):
    return [
        desk.item(
            f"城东街道{name}问题{number}",
            f"{name}已经很久没有人处理，居民第{number}次反映，何时能解决？",
            minutes=number,
        )
        for number, name in enumerate(["路灯", "积水", "噪音", "油烟", "停车"] * (amount // 5))
    ]


def test_a_document_gets_scores_a_reading_categories_questions_and_counts(desk):
    (document,) = desk.bring(desk.item("柳河镇自来水发黄", STORY))
    report = desk.read()
    assert (report["read"], report["folded"], report["is_finished"]) == (1, 0, True)
    assert [row[1] for row in desk.rows(TABLES[0])] == [
        "category", "region", "sentiment", "service_friction", "sudden_incident",
    ]  # fmt: skip
    ((_, sentiment, categories, region, *_),) = desk.rows(TABLES[1])
    assert region == "liuhe"
    assert desk.rows("select category from document_category where document_id = :id", id=document) == [
        (category,) for category in sorted(categories)
    ]
    assert desk.rows("select count(*) from document_question") != [(0,)]
    assert desk.rows("select total from rollup_hour_category where category = '*'") == [(1,)]
    assert sentiment in ("negative", "neutral")
    assert_counts_are_those_of_a_recount(desk)


def test_nothing_unread_is_nothing_done(desk):
    assert desk.read()["read"] == 0
    assert desk.rows("select version from catalogue_version") == [(desk.catalogue.version,)]


def test_reading_twice_yields_the_same_rows(desk):
    desk.bring(*texts(desk))
    desk.read(batch=7)
    first = everything(desk)
    desk.read()
    assert everything(desk) == first
    desk.run("update document set read_at = null")  # everything is read again
    assert desk.read(batch=11)["read"] == 30
    assert everything(desk) == first
    assert_counts_are_those_of_a_recount(desk)


def test_a_transaction_killed_before_its_end_leaves_nothing(desk):
    desk.bring(*texts(desk))
    with transaction(desk.url) as session:
        assert read_batch(session, desk.catalogue, desk.scorer, read_now(session), 400).read == 30
        session.rollback()
    assert [rows for index, rows in enumerate(everything(desk)) if index != 4] == [[]] * 8
    desk.read()
    assert_counts_are_those_of_a_recount(desk)


def test_two_workers_never_read_the_same_document(desk):
    desk.bring(*texts(desk))
    with transaction(desk.url) as one, transaction(desk.url) as other:
        from analysis.claims import claim

        first, second = claim(one, 20), claim(other, 20)
    assert (len(first), len(second)) == (20, 10)
    assert not {document.id for document in first} & {document.id for document in second}


def test_copies_fold_under_the_first_publication_and_are_not_counted(desk):
    first, copy, other = desk.bring(
        desk.item("柳河镇自来水发黄", STORY),
        desk.item("【转】柳河镇的水", "转发一下：" + STORY, minutes=30, channel="forum"),
        desk.item("城东街道路灯不亮", "城东街道东段路灯坏了两周。", minutes=40),
    )
    desk.read()
    assert desk.rows("select id, folded_into, copies from document order by id") == [
        (first, None, 1), (copy, first, 0), (other, None, 0),
    ]  # fmt: skip
    assert desk.rows("select sum(total) from rollup_hour_channel") == [(2,)]
    assert desk.rows("select count(*) from document_category where document_id = :id", id=copy) == [(0,)]
    assert_counts_are_those_of_a_recount(desk)


def test_folding_spans_batches_and_restarts(desk):
    (first,) = desk.bring(desk.item("柳河镇自来水发黄", STORY))
    desk.read()
    copies = desk.bring(
        *(desk.item("转发", STORY + "大家看看", minutes=60 + n, source=f"s{n}") for n in range(5))
    )
    assert desk.read(batch=2)["folded"] == 5
    assert desk.rows("select copies from document where id = :id", id=first) == [(5,)]
    assert desk.rows("select count(*) from document where folded_into = :id", id=first) == [(len(copies),)]


def test_the_same_address_in_two_sources_stays_joined_when_the_texts_differ(desk):
    same = {"canonical_url": "http://town.example/page"}
    desk.bring(
        desk.item("柳河镇自来水发黄", STORY, source="a", **same),
        desk.item("柳河镇自来水发黄（摘要）", "镇里说正在排查。", source="b", minutes=5, **same),
    )
    [(first,)] = desk.rows("select id from document where source = 'a'")
    assert desk.rows("select folded_into from document where source = 'b'") == [(first,)]
    desk.read()
    assert desk.rows("select source, folded_into, copies from document order by source") == [
        ("a", None, 1), ("b", first, 0),
    ]  # fmt: skip
    assert_counts_are_those_of_a_recount(desk)


def test_an_earlier_publication_that_arrives_late_becomes_the_first(desk):
    (later,) = desk.bring(desk.item("转发", STORY, minutes=300))
    desk.read()
    (original,) = desk.bring(
        desk.item("柳河镇自来水发黄", STORY + "图文来自现场。", minutes=0, channel="news")
    )
    desk.read()
    assert desk.rows("select id, folded_into, copies from document order by id") == [
        (later, original, 0), (original, None, 1),
    ]  # fmt: skip
    assert desk.rows("select channel, total from rollup_hour_channel where total <> 0") == [("news", 1)]
    assert_counts_are_those_of_a_recount(desk)


@pytest.mark.parametrize("verdict", ["cannot", "must"])
def test_a_text_a_person_judged_keeps_its_place_before_an_earlier_one(desk, verdict):
    (later,) = desk.bring(desk.item("转发", STORY, minutes=300))
    desk.read()
    desk.run(
        "insert into incident (id, title, state, origin, proposed_grade, detected_at, proposed_at, reasons, catalogue_version)"
        " values ('20261120-01', '自来水', 'proposed', 'program', 'III', :at, :at, '[]', 'x')",
        at=NOW,
    )
    desk.run(
        "insert into pair_judgement values (:d, '20261120-01', :v, 'zhiban', :at)", d=later, v=verdict, at=NOW
    )
    (original,) = desk.bring(
        desk.item("柳河镇自来水发黄", STORY + "图文来自现场。", minutes=0, channel="news")
    )
    desk.read()
    assert desk.rows("select id, folded_into, copies from document order by id") == [
        (later, None, 1), (original, later, 0),
    ]  # fmt: skip
    assert_counts_are_those_of_a_recount(desk)


def test_the_same_text_a_year_later_is_a_new_publication(desk):
    desk.bring(
        desk.item("柳河镇自来水发黄", STORY, at=NOW - timedelta(days=365)),
        desk.item("柳河镇自来水发黄", STORY, at=NOW),
    )
    desk.read()
    assert desk.rows("select count(*) from document where folded_into is null") == [(2,)]


def test_a_changed_text_takes_its_old_counts_out_first(desk):
    item = desk.item("城东街道公园开放", "新公园今天开放，环境优美，市民纷纷点赞，感谢政府办了一件好事。")
    (document,) = desk.bring(item)
    desk.read()
    before = desk.rows(TABLES[1])
    desk.bring(
        replace(item, title="柳河镇自来水发黄", text=STORY, fetched_at=item.fetched_at + timedelta(hours=1))
    )
    desk.read()
    assert desk.rows(TABLES[1]) != before
    assert desk.rows("select region, total from rollup_hour_region where total <> 0") == [("liuhe", 1)]
    assert desk.rows("select count(*) from document_version where document_id = :id", id=document) == [(1,)]
    assert_counts_are_those_of_a_recount(desk)


def test_a_label_stays_in_force_and_the_model_s_word_is_kept_beside_it(desk):
    (document,) = desk.bring(desk.item("柳河镇自来水发黄", STORY))
    desk.read()
    with transaction(desk.url) as session:
        keep_label(session, document, "sentiment", "positive", "zhiban", NOW)
        keep_label(session, document, "category", ["elderly_care"], "zhiban", NOW)
        keep_label(session, document, "region", None, "zhiban", NOW)
    desk.read()
    desk.run("update document set read_at = null")
    desk.read()
    assert desk.rows("select sentiment, categories, region, is_corrected from reading") == [
        ("positive", ["elderly_care"], None, True)
    ]
    assert desk.rows("select result->>'label' from score where head = 'sentiment'") != [("positive",)]
    assert_counts_are_those_of_a_recount(desk)


def label(desk, document, head, value):
    with transaction(desk.url) as session:
        keep_label(session, document, head, value, "zhiban", NOW)


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("sentiment", "positive"), ("category", ["elderly_care", "housing"]), ("category", []), ("region", "chengdong"),
        ("region", None), ("service_friction", False), ("sudden_incident", True),
    ],
)  # fmt: skip
def test_a_label_is_in_force_at_once_and_a_new_reading_changes_nothing(desk, head, value):
    (document,) = desk.bring(desk.item("柳河镇自来水发黄", STORY))
    desk.read()
    label(desk, document, head, value)
    column = {"category": "categories"}.get(head, head)
    assert desk.rows(f"select {column}, is_corrected from reading") == [(value, True)]
    assert_counts_are_those_of_a_recount(desk)
    before = everything(desk)
    assert desk.read()["read"] == 0
    desk.run("update document set read_at = null")
    desk.read()
    assert everything(desk) == before


def test_the_label_of_a_reprint_moves_no_count(desk):
    _, copy = desk.bring(
        desk.item("柳河镇自来水发黄", STORY),
        desk.item("【转】柳河镇的水", "转发一下：" + STORY, minutes=30, channel="forum"),
    )
    desk.read()
    before = everything(desk)[5:]
    label(desk, copy, "category", ["housing"])
    label(desk, copy, "sentiment", "positive")
    assert everything(desk)[5:] == before
    assert desk.rows("select count(*) from document_category where document_id = :id", id=copy) == [(0,)]
    assert_counts_are_those_of_a_recount(desk)


def test_a_label_given_before_the_first_reading_comes_with_it(desk):
    (document,) = desk.bring(desk.item("柳河镇自来水发黄", STORY))
    label(desk, document, "sentiment", "positive")
    desk.read()
    assert desk.rows("select sentiment, is_corrected from reading") == [("positive", True)]
    assert_counts_are_those_of_a_recount(desk)


def test_two_people_and_a_reader_at_once_leave_the_counts_right(desk):
    first = desk.bring(*texts(desk))
    desk.read()
    desk.run("update document set read_at = null where id % 2 = 0")
    heads = [
        ("sentiment", "positive"),
        ("category", ["housing"]),
        ("region", "liuhe"),
        ("sentiment", "negative"),
    ]
    errors = []

    def correct(start):
        try:
            for number, document in enumerate(first[start::2]):
                label(desk, document, *heads[number % len(heads)])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=correct, args=(start,)) for start in (0, 1)]
    threads.append(threading.Thread(target=lambda: desk.read(batch=3)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    desk.read()
    assert errors == []
    assert desk.rows("select count(*) from reading where is_corrected") == [(30,)]
    assert_counts_are_those_of_a_recount(desk)


@pytest.mark.parametrize(
    ("head", "value"), [("sentiment", "angry"), ("sentiment", 1), ("author", "x"), ("category", "x")]
)
def test_a_label_that_says_nothing_is_refused(desk, head, value):
    with transaction(desk.url) as session, pytest.raises(BadInput):
        keep_label(session, 1, head, value, "zhiban", NOW)


def test_a_title_about_another_province_does_not_take_the_source_s_place(desk, town):
    from analysis.readings import speaks_of_elsewhere
    from analysis.regions import find_regions

    gazetteer = tuple(town.regions.values())
    assert speaks_of_elsewhere(find_regions("四川泸定6.8级地震", gazetteer), "四川泸定6.8级地震")
    assert not speaks_of_elsewhere(find_regions("柳河镇停水", gazetteer), "柳河镇停水")
    assert not speaks_of_elsewhere(find_regions("路灯坏了两周", gazetteer), "路灯坏了两周")
    assert speaks_of_elsewhere(find_regions("隆化县一民宿起火", gazetteer), "隆化县一民宿起火")


def test_a_document_whose_text_was_purged_is_still_marked_read(desk):
    (document,) = desk.bring(desk.item("柳河镇自来水发黄", STORY))
    desk.run("delete from document_text")
    assert desk.read()["is_finished"]
    assert desk.rows("select read_at is not null from document where id = :id", id=document) == [(True,)]
