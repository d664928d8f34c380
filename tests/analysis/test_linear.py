"""The own model: any text gets a reading, and the parts of a reading hold together."""

import math

import numpy as np
import pytest

from analysis.errors import MissingWeights
from analysis.evaluate import calibration_error, category_measures, confusion, f1, sentiment_measures
from analysis.explain import explain
from analysis.features import NOTHING, grams
from analysis.lexicon import CATEGORIES
from analysis.linear import chunks, default_scorer, reading_text
from analysis.scorer import Text
from analysis.weights_file import WEIGHTS, load

HOSTILE = [
    "",
    "水",
    "a" * 1_000_000,
    "😀😡🔥",
    "\x00\ud800",
    "Hello world",
    "བོད་ཡིག",
    "ئۇيغۇرچە",
    "<b>&nbsp;</b>",
    " \n\t",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_a_hostile_text_gets_a_reading_without_confident_labels(text):
    reading = default_scorer().score([Text(text)])[0]
    assert set(reading.category_scores) == set(CATEGORIES)
    assert all(0 <= score <= 1 for score in reading.category_scores.values())
    assert math.isclose(sum(reading.sentiment_scores.values()), 1, abs_tol=0.001)
    assert not reading.categories
    assert not reading.sudden_incident
    assert not reading.service_friction
    assert max(reading.sentiment_scores.values()) < 0.9


def test_no_texts_give_no_readings():
    assert default_scorer().score([]) == []


def test_a_batch_gives_the_same_readings_as_single_texts():
    texts = [
        Text("小区停水三天没人管"),
        Text(""),
        Text("高考录取结果公布"),
        Text("啊" * 5000),
        Text("感谢民警"),
    ] * 30
    together = default_scorer().score(texts)
    single = [default_scorer().score([text])[0] for text in texts[:5]]
    for one, other in zip(together[:5], single, strict=True):
        assert one.sentiment == other.sentiment
        assert one.category_scores == pytest.approx(other.category_scores, abs=2e-4)


def test_an_explosion_with_injured_is_a_negative_sudden_incident():
    reading = default_scorer().score([Text("今晨化工厂爆炸起火，三人受伤送医，消防正在救援。")])[0]
    assert reading.sudden_incident
    assert reading.sentiment == "negative"


def test_being_sent_back_and_forth_by_an_office_is_friction():
    text = "到政务中心窗口办理证明跑了三次，工作人员互相推诿，打电话一直没人接，至今没有答复。"
    assert default_scorer().score([Text(text)])[0].service_friction
    assert not default_scorer().score([Text("本周末公园举行荷花展")])[0].service_friction


def test_thanks_are_positive():
    assert default_scorer().score([Text("感谢民警冒雨救下落水儿童，点赞！")])[0].sentiment == "positive"


def test_the_title_is_read_and_a_repeated_title_is_read_once():
    assert reading_text(Text("内容", "标题")) == "标题。内容"
    assert reading_text(Text("标题。内容", "标题")) == "标题。内容"
    titled = default_scorer().score([Text("详情见内。", "化工厂偷排废水污染河道")])[0]
    assert "environment" in dict(titled.categories)


def test_the_explanation_adds_up_to_the_logit_that_the_model_gives():
    engine = default_scorer().engine
    text = reading_text(Text("化工厂夜里偷排废水，河水发黑发臭。"))
    logits = engine.logits([text])[0]
    for head in ("environment", "negative", "sudden_incident"):
        found = explain(engine, text, head)
        total = sum(w for _, w in found.spans) + sum(w for _, w in found.words) + found.interplay + found.rest
        assert found.logit == pytest.approx(float(logits[engine.heads.index(head)]), abs=1e-3)
        assert total == pytest.approx(found.logit, abs=1e-3)
    assert any(
        name == "environment" and weight > 0 for name, weight in explain(engine, text, "environment").words
    )


def test_n_grams_never_reach_into_the_next_text():
    alone, both = grams(["停水"]), grams(["停水", "爆炸"])
    for one, two in zip(alone.buckets, both.buckets, strict=True):
        assert np.array_equal(one, two[: len(one)])
        assert two.max() <= NOTHING


def test_chunks_keep_order_and_lose_nothing():
    texts = [str(number) * (number % 700) for number in range(500)]
    assert [text for chunk in chunks(texts) for text in chunk] == texts


def test_missing_weights_say_how_to_get_them(tmp_path):
    with pytest.raises(MissingWeights, match="huiying train"):
        load(tmp_path / "none.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(MissingWeights):
        load(broken)


def test_all_weights_together_stay_under_eight_megabytes():
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 8_000_000


def test_the_measures_give_known_values():
    truth = np.array([[True, False], [False, False], [True, True]])
    said = np.array([[True, False], [False, False], [False, True]])
    assert f1(truth[:, 0], said[:, 0]) == pytest.approx(2 / 3)
    assert category_measures(truth, said) == pytest.approx(
        {"micro_f1": 0.8, "macro_f1": 5 / 6, "none_recall": 1}
    )
    assert sentiment_measures(["negative", "neutral"], ["negative", "negative"])["accuracy"] == 0.5
    assert calibration_error(np.array([True, False]), np.array([0.95, 0.05])) == pytest.approx(0.05)


def test_the_confusion_counts_what_was_said_instead():
    truth = np.array([[1, 0], [1, 0], [1, 0], [0, 0], [0, 1], [0, 0]], dtype=bool)
    said = np.array([[1, 0], [0, 1], [0, 0], [0, 0], [1, 1], [0, 1]], dtype=bool)
    assert confusion(truth, said).tolist() == [[1, 1, 1], [0, 1, 0], [1, 1, 1]]
