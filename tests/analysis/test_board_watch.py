"""Rankings in the database: a climbing title is flagged once, never in hindsight, and its fate is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from analysis.board_model import default_model
from analysis.board_watch import judge_boards
from huiying.past import name_of
from store.intake import take
from store.session import transaction

BOARD = "zhihu_hot"
START = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)  # as the desk has it
RISING = "柳河镇一厂房起火冒浓烟"
QUIET = [(f"第{n}个寻常话题讲的是{n * 37}", 900_000.0 / (n + 1) ** 0.4) for n in range(50)]


def look(desk, minutes, *titles, source=BOARD, has_heat=True):
    """The lines of one look as the spider brings them."""
    ordered = sorted([*QUIET, *titles], key=lambda pair: -pair[1])
    items = []
    for rank, (title, heat) in enumerate(ordered, 1):
        url = f"http://board.example/{source}/{name_of(title)}"
        items.append(
            desk.item(
                title, minutes=minutes, channel="hotlist", source=source, url=url, canonical_url=url, rank=rank,
                heat=heat if has_heat else None, published_at=None, published_precision="none",
            )
        )  # fmt: skip
    return items


def bring(desk, items):
    with transaction(desk.url) as session:
        take(session, items, max(one.fetched_at for one in items))


def judge(desk, minutes):
    with transaction(desk.url) as session:
        return judge_boards(session, desk.catalogue, default_model(), START + timedelta(minutes=minutes))


def rise(desk, heats, begins=120, judged=True):
    """Two hours of a quiet board, then the rising title every 20 minutes; how many were flagged at each look."""
    for minutes in range(0, begins, 20):
        bring(desk, look(desk, minutes))
        if judged:
            judge(desk, minutes + 3)
    found = []
    for number, heat in enumerate(heats):
        bring(desk, look(desk, begins + 20 * number, (RISING, heat)))
        if judged:
            found.append(judge(desk, begins + 20 * number + 3))
    return found


FLAGS = (
    "select t.title, f.rank, f.entry_rank, f.reached_at - f.flagged_at from board_flag f"
    " join document_text t on t.document_id = f.document_id"
)


def test_a_title_that_climbs_is_flagged_once_before_it_reaches_the_top_and_its_arrival_is_kept(desk):
    found = rise(desk, [210_000.0, 400_000.0, 545_000.0, 560_000.0, 950_000.0])
    assert sum(found) == 1
    assert found[-1] == 0
    ((title, rank, entry, lead),) = desk.rows(FLAGS)
    assert title == RISING
    assert 3 < rank < entry
    assert lead >= timedelta(minutes=20)


def test_judging_again_changes_nothing(desk):
    rise(desk, [210_000.0, 400_000.0, 545_000.0, 560_000.0])
    before = desk.rows("select * from board_flag")
    desk.run("update board_watch set judged_until = judged_until - interval '10 minutes'")
    assert judge(desk, 190) == 0
    assert desk.rows("select * from board_flag") == before
    assert len(before) == 1


def test_nothing_is_flagged_in_hindsight(desk):
    rise(desk, [210_000.0, 400_000.0, 545_000.0, 560_000.0], judged=False)
    for minutes in range(200, 400, 20):
        bring(desk, look(desk, minutes, (RISING, 150_000.0)))
    assert judge(desk, 385) == 0
    assert desk.rows("select count(*) from board_watch") == [(1,)]


def test_a_quiet_board_flags_nothing_and_no_look_no_work(desk):
    assert judge(desk, 0) == 0
    assert rise(desk, [210_000.0, 210_500.0, 209_000.0]) == [0, 0, 0]
    assert judge(desk, 170) == 0


@pytest.mark.parametrize(("source", "has_heat"), [(BOARD, False), ("not_a_ranking", True)])
def test_a_ranking_without_heat_or_a_source_that_is_none_is_not_judged(desk, source, has_heat):
    bring(desk, look(desk, 0, source=source, has_heat=has_heat))
    assert judge(desk, 3) == 0
    assert desk.rows("select count(*) from board_watch") == [(0,)]
