"""What a running system costs: HUIYING_DATA=DIR python bench/idle.py [--seconds 120]

CPU seconds a minute and memory (PSS) of every process of the instance, PostgreSQL included.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from catalogue.settings import settings
from huiying.instance import instance_id
from huiying.leftovers import marked, postmaster
from huiying.postgres_home import existing_home


def processes() -> list[psutil.Process]:
    data_dir = settings().data_dir
    server = postmaster(existing_home(data_dir / "postgres") / "data")
    return [*marked(instance_id(data_dir)), *([server, *server.children()] if server else [])]


def cpu_seconds() -> float:
    """User and system time of all, their ended children included."""
    total = 0.0
    for process in processes():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def memory() -> float:
    total = 0
    for process in processes():
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=120)
    args = parser.parse_args()
    if not processes():
        sys.exit(
            f"{settings().data_dir} 没有正在运行的系统；请先 make run 或 make demo，再用 HUIYING_DATA 指明。"
        )
    before = cpu_seconds()
    time.sleep(args.seconds)
    spent = (cpu_seconds() - before) * 60 / args.seconds
    print(f"processes {len(processes())}")
    print(f"CPU seconds a minute {spent:.1f} ({spent / 60:.0%} of one core)")
    print(f"memory, PSS {memory():.0f} MB")


if __name__ == "__main__":
    main()
