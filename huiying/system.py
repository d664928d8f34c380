"""The whole system of one installation: from an empty folder to everything running, and down again.

    run_system(Plan(data_dir, port=8600))                                   # huiying up
    run_system(Plan(data_dir, port, is_demo=True, extra=demo_parts, ...))   # huiying demo

`extra` gets the Machine and returns more parts (Child or Step); they may stand `after` "schema", and the
scheduler starts only when they are ready. Demo and run differ in nothing else.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.settings import ROOT, Ports, database_url
from huiying import airflow_api, airflow_home
from huiying.children import Child, Step
from huiying.databases import DatabaseUrls, Passwords, database_urls, prepare_databases
from huiying.errors import RunError
from huiying.instance import (
    Secrets,
    check_disk,
    check_ports,
    hold_lock,
    instance_id,
    load_secrets,
    make_data_dir,
    write_instance_file,
)
from huiying.leftovers import MARK, end_predecessor
from huiying.postgres import Server
from huiying.supervisor import Part, Supervisor

# Given from outside these would lead the parts of a demo to somebody's real database or mail server.
OVERRIDES = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "AIRFLOW_DATABASE_URL",
    "HUIYING_SITE",
    "HUIYING_SMTP_URL",
    "HUIYING_SMTP_SENDER",
    "HUIYING_SECRET_KEY",
    "HUIYING_VOICE_KEY",
)


@dataclass(frozen=True)
class Machine:
    """What the parts are built from."""

    data_dir: Path
    ports: Ports
    public_url: str
    is_demo: bool
    secrets: Secrets
    urls: DatabaseUrls
    environment: dict[str, str] = field(repr=False)

    @property
    def airflow_address(self) -> str:
        return f"http://127.0.0.1:{self.ports.airflow}"


@dataclass(frozen=True)
class Plan:
    """What to run. instance_facts go into instance.json too, e.g. smtp_url of the demo's mail server."""

    data_dir: Path
    port: int
    public_url: str | None = None
    is_demo: bool = False
    extra: Callable[[Machine], Sequence[Part]] = lambda machine: ()
    instance_facts: Mapping[str, str] = field(default_factory=dict)
    announce: Callable[[Machine], None] = lambda machine: None


def run_system(plan: Plan) -> None:
    """Run until a signal comes. Raises RunError with one sentence when it cannot start."""
    make_data_dir(plan.data_dir)
    check_disk(plan.data_dir)
    address = plan.public_url or f"http://127.0.0.1:{plan.port}"
    lock = hold_lock(plan.data_dir, address)
    try:
        _run_locked(plan, address, lock.predecessor_was_killed)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise RunError(f"{plan.data_dir} 所在磁盘已满；请清理磁盘后重新启动。") from None
    finally:
        lock.release()


def _run_locked(plan: Plan, address: str, predecessor_was_killed: bool) -> None:
    secrets = load_secrets(plan.data_dir)
    ports = Ports(plan.port)
    mark = instance_id(plan.data_dir)
    environ = {key: value for key, value in os.environ.items() if not (plan.is_demo and key in OVERRIDES)}
    server = own_server(plan, environ, ports, secrets)
    if predecessor_was_killed:
        ended = end_predecessor(mark, server.data if server else plan.data_dir)
        say(f"上一次运行没有正常停止，已清理遗留的 {ended} 个进程；数据库会自行恢复，已提交的内容不会丢失。")
    check_ports(ports, plan.is_demo)
    passwords = Passwords(owner=secrets.owner, app=secrets.app, airflow=secrets.airflow)
    urls = choose_urls(environ, server, passwords)
    machine = Machine(
        data_dir=plan.data_dir,
        ports=ports,
        public_url=address,
        is_demo=plan.is_demo,
        secrets=secrets,
        urls=urls,
        environment=child_environment(environ, plan, mark),
    )
    write_instance_file(plan.data_dir, instance_facts(machine, plan.instance_facts))
    airflow_home.prepare_home(plan.data_dir, secrets)
    parts = [
        *database_parts(server, passwords, machine),
        *airflow_parts(machine, server is not None),
        *own_parts(machine),
    ]
    extra = list(plan.extra(machine))
    parts += extra
    parts.append(scheduler_part(machine, tuple(part.name for part in extra)))
    Supervisor(parts, plan.data_dir, mark, on_ready=lambda: plan.announce(machine)).run()


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def own_server(plan: Plan, environ: Mapping[str, str], ports: Ports, secrets: Secrets) -> Server | None:
    """The embedded PostgreSQL, unless both databases stand elsewhere."""
    if environ.get("DATABASE_URL") and environ.get("AIRFLOW_DATABASE_URL"):
        return None
    return Server(
        plan.data_dir / "postgres",
        port=ports.postgres,
        password=secrets.postgres,
        log=plan.data_dir / "logs" / "postgres.log",
    )


def choose_urls(environ: Mapping[str, str], server: Server | None, passwords: Passwords) -> DatabaseUrls:
    """Addresses given from outside win over our own server's, one by one."""
    own = database_urls(server, passwords) if server is not None else None
    app = database_url(environ.get("DATABASE_URL"), "DATABASE_URL")
    owner = database_url(environ.get("OWNER_DATABASE_URL"), "OWNER_DATABASE_URL")
    airflow = database_url(environ.get("AIRFLOW_DATABASE_URL"), "AIRFLOW_DATABASE_URL")
    if own is None:
        assert app is not None
        assert airflow is not None
        return DatabaseUrls(app=app, owner=owner or app, airflow=airflow)
    if app is None:
        return DatabaseUrls(app=own.app, owner=own.owner, airflow=airflow or own.airflow)
    return DatabaseUrls(app=app, owner=owner or app, airflow=airflow or own.airflow)


def child_environment(environ: Mapping[str, str], plan: Plan, mark: str) -> dict[str, str]:
    """What every part gets; addresses and keys it reads from instance.json."""
    paths = [str(ROOT), *filter(None, [environ.get("PYTHONPATH")])]
    kept = {
        key: value for key, value in environ.items() if key != "PYTHONDONTWRITEBYTECODE"
    }  # else 10 s a part
    return {
        **kept,
        MARK: mark,
        "HUIYING_DATA": str(plan.data_dir),
        "HUIYING_PORT": str(plan.port),
        "HUIYING_DEMO": "1" if plan.is_demo else "0",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def instance_facts(machine: Machine, more: Mapping[str, str]) -> dict[str, object]:
    return {
        "database_url": machine.urls.app,
        "owner_database_url": machine.urls.owner,
        "airflow_database_url": machine.urls.airflow,
        "public_url": machine.public_url,
        "port": machine.ports.base,
        "is_demo": machine.is_demo,
        "secret_key": machine.secrets.secret_key,
        "voice_key": machine.secrets.voice_key,
        **more,
    }


def database_parts(server: Server | None, passwords: Passwords, machine: Machine) -> list[Part]:
    """PostgreSQL, its roles and databases, Huiying's schema."""

    def upgrade_schema() -> None:
        from store.migrations.run import upgrade

        upgrade(machine.urls.owner)

    if server is None:
        return [Step("schema", "数据库结构", upgrade_schema)]
    server.prepare()
    postgres = Child(
        "postgres",
        f"数据库（端口 {server.port}）",
        launch=server.launch,
        ready=server.answers,
        wave=2,
        stop_signal=signal.SIGINT,
        last_signal=signal.SIGQUIT,
    )
    return [
        postgres,
        Step("roles", "数据库账户", lambda: prepare_databases(server, passwords), ("postgres",)),
        Step("schema", "数据库结构", upgrade_schema, ("roles",)),
    ]


def airflow_parts(machine: Machine, has_server: bool) -> list[Part]:
    """Airflow's schema, API and DAG processor; the scheduler comes when everything else is there."""
    environment = airflow_environment(machine)
    before = ("roles",) if has_server else ()
    address = machine.airflow_address
    pools = [sys.executable, "-m", "huiying.airflow_api", address]
    return [
        Child(
            "airflow_schema",
            "Airflow 数据库结构",
            [sys.executable, "-m", "huiying.airflow_home"],
            environment,
            after=before,
            once=True,
        ),
        Child(
            "airflow_api",
            "Airflow 接口",
            airflow_home.command("api-server"),
            environment,
            after=("airflow_schema",),
            ready=lambda: airflow_api.is_serving(address),
            wave=1,
        ),
        Child(
            "airflow_dag_processor",
            "Airflow 流程解析",
            airflow_home.command("dag-processor"),
            environment,
            after=("airflow_schema",),
        ),
        Child(
            "airflow_pools",
            "Airflow 资源池",
            pools,
            {**environment, "HUIYING_AIRFLOW_PASSWORD": machine.secrets.airflow_admin},
            after=("airflow_api",),
            once=True,
        ),
    ]


def scheduler_part(machine: Machine, after: tuple[str, ...]) -> Child:
    """Last of all: before the API answers, tasks would fail. Serving logs would open a port to everybody."""
    address = machine.airflow_address
    return Child(
        "airflow_scheduler",
        "Airflow 调度",
        airflow_home.command("scheduler", "--skip-serve-logs"),
        airflow_environment(machine),
        after=("airflow_api", "schema", *after),
        ready=lambda: airflow_api.health(address).get("scheduler") == "healthy",
    )


def own_parts(machine: Machine) -> list[Part]:
    """The dashboard and the watchdog."""
    page = f"http://127.0.0.1:{machine.ports.dashboard}/healthz"
    return [
        Child(
            "dashboard",
            "看板",
            [sys.executable, "-m", "dashboards.serve"],
            machine.environment,
            after=("schema",),
            ready=lambda: airflow_api.responds(page),
        ),
        Child(
            "watchdog",
            "计时监视",
            [sys.executable, "-m", "huiying.watchdog"],
            machine.environment,
            after=("schema",),
        ),
    ]


def airflow_environment(machine: Machine) -> dict[str, str]:
    return airflow_home.airflow_environment(
        machine.environment, machine.data_dir, machine.ports.airflow, machine.urls.airflow, machine.secrets
    )
