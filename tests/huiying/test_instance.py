"""Secrets, lock, ports, disk: each refusal is one sentence with the remedy."""

import fcntl
import json
import os
import shutil
import socket
import stat
from dataclasses import asdict

import pytest

from catalogue.settings import Ports
from huiying.errors import RunError
from huiying.instance import (
    check_disk,
    check_ports,
    hold_lock,
    load_secrets,
    make_data_dir,
    write_instance_file,
)
from huiying.ports import free_port, is_free


def test_secrets_are_made_once_and_only_we_may_read_them(tmp_path):
    first = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert len(set(asdict(first).values())) == len(asdict(first))
    assert first.postgres not in repr(first)


def test_damaged_secrets_are_not_replaced_silently(tmp_path):
    (tmp_path / "secrets.json").write_text("{}")
    with pytest.raises(RunError, match=r"secrets.json 已损坏"):
        load_secrets(tmp_path)


def test_the_instance_file_is_private_and_whole(tmp_path):
    write_instance_file(tmp_path, {"port": 8600, "smtp_url": "smtp://甲"})
    path = tmp_path / "instance.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))["smtp_url"] == "smtp://甲"
    assert [entry.name for entry in tmp_path.iterdir()] == ["instance.json"]


def test_the_data_folder_is_closed_to_others(tmp_path):
    make_data_dir(tmp_path / "var" / "run")
    mode = stat.S_IMODE((tmp_path / "var" / "run").stat().st_mode)
    assert mode == (0o711 if os.geteuid() == 0 else 0o700)
    assert stat.S_IMODE((tmp_path / "var" / "run" / "logs").stat().st_mode) == 0o700


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(RunError, match="HUIYING_DATA"):
        make_data_dir(tmp_path / "run")


def test_a_second_instance_hears_where_the_first_one_runs(tmp_path):
    lock = hold_lock(tmp_path, "http://127.0.0.1:8600")
    assert not lock.predecessor_was_killed
    with pytest.raises(RunError, match=rf"已在运行（进程 {os.getpid()}）.*http://127.0.0.1:8600"):
        hold_lock(tmp_path, "http://127.0.0.1:8700")
    lock.release()


def test_a_clean_stop_is_told_from_a_killed_predecessor(tmp_path):
    hold_lock(tmp_path, "a").release()
    lock = hold_lock(tmp_path, "b")
    assert not lock.predecessor_was_killed
    fcntl.flock(lock.file, fcntl.LOCK_UN)  # what the kernel does after kill -9: the words stay, the lock goes
    after = hold_lock(tmp_path, "c")
    assert after.predecessor_was_killed
    after.release()
    lock.file.close()


@pytest.mark.parametrize("words", ["[]", "{", "quatsch"])
def test_a_lock_file_with_odd_words_counts_as_killed(tmp_path, words):
    (tmp_path / "lock").write_text(words)
    lock = hold_lock(tmp_path, "a")
    assert lock.predecessor_was_killed
    lock.release()


def test_a_busy_port_names_port_holder_and_remedy():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert not is_free(port)
        with pytest.raises(
            RunError, match=rf"看板要用的端口 {port} 已被 .*进程 {os.getpid()}.*HUIYING_PORT="
        ):
            check_ports(Ports(port), is_demo=False)


def test_the_ports_of_the_demo_matter_only_to_the_demo():
    base = free_port()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", Ports(base).town))
        holder.listen()
        with pytest.raises(RunError, match="演示城镇网站"):
            check_ports(Ports(base), is_demo=True)
        check_ports(Ports(base), is_demo=False)


def test_a_full_disk_is_said_before_anything_starts(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    check_disk(tmp_path, needed=1)
    with pytest.raises(RunError, match=r"磁盘只剩 \d+ MB"):
        check_disk(tmp_path, needed=free * 2)
