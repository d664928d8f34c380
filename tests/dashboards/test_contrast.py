"""The style sheets carry the design tokens, and every pair of text and ground that is used reaches its ratio."""

import re
from pathlib import Path

import pytest

from catalogue import tokens
from catalogue.tokens import contrast

ASSETS = Path(__file__).parents[2] / "dashboards" / "assets"
TEXT, GRAPHIC = 4.5, 3.0


def variables(file: str, selector: str) -> dict[str, str]:
    sheet = (ASSETS / file).read_text(encoding="utf-8")
    block = re.search(re.escape(selector) + r" \{(.*?)\}", sheet, re.S)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", block))


LIGHT, DARK = (
    variables("base.css", ":root"),
    {**variables("base.css", ":root"), **variables("wall.css", ".wall")},
)
THEMES = [("light", LIGHT, tokens.LIGHT), ("dark", DARK, tokens.DARK)]


@pytest.mark.parametrize(("name", "css", "theme"), THEMES)
def test_the_style_sheet_says_what_the_tokens_say(name, css, theme):
    for field in (
        "bg",
        "surface",
        "surface2",
        "line",
        "text",
        "text2",
        "text3",
        "link",
        "focus",
        "ok",
        "negative",
        "neutral",
        "positive",
    ):
        assert css[field] == getattr(theme, field), field
    assert css["line-strong"] == theme.line_strong
    for level, colours in theme.levels.items():
        assert (css[f"{level}-text"], css[f"{level}-bg"], css[f"{level}-edge"]) == (
            colours.text,
            colours.text_bg,
            colours.edge,
        )
        assert (css[f"{level}-chip"], css[f"{level}-on"]) == (colours.chip_bg, colours.chip_fg)


@pytest.mark.parametrize(("name", "css", "theme"), THEMES)
def test_every_text_reaches_its_ratio_on_every_ground_it_stands_on(name, css, theme):
    grounds = {
        "text": ("bg", "surface", "surface2"),
        "text2": ("bg", "surface", "surface2"),
        "text3": ("bg", "surface", "surface2"),
        "link": ("bg", "surface"),
        "ok": ("surface",),
    }
    for text, stands_on in grounds.items():
        for ground in stands_on:
            assert contrast(css[text], css[ground]) >= TEXT, (name, text, ground)
    for level in tokens.LEVELS:
        assert contrast(css[f"{level}-text"], css[f"{level}-bg"]) >= TEXT, (name, level)
        assert contrast(css[f"{level}-on"], css[f"{level}-chip"]) >= TEXT, (name, level)
    assert contrast(css["late-text"], css["late-bg"]) >= TEXT
    assert contrast(css["text"], css["warn-bg"]) >= TEXT
    assert contrast(css["II-text"], css["surface"]) >= TEXT
    assert contrast(css["III-text"], css["surface"]) >= TEXT


@pytest.mark.parametrize(("name", "css", "theme"), THEMES)
def test_bars_borders_and_focus_are_seen_against_the_surface(name, css, theme):
    for graphic in ("negative", "neutral", "positive", "line-strong", "focus", "ok"):
        assert contrast(css[graphic], css["surface"]) >= GRAPHIC, (name, graphic)


def test_tile_words_are_read_on_every_step_of_the_ramp():
    sheet = (ASSETS / "wall.css").read_text(encoding="utf-8")
    steps = re.findall(r"heat-\d \{ background: (#\w{6})", sheet)
    assert len(steps) == 5
    for colour in [*tokens.TILE_RAMP, *steps]:
        assert contrast(DARK["text"], colour) >= TEXT, colour


def test_the_main_button_is_readable_also_under_the_pointer():
    sheet = (ASSETS / "base.css").read_text(encoding="utf-8")
    hover = re.search(r"\.button-main:hover \{ background: (#\w{6})", sheet)[1]
    assert contrast("#FFFFFF", hover) >= TEXT
    assert contrast("#FFFFFF", LIGHT["link"]) >= TEXT


def test_nothing_in_the_assets_comes_from_elsewhere():
    for path in ASSETS.iterdir():
        words = path.read_text(encoding="utf-8")
        assert "http://" not in words
        assert "https://" not in words
        assert "@import" not in words
        assert "@font-face" not in words
