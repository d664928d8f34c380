"""The supervisor with real processes: order, restart, stop, orphans, the signals of a killed predecessor."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from huiying.children import Child, Running, Step, cap_log
from huiying.errors import RunError
from huiying.leftovers import MARK, end_predecessor, marked
from huiying.supervisor import Supervisor, outcome

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_dir(tmp_path):
    (tmp_path / "logs").mkdir()
    return tmp_path


@pytest.fixture
def said():
    return []


@pytest.fixture
def build(data_dir, said):
    """A supervisor of these parts, stopped at the end of the test whatever happened."""
    made = []

    def make(*parts):
        mark = f"test-{os.getpid()}-{len(made)}"
        supervisor = Supervisor(parts, data_dir, mark, say=said.append)
        supervisor.environment = {**os.environ, MARK: mark}
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.signals = 2
        supervisor.stop()


def tick_until(supervisor, reached, seconds=20):
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "not reached in time"
        supervisor.tick()
        time.sleep(0.02)


def child(name, command=SLEEP, **more):
    return Child(name, name, command, {**os.environ, MARK: f"test-{os.getpid()}-0"}, **more)


def test_parts_start_in_the_order_of_their_needs(build, data_dir):
    order = []
    gate = data_dir / "gate"
    supervisor = build(
        Step("third", "third", lambda: order.append("third"), after=("second",)),
        child("second", after=("first",), ready=gate.exists),
        child("first", [sys.executable, "-c", "pass"], once=True),
    )
    tick_until(supervisor, lambda: supervisor.children[0].process is not None)
    assert supervisor.ready == {"first"}
    assert not order
    gate.touch()
    tick_until(supervisor, lambda: supervisor.is_up)
    assert order == ["third"]


def test_a_dead_child_is_started_again_and_others_are_left_alone(build, said):
    supervisor = build(child("a"), child("b"))
    tick_until(supervisor, lambda: supervisor.is_up)
    first, second = (running.process.pid for running in supervisor.children)
    os.kill(first, signal.SIGKILL)
    tick_until(supervisor, lambda: supervisor.children[0].restarts and supervisor.children[0].is_ready)
    assert supervisor.children[0].process.pid != first
    assert supervisor.children[1].process.pid == second
    assert any("a意外退出（信号 SIGKILL），1 秒后重新启动" in sentence for sentence in said)
    assert any("a已恢复" in sentence for sentence in said)


def test_delays_double_to_thirty_seconds_and_start_over_after_a_steady_minute(data_dir):
    running = Running(child("a"), data_dir / "a.log")
    assert [running.plan_restart(0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert running.plan_restart(60) == 30
    assert running.plan_restart(60.1) == 1


def test_a_step_that_fails_ends_the_start_with_its_last_line(build):
    failing = [sys.executable, "-c", "import sys; print('磁盘坏了'); sys.exit(3)"]
    supervisor = build(child("schema", failing, once=True))
    with pytest.raises(RunError, match=r"schema没有成功（退出码 3）：磁盘坏了"):
        tick_until(supervisor, lambda: False)


def test_a_child_that_never_comes_up_ends_the_start_after_three_tries(build):
    supervisor = build(
        child("a", [sys.executable, "-c", "raise SystemExit('端口被占')"], ready=lambda: False)
    )
    with pytest.raises(RunError, match="a没有成功（退出码 1）：端口被占"):
        tick_until(supervisor, lambda: False)
    assert supervisor.children[0].restarts == 2


def test_a_child_that_hangs_at_its_start_is_started_again(build):
    supervisor = build(child("a", ready=lambda: False, start_seconds=0.2))
    tick_until(supervisor, lambda: supervisor.children[0].restarts)


def test_stop_leaves_no_process_not_even_a_grandchild_in_its_own_session(build):
    program = """
        import subprocess, sys, time, signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
        print("up", flush=True)
        time.sleep(600)
    """
    supervisor = build(child("stubborn", [sys.executable, "-c", textwrap.dedent(program)]))
    tick_until(supervisor, lambda: len(marked(supervisor.instance_id)) == 2)
    began = time.monotonic()
    supervisor.stop()
    assert marked(supervisor.instance_id) == []
    assert time.monotonic() - began < 15


def test_waves_stop_one_after_the_other(build, data_dir):
    program = """
        import pathlib, signal, sys, time
        def leave(*_):
            with open(sys.argv[1], "a") as file: file.write(sys.argv[2])
            sys.exit()
        signal.signal(signal.SIGTERM, leave); signal.signal(signal.SIGINT, leave)
        pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
        time.sleep(600)
    """

    def part(name, **more):
        words = [sys.executable, "-c", textwrap.dedent(program), str(data_dir / "order"), name]
        return child(name, words, ready=(data_dir / f"order{name}").exists, **more)

    supervisor = build(part("c", wave=2, stop_signal=signal.SIGINT), part("b", wave=1), part("a"))
    tick_until(supervisor, lambda: supervisor.is_up)
    supervisor.stop()
    assert (data_dir / "order").read_text() == "abc"


SUPERVISE = """
    import os, pathlib, sys
    from huiying.children import Child
    from huiying.supervisor import Supervisor
    folder = pathlib.Path(sys.argv[1])
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    environment = {**os.environ, "HUIYING_INSTANCE_ID": sys.argv[2]}
    Supervisor([Child("a", "a", sleep, environment), Child("b", "b", sleep, environment)], folder, sys.argv[2]).run()
"""


@pytest.fixture
def supervising(data_dir):
    """A supervisor in a process of its own, with two children."""
    mark = f"alone-{os.getpid()}-{time.monotonic_ns()}"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SUPERVISE), str(data_dir), mark],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while len(marked(mark)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield process, mark
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_stopping_signal_ends_everything(supervising, number):
    process, mark = supervising
    process.send_signal(number)
    assert process.wait(15) == 0
    assert marked(mark) == []


def test_children_of_a_killed_supervisor_end_by_themselves(supervising):
    process, mark = supervising
    process.kill()
    process.wait()
    psutil.wait_procs(marked(mark), timeout=5)
    assert marked(mark) == []


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(tmp_path):
    ours = subprocess.Popen(SLEEP, env={**os.environ, MARK: "left-behind"}, start_new_session=True)
    other = subprocess.Popen(SLEEP, env={**os.environ, MARK: "another"}, start_new_session=True)
    try:
        time.sleep(0.2)  # between fork and exec the environment is still ours
        assert end_predecessor("left-behind", tmp_path) == 1
        assert not psutil.pid_exists(ours.pid)
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


def test_a_log_is_cut_to_its_end_and_the_writer_goes_on(tmp_path):
    log = tmp_path / "a.log"
    with open(log, "ab") as writer:
        writer.write(b"x" * 90 + b"0123456789")
        writer.flush()
        assert not cap_log(log, limit=100, kept=10)
        writer.write(b"!")
        writer.flush()
        assert cap_log(log, limit=100, kept=10)
        writer.write(b"next")
    assert log.read_bytes() == b"next"
    assert (tmp_path / "a.log.1").read_bytes() == b"123456789!"


def test_an_ending_is_told_in_words():
    assert outcome(2) == "退出码 2"
    assert outcome(-9) == "信号 SIGKILL"
    assert outcome(-99) == "信号 99"
