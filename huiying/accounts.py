"""PostgreSQL refuses to run as root: which ordinary account runs it then, and what can that account reach?

Nobody's folders are ever opened wider for it. Reach is not computed from mode bits but tried as that account.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiying.errors import RunError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of this machine; `None` in its place means: whoever runs us."""

    name: str
    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account(existing_data: Path | None = None) -> Account | None:
    """The account PostgreSQL runs as; None when we are not root. Data that exists keeps its owner."""
    if os.geteuid() != 0:
        return None
    if existing_data is not None and existing_data.exists():
        owner = existing_data.stat().st_uid
        if owner != 0:
            try:
                entry = pwd.getpwuid(owner)
            except KeyError:
                raise RunError(
                    f"{existing_data} 属于编号 {owner} 的账户，而本机没有这个账户；"
                    "请先用 chown 把它交给 postgres 账户。"
                ) from None
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise RunError(
        "以 root 启动时，数据库要用一个普通账户运行，但本机没有 postgres 或 nobody 账户；"
        "请先建立 postgres 账户。"
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account gets into the folder, every parent included (tried, not guessed)."""
    return _succeeds(account, ["/usr/bin/env", "test", "-x", str(folder)])


def can_run(account: Account | None, program: Path) -> bool:
    """Whether the account can run the program with the libraries it needs."""
    return _succeeds(account, [str(program), "--version"])


def _succeeds(account: Account | None, command: list[str]) -> bool:
    options = account.popen_options() if account else {}
    try:
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, **options
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def give_to(account: Account | None, path: Path, mode: int) -> None:
    """Set mode and, when an account is given, owner of one file or folder of ours."""
    os.chmod(path, mode)
    if account is not None:
        os.chown(path, account.uid, account.gid)
