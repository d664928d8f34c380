"""Starting the network process and reading its lines until it ends or its time is over."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crawlers.job import Job
from crawlers.process import job_to_json
from crawlers.settings import DRAIN_SECONDS, SECONDS_PER_HOST, time_limit

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60


def wall_limit(jobs: Sequence[Job]) -> float:
    """Seconds after which the process is ended: the longest host's sources one after the other, and the start."""
    hosts: dict[str, float] = defaultdict(float)
    for job in jobs:
        hosts[job.source.host] += time_limit(job.source) + DRAIN_SECONDS
    longest = SECONDS_PER_HOST + max((time_limit(job.source) + DRAIN_SECONDS for job in jobs), default=0)
    return START_SECONDS + min(longest, max(hosts.values(), default=0))


def lines_of(jobs: Sequence[Job], agent: str, limit: float | None = None) -> Iterator[dict[str, Any]]:
    """What the process says, line by line; the process and its helpers are gone when this ends.

    The last line is {"type": "end", "words": …} where the process broke or ran out of time.
    """
    environment = {
        k: v for k, v in os.environ.items() if "DATABASE" not in k and "SECRET" not in k and "SMTP" not in k
    }
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawlers.process"], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=complaints, start_new_session=True, text=True, encoding="utf-8",
        )  # fmt: skip
        try:
            yield from read_lines(process, jobs, agent, limit or wall_limit(jobs))
        finally:
            end(process)


def read_lines(
    process: subprocess.Popen[str], jobs: Sequence[Job], agent: str, limit: float
) -> Iterator[dict[str, Any]]:
    lines: queue.Queue[str | None] = queue.Queue(maxsize=1000)
    deadline = time.monotonic() + limit
    threading.Thread(target=pump, args=(process, lines), daemon=True).start()
    threading.Thread(target=ask, args=(process, jobs, agent), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            yield {"type": "end", "words": f"采集进程超过 {limit:.0f} 秒没有结束，已强制停止"}
            return
        if line is None:
            break
        yield json.loads(line)
    code = process.wait(timeout=10)
    if code:
        yield {"type": "end", "words": f"采集进程意外退出（代码 {code}）"}


def ask(process: subprocess.Popen[str], jobs: Sequence[Job], agent: str) -> None:
    assert process.stdin
    try:
        with process.stdin:
            json.dump({"agent": agent, "jobs": [job_to_json(job) for job in jobs]}, process.stdin)
    except (BrokenPipeError, ValueError):
        pass  # the process is gone; its end is reported by the reader


def pump(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:
        pass  # closed while we waited
    lines.put(None)


def end(process: subprocess.Popen[str]) -> None:
    """End the process and the extraction worker of its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
