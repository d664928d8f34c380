"""Colours people can read, and one meaning a colour."""

import pytest

from catalogue.tokens import DARK, LEVELS, LIGHT, THEMES, contrast, css_variables, level_name

THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))


@THEME
@pytest.mark.parametrize("name", ["text", "text2", "text3", "link"])
def test_every_text_colour_reaches_four_and_a_half_to_one_on_every_surface(theme, name):
    for surface in (theme.bg, theme.surface, theme.surface2):
        assert contrast(getattr(theme, name), surface) >= 4.5


@THEME
@pytest.mark.parametrize("level", LEVELS)
def test_level_badges_can_be_read(theme, level):
    colours = theme.levels[level]
    assert contrast(colours.text, colours.text_bg) >= 4.5
    assert contrast(colours.chip_fg, colours.chip_bg) >= 4.5


@THEME
def test_graphics_and_control_borders_reach_three_to_one(theme):
    for colour in (theme.negative, theme.neutral, theme.positive, theme.bar_plain, theme.line_strong):
        assert contrast(colour, theme.surface) >= 3.0
    assert contrast(theme.overdue_text, theme.overdue_bg) >= 4.5


@THEME
def test_no_level_colour_is_used_for_a_sentiment(theme):
    levels = {c for level in theme.levels.values() for c in (level.edge, level.chip_bg)}
    assert not levels & {theme.negative, theme.neutral, theme.positive, theme.bar_plain}


def test_a_level_is_numeral_and_word():
    assert level_name("II") == "Ⅱ级 重大"


def test_css_variables_name_every_colour_once():
    names = [part.split(":")[0] for part in css_variables(LIGHT).split(";")]
    assert len(names) == len(set(names))
    assert {"--surface2", "--level-III-text-bg", "--overdue-bg"} <= set(names)
    assert css_variables(LIGHT) != css_variables(DARK)
