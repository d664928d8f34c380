"""What the demo adds to the ordinary system: a site directory, a play clock, logins, a town and a mailbox."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from huiying.airflow_api import responds
from huiying.children import Child, Step
from huiying.demo.town import load_town
from huiying.errors import RunError
from huiying.supervisor import Part
from huiying.system import Machine
from store import accounts, switches
from store.session import transaction

LOGINS = (
    ("duty", "值班员", "duty"),
    ("chief", "值班长", "chief"),
    ("leader", "分管负责同志", "viewer"),
    ("admin", "管理员", "admin"),
)
LOGINS_FILE = "logins.json"
PLAY_FILE = "play.json"


def parts(machine: Machine, town_file: str) -> Sequence[Part]:
    """Play clock and logins once the schema is there, the town's site and the mailbox."""
    site, mailbox = machine.ports.town, machine.ports.mailbox
    offset = play_offset(machine.data_dir / PLAY_FILE, town_file)

    def start_play() -> None:
        with transaction(machine.urls.app) as session:
            value = {"offset_seconds": offset, "town": town_file}
            if switches.read(session, "play") != value:
                switches.write(session, "play", value, "program", datetime.now(UTC), "演示开始")

    return [
        Step("play", "演示时钟", start_play, ("schema",)),
        Step("logins", "演示账号", lambda: make_logins(machine.urls.app, machine.data_dir), ("schema",)),
        Child(
            "town",
            "样例城市的网站",
            [
                sys.executable, "-m", "huiying.demo.town_site", "--town", town_file, "--port", str(site),
                "--clock-offset", str(offset),
            ],
            machine.environment,
            wave=1,  # read to the last by crawlers that are being stopped
            ready=lambda: responds(f"http://127.0.0.1:{site}/healthz"),
        ),
        Child(
            "mailbox",
            "演示邮箱",
            [
                sys.executable, "-m", "huiying.demo.mailbox", "--folder", str(machine.data_dir / "mailbox"),
                "--smtp-port", str(machine.ports.demo_smtp), "--web-port", str(mailbox),
            ],
            machine.environment,
            wave=1,
            ready=lambda: responds(f"http://127.0.0.1:{mailbox}/healthz"),
        ),
    ]  # fmt: skip


def play_offset(path: Path, town_file: str) -> float:
    """Seconds from real to play time, fixed when the play begins and kept for every later start."""
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["town"] != town_file:
            raise RunError(
                f"数据目录里已有城市 {kept['town']} 的演示；请改用 --town {kept['town']}，"
                "或用 HUIYING_DATA 指定另一个数据目录。"
            )
        return float(kept["offset_seconds"])
    offset = (load_town(town_file).opens_at - datetime.now(UTC)).total_seconds()
    write_private(path, {"offset_seconds": offset, "town": town_file})
    return offset


def write_private(path: Path, content: Mapping[str, object]) -> None:
    """A 0600 file, complete or not there at all."""
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
    unfinished.rename(path)


def make_logins(url: str, data_dir: Path) -> None:
    """One login a role with a generated password, written once to a 0600 file in the data directory."""
    path = data_dir / LOGINS_FILE
    if path.exists():
        return
    made: dict[str, str] = {}
    with transaction(url) as session:
        for name, shown_as, role in LOGINS:
            password = accounts.generate_password()
            if accounts.find(session, name) is None:
                accounts.add(session, datetime.now(UTC), name, shown_as, role, password, by="program")
            else:
                accounts.change_password(session, datetime.now(UTC), name, password, by="program")
            made[name] = password
        write_private(path, made)


def read_logins(data_dir: Path) -> dict[str, str]:
    logins: dict[str, str] = json.loads((data_dir / LOGINS_FILE).read_text(encoding="utf-8"))
    return logins
