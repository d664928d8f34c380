"""`huiying evaluate`: the whole table on any labelled file, for people and for machines."""

import argparse
import json

import pytest

from analysis.errors import BadInput
from huiying.commands import evaluate
from huiying.errors import UsageError

ROWS = [
    {"text": "化工厂夜里偷排废水，河水发黑发臭。", "categories": ["environment"], "sentiment": "negative", "regions": []},
    {"text": "本周末公园举行荷花展，欢迎参观。", "categories": [], "sentiment": "neutral", "regions": []},
    {"text": "A市化工厂爆炸起火，三人受伤。", "categories": [], "sentiment": "negative", "sudden_incident": True},
] * 3  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "标注.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def run(file, *flags):
    parser = argparse.ArgumentParser()
    evaluate.add_arguments(parser)
    return evaluate.run(parser.parse_args([str(file), *flags]))


def test_the_table_has_a_line_a_measure_and_a_column_an_engine(file, capsys):
    run(file, "--engines", "own,keywords,majority", "--rounds", "10")
    out, err = capsys.readouterr()
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in out.splitlines()[1:]}
    assert lines["指标"] == ["自有模型", "词表", "最多类"]
    assert lines["sentiment accuracy"][0].startswith("1.000 [1.000, 1.000]")
    assert lines["regions exact"][1:] == ["－", "－"]
    assert "9 条" in err


def test_machines_get_the_same_numbers_with_their_intervals(file, capsys):
    run(file, "--engines", "own,majority", "--rounds", "10", "--json")
    table = json.loads(capsys.readouterr().out)
    assert table["rows"] == 9
    assert table["engines"]["majority"]["sentiment accuracy"]["value"] == pytest.approx(0.6667)
    one = table["engines"]["own"]["categories micro_f1"]
    assert one["low"] <= one["value"] <= one["high"]


def test_wrong_use_is_one_clear_sentence(file, tmp_path):
    with pytest.raises(UsageError, match="没有这样的引擎：bert"):
        run(file, "--engines", "bert")
    with pytest.raises(UsageError, match="至少为 1"):
        run(file, "--rounds", "0")
    with pytest.raises(BadInput, match="读不到"):
        run(tmp_path / "没有.jsonl")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_both_snownlp_models_can_be_measured(file, capsys):
    run(file, "--engines", "snownlp,snownlp-retrained", "--rounds", "2", "--json")
    engines = json.loads(capsys.readouterr().out)["engines"]
    assert set(engines) == {"snownlp", "snownlp-retrained"}
    assert all(0 <= table["sentiment accuracy"]["value"] <= 1 for table in engines.values())
