"""A past held against the truth: real pipeline, real PostgreSQL; the memory run is held to the same proposals."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.linear import default_scorer
from catalogue.loader import load
from huiying.backtest import backtest, judge, with_rules
from huiying.errors import UsageError
from huiying.memory import replay_in_memory
from huiying.past import read_past
from huiying.truth import about, read_truth

ROOT = Path(__file__).resolve().parents[2]
STEP = timedelta(minutes=10)
MEALS = (
    "云溪中学多名学生午餐后呕吐腹泻",
    "云溪中学{n}名学生呕吐腹泻送医，家长怀疑午餐有问题",
    "孩子在云溪中学吃完食堂午餐后肚子疼呕吐，班里好几个都送医院了",
    "云溪中学食堂午餐疑似食物中毒，{n}名学生送医",
)


def rows():
    """Two days of a place: small talk, a school story on the second noon, one stray accident that is in no truth."""
    found = [
        {
            "id": f"q{n}", "title": f"请问{n}路公交站什么时候修好", "text": f"{n}路公交站的雨棚坏了，等车的人都淋雨。",
            "published_at": f"2026-03-{1 + n // 24:02}T{n % 24:02}:05", "source": "ask", "channel": "forum",
        }
        for n in range(40)
    ]  # fmt: skip
    for n in range(8):
        found.append(
            {
                "id": f"m{n}", "title": MEALS[n % 4].format(n=12 + n), "text": f"午餐后第{n}个班级有学生呕吐腹泻送医。",
                "published_at": f"2026-03-02T12:{n * 4:02}", "source": "square" if n % 2 else "board",
                "channel": "social" if n % 2 else "hotlist",
            }
        )  # fmt: skip
    found.append(
        {"id": "x", "title": "柳树沟一厂房发生爆炸", "published_at": "2026-03-02T20:00", "source": "board", "channel": "hotlist"}
    )  # fmt: skip
    return found


TRUTH = [
    {"name": "学生不适", "begins": "2026-03-02T11:40", "words": ["云溪中学", "呕吐|送医|中毒"], "event_level": "II"},
    {"name": "没有写到的事", "begins": "2026-03-02T08:00", "documents": ["ask/q24"]},
    {"name": "没有出现的事", "begins": "2026-03-01T08:00", "documents": ["nowhere"]},
]  # fmt: skip


def write(path, things):
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in things), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    folder = tmp_path_factory.mktemp("past")
    return write(folder / "past.jsonl", rows()), write(folder / "truth.jsonl", TRUTH), folder


@pytest.fixture(scope="module")
def run(past):
    items, truth = read_past(past[0], "forum"), read_truth(past[1])
    return items, truth, backtest(load(None), default_scorer(), items, truth, STEP)


@pytest.mark.slow
def test_what_was_found_when_at_which_level_and_what_was_false(run):
    _, _, result = run
    outcomes = {one.truth.name: one for one in result.outcomes}
    story = outcomes["学生不适"]
    assert story.items == 8
    assert story.delay <= timedelta(minutes=30)
    assert story.is_level_met
    assert story.first.at == story.proposed_at
    assert (outcomes["没有写到的事"].proposed_at, outcomes["没有写到的事"].items) == (None, 1)
    assert outcomes["没有出现的事"].items == 0
    assert [one.title for one in result.false] == ["柳树沟一厂房发生爆炸"]
    summary = result.summary()
    assert (summary["found"], summary["appeared"], summary["true_incidents"]) == (1, 2, 3)
    assert summary["false_a_day"] == pytest.approx(1 / result.report.days, abs=1e-3)


@pytest.mark.slow
def test_the_memory_run_proposes_the_same(run):
    items, truth, result = run
    fast = judge("memory", replay_in_memory(load(None), default_scorer(), items, STEP), items, truth)

    def told(report):
        return [
            (
                one.title,
                one.proposed_at,
                one.grade,
                one.is_emergency,
                one.event_level,
                sorted(one.items),
                one.levels,
            )
            for one in report.incidents
        ]

    assert told(fast.report) == told(result.report)
    assert fast.report.folded == result.report.folded


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_same_past_gives_the_same_rows_whatever_the_process(past):
    def rerun(hash_seed):
        code = (
            "import json,sys\nfrom datetime import timedelta\nfrom pathlib import Path\n"
            "from analysis.linear import default_scorer\nfrom catalogue.loader import load\n"
            "from huiying.past import read_past\nfrom huiying.replay import own_database, replay\n"
            "from sqlalchemy import text\nfrom store.session import transaction\n"
            "items = read_past(Path(sys.argv[1]), 'forum')\n"
            "with own_database() as url:\n"
            "    replay(url, load(None), default_scorer(), items, timedelta(minutes=10))\n"
            "    with transaction(url) as session:\n"
            "        for table in ('document', 'reading', 'incident', 'membership', 'clock', 'milestone', 'audit', 'question'):\n"
            "            rows = session.execute(text(f'select to_jsonb(t) from {table} t')).scalars()\n"
            "            print(table, sorted(json.dumps(row, sort_keys=True) for row in rows))\n"
        )
        environment = os.environ | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(past[0])],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        return done.stdout

    first, second = rerun(1), rerun(2)
    assert "incident" in first
    assert first == second


@pytest.mark.slow
def test_a_changed_table_stands_beside_the_one_in_force(run, past):
    items, truth, _ = run
    rules = past[2] / "rules"
    rules.mkdir()
    for name in ("hazard_grade", "emergency_hazard"):
        (rules / f"{name}.toml.off").touch()
    catalogue = load(None)
    changed = with_rules(catalogue, rules)
    assert changed.version != catalogue.version
    assert set(catalogue.level_rules) - set(changed.level_rules) == {"hazard_grade", "emergency_hazard"}
    fast = judge("new", replay_in_memory(changed, default_scorer(), items, STEP), items, truth)
    assert (fast.found, fast.false) == (1, [])


def test_a_changed_table_is_checked_like_any_other(tmp_path):
    with pytest.raises(UsageError, match="没有定级规则"):
        with_rules(load(None), tmp_path)
    (tmp_path / "nothing.toml.off").touch()
    with pytest.raises(UsageError, match="不存在"):
        with_rules(load(None), tmp_path)
    (tmp_path / "nothing.toml.off").unlink()
    (tmp_path / "broken.toml").write_text('id = "broken"', encoding="utf-8")
    with pytest.raises(UsageError, match=r"broken\.toml"):
        with_rules(load(None), tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("not json", "第 1 行"),
        ('{"begins": "2026-03-01", "words": ["a"]}', "name"),
        ('{"name": "a", "begins": "2026-03-01"}', "documents 与 words"),
        ('{"name": "a", "begins": "gestern", "words": ["a"]}', "第 1 行"),
        ('{"name": "a", "begins": "2026-03-01", "words": ["a"], "event_level": "V"}', "event_level"),
        ('{"name": "a", "begins": "2026-03-01", "words": ["|"]}', "空的词"),
        ('{"name": "a", "begins": "2026-03-01", "words": ["a"], "level": "II"}', "level"),
        ("", "没有真实事件"),
    ],
)
def test_a_truth_that_cannot_be_used_is_named(tmp_path, line, words):
    path = tmp_path / "truth.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_truth(path)


def test_half_of_a_proposal_s_texts_decide_what_it_is_about():
    belongs = {("s", "a"): {0}, ("s", "b"): {1}, ("s", "c"): {1}}
    keys = [("s", name) for name in "abcd"]
    assert about(keys[:1], belongs) == 0
    assert about(keys, belongs) == 1
    assert about([*keys, ("s", "e")], belongs) is None
    assert about([], belongs) is None
