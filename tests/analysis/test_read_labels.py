"""Labels made by reading are found again by the hash of their text, and none is lost quietly."""

import gzip
import json

import pytest

from analysis.errors import BadTrainingData
from analysis.lexicon import CATEGORIES
from analysis.read_labels import ALIKE, FILE, read_labels, text_key
from analysis.scorer import SENTIMENTS
from analysis.train_data import read_rows


def put(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_bytes(gzip.compress(lines.encode()) if path.suffix == ".gz" else lines.encode())


@pytest.fixture
def data(tmp_path):
    put(tmp_path / "data" / "news.jsonl.gz", [{"text": "停水三天"}, {"text": "另一条"}])
    put(
        tmp_path / "data" / "days.jsonl.gz",
        [{"day": "2026-01-01", "titles": [["某地地震", 1], ["荷花展", 2]]}],
    )
    put(
        tmp_path / "data" / "messages.jsonl.gz",
        [{"title": "请修路", "text": "请修路。村口的路坏了" + "很久" * 200}],
    )
    return tmp_path / "data"


def record(text, file):
    return {"key": text_key(text), "file": file, "categories": [], "sentiment": "neutral"}


def test_texts_are_found_in_each_kind_of_file_as_they_were_read(data, tmp_path):
    message = ("请修路。请修路。村口的路坏了" + "很久" * 200)[:230]
    labels = tmp_path / "read.jsonl"
    put(
        labels,
        [
            record("停水三天", "news.jsonl.gz"),
            record("某地地震", "days.jsonl.gz"),
            record(message, "messages.jsonl.gz"),
        ],
    )
    assert sorted(read_labels(data, labels).texts) == sorted(["停水三天", "某地地震", message])


def test_missing_texts_are_told_with_their_number(data, tmp_path):
    labels = tmp_path / "read.jsonl"
    put(labels, [record("停水三天", "news.jsonl.gz"), record("没有这一条", "news.jsonl.gz")])
    with pytest.raises(BadTrainingData, match="2 条标注只找到 1 条"):
        read_labels(data, labels)


@pytest.mark.parametrize(("file", "least"), [(FILE, 1000), (ALIKE, 10_000)])
def test_the_kept_labels_are_whole_and_hold_no_text(file, least):
    rows = list(read_rows(file))
    assert len({row["key"] for row in rows}) == len(rows) >= least
    for row in rows:
        assert "text" not in row
        assert "title" not in row
        assert set(row["categories"]) <= set(CATEGORIES)
        assert row["sentiment"] in SENTIMENTS
        assert isinstance(row["sudden_incident"], bool)
        assert isinstance(row["service_friction"], bool)


def test_two_hundred_texts_were_read_twice():
    assert sum("second" in row for row in read_rows(FILE)) >= 200


def test_no_text_is_labelled_in_both_files():
    keys = [{row["key"] for row in read_rows(file)} for file in (FILE, ALIKE)]
    assert not keys[0] & keys[1]
