"""Start the parts in order, keep them running, stop them all.

A part starts when everything it stands `after` is ready; parts that do not wait for each other start at once.
A child that dies is started again, after 1 s, 2 s … 30 s. SIGINT, SIGTERM and SIGHUP stop everything within
15 s: waves in order, then SIGKILL to what is left, PostgreSQL last by a fast shutdown. A second signal
shortens the wait. Processes whose parent died become our children, so that none is left as a zombie.
"""

from __future__ import annotations

import errno
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from huiying.children import Child, Running, Step, cap_log
from huiying.errors import RunError
from huiying.instance import check_disk
from huiying.leftovers import end, marked
from huiying.parent import adopt_orphans, dead_children, reap

TICK_SECONDS = 0.1
HOUSEKEEPING_SECONDS = 60.0
WAVE_SECONDS = (6.0, 3.0, 4.0)  # Airflow's workers and the dashboard; its API; PostgreSQL
FIRST_START_TRIES = 3
Part = Child | Step


class Supervisor:
    """parts: in any order, tied by `after`. on_ready is called once, when all of them are ready."""

    def __init__(
        self,
        parts: Sequence[Part],
        data_dir: Path,
        instance_id: str,
        *,
        on_ready: Callable[[], None] = lambda: None,
        say: Callable[[str], None] | None = None,
    ):
        self.steps = [part for part in parts if isinstance(part, Step)]
        self.children = [
            Running(part, data_dir / "logs" / f"{part.name}.log") for part in parts if isinstance(part, Child)
        ]
        self.data_dir = data_dir
        self.instance_id = instance_id
        self.on_ready = on_ready
        self.began = time.monotonic()
        self.say = say or self._say
        self.ready: set[str] = set()
        self.is_up = False
        self.zombies: set[int] = set()
        self.signals = 0
        self.signalled_at = 0.0
        self.housekept_at = self.began

    def run(self) -> None:
        """Until a signal comes; RunError when the first start fails. Everything is stopped either way."""
        adopt_orphans()
        old = {number: signal.signal(number, self._on_signal) for number in STOPPING_SIGNALS}
        try:
            while not self.signals:
                self.tick()
                time.sleep(TICK_SECONDS)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise RunError(f"{self.data_dir} 所在磁盘已满，系统已停止；请清理磁盘后重新启动。") from None
            raise
        finally:
            self.stop()
            for number, handler in old.items():
                signal.signal(number, handler)

    def tick(self) -> None:
        """Look at everything once: start what may start, note what is ready, restart what died."""
        now = time.monotonic()
        for step in self.steps:
            if step.name not in self.ready and self._may_start(step) and not self.signals:
                step.action()
                self._mark_ready(step)
        for running in self.children:
            if not running.is_done and not self.signals:
                self._look_at(running, now)
        if not self.is_up and len(self.ready) == len(self.steps) + len(self.children):
            self.is_up = True
            self.on_ready()
        if now - self.housekept_at > HOUSEKEEPING_SECONDS:
            self.housekept_at = now
            self._housekeep()

    def _look_at(self, running: Running, now: float) -> None:
        child = running.child
        if running.process is None:
            if self._may_start(child) and now >= running.start_again_at:
                running.start()
            return
        code = running.exit_code()
        if code is not None:
            self._ended(running, code, now)
        elif not running.is_ready and not child.once:
            if running.check_ready():
                self._mark_ready(child)
            elif now - running.started_at > child.start_seconds:
                running.kill_group()
                self.say(f"{child.title}启动 {child.start_seconds:.0f} 秒后仍未就绪，正在重新启动。")

    def _ended(self, running: Running, code: int, now: float) -> None:
        child = running.child
        if child.once and code == 0:
            running.is_done = running.is_ready = True
            self._mark_ready(child)
            return
        if child.once or (child.name not in self.ready and running.restarts + 1 >= FIRST_START_TRIES):
            raise RunError(
                f"{child.title}没有成功（{outcome(code)}）：{running.last_line()}。日志：{running.log}"
            )
        wait = running.plan_restart(now)
        self.say(f"{child.title}意外退出（{outcome(code)}），{wait:.0f} 秒后重新启动；日志：{running.log}")

    def _may_start(self, part: Part) -> bool:
        return all(name in self.ready for name in part.after)

    def _mark_ready(self, part: Part) -> None:
        again = part.name in self.ready
        self.ready.add(part.name)
        self.say(f"{part.title}{'已恢复' if again else '就绪'}。")

    def _housekeep(self) -> None:
        for log in (self.data_dir / "logs").glob("*.log"):
            cap_log(log)
        try:
            check_disk(self.data_dir)
        except RunError as error:
            self.say(str(error))
        own = {running.process.pid for running in self.children if running.process is not None}
        dead = dead_children() - own
        reap(dead & self.zombies)  # dead for a minute: nobody here waits for them
        self.zombies = dead

    def stop(self) -> None:
        """Everything down, PostgreSQL last."""
        if any(running.exit_code() is None and running.process for running in self.children):
            self.say("正在停止……")
        for wave, seconds in enumerate(WAVE_SECONDS):
            group = [running for running in self.children if running.child.wave == wave]
            if wave == len(WAVE_SECONDS) - 1:
                end(marked(self.instance_id), 1)
            for running in group:
                running.send(running.child.stop_signal)
            self._wait(group, seconds)
            for running in group:
                running.kill_group()
        reap(dead_children())
        self.say("已全部停止。")

    def _wait(self, group: list[Running], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while any(running.process is not None and running.exit_code() is None for running in group):
            if time.monotonic() > deadline or self.signals > 1:
                return
            time.sleep(0.05)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Wrappers such as timeout(1) deliver one signal twice; a second one counts after a second."""
        now = time.monotonic()
        if not self.signals or now - self.signalled_at > 1:
            self.signals += 1
            self.signalled_at = now

    def _say(self, sentence: str) -> None:
        print(f"[{time.monotonic() - self.began:6.1f} 秒] {sentence}", file=sys.stderr, flush=True)


STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def outcome(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"退出码 {code}"
    try:
        return f"信号 {signal.Signals(-code).name}"
    except ValueError:
        return f"信号 {-code}"
