"""Backup and restore of one installation: pg_dump's own format, the site directory, and a manifest with hashes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, make_url, text

from catalogue.settings import Settings
from huiying.errors import RunError, UsageError
from huiying.postgres_home import find_bindir
from store.migrations.run import newest, upgrade

DUMP = "huiying.dump"
MANIFEST = "manifest.json"
SITE = "site"


def backup(settings: Settings, folder: Path) -> int:
    """Write a whole backup; answers its size in bytes. The manifest comes last: without it a backup is unfinished."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"文件夹 {folder} 已有内容，备份应写入新的或空的文件夹。")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = make_url(settings.owner_database_url)
    run_tool("pg_dump", url, "--format=custom", "--no-owner", f"--file={folder / DUMP}", url.database or "")
    if settings.site_dir.is_dir():
        shutil.copytree(settings.site_dir, folder / SITE)
    manifest = {"schema": newest(), "sha256": sha256(folder / DUMP)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def restore(settings: Settings, folder: Path, is_replacing: bool) -> int:
    """Bring a backup back; answers how many documents there are then."""
    check_manifest(folder)
    url = make_url(settings.owner_database_url)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            held = count_documents(connection)
            if held and not is_replacing:
                raise RunError(f"当前数据库里已有 {held} 条文本；若确要替换，请加 --replace。")
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
            connection.commit()
        run_tool(
            "pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction",
            f"--dbname={url.database}", str(folder / DUMP),
        )  # fmt: skip
        upgrade(settings.owner_database_url)
        if (folder / SITE).is_dir():
            shutil.copytree(folder / SITE, settings.site_dir, dirs_exist_ok=True)
        with engine.connect() as connection:
            return count_documents(connection)
    finally:
        engine.dispose()


def check_manifest(folder: Path) -> None:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"{folder} 不是完整的备份（缺少或无法读取 {MANIFEST}）。") from None
    if sha256(folder / DUMP) != manifest.get("sha256"):
        raise RunError(f"{folder / DUMP} 的校验和与 {MANIFEST} 不符，备份已损坏，未做任何改动。")


def count_documents(connection: Any) -> int:
    if connection.execute(text("select to_regclass('public.document')")).scalar() is None:
        return 0
    return int(connection.execute(text("select count(*) from document")).scalar())


def run_tool(tool: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools against our database; the password goes by environment, never by argument."""
    environment = os.environ | {
        "PGHOST": url.host or "", "PGPORT": str(url.port or 5432), "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""), "PGCLIENTENCODING": "UTF8",
    }  # fmt: skip
    done = subprocess.run(
        [str(find_bindir() / tool), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise RunError(f"{tool} 未成功（{reason}）。请用 huiying doctor 检查数据库和磁盘。")


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
