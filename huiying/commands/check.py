"""检查配置：信源、分类、地区、单位、义务、定级规则、接收人、值班表。

不带参数时检查全部（随程序附带的默认配置，加上站点目录的覆盖）；给出文件时只检查这一个。
每处错误说明：哪个文件、哪一项、应为什么、怎么改。未知的项也是错误。
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.loader import PARSERS, Catalogue, check, parse_file
from catalogue.settings import settings
from catalogue.source import Source
from crawlers.errors import BadRequest
from crawlers.options import check_options
from huiying.errors import RunError, UsageError
from huiying.listing import add_json, print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="文件", help="只检查这一个 TOML 文件")
    parser.add_argument("--kind", choices=sorted(PARSERS), help="文件的种类；默认由它所在的文件夹名得知")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    errors = check_one(args.file, args.kind) if args.file else check_all(args.json)
    if args.json:
        print_json([{"file": one.file, "key": one.key, "message": str(one)} for one in errors])
    else:
        for error in errors:
            print(f"✗ {error}")
    if errors:
        raise RunError(f"共 {len(errors)} 处错误，请按上面的说明修改后再查一次。")
    return 0


def check_one(path: Path, kind: str | None) -> list[CatalogueError]:
    kind = kind or path.resolve().parent.name
    if kind not in PARSERS:
        raise UsageError(
            f"从路径 {path} 看不出文件的种类，应放在 {'、'.join(PARSERS)} 之一的文件夹里，或用 --kind 指明。"
        )
    try:
        _, thing = parse_file(kind, path)
    except CatalogueError as error:
        return [error]
    return table_errors([thing]) if kind == "sources" else []


def table_errors(sources: Iterable[Source]) -> list[CatalogueError]:
    """What is wrong in the tables named like the sources' kinds: unknown keys, unreadable selectors, wild numbers."""
    errors = []
    for source in sources:
        try:
            check_options(source)
        except BadRequest as error:
            where, _, words = str(error).partition("：")
            errors.append(CatalogueError(f"sources/{source.name}.toml", "", (words or where).rstrip("。")))
    return errors


def check_all(is_quiet: bool) -> list[CatalogueError]:
    catalogue, errors = check(settings().site_dir)
    if not is_quiet:
        print(summary(catalogue))
        for hint in hints(catalogue):
            print(f"· {hint}")
    return errors + table_errors(catalogue.sources.values())


def summary(catalogue: Catalogue) -> str:
    return (
        f"配置版本 {catalogue.version}：信源 {len(catalogue.sources)}（启用 {len(catalogue.enabled_sources())}），"
        f"分类 {len(catalogue.categories)}，地区 {len(catalogue.regions)}，单位 {len(catalogue.units)}，"
        f"义务 {len(catalogue.duties)}，定级规则 {len(catalogue.level_rules)}，"
        f"接收人 {len(catalogue.recipients)}，值班表 {len(catalogue.rosters)}"
    )


def hints(catalogue: Catalogue) -> list[str]:
    """What is still to be filled in before real use, each with the place where."""
    site = settings().site_dir
    wanted = (
        (
            not catalogue.enabled_sources(),
            f"没有启用的信源：在 {site}/place.toml 里选用几组（groups），再运行 huiying source try",
        ),
        (
            catalogue.office is None,
            f"没有地区：在 {site}/regions/ 写本地的区县与街道，并给本地写 office = true",
        ),
        (not catalogue.units, f"没有单位：在 {site}/units/ 写责任单位，并给一个单位写 fallback = true"),
        (not catalogue.recipients, f"没有接收人：在 {site}/recipients/ 写值班员、值班长和联络员的邮箱"),
        (not catalogue.rosters, f"没有值班表：在 {site}/roster/ 写班次和升级顺序"),
    )
    return [sentence for is_missing, sentence in wanted if is_missing]
