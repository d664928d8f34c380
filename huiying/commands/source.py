"""信源：列出、认识一个网址并写成信源文件、在本机试采。

huiying source list            有哪些信源，各在哪一组，能不能运行
huiying source new 网址        看看这个网址是什么（订阅源、站点地图、列表页、留言板、接口、时间线），写出信源文件
huiying source try [名称…]     试采一次；试通的“未试”信源从此可以运行。不写名称时试本地选用而还没试过的全部
试采不写数据库；试通的记录在站点目录的 tried/，录下的页面在数据目录的 recorded/（不进版本库）。
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from catalogue.errors import CatalogueError, SettingsError
from catalogue.loader import SHIPPED, Catalogue, check
from catalogue.place import GROUPS
from catalogue.settings import settings
from catalogue.source import CHANNELS, Source
from catalogue.tried import Trial as Tried
from catalogue.tried import definition_of, read_trials, write_trial
from crawlers.errors import BadImport, CrawlError, PageRefused
from crawlers.files import read_table
from crawlers.folder import folder_of, read_file, waiting_files
from crawlers.jobs import contact
from crawlers.look import toml_of
from crawlers.options import check_options
from crawlers.robots_standing import standing_of
from crawlers.trying import Trial, try_source
from huiying.errors import RunError, UsageError
from huiying.listing import add_json, print_json, print_rows, shown
from huiying.new_source import FIRST_WORDS, new_source
from store.errors import StoreError
from store.hosts import RobotsRead, robots_of_all
from store.session import transaction

HEADS = {
    "name": "名称",
    "publisher": "发布者",
    "kind": "方式",
    "groups": "组",
    "state": "状态",
    "robots": "robots.txt",
    "why": "说明",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    listing = actions.add_parser("list", help="列出信源")
    listing.add_argument("--group", choices=sorted(GROUPS), help="只列这一组")
    listing.add_argument("--all", action="store_true", help="也列出本地没有选用的")
    add_json(listing)
    new = actions.add_parser("new", help="由一个网址写出信源文件")
    new.add_argument("url", metavar="网址")
    new.add_argument("--name", help="信源名（英文小写、数字、下划线）；默认由网址得出")
    new.add_argument("--publisher", help="发布者；默认取页面上写的")
    new.add_argument("--channel", choices=sorted(CHANNELS), help="渠道；默认由网址与页面判断")
    new.add_argument("--inside", action="store_true", help="此站点在单位内网或非常用端口，允许访问")
    new.add_argument("--dry-run", action="store_true", help="只显示，不写文件")
    add_json(new)
    trial = actions.add_parser("try", help="试采一次")
    trial.add_argument("names", nargs="*", metavar="名称")
    add_json(trial)


def run(args: argparse.Namespace) -> int:
    return {"list": list_sources, "new": new_source, "try": try_sources}[args.action](args)


# --- list ---


def list_sources(args: argparse.Namespace) -> int:
    rows = all_rows(known())
    rows = [row for row in rows if args.all or row["taken"]]
    rows = [row for row in rows if not args.group or args.group in row["groups"]]
    print_rows(rows, HEADS, args.json, "没有符合条件的信源；加 --all 可列出全部。")
    return 0


def all_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    try:
        trials = read_trials(settings().site_dir)
    except CatalogueError:
        trials = {}  # told by `known`
    robots = robots_known()
    return [
        row_of(source, catalogue, trials.get(source.name), robots.get(source.host))
        for source in catalogue.sources.values()
    ]


def robots_known() -> dict[str, RobotsRead]:
    """What the running system read of the hosts; nothing where it does not run: the list works without it."""
    try:
        with transaction(settings().database_url) as session:
            return robots_of_all(session)
    except (StoreError, SettingsError, DBAPIError):
        return {}


def row_of(
    source: Source, catalogue: Catalogue, trial: Tried | None, robots: RobotsRead | None = None
) -> dict[str, Any]:
    """One line of the list: what a person must know to make the source run."""
    is_own = not (SHIPPED / "sources" / f"{source.name}.toml").exists()
    taken = is_own or catalogue.place.takes(source.name, source.groups)
    state, why = "未试", "运行 huiying source try " + source.name
    if source.status == "disabled":
        state, why = "停用", "信源文件里写着 disabled"
    elif source.missing:
        state, why = "待填写", f"place.toml 的 [fill] 缺 {'、'.join(source.missing)}"
    elif source.status == "enabled":
        state, why = "启用", f"{shown(trial.at)} 试通" if trial else ""
    elif trial and trial.definition != definition_of(source):
        why = "试通之后设置改过，请再试一次"
    elif trial:
        state, why = "未选用", "place.toml 的 groups、sources 没有选它"
    return {
        "name": source.name, "publisher": source.publisher, "kind": source.kind, "channel": source.channel,
        "groups": list(source.groups), "url": source.url, "purpose": source.purpose, "owner": source.owner,
        "state": state, "why": why, "taken": taken, "tried_at": trial.at if trial else None,
        "robots": standing_of(*robots[:2], source.url).words if robots else None,
    }  # fmt: skip


def known() -> Catalogue:
    """The catalogue as far as it can be read; a mistake in another file must not stop a look at one source."""
    catalogue, errors = check(settings().site_dir)
    for error in errors:
        print(f"提醒：{error}", file=sys.stderr)
    return catalogue


# --- try ---


def try_sources(args: argparse.Namespace) -> int:
    catalogue = known()
    sources = [named(name, catalogue) for name in dict.fromkeys(args.names)] or untried(catalogue)
    results = []
    for source in sources:
        if not args.json:
            print(f"正在试采 {source.publisher}（{source.name}）……", file=sys.stderr)
        results.append(try_one(source))
        if not args.json:
            tell_trial(source, results[-1])
    if args.json:
        print_json(results)
    return 0 if all(result["passed"] for result in results) else 1


def untried(catalogue: Catalogue) -> list[Source]:
    rows = all_rows(catalogue)
    found = [catalogue.sources[row["name"]] for row in rows if row["state"] == "未试" and row["taken"]]
    if not found:
        raise RunError("本地选用的信源都试过了；要试别的，请写出名称，或在 place.toml 里选用别的组。")
    return found


def named(name: str, catalogue: Catalogue) -> Source:
    if name in catalogue.sources:
        return catalogue.sources[name]
    near = difflib.get_close_matches(name, catalogue.sources, 1)
    hint = f"是否想写 {near[0]}？" if near else "请用 huiying source list --all 查看。"
    raise UsageError(f"没有名为 {name} 的信源；{hint}")


def try_one(source: Source) -> dict[str, Any]:
    """Try one source; what cannot be tried is its own sentence, the others go on."""
    now = datetime.now(UTC)
    result: dict[str, Any] = {"source": source.name, "publisher": source.publisher, "passed": False}
    try:
        if source.watches_folder:
            return result | try_folder(source, now)
        trial = try_source(source, now, contact(settings()))
    except (CrawlError, CatalogueError) as error:
        return result | {"message": str(error)}
    recorded = record(source, trial)
    if trial.passed:
        write_trial(settings().site_dir, source, trial.report.counts["items"], now)
    return result | {
        "passed": trial.passed, "message": trial.report.judgement.reason, "listed": trial.report.counts["items"],
        "articles": [article_row(article) for article in trial.report.articles[:5]],
        "robots": trial.report.robots.words if trial.report.robots else None,
        "problems": list(trial.report.problems), "healthy": trial.healthy, "recorded": recorded,
    }  # fmt: skip


def try_folder(source: Source, now: datetime) -> dict[str, Any]:
    """The newest file of a watched folder, read without importing it."""
    folder = folder_of(source, settings().data_dir)
    files = waiting_files(source, settings().data_dir, {}, now)
    check_options(source)
    if not files:
        raise PageRefused(f"{folder} 里没有可读的文件；请放入一份导出的 CSV 或 XLSX 再试。")
    articles, problems = read_table(read_file(files[-1].path), source, now)
    if not articles:
        raise BadImport(f"{files[-1].path.name}：没有一行可以导入。{problems[0] if problems else ''}")
    write_trial(settings().site_dir, source, len(articles), now)
    return {
        "passed": True, "message": f"{files[-1].path.name}：读出 {len(articles)} 行，{len(problems)} 行有问题。",
        "listed": len(articles) + len(problems), "articles": [article_row(article) for article in articles[:5]],
        "problems": problems[:5], "healthy": {}, "recorded": None,
    }  # fmt: skip


def article_row(article: Any) -> dict[str, Any]:
    return {
        "title": article.title, "published_at": article.published_at, "precision": article.published_precision,
        "publisher": article.publisher, "first_words": article.text[:FIRST_WORDS].replace("\n", " "),
        "characters": len(article.text), "rank": article.rank, "answered_at": article.answered_on,
        "answered_by": article.answered_by, "url": article.url,
    }  # fmt: skip


def record(source: Source, trial: Trial) -> str | None:
    """Keep the front answer for whoever repairs the source later; never in the repository."""
    if trial.page is None or not trial.page.raw:
        return None
    folder = settings().data_dir / "recorded" / source.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "front").write_bytes(trial.page.raw)
    about = {
        "url": trial.page.url,
        "headers": dict(trial.page.headers),
        "at": trial.page.fetched_at.isoformat(),
    }
    (folder / "front.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    article = next((one for one in trial.report.articles if one.raw), None)
    if article is not None and article.raw:
        (folder / "page.html").write_bytes(article.raw)
    return str(folder)


def tell_trial(source: Source, result: dict[str, Any]) -> None:
    print(
        f"{source.publisher}（{source.name}）　{'试通' if result['passed'] else '没有试通'}：{result['message']}"
    )
    if result.get("robots"):
        print(f"　{result['robots']}")
    for row in result.get("articles", []):
        print(
            f"　· {row['title'] or '（无标题）'}　{shown(row['published_at']) or '无时间'}　{row['publisher'] or ''}"
        )
        print(f"　　{row['first_words']}……（{row['characters']} 字）")
    for words in result.get("problems", [])[:3]:
        print(f"　错误：{words}")
    if result.get("healthy"):
        print("　建议的正常范围：\n" + toml_of({"healthy": result["healthy"]}).strip())
    if result.get("recorded"):
        print(f"　页面已录在 {result['recorded']}")
    if result["passed"]:
        again = known().sources.get(source.name)
        is_on = again is not None and again.status == "enabled"
        words = (
            "已启用，到时自动采集。"
            if is_on
            else "要让它运行，请在 place.toml 的 groups 或 sources 里选用它。"
        )
        print(
            f"　{words if source.status != 'disabled' else '信源文件里写着 disabled，改为 untested 后才会运行。'}"
        )
