"""One PostgreSQL server of our own on 127.0.0.1, from the binaries in the wheel (or Debian's).

    server = Server(home, port=0, password=secret)      # port 0: a free one
    server.start(); server.url("huiying_app", password, "huiying"); server.stop()

The server runs in the foreground as our child in its own session. If we are killed, the kernel sends it
SIGINT (fast shutdown), so neither the process nor an unclean data folder is left. Why not the wheel's own
Python API: docs/decisions/0001-platform.md.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

from huiying.accounts import give_to, service_account
from huiying.errors import RunError
from huiying.parent import die_with_parent
from huiying.ports import free_port
from huiying.postgres_home import (
    check_version,
    existing_home,
    find_bindir,
    prepare_folder,
    reachable_home,
    runnable_bindir,
)

SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 30
# A machine with 2 cores and a few GiB that also carries Airflow; fsync stays on.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "Asia/Shanghai",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "2000",
}


class Server:
    """The server whose data lie below `home`; start() and stop() may be repeated."""

    def __init__(
        self, home: Path, *, port: int, password: str, bindir: Path | None = None, log: Path | None = None
    ):
        self.requested_home = home
        self.port = port or free_port()
        self.password = password
        self.log = log
        self.account = service_account(existing_home(home) / "data")
        self.home = reachable_home(home, self.account)
        self.bindir = runnable_bindir(bindir or find_bindir(), self.home, self.account)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    def start(self) -> None:
        """Prepare, start, return when a login with our password succeeds."""
        self.prepare()
        self.launch()
        self.wait_ready()

    def prepare(self) -> None:
        """Make the data folder if there is none; refuse one of another major version."""
        prepare_folder(self.home, self.account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        check_version(self.data, self.bindir)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it."""
        settings = [word for key, value in OPTIONS.items() for word in ("-c", f"{key}={value}")]
        command = [str(self.bindir / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
        with open(self.log or os.devnull, "ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=self._environment(),
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
                **(self.account.popen_options() if self.account else {}),
            )
        return self.process

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when the superuser can log in; an open port alone could be anybody's."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self._is_ours():
                    return
                reason = f"端口 {self.port} 上应答的是另一个数据库"
            except psycopg2.OperationalError as error:
                reason = str(error).strip().split("\n")[0]
            if self.process is not None and self.process.poll() is not None:
                raise RunError(f"数据库没能启动（退出码 {self.process.returncode}）：{self.last_log_line()}")
            if time.monotonic() > deadline:
                raise RunError(f"数据库 {seconds:.0f} 秒内没有就绪：{reason}")
            time.sleep(0.03)

    def answers(self) -> bool:
        """Whether a login works now."""
        try:
            return self._is_ours()
        except psycopg2.OperationalError:
            return False

    def _is_ours(self) -> bool:
        """Whether the server that lets us in is the one with our data folder."""
        connection = psycopg2.connect(self.dsn(), connect_timeout=5)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                return cursor.fetchone() == (str(self.data),)
        finally:
            connection.close()

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back, the data folder ends clean. Never SIGKILL."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(
                signal.SIGQUIT
            )  # crash recovery at next start, nothing acknowledged is lost
            self.process.wait(STOP_SECONDS)

    def dsn(self, database: str = "postgres") -> str:
        """libpq URL of the superuser."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def url(self, role: str, password: str, database: str) -> str:
        """SQLAlchemy URL for one role; the passwords we generate need no escaping."""
        return f"postgresql+psycopg2://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def last_log_line(self) -> str:
        if self.log is None or not self.log.exists():
            return "没有日志"
        lines = [line for line in self.log.read_text(errors="replace").splitlines()[-30:] if line.strip()]
        serious = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (serious or lines or ["日志为空"])[-1]

    def _initialise(self) -> None:
        """initdb into a fresh folder, then move it into place: a killed initdb leaves no half cluster."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix="pw-") as secret:
            secret.write(self.password)
            secret.flush()
            give_to(self.account, Path(secret.name), 0o600)
            command = [str(self.bindir / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "-A", "scram-sha-256"]
            command += ["--pwfile", secret.name, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"]
            options = self.account.popen_options() if self.account else {}
            done = subprocess.run(
                command,
                cwd="/",
                env=self._environment(),
                capture_output=True,
                text=True,
                errors="replace",
                **options,
            )
        if done.returncode != 0:
            raise RunError(
                f"数据库目录 {self.data} 初始化失败：{(done.stderr.strip() or '没有说明').splitlines()[-1]}"
            )
        fresh.rename(self.data)

    def _environment(self) -> dict[str, str]:
        """Nothing of ours: PG* variables of the caller would change what the server does."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
