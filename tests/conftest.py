"""Fixtures everybody shares: one real PostgreSQL a run (one a worker under xdist), a fresh database a module.

HUIYING_TEST_PG_BINDIR chooses other binaries, e.g. Debian's PostgreSQL 15.
"""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import ModuleType

import psycopg2
import pytest

from huiying.databases import (
    DatabaseUrls,
    Passwords,
    create_roles,
    database_urls,
    drop_database,
    open_huiying_database,
)
from huiying.postgres import Server

PASSWORDS = Passwords(owner="ownersecret", app="appsecret", airflow="airflowsecret")
_numbers = count(1)


def pytest_collection_modifyitems(items):
    """What needs Airflow, a browser or killed processes is slow too; without a browser its tests say so."""
    no_browser = pytest.mark.skip(reason="没有 chromium，浏览器测试未运行；请安装 chromium 和 fonts-noto-cjk")
    for item in items:
        if any(item.get_closest_marker(name) for name in ("dags", "browser", "crash")):
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("browser") and shutil.which("chromium") is None:
            item.add_marker(no_browser)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's ordinary account can enter (pytest's own are 0700 of root)."""
    folder = Path(tempfile.mkdtemp(prefix="huiying-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[Server]:
    """The server of this run, with the three roles."""
    bindir = os.environ.get("HUIYING_TEST_PG_BINDIR")
    server = Server(
        server_folder / "postgres",
        port=0,
        password="postgressecret",
        bindir=Path(bindir) if bindir else None,
        log=server_folder / "postgres.log",
    )
    server.start()
    try:
        create_roles(server.dsn(), PASSWORDS)
        spare_the_disk(server)
        yield server
    finally:
        server.stop()


def spare_the_disk(server: Server) -> None:
    """The data of a test run need not survive a loss of power: hundreds of fresh databases wait for the disk else.

    Killed processes lose nothing by it. What the real server does is asked in tests/huiying/test_postgres.py.
    """
    connection = psycopg2.connect(server.dsn())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("alter system set fsync = off")
        cursor.execute("select pg_reload_conf()")
    connection.close()


@pytest.fixture(scope="session")
def template_database(postgres_server: Server) -> str:
    """A database with all migrations, to be copied."""
    from store.migrations.run import upgrade

    open_huiying_database(postgres_server.dsn(), "template_huiying")
    upgrade(database_urls(postgres_server, PASSWORDS, "template_huiying").owner)
    return "template_huiying"


@pytest.fixture(scope="module")
def database(postgres_server: Server, template_database: str) -> Iterator[DatabaseUrls]:
    """A fresh, migrated database for this module: `.app` for ordinary work, `.owner` for DDL and set-up."""
    name = f"test_{next(_numbers)}"
    open_huiying_database(postgres_server.dsn(), name, template_database)
    yield database_urls(postgres_server, PASSWORDS, name)
    drop_database(postgres_server.dsn(), name)


@pytest.fixture(scope="session")
def invented() -> ModuleType:
    """tests/filler.py: Filler (texts, incidents, clocks), beijing(day, hour), write_site(folder)."""
    spec = importlib.util.spec_from_file_location("filler", Path(__file__).parent / "filler.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["filler"] = module  # dataclasses and pickles look their module up by name
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def invented_catalogue(invented, tmp_path_factory):
    """The shipped catalogue with the invented 示例市."""
    from catalogue.loader import load

    return load(invented.write_site(tmp_path_factory.mktemp("site")))
