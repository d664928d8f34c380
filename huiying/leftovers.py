"""Processes of this installation that outlived their supervisor.

Every child carries HUIYING_INSTANCE_ID in its environment and hands it to its own children, whatever session
or group they choose, so nothing of ours hides and nothing of others is touched. PostgreSQL overwrites its
environment with its titles, so it goes unmarked and is known by its working folder, which is the data folder.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil

MARK = "HUIYING_INSTANCE_ID"


def marked(instance_id: str) -> list[psutil.Process]:
    """Living processes with our mark, except ourselves and those who started us."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        if process.pid in own:
            continue
        try:
            if process.environ().get(MARK) == instance_id and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def postmaster(data: Path) -> psutil.Process | None:
    """The PostgreSQL main process that works in this data folder, if one lives."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        process = psutil.Process(pid)
        if process.name() == "postgres" and Path(process.cwd()) == data.resolve():
            return process
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return None


def end(processes: list[psutil.Process], seconds: float) -> None:
    """SIGTERM, and SIGKILL for those who are still there afterwards."""
    signal_all(processes, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    signal_all(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=2)


def end_predecessor(instance_id: str, data: Path) -> int:
    """End what a killed supervisor left, PostgreSQL by fast shutdown; how many processes that were."""
    database = postmaster(data)
    others = marked(instance_id)
    if database is not None:
        signal_all([database], signal.SIGINT)
    end(others, 5)
    if database is not None:
        psutil.wait_procs([database], timeout=30)
    return len(others) + (database is not None)


def signal_all(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.Error:
            continue
