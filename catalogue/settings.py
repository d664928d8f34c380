"""What this installation is told from outside: read from the environment once, nowhere else.

Addresses and keys that the supervisor made itself stand in `<data_dir>/instance.json` (0600), so that a
person in another shell can run `huiying incidents list` at once. The environment wins over that file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from catalogue.errors import MissingInstance, SettingsError
from catalogue.mail_settings import MailSettings, read_mail_settings

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8600
INSTANCE_FILE = "instance.json"


@dataclass(frozen=True)
class Ports:
    """Six neighbouring ports on 127.0.0.1, counted from HUIYING_PORT."""

    base: int

    @property
    def dashboard(self) -> int:
        return self.base

    @property
    def airflow(self) -> int:
        return self.base + 1

    @property
    def postgres(self) -> int:
        return self.base + 2

    @property
    def demo_smtp(self) -> int:
        return self.base + 3

    @property
    def mailbox(self) -> int:
        return self.base + 4

    @property
    def town(self) -> int:
        return self.base + 5


@dataclass(frozen=True)
class Settings:
    """One installation. URLs carry the driver (postgresql+psycopg2); they and the keys stay out of repr()."""

    data_dir: Path
    site_dir: Path
    port: int
    public_url: str
    is_demo: bool
    smtp: MailSettings | None
    contact: str = ""
    app_url: str | None = field(default=None, repr=False)
    owner_url: str | None = field(default=None, repr=False)
    airflow_url: str | None = field(default=None, repr=False)
    session_key: str | None = field(default=None, repr=False)
    voices_key: str | None = field(default=None, repr=False)

    @property
    def ports(self) -> Ports:
        return Ports(self.port)

    @property
    def database_url(self) -> str:
        """Huiying's database in the ordinary role: no UPDATE or DELETE on the audit trail."""
        return self._needed(self.app_url)

    @property
    def owner_database_url(self) -> str:
        """Huiying's database as its owner: migrations, partitions, purge."""
        return self._needed(self.owner_url)

    @property
    def airflow_database_url(self) -> str:
        return self._needed(self.airflow_url)

    @property
    def secret_key(self) -> str:
        """Signs the dashboard's cookies."""
        return self._needed(self.session_key)

    @property
    def voice_key(self) -> str:
        """Root of the weekly keys that count distinct voices; it never enters the database."""
        return self._needed(self.voices_key)

    def _needed(self, value: str | None) -> str:
        if value is None:
            raise MissingInstance(
                f"在 {self.data_dir} 下还没有建立过系统，找不到数据库地址和密钥；"
                "请先运行 make run（或 make demo），已在别处运行时用 HUIYING_DATA 指明其数据目录，"
                "使用外部数据库时设置 DATABASE_URL。"
            )
        return value


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings(os.environ)


def read_settings(environ: Mapping[str, str], root: Path = ROOT) -> Settings:
    """Settings out of an environment and the instance file it points to. Raises SettingsError."""
    data_dir = data_folder(environ, root)
    instance = read_instance_file(data_dir)

    def value(variable: str, key: str) -> str | None:
        return environ.get(variable) or instance.get(key)

    app_url = database_url(value("DATABASE_URL", "database_url"), "DATABASE_URL")
    port = port_number(environ.get("HUIYING_PORT") or str(instance.get("port", DEFAULT_PORT)))
    outside = bool(environ.get("DATABASE_URL"))
    owner = environ.get("OWNER_DATABASE_URL") or (None if outside else instance.get("owner_database_url"))
    return Settings(
        data_dir=data_dir,
        site_dir=Path(environ.get("HUIYING_SITE") or data_dir / "site").expanduser().absolute(),
        port=port,
        public_url=public_address(value("HUIYING_PUBLIC_URL", "public_url") or f"http://127.0.0.1:{port}"),
        is_demo=claim("HUIYING_DEMO", environ.get("HUIYING_DEMO"), bool(instance.get("is_demo", False))),
        smtp=read_mail_settings(
            value("HUIYING_SMTP_URL", "smtp_url"), value("HUIYING_SMTP_SENDER", "smtp_sender")
        ),
        contact=(value("HUIYING_CONTACT", "contact") or "").strip(),
        app_url=app_url,
        owner_url=database_url(owner, "OWNER_DATABASE_URL") or app_url,
        airflow_url=database_url(
            value("AIRFLOW_DATABASE_URL", "airflow_database_url"), "AIRFLOW_DATABASE_URL"
        ),
        session_key=value("HUIYING_SECRET_KEY", "secret_key"),
        voices_key=value("HUIYING_VOICE_KEY", "voice_key"),
    )


def data_folder(environ: Mapping[str, str], root: Path = ROOT) -> Path:
    """HUIYING_DATA, else var/run of the repository, else var/demo when only the demo was ever started."""
    if environ.get("HUIYING_DATA"):
        return Path(environ["HUIYING_DATA"]).expanduser().absolute()
    real, demo = root / "var" / "run", root / "var" / "demo"
    return demo if demo.is_dir() and not real.is_dir() else real


def read_instance_file(data_dir: Path) -> dict[str, Any]:
    """What the supervisor wrote down at its last start; empty when there was none."""
    path = data_dir / INSTANCE_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except PermissionError:
        raise SettingsError(f"没有权限读取 {path}；请用启动系统的那个账户运行本命令。") from None
    except ValueError:
        raise SettingsError(f"{path} 不是完整的 JSON；请删除它后重新启动系统，启动时会重新生成。") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path} 的内容应是一个对象；请删除它后重新启动系统，启动时会重新生成。")
    return content


def database_url(url: str | None, name: str) -> str | None:
    """The URL with our driver in it; postgres:// and postgresql:// are what people paste."""
    if url is None:
        return None
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg2") or not rest:
        raise SettingsError(
            f"{name} 应形如 postgresql://用户:密码@主机:5432/库名，收到的是 {scheme or '空值'}://…；"
            "本系统只使用 PostgreSQL（15 以上）。"
        )
    return f"postgresql+psycopg2://{rest}"


def port_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise SettingsError(f"HUIYING_PORT 应是 1024 到 65000 之间的整数，收到的是“{text}”。")
    return int(text)


def public_address(url: str) -> str:
    """The address people open, without a slash at its end."""
    if not url.startswith(("http://", "https://")) or url.rstrip("/").endswith(":"):
        raise SettingsError(f"HUIYING_PUBLIC_URL 应形如 https://huiying.example.gov.cn，收到的是“{url}”。")
    return url.rstrip("/")


def claim(name: str, text: str | None, default: bool) -> bool:
    if text is None or text == "":
        return default
    if text not in ("0", "1"):
        raise SettingsError(f"{name} 应是 1（是）或 0（否），收到的是“{text}”。")
    return text == "1"
