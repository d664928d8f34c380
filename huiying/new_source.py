"""From an address to a source file: what is there, what the file would read, and the file itself."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalogue.loader import SHIPPED
from catalogue.settings import settings
from catalogue.source import Source, parse_source
from crawlers.charset import decode
from crawlers.errors import CrawlError
from crawlers.jobs import contact
from crawlers.learn_board import LearnedBoard, MessagePage, learn_board
from crawlers.look import Seen, look_at, toml_of
from crawlers.options import check_options
from crawlers.trying import fetch_page
from huiying.errors import RunError, UsageError
from huiying.listing import print_json

FIRST_WORDS = 60
OWNER = "宣传部值班室"
LETTERS_READ = 5  # pages of a board that are looked at until one shows a reply


def new_source(args: argparse.Namespace) -> int:
    url = args.url.strip()
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise UsageError(f"网址应以 http:// 或 https:// 开头，收到的是“{url[:80]}”。")
    name = args.name or name_of(url)
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,40}", name):
        raise UsageError(f"信源名应为 3 至 41 个小写字母、数字、下划线，收到的是“{name}”；请用 --name 另取。")
    target = settings().site_dir / "sources" / f"{name}.toml"
    if not args.dry_run and (target.exists() or (SHIPPED / "sources" / target.name).exists()):
        raise RunError(f"已有名为 {name} 的信源；请用 --name 另取一个名字。")
    now = datetime.now(UTC)
    seen, letters = as_board(look(url, args.inside, now), args, now)
    values = table_of(seen, name, args)
    source = parse_source(values, f"sources/{name}.toml")  # what we propose must be readable itself
    check_options(source)
    text = toml_of(values, (f"{now:%Y-%m-%d} 由 huiying source new 写出，试通前不会运行。",))
    if not args.dry_run:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as out:
            out.write(text)
    tell_new(seen, letters, values, text, None if args.dry_run else target, args.json)
    return 0


def look(url: str, is_inside: bool, now: datetime) -> Seen:
    """What is at the address; a feed the page declares is looked at too and preferred where it is alive."""
    agent = contact(settings())
    page = fetch_page(bare(url, is_inside), now, agent)
    seen = look_at(page.raw or b"", page.headers, page.url, now)
    for feed in seen.feeds[:1]:
        try:
            answer = fetch_page(bare(feed, is_inside), now, agent)
            other = look_at(answer.raw or b"", answer.headers, answer.url, now)
        except CrawlError:
            continue
        if other.kind == "feed" and other.listed and not other.check:
            print(f"页面声明的订阅源可用，改用它：{feed}", file=sys.stderr)
            return other
    return seen


def as_board(seen: Seen, args: argparse.Namespace, now: datetime) -> tuple[Seen, list[dict[str, str]]]:
    """A list of messages as a board, learned from the pages behind it, and what those pages read; any other list as it is."""
    if seen.kind != "listing" or "mailbox" not in (args.channel, seen.channel):
        return seen, []
    pages: list[MessagePage] = []
    learned: LearnedBoard | None = None
    for row in seen.rows[:LETTERS_READ]:
        try:
            answer = fetch_page(bare(row.url, args.inside), now, contact(settings()))
        except CrawlError as error:
            print(f"留言页没有取到：{error}", file=sys.stderr)
            continue
        pages.append(MessagePage(answer.url, decode(answer.raw or b"", answer.headers), row.title))
        learned = learn_board(pages, now)
        if learned is not None and len(pages) > 1:
            break
    if learned is None:
        words = "像是留言板，但几个留言页里没有读出留言和答复，先按栏目列表写出；请核对后照说明手写 [board.detail]。"
        return replace(seen, check=(words, *seen.check)), []
    options = {"received_at" if key == "time" else key: value for key, value in seen.options.items()}
    how = (
        "按页面上的字样（留言内容、答复单位等）读取"
        if not learned.detail
        else "按下面 [board.detail] 的选择器读取"
    )
    saw = f"看了 {len(pages)} 个留言页，{learned.answered} 个有官方答复，{how}。"
    check = "请核对下面读出的留言、答复、两个时间和单位；来信人不读。"
    board = replace(
        seen, kind="board", channel="mailbox", options=options | {"detail": learned.detail},
        saw=(*seen.saw, saw), check=(check, *seen.check),
    )  # fmt: skip
    return board, learned.read


def bare(url: str, is_inside: bool) -> Source:
    """A source that is only its address, for the one look."""
    raw = {
        "name": "look",
        "publisher": urlsplit(url).hostname or url,
        "kind": "feed",
        "channel": "news",
        "url": url,
    }
    raw |= {"purpose": "查看", "owner": OWNER, "official_unit": "查看", "delay": "0s"}
    return parse_source(raw | allowed(url, is_inside), "sources/look.toml")


def allowed(url: str, is_inside: bool) -> dict[str, Any]:
    return {"allow_hosts": [urlsplit(url).netloc.rpartition("@")[2]]} if is_inside else {}


def table_of(seen: Seen, name: str, args: argparse.Namespace) -> dict[str, Any]:
    publisher = args.publisher or seen.publisher or urlsplit(seen.url).hostname or name
    channel = args.channel or seen.channel
    values: dict[str, Any] = {
        "name": name, "publisher": publisher, "kind": seen.kind, "channel": channel, "url": seen.url,
        "every": "10m" if channel in ("hotlist", "social") else "1h" if seen.kind == "board" else "30m", "delay": "3s",
        "purpose": seen.purpose or "（请填写）", "owner": OWNER, "status": "untested",
    }  # fmt: skip
    values |= allowed(seen.url, args.inside)
    if channel == "government":
        values["official_unit"] = publisher
    if seen.options:
        values[seen.kind] = seen.options
    values["healthy"] = (
        {"items_min": int(seen.listed * 0.85)} if seen.kind in ("feed", "listing", "api", "board") else {}
    )
    required = {
        "hotlist": ["title", "rank"],
        "social": ["text", "published_at"],
        "mailbox": ["title", "text"],
    }
    values["healthy"]["required"] = required.get(channel, ["title", "published_at"])
    return values


def name_of(url: str) -> str:
    """A file name out of an address: `https://www.yundu.gov.cn/zwgk/tzgg/` → yundu_gov_zwgk_tzgg."""
    parts = urlsplit(url)
    host = [
        word for word in (parts.hostname or "").split(".") if word not in ("www", "com", "cn", "net", "org")
    ]
    path = [
        word
        for word in re.split(r"[^a-z0-9]+", parts.path.lower())
        if word and word not in ("index", "html", "htm")
    ]
    name = re.sub(r"[^a-z0-9]+", "_", "_".join([*host, *path[:3]]).lower()).strip("_")
    return (name if name[:1].isalpha() else f"site_{name}")[:40].strip("_")


def tell_new(
    seen: Seen,
    letters: list[dict[str, str]],
    values: dict[str, Any],
    text: str,
    target: Path | None,
    as_json: bool,
) -> None:
    rows = [{"title": row.title, "url": row.url, "time": row.time} for row in seen.rows]
    if as_json:
        print_json(
            {"name": values["name"], "kind": seen.kind, "saw": seen.saw, "check": seen.check, "rows": rows, "letters": letters,
             "file": str(target) if target else None, "source": values}
        )  # fmt: skip
        return
    print("看到的：" + "".join(seen.saw))
    for row in rows:
        print(f"　· {row['title'][:FIRST_WORDS]}　{row['time']}")
    for letter in letters:
        tell_letter(letter)
    for words in seen.check:
        print(f"请核对：{words}")
    print()
    print(text)
    if target:
        print(f"已写入 {target}；核对后运行：huiying source try {values['name']}")


def tell_letter(letter: dict[str, str]) -> None:
    """One message page as the spider will read it."""
    said = {name: words.replace("\n", " ")[:FIRST_WORDS] for name, words in letter.items()}
    print(f"　留言：{said.get('title', '')}　{said.get('received_at') or '（时间取自列表）'}")
    print(f"　　　　{said.get('text', '')}")
    if said.get("reply"):
        print(
            f"　答复：{said.get('answered_by') or '（没有读到单位）'}　{said.get('answered_at') or '（没有读到时间）'}"
        )
        print(f"　　　　{said['reply']}")
    else:
        print("　答复：还没有")
