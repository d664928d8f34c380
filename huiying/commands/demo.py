"""演示：不用互联网，在本机搭起一座虚构的样例城市，看一件突发事件怎样被发现、计时、通知、回应。

一切与实际使用相同，只有站点目录、数据目录和时钟不同；所有页面和邮件都标明“演示数据”。
--town 可以换成另一座城市（随程序附带 haichuan、qinghe），或自己写的城市文件。
按 Ctrl-C 停止；再次运行会接着上次的数据继续。要从头再来，请删除数据目录（默认 var/demo）。
"""

from __future__ import annotations

import argparse
import os
import sys

from catalogue.settings import ROOT, read_settings
from huiying.demo import stage
from huiying.demo.guide import Guide
from huiying.demo.site import write_site
from huiying.system import Machine, Plan, run_system


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--town", default="haichuan", metavar="城市", help="城市名或城市文件（默认 haichuan）"
    )


def run(args: argparse.Namespace) -> int:
    environ = {**os.environ, "HUIYING_DATA": os.environ.get("HUIYING_DATA") or str(ROOT / "var" / "demo")}
    here = read_settings({**environ, "HUIYING_DEMO": "1"})

    def extra(machine: Machine):
        write_site(args.town, machine.ports.town, machine.data_dir / "site")
        return stage.parts(machine, args.town)

    run_system(
        Plan(
            data_dir=here.data_dir,
            port=here.port,
            is_demo=True,
            extra=extra,
            instance_facts={
                "smtp_url": f"smtp://127.0.0.1:{here.ports.demo_smtp}?tls=none",
                "smtp_sender": "huiying@demo.example.test",
            },
            announce=announce,
        )
    )
    return 0


def announce(machine: Machine) -> None:
    """Where everything is and how to get in; then the guide tells what happens."""
    mailbox = f"http://127.0.0.1:{machine.ports.mailbox}"
    logins = stage.read_logins(machine.data_dir)
    lines = [
        "",
        "演示已就绪（全部内容均为虚构，不连接互联网）：",
        f"  工作台    {machine.public_url}/",
        f"  值班大屏  {machine.public_url}/wall",
        f"  报告      {machine.public_url}/reports",
        f"  演示邮箱  {mailbox}/",
        f"  样例城市  http://127.0.0.1:{machine.ports.town}/",
        f"  流程管理  {machine.airflow_address}/（用户 admin，密码在 {machine.data_dir}/airflow/passwords.json）",
        "  登录名与密码：" + "  ".join(f"{name} {password}" for name, password in logins.items()),
        "  接下来系统会采集、研读、立项、计时、发信，请看下面的进展；按 Ctrl-C 停止。",
        "",
    ]
    print("\n".join(lines), file=sys.stderr, flush=True)
    links = {"dashboard": machine.public_url, "mailbox": mailbox}
    Guide(machine.urls.app, links, machine.environment, say).start()


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
