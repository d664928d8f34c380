"""The colours of a chart: the shared design tokens and the few that only a chart needs."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue import tokens


@dataclass(frozen=True)
class ChartTheme:
    """gap: shading of hours in which the sources were down."""

    tokens: tokens.Theme
    gap: str
    font: str = tokens.SANS


LIGHT = ChartTheme(tokens.LIGHT, gap="#E3E7ED")
DARK = ChartTheme(tokens.DARK, gap="#22344F")
