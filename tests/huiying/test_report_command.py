"""huiying report week: files on disk, numbers on stdout, wrong use told apart from failure."""

import json

import pytest

from catalogue.settings import settings
from huiying.cli import main


@pytest.fixture
def installed(database, invented, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.app)
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HUIYING_SITE", str(invented.write_site(tmp_path / "site")))
    monkeypatch.setenv("HUIYING_DEMO", "1")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def test_it_writes_html_and_word_and_prints_where(installed, capsys):
    out = installed / "papers"
    assert main(["report", "week", "2026-W40", "--out", str(out), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["version"] is None
    assert {"weekly-2026-W40.html", "weekly-2026-W40.docx"} <= {path.name for path in out.iterdir()}
    assert all((installed / path).exists() for path in result["files"])
    assert "演示数据" in (out / "weekly-2026-W40.html").read_text(encoding="utf-8")


def test_publishing_twice_keeps_one_version(installed, capsys):
    arguments = ["report", "week", "2026-W40", "--out", str(installed / "p"), "--publish", "--json"]
    versions = []
    for _ in range(2):
        assert main(arguments) == 0
        versions.append(json.loads(capsys.readouterr().out)["version"])
    assert versions == [1, 1]


def test_a_wrong_week_is_wrong_use_and_a_blocked_folder_is_a_failure(installed, capsys):
    assert main(["report", "week", "2026-W99", "--out", str(installed / "x")]) == 2
    assert "2026-W99" in capsys.readouterr().err
    blocked = installed / "file"
    blocked.write_text("")
    assert main(["report", "week", "2026-W40", "--out", str(blocked)]) == 1
    assert "无法写入" in capsys.readouterr().err
