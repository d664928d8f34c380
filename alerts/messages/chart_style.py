"""The canvas static charts are drawn on: our font, our colours, a palette PNG. matplotlib is imported on first use."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from catalogue.tokens import LIGHT

FONT = Path(__file__).parent / "fonts" / "HuiyingSans.otf"
DPI = 200
PALETTE = 48  # colours of a PNG; enough for smooth text, a fifth of the size
TEXT, AXIS, LINE = LIGHT.text, LIGHT.text2, LIGHT.line
BAR = LIGHT.neutral


@cache
def font_family() -> str:
    """The family name of the shipped font, registered once."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(FONT))
    return font_manager.FontProperties(fname=str(FONT)).get_name()


@cache
def glyphs() -> frozenset[int]:
    """The characters the shipped font can draw."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(FONT)).get_charmap())


def drawable(text: str) -> str:
    """The text with every character our font lacks as 〓, the printer's mark for a missing type."""
    return "".join(one if ord(one) in glyphs() or one == "\n" else "〓" for one in text)


def canvas(width_px: int, height_px: int) -> tuple[Any, Any]:
    """A figure with one pair of axes on white, without frames and ticks."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI, facecolor=LIGHT.surface)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LIGHT.line_strong)
    axes.tick_params(length=0, colors=AXIS, labelsize=8)
    return figure, axes


def label(axes: Any, x: float, y: float, words: str, **changes: Any) -> Any:
    """Text in our font; changes are matplotlib's text properties."""
    style = {"fontfamily": font_family(), "fontsize": 8, "color": TEXT} | changes
    return axes.text(x, y, drawable(words), **style)


def bold(artist: Any, width: float = 0.45) -> None:
    """The text a little heavier: the shipped font has one weight."""
    from matplotlib.patheffects import withStroke

    artist.set_path_effects([withStroke(linewidth=width, foreground=artist.get_color())])


def use_font(axes: Any) -> None:
    """Our font on every tick label; called last, when the ticks are final."""
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontfamily(font_family())


def png(figure: Any) -> bytes:
    """The figure as a palette PNG: same data, same bytes."""
    from PIL import Image

    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    picture = Image.open(io.BytesIO(raw.getvalue())).convert("RGB")
    small = picture.quantize(colors=PALETTE, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, format="PNG", optimize=True)
    return out.getvalue()
