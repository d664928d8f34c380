"""What the supervisor runs: long-lived children and one-time steps, described, started, watched."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from huiying.parent import die_with_parent

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
STEADY_SECONDS = 60.0
LOG_LIMIT = 20 * 1024 * 1024
LOG_KEPT = 5 * 1024 * 1024


@dataclass(frozen=True)
class Child:
    """A process to keep running, or (once=True) to run to its end with exit code 0.

    title: what people read. environment: all of it; None takes ours. after: names that must be ready before
    it starts. ready: asked until true; without it a running child counts as ready. wave: stopped 0, 1, 2.
    launch: starts the process itself, for those that need more than a command.
    """

    name: str
    title: str
    command: Sequence[str] = ()
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    after: tuple[str, ...] = ()
    ready: Callable[[], bool] | None = None
    once: bool = False
    wave: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    last_signal: signal.Signals = signal.SIGKILL
    launch: Callable[[], subprocess.Popen[bytes]] | None = None
    start_seconds: float = 180.0


@dataclass(frozen=True)
class Step:
    """Something short the supervisor does itself, in order: migrations, roles."""

    name: str
    title: str
    action: Callable[[], object]
    after: tuple[str, ...] = ()


class Running:
    """One child with its process, its log file and its restarts."""

    def __init__(self, child: Child, log: Path):
        self.child = child
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.is_ready = False
        self.is_done = False
        self.restarts = 0
        self.delay = FIRST_DELAY
        self.started_at = 0.0
        self.start_again_at = 0.0

    def start(self) -> None:
        """Call from the main thread: the kernel ends the child when the starting thread is gone."""
        self.started_at = time.monotonic()
        self.is_ready = False
        if self.child.launch is not None:
            self.process = self.child.launch()
            return
        with open(self.log, "ab") as output:
            self.process = self._popen(output)

    def _popen(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.child.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=self.child.environment,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def exit_code(self) -> int | None:
        """None while it runs (or was never started)."""
        return None if self.process is None else self.process.poll()

    def check_ready(self) -> bool:
        if not self.is_ready and self.exit_code() is None:
            self.is_ready = self.child.ready is None or self.child.ready()
        return self.is_ready

    def plan_restart(self, now: float) -> float:
        """Note the death; seconds until the next try: doubling to 30, back to 1 after a steady minute."""
        if now - self.started_at > STEADY_SECONDS:
            self.delay = FIRST_DELAY
        wait, self.delay = self.delay, min(self.delay * 2, LONGEST_DELAY)
        self.process = None
        self.is_ready = False
        self.restarts += 1
        self.start_again_at = now + wait
        return wait

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """The last signal to its whole group; a no-op when all are gone."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, self.child.last_signal)
        self.process.wait(5)

    def last_line(self) -> str:
        """What the log says at its end, for a person who has only one line."""
        try:
            with open(self.log, "rb") as file:
                file.seek(max(0, self.log.stat().st_size - 4000))
                lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
        except OSError:
            return "没有日志"
        return next((line for line in reversed(lines) if line), "日志为空")[:300]


def cap_log(path: Path, limit: int = LOG_LIMIT, kept: int = LOG_KEPT) -> bool:
    """Cut a log over `limit` bytes to its last `kept`, which go to `<name>.log.1`; whether it was cut.

    The writer appends (O_APPEND), so it goes on at the new end; a line written in between may be lost.
    """
    try:
        if path.stat().st_size <= limit:
            return False
        with open(path, "rb") as file:
            file.seek(-kept, os.SEEK_END)
            tail = file.read()
        path.with_suffix(path.suffix + ".1").write_bytes(tail)
        os.truncate(path, 0)
    except OSError:
        return False
    return True
