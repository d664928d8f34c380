"""发送测试邮件 from the settings page, against a real SMTP server: what it answered is shown, refusal and silence too."""

import socket

import pytest
from aiosmtpd.controller import Controller

from catalogue.settings import read_settings
from store import switches
from store.session import transaction


class Box:
    def __init__(self):
        self.taken, self.reply = [], "250 2.0.0 taken as A1"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return self.reply


@pytest.fixture(scope="module")
def box():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.port, box.stop = port, controller.stop
    yield box
    controller.stop()


@pytest.fixture(scope="module")
def settings(database, town, box, tmp_path_factory):
    return read_settings(
        {
            "HUIYING_DATA": str(tmp_path_factory.mktemp("data")), "HUIYING_SITE": str(town.site), "HUIYING_PORT": "8611",
            "DATABASE_URL": database.app, "HUIYING_SECRET_KEY": "geheim" * 6, "HUIYING_DEMO": "1",
            "HUIYING_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "HUIYING_SMTP_SENDER": "huiying@haichuan.example.test",
        }
    )  # fmt: skip


@pytest.fixture
def press(client, pressing, reading):
    def call(who="guanli", recipient="chief"):
        answer = pressing(client(who), "trial_mail", "new", {"recipient": recipient})
        return "".join(
            reading[1](answer[name]["children"]) for name in ("panel", "panel-note") if name in answer
        )

    return call


def test_the_servers_answer_is_shown_and_the_mail_names_no_incident(press, box):
    box.taken.clear()
    assert "已收下给 值班长 的测试邮件：" in press()
    ((to, content),) = box.taken
    assert to == ["chief@haichuan.example.test"]
    assert b"incident" not in content


def test_a_refusal_is_shown_in_the_servers_own_words(press, box):
    box.reply = "550 5.1.1 no such mailbox"
    try:
        said = press()
    finally:
        box.reply = "250 2.0.0 taken"
    assert "没有收下" in said
    assert "550" in said


def test_nothing_leaves_while_mail_is_paused_and_nobody_else_may(press, box, database, town):
    box.taken.clear()
    with transaction(database.app) as session:
        switches.write(session, "mail_paused", {"paused": True}, "daiban", town.now, "演练")
    assert "已暂停" in press()
    with transaction(database.app) as session:
        switches.write(session, "mail_paused", {"paused": False}, "daiban", town.now, "演练结束")
    assert "权限" in press("zhiban")
    assert "请选择接收人" in press(recipient="nobody")
    assert box.taken == []
