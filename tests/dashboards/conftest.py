"""A filled town, the real app on it, and a client for each role."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from catalogue.settings import read_settings
from dashboards.serve import create_server

HERE = Path(__file__).parent
PORT = 8611


def load(name: str):
    spec = importlib.util.spec_from_file_location(f"dashboards_{name}", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


filling = load("filling")


@pytest.fixture(scope="module")
def town(database, tmp_path_factory):
    return filling.fill(database.app, tmp_path_factory.mktemp("site"), days=3, dense=0.25)


@pytest.fixture(scope="module")
def settings(database, town, tmp_path_factory):
    return read_settings(
        {
            "HUIYING_DATA": str(tmp_path_factory.mktemp("data")), "HUIYING_SITE": str(town.site), "HUIYING_PORT": str(PORT),
            "DATABASE_URL": database.app, "HUIYING_SECRET_KEY": "geheim" * 6, "HUIYING_DEMO": "1",
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def server(settings):
    return create_server(settings)


class Browserlike:
    """A client that logs in through the form and asks for pages as the browser does: by the draw callback."""

    def __init__(self, server, name: str | None = None, password: str = filling.PASSWORD):
        self.base = f"http://127.0.0.1:{PORT}"
        self.http = server.test_client()
        self.answer = self.log_in(name, password) if name else None

    def log_in(self, name: str, password: str):
        form = self.get("/login").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
        return self.post(
            "/login", data={"name": name, "password": password, "csrf_token": token, "next": "/"}
        )

    def get(self, path: str, **more):
        return self.http.get(path, base_url=self.base, **more)

    def post(self, path: str, origin: str | None = "self", **more):
        headers = {"Origin": self.base if origin == "self" else origin} if origin else {}
        return self.http.post(path, base_url=self.base, headers=headers, **more)

    def call(self, outputs, inputs, state=(), changed=(), **more):
        """One Dash callback. outputs, inputs, state: dicts of id, property and value, or lists of such."""
        names = [f"{key_of(one['id'])}.{one['property']}" for one in outputs]
        body = {
            "output": names[0] if len(names) == 1 else f"..{'...'.join(names)}..",
            "outputs": outputs[0] if len(names) == 1 else list(outputs),
            "inputs": list(inputs),
            "state": list(state),
            "changedPropIds": list(changed),
        }
        return self.post("/_dash-update-component", json=body, **more)

    def draw(self, address: str):
        """The parts of a page, as plain JSON."""
        path, _, search = address.partition("?")
        outputs = [{"id": key, "property": "children"} for key in ("frame", "banners", "heading", "body")] + [
            {"id": "app", "property": "className"}
        ]
        inputs = [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": f"?{search}" if search else ""},
            {"id": "version", "property": "data", "value": "1"},
        ]
        answer = self.call(outputs, inputs, changed=["address.pathname"])
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()["response"]


def key_of(name) -> str:
    return name if isinstance(name, str) else json.dumps(name, sort_keys=True, separators=(",", ":"))


@pytest.fixture(scope="module")
def client(server):
    """client("zhiban") is logged in; client() is anonymous. One login a role and module."""
    kept = {}

    def get(name: str | None = None) -> Browserlike:
        if name not in kept:
            kept[name] = Browserlike(server, name)
        return kept[name] if name else Browserlike(server)

    return get


def walk(node):
    """Every component of a drawn page, as its props."""
    if isinstance(node, dict):
        if "props" in node:
            yield node["props"]
            yield from walk(node["props"].get("children"))
        elif "type" not in node:
            for value in node.values():
                yield from walk(value)
    elif isinstance(node, list):
        for one in node:
            yield from walk(one)


def words(node) -> str:
    """All text of a drawn page."""
    if isinstance(node, str):
        return node
    if isinstance(node, dict):
        return (
            words(node["props"].get("children"))
            if "props" in node
            else " ".join(words(one) for one in node.values())
        )
    return "".join(words(one) for one in node) if isinstance(node, list) else ""


@pytest.fixture(scope="session")
def reading():
    """(walk, words): the two ways of reading a drawn page."""
    return walk, words


@pytest.fixture(scope="session")
def filler():
    return filling


def pressing_of(someone, act: str, of: str, given: dict, at: int = 1):
    """Open the form of an act and submit it, as the browser reports both; the parts of the last answer."""
    dependencies = someone.get("/_dash-dependencies").get_json()

    def output(start: str, number: int):
        return next(
            one["output"]
            for one in dependencies
            if one["output"].startswith(start) and one["output"].count("...") == number
        )

    def call(name: str, inputs: list, state: list, changed: str):
        body = {
            "output": name,
            "outputs": [
                {"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]}
                for part in name.strip(".").split("...")
            ],
            "inputs": inputs, "changedPropIds": [changed], "parsedChangedPropsIds": [changed], "state": state,
        }  # fmt: skip
        answer = someone.post("/_dash-update-component", json=body)
        assert answer.status_code in (200, 204), answer.get_data(as_text=True)
        return plain(answer.get_json()["response"]) if answer.status_code == 200 else {}

    key = {"type": "act", "name": act, "of": of, "at": at}
    opened = call(
        output("..panel.children...panel-state.data", 2),
        [
            [{"id": key, "property": "n_clicks", "value": 1}], [],
            {"id": "address", "property": "pathname", "value": "/"},
        ],
        [], f"{key_of(key)}.n_clicks",
    )  # fmt: skip
    if not opened.get("panel-state", {}).get("data"):
        return opened
    submit = {"type": "submit", "name": act}
    fields = [
        {"id": {"type": "field", "name": name}, "property": "value", "value": value}
        for name, value in given.items()
    ]
    return call(
        output("..panel.children", 3),
        [[{"id": submit, "property": "n_clicks", "value": 1}]],
        [fields, {"id": "panel-state", "property": "data", "value": opened["panel-state"]["data"]}],
        f"{key_of(submit)}.n_clicks",
    )


def plain(response: dict) -> dict:
    """Outputs that several callbacks write carry a hash behind @; by their own name."""
    return {name.partition("@")[0]: value for name, value in response.items()}


@pytest.fixture(scope="session")
def pressing():
    """pressing(client, act, of, {field: value}): open an act's form and submit it."""
    return pressing_of
