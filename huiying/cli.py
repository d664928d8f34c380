"""The `huiying` command: every module in `huiying/commands/` is one subcommand, found by its file name.

A command module has a docstring (its help, Chinese), `add_arguments(parser)` and `run(args) -> int | None`.
Exit codes: 0 done, 1 failed, 2 wrong use. Errors are one sentence with the remedy on stderr.
"""

from __future__ import annotations

import argparse
import importlib
import keyword
import os
import pkgutil
import sys
from collections.abc import Sequence

import huiying.commands
from huiying.errors import HuiyingError

FOUNDATION_ERRORS = (
    "CatalogueError",
    "StoreError",
    "CrawlError",
    "AnalysisError",
    "AlertError",
    "DashboardError",
)


def command_names() -> list[str]:
    """Subcommand names as typed, sorted; the file `mail_box.py` is the command `mail-box`."""
    names = (module.name for module in pkgutil.iter_modules(huiying.commands.__path__))
    return sorted(name.rstrip("_").replace("_", "-") for name in names if not name.startswith("_"))


def load_command(name: str):
    module = name.replace("-", "_")
    return importlib.import_module(f"huiying.commands.{module}{'_' if keyword.iskeyword(module) else ''}")


def first_line(doc: str | None) -> str:
    return (doc or "").strip().split("\n", 1)[0]


def build_parser(chosen: str | None) -> argparse.ArgumentParser:
    """The parser; only the chosen command's module is imported, so that `huiying score` stays quick."""
    parser = argparse.ArgumentParser(
        prog="huiying",
        description="回应：公众关切监测与回应计时。",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    subparsers = parser.add_subparsers(dest="command", metavar="命令", required=True)
    for name in command_names():
        if chosen in (name, None):
            module = load_command(name)
            sub = subparsers.add_parser(
                name,
                help=first_line(module.__doc__),
                description=(module.__doc__ or "").strip(),
                formatter_class=argparse.RawTextHelpFormatter,
            )
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
        else:
            subparsers.add_parser(name)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in arguments if not word.startswith("-")), None)
    parser = build_parser(chosen if chosen in command_names() else None)
    args = parser.parse_args(arguments)
    try:
        return args.run(args) or 0
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except HuiyingError as error:
        print(f"huiying {args.command}：{error}", file=sys.stderr)
        return error.exit_code
    except Exception as error:
        if not any(cls.__name__ in FOUNDATION_ERRORS for cls in type(error).__mro__):
            raise
        print(f"huiying {args.command}：{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
