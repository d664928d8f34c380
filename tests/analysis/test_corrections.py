"""What people corrected becomes labelled texts for the next training."""

from datetime import UTC, datetime

from analysis.corrections import corrected_texts
from analysis.labels import keep_label
from store.session import transaction

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def corrected(desk):
    with transaction(desk.url) as session:
        return corrected_texts(session)


def test_a_corrected_document_is_a_text_with_the_labels_that_stand_on_the_page(desk):
    ids = desk.bring(
        desk.item("柳河镇自来水发黄", "居民反映自来水发黄有异味。"),
        desk.item("公园荷花展", "欢迎参观。", minutes=3),
    )
    desk.read()
    assert len(corrected(desk)) == 0
    with transaction(desk.url) as session:
        keep_label(session, ids[0], "sentiment", "neutral", "值班员", NOW)
        keep_label(session, ids[0], "category", ["environment", "local_topic"], "值班员", NOW)
    desk.read()
    found = corrected(desk)
    assert found.texts == ["柳河镇自来水发黄。居民反映自来水发黄有异味。"]
    assert found.labels[0]["sentiment"] == "neutral"
    assert found.labels[0]["categories"] == ["environment"]


def test_a_region_alone_is_no_label_to_learn(desk):
    ids = desk.bring(desk.item("柳河镇自来水发黄", "居民反映自来水发黄有异味。"))
    desk.read()
    with transaction(desk.url) as session:
        keep_label(session, ids[0], "region", "liuhe", "值班员", NOW)
    desk.read()
    assert len(corrected(desk)) == 0
