"""Whatever a package of ours raises on purpose is one sentence at the terminal, never a traceback."""

import importlib

import pytest

from huiying import cli

PACKAGES = ("catalogue", "store", "crawlers", "analysis", "alerts", "dashboards")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_root_error_of_every_package_is_told_in_one_sentence(package, monkeypatch, capsys):
    module = importlib.import_module(f"{package}.errors")
    root = next(
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Exception) and one.__base__ is Exception
    )
    error = root("file.toml", "key", "应为数字") if package == "catalogue" else root("一句话。")

    def fail(args):
        raise error

    command = importlib.import_module("huiying.commands.purge")
    monkeypatch.setattr(command, "run", fail)
    assert cli.main(["purge"]) == 1
    said = capsys.readouterr().err
    assert said == f"huiying purge：{error}\n"
