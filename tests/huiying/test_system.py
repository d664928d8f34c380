"""The whole system as an operator starts it: sockets, a second instance, the doctor, kill -9 and a warm start."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from catalogue.settings import read_settings
from huiying.instance import instance_id
from huiying.leftovers import marked, postmaster
from huiying.ports import is_free
from huiying.postgres_home import existing_home
from store.session import transaction
from store.switches import silence_of

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300


class Instance:
    """`huiying up` with its own data folder and ports."""

    def __init__(self, folder: Path):
        self.data_dir = folder / "run"
        self.stderr = folder / "stderr.txt"
        self.port = next(base for base in range(18600, 19600, 10) if all(map(is_free, range(base, base + 6))))
        outside = (
            "DATABASE_URL",
            "OWNER_DATABASE_URL",
            "AIRFLOW_DATABASE_URL",
            "HUIYING_SITE",
            "HUIYING_DEMO",
        )
        kept = {key: value for key, value in os.environ.items() if key not in outside}
        self.environment = {**kept, "HUIYING_DATA": str(self.data_dir), "HUIYING_PORT": str(self.port)}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with open(self.stderr, "wb") as output:
            words = [sys.executable, "-m", "huiying", "up"]
            self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while "按 Ctrl-C 停止" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.3)

    def said(self) -> str:
        return self.stderr.read_text(encoding="utf-8")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "huiying", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def settings(self):
        return read_settings(self.environment)

    def processes(self) -> list[psutil.Process]:
        """Supervisor, its parts and theirs, PostgreSQL included."""
        server = postmaster(existing_home(self.data_dir / "postgres") / "data")
        return [*marked(instance_id(self.data_dir)), *([server, *server.children()] if server else [])]

    def wait_for_clocks(self) -> None:
        deadline = time.monotonic() + 180
        while True:
            with transaction(self.settings().database_url) as session:
                if silence_of(session, "keep_clocks") is not None:
                    return
            assert time.monotonic() < deadline, "keep_clocks did not run"
            time.sleep(1)


@pytest.fixture(scope="module")
def instance():
    folder = Path(tempfile.mkdtemp(prefix="huiying-system-"))
    folder.chmod(0o711)
    instance = Instance(folder)
    instance.start()
    yield instance
    if instance.process is not None and instance.process.poll() is None:
        instance.process.send_signal(signal.SIGTERM)
        instance.process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


def test_it_runs_and_the_first_clock_ticks(instance):
    instance.wait_for_clocks()


def test_everything_listens_on_this_machine_only(instance):
    ours = {instance.process.pid, *(process.pid for process in instance.processes())}
    listening = {
        (connection.pid, connection.laddr.ip, connection.laddr.port)
        for connection in psutil.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN and connection.pid in ours
    }
    assert {port for _, _, port in listening} >= {instance.port, instance.port + 1, instance.port + 2}
    assert {address for _, address, _ in listening} == {"127.0.0.1"}, listening


def test_a_second_instance_is_told_where_the_first_one_runs(instance):
    second = instance.command("up")
    assert second.returncode == 1
    assert (
        f"已在运行（进程 {instance.process.pid}），请直接打开 http://127.0.0.1:{instance.port}"
        in second.stderr
    )
    assert len(second.stderr.strip().splitlines()) == 1


def test_another_folder_on_the_same_ports_is_told_who_is_there(instance, tmp_path):
    words = [sys.executable, "-m", "huiying", "up"]
    environment = {**instance.environment, "HUIYING_DATA": str(tmp_path / "other")}
    other = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert other.returncode == 1
    assert f"端口 {instance.port} 已被" in other.stderr
    assert "HUIYING_PORT=" in other.stderr


def test_the_doctor_finds_the_machinery_well(instance):
    report = {entry["name"]: entry for entry in json.loads(instance.command("doctor", "--json").stdout)}
    for name in ("database", "clock", "heartbeat", "airflow", "disk"):
        assert report[name]["state"] == "ok", report[name]
    assert report["smtp"]["state"] == "warning"
    assert "HUIYING_SMTP_URL" in report["smtp"]["sentence"]


def test_kill_9_of_the_supervisor_loses_nothing_and_the_next_start_says_so(instance):
    before = instance.processes()
    instance.process.kill()
    instance.process.wait()
    instance.start()
    assert "上一次运行没有正常停止" in instance.said()
    assert not [process for process in before if process.is_running()]
    with transaction(instance.settings().database_url) as session:
        assert silence_of(session, "keep_clocks") is not None


def test_a_stop_takes_15_seconds_at_most_and_leaves_no_process(instance):
    before = instance.processes()
    assert len(before) > 8
    began = time.monotonic()
    instance.process.send_signal(signal.SIGINT)
    assert instance.process.wait(30) == 0
    assert time.monotonic() - began < 15
    assert instance.processes() == []
    assert not [process for process in before if process.is_running()]
    assert (instance.data_dir / "lock").read_text() == ""
