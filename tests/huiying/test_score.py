"""`huiying score`: lines in, lines out, no database."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from huiying.cli import main

ROOT = Path(__file__).parents[2]
FIELDS = {
    "sentiment",
    "sentiment_scores",
    "categories",
    "category_scores",
    "service_friction",
    "service_friction_score",
    "sudden_incident",
    "sudden_incident_score",
    "regions",
    "model",
}


def score(tmp_path, lines, *options):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    code = main(["score", str(source), str(target), *options])
    return code, [json.loads(line) for line in target.read_text("utf-8").splitlines()]


def line(text, **more):
    return json.dumps({"id": 1, "title": "", "text": text} | more, ensure_ascii=False)


def test_input_fields_are_kept_and_the_reading_is_added(tmp_path):
    code, [result] = score(
        tmp_path, [line("青山铺镇化工厂偷排废水", published_at="2026-11-01T08:00:00+08:00")]
    )
    assert code == 0
    assert set(result) == FIELDS | {"id", "title", "text", "published_at"}
    assert result["categories"][0]["id"] == "environment"
    assert len(result["category_scores"]) == 12
    assert result["regions"] == [{"text": "青山铺镇", "level": "township"}]
    assert result["model"].startswith("own@")


def test_a_broken_line_is_named_by_number_and_the_rest_is_scored(tmp_path, capsys):
    lines = [line("停水"), "{broken", "[1]", '{"id": 4}', '{"id": 5, "text": 7}', "", line("停电")]
    code, results = score(tmp_path, lines)
    told = capsys.readouterr().err
    assert code == 0
    assert [one["text"] for one in results] == ["停水", "停电"]
    assert all(f"第 {number} 行" in told for number in (2, 3, 4, 5))
    assert "第 6 行" not in told
    assert score(tmp_path, lines, "--strict")[0] == 1


def test_only_broken_lines_end_with_code_one_and_no_lines_with_zero(tmp_path):
    assert score(tmp_path, ["{"])[0] == 1
    assert score(tmp_path, [""]) == (0, [])


def test_hostile_texts_are_scored(tmp_path):
    hostile = ["", "水", "a" * 1_000_000, "😀", "\x00", "Hello", "བོད་ཡིག"]
    lines = [json.dumps({"id": at, "text": text}) for at, text in enumerate(hostile)]
    code, results = score(tmp_path, [*lines, '{"id": 9, "text": "\\ud800"}'])
    assert code == 0
    assert len(results) == 8
    assert all(not one["categories"] for one in results)


def test_explain_names_pieces_of_the_text_with_weights(tmp_path):
    _, [result] = score(tmp_path, [line("化工厂夜里偷排废水，河水发黑发臭")], "--explain")
    spans = result["explain"]["environment"]["spans"]
    assert spans[0]["weight"] > 0
    assert spans[0]["text"] in "化工厂夜里偷排废水,河水发黑发臭"


def test_wrong_use_and_a_missing_file_are_one_sentence(tmp_path, capsys):
    assert main(["score", str(tmp_path / "none.jsonl"), "-"]) == 1
    assert "none.jsonl" in capsys.readouterr().err
    assert main(["score", str(tmp_path / "a"), str(tmp_path / "a")]) == 2
    assert main(["score", "-", "-", "--engine", "snownlp", "--explain"]) == 2


def test_standard_input_and_output_in_an_own_process():
    done = subprocess.run(
        [sys.executable, "-m", "huiying", "score", "-", "-"],
        input=line("請問公積金怎麼提取"),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    assert "housing" in {one["id"] for one in json.loads(done.stdout)["categories"]}
    assert "已打分 1 条" in done.stderr


@pytest.mark.slow
def test_snownlp_is_an_engine_too(tmp_path):
    code, [result] = score(tmp_path, [line("医院服务态度很好，感谢医生")], "--engine", "snownlp")
    assert code == 0
    assert result["model"].startswith("snownlp@")
    assert "healthcare" in {one["id"] for one in result["categories"]}


def test_reading_a_stream_keeps_one_batch_in_memory():
    from huiying.commands.score import BATCH, Tally, batches, rows

    source = (line("停水") for _ in range(BATCH * 3 + 1))
    assert [len(batch) for batch in batches(rows(source, Tally()), BATCH)] == [BATCH, BATCH, BATCH, 1]
    assert list(rows(io.StringIO(""), Tally())) == []
