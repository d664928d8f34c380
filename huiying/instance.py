"""One installation on this machine: its data folder, its secrets, its lock and the file other shells read.

var/run/                    (0711 of root, else 0700)
  secrets.json   0600       made once, never changed
  instance.json  0600       addresses and URLs of the last start; `catalogue.settings` reads it
  lock                      held (flock) while a supervisor runs; empty after a clean stop
  postgres/  airflow/  site/  logs/
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from catalogue.settings import INSTANCE_FILE, Ports
from huiying.errors import RunError
from huiying.ports import is_free, listener

NEEDED_BYTES = 300 * 1024 * 1024
PORT_USES = {"dashboard": "看板", "airflow": "Airflow", "postgres": "数据库"}
DEMO_PORT_USES = {"demo_smtp": "演示邮件服务器", "mailbox": "演示邮箱", "town": "演示城镇网站"}


@dataclass(frozen=True)
class Secrets:
    """Everything random that must stay the same from start to start."""

    postgres: str = field(repr=False)
    owner: str = field(repr=False)
    app: str = field(repr=False)
    airflow: str = field(repr=False)
    airflow_admin: str = field(repr=False)
    fernet_key: str = field(repr=False)
    api_secret_key: str = field(repr=False)
    jwt_secret: str = field(repr=False)
    secret_key: str = field(repr=False)
    voice_key: str = field(repr=False)


def new_secrets() -> Secrets:
    values = {item.name: secrets.token_hex(32) for item in fields(Secrets)}
    values["fernet_key"] = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    values["airflow_admin"] = secrets.token_urlsafe(12)  # typed by a person
    return Secrets(**values)


def make_data_dir(data_dir: Path) -> None:
    """The data folder, closed to others; root's may be passed through, for PostgreSQL's account."""
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        (data_dir / "site").mkdir(mode=0o700, exist_ok=True)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise RunError(
            f"不能在 {data_dir} 建立数据目录（{error.strerror}）；请用 HUIYING_DATA 指定一个可写的目录。"
        ) from None


def load_secrets(data_dir: Path) -> Secrets:
    """The secrets of this installation, generated at its first start."""
    path = data_dir / "secrets.json"
    if not path.exists():
        write_private(path, asdict(new_secrets()))
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise RunError(
            f"{path} 已损坏；请从备份恢复它。没有备份时删除它会换掉全部密码，已有的数据库将无法登录。"
        ) from None


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write JSON readable by us alone; whoever reads sees the old file or the new one, never a half."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def write_instance_file(data_dir: Path, content: dict[str, Any]) -> None:
    write_private(data_dir / INSTANCE_FILE, content)


def instance_id(data_dir: Path) -> str:
    """The mark every process of this installation carries in its environment."""
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]


@dataclass
class InstanceLock:
    """Held while this supervisor runs; the kernel drops it however we end."""

    file: Any
    predecessor_was_killed: bool

    def release(self) -> None:
        """A clean stop: the next start finds an empty lock file."""
        self.file.truncate(0)
        self.file.close()


def hold_lock(data_dir: Path, address: str) -> InstanceLock:
    """Become the only supervisor of this folder. Raises RunError naming where the other one runs."""
    file = open(data_dir / "lock", "a+", encoding="utf-8")  # noqa: SIM115 - open as long as we live
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = read_holder(file)
        file.close()
        raise RunError(
            f"{data_dir} 上的系统已在运行（进程 {holder.get('pid', '未知')}），请直接打开 "
            f"{holder.get('address', '它的地址')}；要另开一套，请设置 HUIYING_DATA 和 HUIYING_PORT。"
        ) from None
    killed = bool(read_holder(file))
    file.truncate(0)
    file.write(json.dumps({"pid": os.getpid(), "address": address}))
    file.flush()
    return InstanceLock(file, killed)


def read_holder(file: Any) -> dict[str, Any]:
    """Who wrote the lock file last; empty after a clean stop."""
    file.seek(0)
    try:
        holder = json.loads(file.read() or "{}")
    except ValueError:
        return {"pid": "未知"}
    return holder if isinstance(holder, dict) else {"pid": "未知"}


def check_disk(data_dir: Path, needed: int = NEEDED_BYTES) -> None:
    free = shutil.disk_usage(data_dir).free
    if free < needed:
        raise RunError(full_disk_sentence(data_dir, free))


def full_disk_sentence(data_dir: Path, free: int) -> str:
    return (
        f"{data_dir} 所在磁盘只剩 {free // 1024 // 1024} MB，至少需要 {NEEDED_BYTES // 1024 // 1024} MB；"
        "请清理磁盘，或用 HUIYING_DATA 换到别的磁盘。"
    )


def check_ports(ports: Ports, is_demo: bool) -> None:
    """Raises RunError for the first port somebody else has."""
    for name, use in (PORT_USES | (DEMO_PORT_USES if is_demo else {})).items():
        port = getattr(ports, name)
        if not is_free(port):
            who = listener(port) or "另一个程序"
            raise RunError(
                f"{use}要用的端口 {port} 已被 {who} 占用；请停止它，或换一组端口再试，"
                f"例如 HUIYING_PORT={ports.base + 100}（从它起连用六个）。"
            )
