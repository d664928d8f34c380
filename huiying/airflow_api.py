"""The little of Airflow's HTTP interface the supervisor and the doctor use.

Run as a program (`python -m huiying.airflow_api URL`, password in HUIYING_AIRFLOW_PASSWORD) it sets the
pools.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

POOLS = {"crawl": (2, "抓取：同时最多两个站点")}
NOT_THERE = (OSError, ValueError)  # refused, timed out, HTTP error, not JSON
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy


def call(method: str, url: str, body: Any = None, token: str | None = None, timeout: float = 20) -> Any:
    """The JSON answer. Raises urllib.error.HTTPError, OSError or ValueError."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with _direct.open(request, timeout=timeout) as answer:
        return json.loads(answer.read() or b"null")


def health(base_url: str, timeout: float = 2) -> dict[str, str]:
    """Status by component, e.g. {"metadatabase": "healthy", "scheduler": "unhealthy"}; empty when down."""
    try:
        answer = call("GET", f"{base_url}/api/v2/monitor/health", timeout=timeout)
        return {name: str(part.get("status")) for name, part in answer.items()}
    except NOT_THERE:
        return {}


def is_serving(base_url: str) -> bool:
    """Whether tasks could run: the API sees its database, and the execution API has been called once."""
    if health(base_url).get("metadatabase") != "healthy":
        return False
    try:
        call("GET", f"{base_url}/execution/health")
    except NOT_THERE:
        return False
    return True


def responds(url: str, timeout: float = 2) -> bool:
    """Whether a web server answers there at all without failing (a redirect or a login page will do)."""
    try:
        with _direct.open(url, timeout=timeout):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def set_pools(base_url: str, user: str, password: str) -> None:
    """Make the pools our DAGs name, or set their size."""
    token = call("POST", f"{base_url}/auth/token", {"username": user, "password": password})["access_token"]
    for name, (slots, why) in POOLS.items():
        pool = {"name": name, "slots": slots, "description": why, "include_deferred": False}
        try:
            call("POST", f"{base_url}/api/v2/pools", pool, token)
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            call("PATCH", f"{base_url}/api/v2/pools/{name}", pool, token)


def main() -> int:
    for pause in (1, 3, 9, None):
        try:
            set_pools(sys.argv[1], "admin", os.environ["HUIYING_AIRFLOW_PASSWORD"])
            return 0
        except NOT_THERE as error:
            print(f"设置 Airflow 资源池没有成功：{error}", file=sys.stderr)
        if pause is not None:
            time.sleep(pause)
    return 1


if __name__ == "__main__":
    sys.exit(main())
