"""Children that end when we end, however we end; and orphans of theirs that we take in."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing may be loaded between fork and exec


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For Popen(preexec_fn=): the kernel sends `number` to the child when the thread that made it is gone.

    Call Popen from a thread that lives as long as the process (the main thread).
    """
    parent = os.getpid()

    def ask_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before we asked
            os._exit(1)

    return ask_kernel


def adopt_orphans() -> None:
    """From now on a grandchild whose parent dies becomes our child, not init's."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def dead_children() -> set[int]:
    """Children that ended and were not waited for."""
    return {child.pid for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE}


def reap(pids: set[int]) -> None:
    """Wait for these dead children, so that no zombie is left."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
