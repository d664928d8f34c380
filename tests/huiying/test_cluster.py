import json

import pytest

from huiying.cli import main

ROWS = [
    {"id": "a", "title": "云溪区明珠商场四楼起火", "text": "", "published_at": "2026-11-20T08:00:00+08:00"},
    {"id": 2, "title": "云溪区明珠商场四楼起火！", "text": "", "published_at": "2026-11-20T09:00:00"},
    {"id": 3, "title": "明珠商场起火原因公布", "text": "", "published_at": "2026-11-20T19:00:00+08:00"},
    {"id": 4, "title": "柳河镇12路公交改线引不满", "text": ""},
]


def cluster(tmp_path, rows, *options):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8"
    )
    code = main(["cluster", str(source), str(target), *options])
    return code, [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_each_line_gets_its_incident_and_its_first_publication(tmp_path):
    code, found = cluster(tmp_path, ROWS)
    assert code == 0
    assert [row["id"] for row in found] == ["a", 2, 3, 4]
    assert [row["duplicate_of"] for row in found] == [None, "a", None, None]
    homes = [row["incident"] for row in found]
    assert homes[0] == homes[1] == homes[2] != homes[3]


def test_broken_lines_are_named_and_skipped(tmp_path, capsys):
    broken = ["{", "[]", '{"id": 1}', json.dumps({"id": 1, "title": "x", "published_at": "上周"})]
    code, found = cluster(tmp_path, [ROWS[0], *broken, ROWS[3]])
    assert (code, len(found)) == (0, 2)
    errors = capsys.readouterr().err
    assert [f"第 {number} 行" in errors for number in range(1, 7)] == [False, True, True, True, True, False]
    assert cluster(tmp_path, [ROWS[0], *broken], "--strict")[0] == 1


def test_an_empty_input_is_an_empty_output(tmp_path):
    assert cluster(tmp_path, []) == (0, [])


@pytest.mark.parametrize("options", [["--window-days", "0"], ["--window-days", "99999"]])
def test_a_window_that_is_none_is_wrong_use(tmp_path, options):
    source = tmp_path / "in.jsonl"
    source.write_text("", encoding="utf-8")
    assert main(["cluster", str(source), str(tmp_path / "out.jsonl"), *options]) == 2


def test_the_same_file_and_a_missing_file_are_one_sentence(tmp_path, capsys):
    source = tmp_path / "in.jsonl"
    source.write_text("", encoding="utf-8")
    assert main(["cluster", str(source), str(source)]) == 2
    assert main(["cluster", str(tmp_path / "none"), str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.count("\n") == 2


def test_time_and_forms_of_published_at():
    from huiying.commands.cluster import instant

    assert instant("2026-11-20T08:00:00") == instant("2026-11-20T00:00:00+00:00") == instant(1795132800)
    assert instant(None) is None
