"""Small, complete pictures that any mail program and any printer shows."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from alerts.messages.chart import days_png, hourly_png, nice_top
from alerts.messages.chart_style import drawable, glyphs
from analysis.series import DayPoint, HourPoint, HourSeries
from catalogue.loader import load
from catalogue.tokens import LIGHT

BEGINS = datetime(2026, 11, 19, 16, tzinfo=UTC)


def series(totals, line=30.0, partial=None, gaps=()):
    points = tuple(
        HourPoint(BEGINS + timedelta(hours=n), total, 0, total, 0, line, n == partial, n in gaps)
        for n, total in enumerate(totals)
    )
    return HourSeries(points, BEGINS, BEGINS + timedelta(hours=len(totals)), None, line is not None)


def colours(png: bytes) -> set[str]:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return {"#{:02X}{:02X}{:02X}".format(*colour) for _, colour in picture.getcolors(2**20)}


def near(colour: str, found: set[str]) -> bool:
    def parts(text):
        return [int(text[i : i + 2], 16) for i in (1, 3, 5)]

    return any(
        max(abs(a - b) for a, b in zip(parts(colour), parts(other), strict=True)) <= 6 for other in found
    )


def test_the_picture_is_a_small_palette_png_of_the_asked_size():
    png = hourly_png(series([8] * 34 + [43, 74]), level="II")
    picture = Image.open(io.BytesIO(png))
    assert (picture.size, picture.mode, picture.format) == ((1184, 440), "P", "PNG")
    assert len(png) <= 40_000


def test_the_same_numbers_give_the_same_bytes():
    assert hourly_png(series([5, 6])) == hourly_png(series([5, 6]))


def test_only_hours_above_the_line_wear_the_level():
    level = LIGHT.levels["II"].chip_bg
    assert near(level, colours(hourly_png(series([8] * 30 + [74]), level="II")))
    assert not near(level, colours(hourly_png(series([8] * 30 + [30]), level="II", highlight_last=False)))


@pytest.mark.parametrize(
    "one",
    [
        series([]), series([0]), series([7], line=None), series([0] * 36, line=None), series([9] * 36, gaps=(3, 4)),
        series([1] * 35 + [90], partial=35), series([123456] * 72),
    ],
)  # fmt: skip
def test_dull_and_odd_series_are_drawn_without_a_warning(one):
    assert hourly_png(one).startswith(b"\x89PNG")


def test_a_gap_is_shaded():
    assert near(LIGHT.surface2, colours(hourly_png(series([9] * 36, gaps=(3, 4, 5)))))


def test_days_are_small_too():
    for png in (days_png([DayPoint(date(2026, 11, 16), 9, 3, 3, 3)]), days_png([])):
        assert len(png) <= 40_000


def test_the_font_has_every_name_of_the_catalogue_and_our_words():
    words = (
        "预警线（近28天同时段）历史不足暂无缺测未标注未满本周上周负面中性正面月日时条周一二三四五六▲▼—ⅠⅡⅢⅣ级"
    )
    words += "".join(category.name for category in load(None).categories.values())
    assert drawable(words) == words
    assert drawable("龘\U0001f600a") == "〓〓a"
    assert len(glyphs()) > 4000


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 4), (3, 4), (8, 10), (9, 20), (74, 100), (90, 200), (1000, 2000)]
)
def test_the_scale_ends_on_a_round_number_with_room_above(highest, top):
    assert nice_top(highest) == pytest.approx(top)
