"""Every DAG parses, carries what operators need, and names only pools that the supervisor makes."""

import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.dags,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore"),  # Airflow's own imports warn; the quick tier is strict about ours
]

DAGS = Path(__file__).resolve().parents[2] / "dags"
IDS = {path.stem for path in DAGS.glob("*.py")}
KNOWN_TAGS = {"huiying", "抓取", "研读", "立项", "计时", "报告", "维护"}
POOLS = {"default_pool", "crawl"}


@pytest.fixture(scope="session")
def dagbag():
    """All DAGs, parsed once; no database is needed."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["AIRFLOW_HOME"] = home
        os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
        from airflow.dag_processing.dagbag import DagBag

        yield DagBag(str(DAGS))


@pytest.fixture(params=sorted(IDS))
def dag(request, dagbag):
    return dagbag.dags[request.param]


def clock_of(dag) -> dict:
    """What the scheduler will be told about the DAG's times; empty when only assets start it."""
    from airflow.serialization.serialized_objects import DagSerialization

    told = DagSerialization.to_dict(dag)["dag"]["timetable"]["__var"]
    return told.get("timetable", {}).get("__var", told)


def test_every_file_parses_and_gives_the_dag_of_its_name(dagbag):
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == IDS
    assert len(IDS) == 7


def test_files_are_thin():
    for path in DAGS.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path.name


def test_each_dag_says_what_it_does_what_to_check_and_whether_it_may_run_again(dag):
    for heading in ("**做什么**", "**失败时看什么**", "**可以重跑**"):
        assert heading in dag.doc_md


def test_each_dag_is_safe_to_leave_alone(dag):
    assert dag.catchup is False
    several = {"crawl_sources": 4}  # safe there: a host in work is locked (tests/crawlers/test_jobs.py)
    assert dag.max_active_runs == several.get(dag.dag_id, 1)
    assert dag.dagrun_timeout is not None
    assert clock_of(dag).get("timezone", "Asia/Shanghai") == "Asia/Shanghai"
    assert set(dag.tags) <= KNOWN_TAGS
    assert "huiying" in dag.tags


def test_each_task_has_an_owner_retries_a_limit_and_a_known_pool(dag):
    assert dag.tasks
    for task in dag.tasks:
        assert task.owner == "huiying"
        assert task.retries >= 1
        assert timedelta(0) < task.execution_timeout < dag.dagrun_timeout
        assert task.pool in POOLS


def test_the_pools_are_those_the_supervisor_makes():
    from huiying.airflow_api import POOLS as made

    assert {"default_pool", *made} == POOLS


def test_each_dag_can_be_serialised(dag):
    from airflow.serialization.serialized_objects import DagSerialization

    assert DagSerialization.to_dict(dag)["dag"]["dag_id"] == dag.dag_id


def test_the_weekly_report_is_drafted_at_six_and_sent_at_eight_on_mondays(dagbag):
    clock = clock_of(dagbag.dags["weekly_report"])
    assert clock["expression"] == "0 6,8 * * 1"
    assert clock["run_immediately"] is False  # the first start sends no stale week


def test_a_failed_clock_does_not_hold_back_the_mails(dagbag):
    for name in ("keep_clocks", "open_incidents"):
        deliver = dagbag.dags[name].get_task("deliver_notifications")
        assert deliver.trigger_rule == "all_done"


def test_parsing_imports_nothing_of_ours():
    """Imports stand in the task bodies: a broken module fails its own task and shows why in that task's log."""
    program = (
        "import sys, runpy\n"
        f"for path in {[str(path) for path in sorted(DAGS.glob('*.py'))]!r}: runpy.run_path(path)\n"
        "ours = {'alerts', 'analysis', 'crawlers', 'dashboards', 'store', 'catalogue', 'huiying'}\n"
        "print(sorted(ours & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=DAGS.parent)
    assert done.stdout.strip() == "[]", done.stderr
