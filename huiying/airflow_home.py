"""Airflow as part of this product: its environment, its processes, its pool, its own housekeeping.

Everything is set by environment variables, so there is no airflow.cfg to drift. The choices that cost or save
something are in docs/decisions/0001-platform.md. Run as a program this module migrates Airflow's database.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg2

from catalogue.settings import ROOT, settings
from huiying.errors import RunError
from huiying.instance import Secrets, load_secrets, write_private

LOG_DAYS = 7
HISTORY_DAYS = 14
ADMIN = "admin"


def airflow_environment(
    base: Mapping[str, str], data_dir: Path, port: int, database_url: str, secrets: Secrets
) -> dict[str, str]:
    """`base` with everything Airflow needs to know."""
    home = data_dir / "airflow"
    choices = {
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # getfqdn asks the DNS, which may not be there
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__FERNET_KEY": secrets.fernet_key,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": database_url,
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.api_secret_key,
        "API_AUTH__JWT_SECRET": secrets.jwt_secret,
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # at 5 a finished task holds its slot 5 s longer
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "LOGGING__LOGGING_LEVEL": "WARNING",
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    named = {f"AIRFLOW__{key}": value for key, value in choices.items()}
    return {**base, **named, "AIRFLOW_HOME": str(home), "SPT_NOENV": "1"}  # SPT_NOENV keeps our mark readable


def prepare_home(data_dir: Path, secrets: Secrets) -> None:
    """AIRFLOW_HOME and the file with the one login."""
    home = data_dir / "airflow"
    home.mkdir(mode=0o700, exist_ok=True)
    write_private(home / "passwords.json", {ADMIN: secrets.airflow_admin})


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *words]


def migration_mark(database_url: str) -> dict[str, str]:
    """What a finished migration is remembered by."""
    return {"airflow": version("apache-airflow"), "database": sha256(database_url.encode()).hexdigest()}


def needs_migration(data_dir: Path, database_url: str) -> bool:
    """Whether `airflow db migrate` (10 CPU-seconds) has to run: new version, other or empty database."""
    try:
        remembered = json.loads((data_dir / "airflow" / "migrated.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return remembered != migration_mark(database_url) or not has_tables(database_url)


def has_tables(database_url: str) -> bool:
    connection = psycopg2.connect(
        database_url.replace("postgresql+psycopg2://", "postgresql://"), connect_timeout=5
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.slot_pool') IS NOT NULL")
            row = cursor.fetchone()
            return row is not None and bool(row[0])
    finally:
        connection.close()


def migrate() -> int:
    """Bring Airflow's database to this version of Airflow unless it is known to be there; the exit code."""
    here = settings()
    if not needs_migration(here.data_dir, here.airflow_database_url):
        return 0
    code = subprocess.run(command("db", "migrate")).returncode
    if code == 0:
        mark = migration_mark(here.airflow_database_url)
        write_private(here.data_dir / "airflow" / "migrated.json", mark)
    return code


def clean_history() -> dict[str, int]:
    """Drop Airflow's own runs older than 14 days and task logs older than 7; five DAG runs a minute add up.

    Called by the daily_maintenance DAG. A task may not reach Airflow's database, so this starts Airflow's own
    command with the environment the supervisor gave to the other parts.
    """
    here = settings()
    secrets = load_secrets(here.data_dir)
    environment = airflow_environment(
        os.environ, here.data_dir, here.ports.airflow, here.airflow_database_url, secrets
    )
    before = (datetime.now(UTC) - timedelta(days=HISTORY_DAYS)).isoformat()
    words = ("db", "clean", "--clean-before-timestamp", before, "--skip-archive", "--yes")
    done = subprocess.run(command(*words), env=environment, capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["没有说明"]
        raise RunError(f"airflow db clean 没有成功（退出码 {done.returncode}）：{lines[-1]}")
    return {"old_logs": drop_old_logs(here.data_dir / "airflow" / "logs", time.time() - LOG_DAYS * 86400)}


def drop_old_logs(folder: Path, before: float) -> int:
    """Remove run folders and files not touched since `before` (epoch seconds); how many."""
    dropped = 0
    for dag in folder.iterdir() if folder.exists() else ():
        for entry in dag.iterdir() if dag.is_dir() else ():
            if entry.stat().st_mtime < before and not entry.is_symlink():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
                dropped += 1
    return dropped


if __name__ == "__main__":
    sys.exit(migrate())
