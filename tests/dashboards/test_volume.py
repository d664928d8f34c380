from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import pytest

from analysis.series import HourPoint, HourSeries
from dashboards.figures import volume
from dashboards.figures.theme import DARK, LIGHT

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def series(counts, line=None, gaps=()) -> HourSeries:
    ends = NOW.replace(minute=0) + HOUR
    begins = ends - HOUR * len(counts)
    points = tuple(
        HourPoint(begins + HOUR * index, total, total, 0, 0, line, index == len(counts) - 1, index in gaps)
        for index, total in enumerate(counts)
    )
    return HourSeries(points, begins, ends, NOW, True)


def info(counts, events=(), **more) -> volume.Info:
    return volume.prepare(
        series(counts, **more), events, NOW, lambda point: f"/documents?from={point.hour:%H}"
    )


@pytest.mark.parametrize("counts", [[0] * 36, [5], [0, 0, 90], [3, 5, 8, 5, 3, 1]])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_plotly_accepts_what_we_draw_with_no_data_one_point_or_a_burst(counts, theme):
    figure = go.Figure(volume.draw(info(counts, line=4.0), theme))
    assert [trace.name for trace in figure.data] == ["负面", "中性", "正面", "预警线"]
    assert figure.layout.barmode == "stack"


def test_the_hour_not_full_is_hatched_and_no_other():
    figure = volume.draw(info([1, 2, 3]), LIGHT)
    pattern = figure["data"][0]["marker"]["pattern"]
    assert pattern["shape"] == ["", "", "/"]
    assert pattern["fillmode"] == "overlay", "else the bar of the running hour is not to be seen"


def test_a_gap_is_shaded_and_said():
    about = info([1, 0, 3], gaps=(1,))
    assert "有 1 小时来源缺测" in about.sentence
    assert [shape["type"] for shape in volume.draw(about, LIGHT)["layout"]["shapes"]] == ["rect"]


def test_a_bar_covers_its_hour_so_that_a_minute_stands_inside_the_right_one():
    """14:00 to 15:00 in Beijing is drawn around 14:30."""
    assert volume.draw(info([1]), LIGHT)["data"][0]["x"] == ["2026-11-21 14:30:00"]


def test_close_events_stand_on_different_rows_and_carry_no_markup():
    events = [volume.Event(NOW - timedelta(minutes=20 * index), f"<b>事{index}</b>") for index in range(3)]
    labels = volume.draw(info([2] * 12, events), LIGHT)["layout"]["annotations"]
    assert len({label["y"] for label in labels}) == 3
    assert not any("<" in label["text"] for label in labels)


def test_an_event_outside_the_window_is_left_out():
    assert info([1, 1], [volume.Event(NOW - timedelta(days=3), "早")]).events == ()


@pytest.mark.parametrize(
    ("counts", "says"),
    [([0, 0], "近 2 小时没有相关条目。"), ([1, 9, 6, 4, 2], "此后连续 2 小时回落"), ([9, 6, 4], "9 条")],
)
def test_the_sentence_states_facts(counts, says):
    assert says in info(counts).sentence
