"""Every saved page yields what its expected.json says. Pages are invented twins of real page builds."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.extract import extract

PAGES = sorted((Path(__file__).parent / "pages").iterdir())
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_a_saved_page_yields_what_was_expected(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    body = (folder / "page.html").read_bytes()
    found = extract(body, expected.get("headers", {}), expected["url"], NOW)
    at = found.published_at.isoformat() if found.published_at else None
    assert (found.title, at, found.precision, found.publisher) == (
        expected["title"], expected["published_at"], expected["precision"], expected["publisher"],
    )  # fmt: skip
    if "text" in expected:
        assert found.text.split("\n") == expected["text"].split("\n")
    for words in expected["text_contains"]:
        assert words in found.text
    for words in expected["text_lacks"]:
        assert words not in found.text
