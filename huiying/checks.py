"""What `huiying doctor` looks at, one function each; a check never raises, it reports."""

from __future__ import annotations

import shutil
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from catalogue.errors import CatalogueError
from catalogue.loader import load
from catalogue.mail_settings import MailSettings
from catalogue.settings import Settings
from huiying.airflow_api import health
from huiying.instance import NEEDED_BYTES
from store.errors import StoreError
from store.migrations.run import current, newest
from store.model import SourceState
from store.session import transaction
from store.switches import STALE_AFTER, mail_is_paused, silence_of

State = Literal["ok", "warning", "failed"]
CLOCK_WARNING, CLOCK_LIMIT = timedelta(seconds=2), timedelta(seconds=30)
OLDEST_POSTGRES = 15


@dataclass(frozen=True)
class Finding:
    """One line of the report; `name` is what machines read, `title` and `sentence` what people read."""

    name: str
    title: str
    state: State
    sentence: str


def examine(here: Settings) -> list[Finding]:
    """All findings, in the order a person would look. Raises MissingInstance when nothing was ever started."""
    _ = here.database_url
    return [
        guarded("database", "数据库", lambda: check_database(here)),
        guarded("clock", "时钟", lambda: with_session(here, check_clock)),
        guarded("heartbeat", "计时心跳", lambda: with_session(here, check_heartbeat)),
        guarded("airflow", "Airflow", lambda: check_airflow(here)),
        guarded("smtp", "邮件", lambda: check_mail(here)),
        guarded("disk", "磁盘", lambda: check_space(here)),
        guarded("sources", "信源", lambda: check_sources(here)),
    ]


Answer = tuple[State, str]


def guarded(name: str, title: str, check: Callable[[], Answer]) -> Finding:
    """An error of a check is its finding."""
    try:
        state, sentence = check()
    except (CatalogueError, StoreError) as error:
        state, sentence = "failed", str(error)
    except (SQLAlchemyError, OSError) as error:
        state, sentence = "failed", str(error).strip().splitlines()[0]
    return Finding(name, title, state, sentence)


def with_session(here: Settings, check: Callable[[Session], Answer]) -> Answer:
    with transaction(here.database_url) as session:
        return check(session)


def check_database(here: Settings) -> Answer:
    """Version, schema, and that the everyday role may not rewrite the audit trail."""
    with transaction(here.database_url) as session:
        version = int(session.scalar(text("SELECT current_setting('server_version_num')")) or 0) // 10000
        at = current(session.connection())
        may_rewrite = session.scalar(text("SELECT has_table_privilege('audit', 'UPDATE')")) if at else False
    if version < OLDEST_POSTGRES:
        return "failed", f"PostgreSQL {version} 太旧，需要 {OLDEST_POSTGRES} 以上。"
    if at != newest():
        return "failed", f"数据库结构是 {at or '空的'}，程序需要 {newest()}；重新启动系统会自动升级。"
    if may_rewrite:
        return "warning", "日常账户可以改写审计记录；请另设 OWNER_DATABASE_URL，让 DATABASE_URL 用普通账户。"
    return "ok", f"PostgreSQL {version}，结构 {at}。"


def check_clock(session: Session) -> Answer:
    """The database's clock decides deadlines; the machine's dates the mails."""
    before = datetime.now(UTC)
    database = session.scalar(select(func.clock_timestamp()))
    after = datetime.now(UTC)
    assert database is not None
    off = max(before - database, database - after, timedelta(0))
    sentence = f"本机与数据库相差 {off.total_seconds():.1f} 秒"
    if off > CLOCK_LIMIT:
        return "failed", f"{sentence}，时限会算错；请校准两台机器的时间（NTP）。"
    if off > CLOCK_WARNING:
        return "warning", f"{sentence}；请校准时间（NTP）。"
    return "ok", f"{sentence}。"


def check_heartbeat(session: Session) -> Answer:
    silence = silence_of(session, "keep_clocks")
    if silence is None:
        return "failed", "keep_clocks 还没有运行过，时限没有人推进；请启动系统（make run）。"
    seconds = silence.total_seconds()
    if silence > STALE_AFTER:
        return (
            "failed",
            f"keep_clocks 已 {seconds / 60:.0f} 分钟没有运行，时限没有人推进；请检查 Airflow 调度。",
        )
    return "ok", f"keep_clocks {seconds:.0f} 秒前运行过。"


def check_airflow(here: Settings) -> Answer:
    parts = health(f"http://127.0.0.1:{here.ports.airflow}", timeout=10)
    if not parts:
        return "failed", f"端口 {here.ports.airflow} 上没有应答；请启动系统（make run）。"
    needed = ("metadatabase", "scheduler", "dag_processor")
    ill = [name for name in needed if parts.get(name) != "healthy"]
    if ill:
        return "failed", f"{'、'.join(ill)} 不正常；日志在 {here.data_dir / 'logs'}。"
    return "ok", "数据库、调度、流程解析都正常。"


def check_mail(here: Settings) -> Answer:
    """Connect, encrypt and log in as a delivery would; no mail is sent."""
    if here.smtp is None:
        return "warning", "没有设置邮件服务器，通知发不出去；请设置 HUIYING_SMTP_URL。"
    server = here.smtp
    try:
        greet(server)
    except (OSError, smtplib.SMTPException) as error:
        return "failed", f"{server.host}:{server.port} 不能用（{error}）；请检查 HUIYING_SMTP_URL。"
    try:
        paused = with_session(here, lambda session: ("ok", "暂停" if mail_is_paused(session) else ""))[1]
    except StoreError:
        paused = ""
    if paused:
        return "warning", f"{server.host}:{server.port} 可用，但外发邮件已暂停；恢复用 huiying mail resume。"
    return "ok", f"{server.host}:{server.port} 可用，发件人 {server.sender}。"


def greet(server: MailSettings, timeout: float = 10) -> None:
    context = ssl.create_default_context()
    if server.tls == "ssl":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=timeout)
    with client:
        client.ehlo()
        if server.tls == "starttls":
            client.starttls(context=context)
            client.ehlo()
        if server.user:
            client.login(server.user, server.password or "")
        client.noop()


def check_space(here: Settings) -> Answer:
    folder = here.data_dir
    free = shutil.disk_usage(folder).free
    sentence = f"{folder} 剩余 {free / 1024**3:.1f} GB"
    if free < NEEDED_BYTES:
        return "failed", f"{sentence}，系统会停止工作；请清理磁盘。"
    if free < 5 * NEEDED_BYTES:
        return "warning", f"{sentence}；请尽快清理磁盘。"
    return "ok", f"{sentence}。"


def check_sources(here: Settings) -> Answer:
    """Every enabled source was read, and lately with success."""
    enabled = {source.name for source in load(here.site_dir).sources.values() if source.status == "enabled"}
    if not enabled:
        return "warning", '没有启用任何信源；请在站点目录的 sources/ 里添加，并写 status = "enabled"。'
    with transaction(here.database_url) as session:
        rows = session.execute(select(SourceState.source, SourceState.failures)).all()
    failing = sorted(name for name, failures in rows if name in enabled and failures)
    unread = sorted(enabled - {name for name, _ in rows})
    if failing:
        return "warning", f"{len(enabled)} 个信源中 {len(failing)} 个最近失败：{'、'.join(failing[:5])}。"
    if unread:
        return "warning", f"{len(enabled)} 个信源中 {len(unread)} 个还没有读过：{'、'.join(unread[:5])}。"
    return "ok", f"{len(enabled)} 个信源都正常。"
