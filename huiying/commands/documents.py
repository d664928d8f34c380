"""列出已入库的文本（同文转载计 1 条），可按分类、地区、渠道、情感、信源、事件、时间、词语筛选；更正程序的判断。

例：huiying documents list --category education --sentiment negative --search 食堂 --limit 20
    huiying documents correct 311 --as zhoumin --sentiment neutral --category education --sudden no
更正立即生效（计数随之改变）、写入审计记录，供 huiying train --corrections 学习。--category 可多次，写 none 表示不属任何分类。
时间不带时区时按北京时间；--url 按网址找编号（供 huiying forget 使用）。
huiying documents evidence 编号 列出保存的原始页面；加 --save 文件 取出最近一份（记入审计）。
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import decisions
from catalogue.settings import settings
from huiying.commands._operator import operate
from huiying.errors import UsageError
from huiying.listing import BEIJING, add_json, print_rows
from store import evidence
from store.model import Document, DocumentText
from store.queries_documents import DocumentFilter, DocumentRow, find_document, list_documents
from store.rollups import SENTIMENTS
from store.session import read_now, transaction

HEADS = {
    "id": "编号", "time": "时间", "channel": "渠道", "source": "信源", "sentiment": "情感",
    "categories": "分类", "region": "地区", "copies": "转载", "title": "标题",
}  # fmt: skip
EVIDENCE_HEADS = {"time": "采集时间", "bytes": "字节", "sha256": "SHA-256", "headers": "响应头"}
CHOICES = ("category", "channel", "sentiment", "incident", "source", "search")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    listing = actions.add_parser("list", help="列出文本")
    for name in CHOICES:
        listing.add_argument(f"--{name}")
    listing.add_argument("--region", action="append", default=[], help="地区 id，可多次；? 表示未标注")
    listing.add_argument("--url", help="只找这个网址（含相同开头的）")
    listing.add_argument("--from", dest="begins", metavar="时间")
    listing.add_argument("--until", dest="ends", metavar="时间")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="最多几条（默认 50，至多 1000）")
    add_json(listing)
    proof = actions.add_parser("evidence", help="查看或取出保存的原始页面（仅新闻与政府网站）")
    proof.add_argument("id", type=int, help="文本编号")
    proof.add_argument("--save", type=Path, metavar="文件", help="把最近一份原始页面写入文件")
    add_json(proof)
    correcting = actions.add_parser("correct", help="更正一条文本的情感、分类、地区、堵点痛点、突发")
    correcting.add_argument("id", type=int, metavar="编号")
    correcting.add_argument("--as", dest="login", required=True, metavar="账号", help="以谁的名义")
    correcting.add_argument("--sentiment", choices=SENTIMENTS)
    correcting.add_argument("--category", action="append", metavar="分类")
    correcting.add_argument("--region", metavar="地区", help="地区 id；? 表示未标注")
    correcting.add_argument("--agree", action="store_true", help="不更正：确认现有判断无误（抽检一致）")
    correcting.add_argument("--friction", choices=("yes", "no"), help="是否堵点痛点")
    correcting.add_argument("--sudden", choices=("yes", "no"), help="是否突发")
    add_json(correcting)


def run(args: argparse.Namespace) -> int:
    verbs = {"list": run_list, "evidence": run_evidence, "correct": correct}
    return verbs[args.action](args)


def run_evidence(args: argparse.Namespace) -> int:
    """The kept bytes of one document: when, how many, which hash; --save writes the latest and notes it in the audit."""
    with transaction(settings().database_url) as session:
        kept = evidence.kept(session, args.id)
        if args.save and kept:
            args.save.write_bytes(evidence.take_out(session, kept[-1], getuser(), read_now(session)))
    rows = [
        {"time": one.fetched_at, "bytes": one.size, "sha256": one.sha256, "headers": one.headers}
        for one in kept
    ]
    print_rows(
        rows,
        EVIDENCE_HEADS,
        args.json,
        f"没有编号 {args.id} 的原始页面：不是新闻或政府网站的页面，或已过保存期限。",
    )
    return 0


def correct(args: argparse.Namespace) -> int:
    labels = labels_of(args)
    if args.agree:
        return agree(args, labels)
    if not labels:
        raise UsageError("没有说要更正什么；可用 --sentiment、--category、--region、--friction、--sudden。")
    heads = operate(
        args.login,
        lambda s, c, actor, now: decisions.correct_labels(s, c, actor, args.id, now, labels=labels),
    )
    with transaction(settings().database_url) as session:
        found = find_document(session, args.id)
    rows = [in_columns(found)] if found is not None else []
    print_rows(rows, HEADS, args.json, "")
    print(f"已更正：{'、'.join(heads)}。", file=sys.stderr)
    return 0


def agree(args: argparse.Namespace, labels: dict[str, Any]) -> int:
    """A person read the text and finds it right: kept as agreement, no correction."""
    if labels:
        raise UsageError("--agree 表示现有判断无误，不能同时更正；请去掉其中一项。")
    operate(args.login, lambda s, c, actor, now: decisions.confirm_labels(s, actor, args.id, now))
    print("已记为核对无误。", file=sys.stderr)
    return 0


def labels_of(args: argparse.Namespace) -> dict[str, Any]:
    """Head → value of what the options name."""
    labels: dict[str, Any] = {"sentiment": args.sentiment} if args.sentiment else {}
    if args.category:
        labels["category"] = [] if args.category == ["none"] else list(dict.fromkeys(args.category))
    if args.region:
        labels["region"] = None if args.region == "?" else args.region
    for head, word in (("service_friction", args.friction), ("sudden_incident", args.sudden)):
        if word:
            labels[head] = word == "yes"
    return labels


def run_list(args: argparse.Namespace) -> int:
    if not 1 <= args.limit <= 1000:
        raise UsageError(f"--limit 应在 1 至 1000 之间，现为 {args.limit}。")
    wanted = DocumentFilter(
        **{name: getattr(args, name) for name in CHOICES},
        regions=tuple(args.region),
        begins=instant(args.begins),
        ends=instant(args.ends),
    )
    with transaction(settings().database_url) as session:
        rows = by_url(session, args.url, args.limit) if args.url else filtered(session, wanted, args.limit)
    print_rows(rows, HEADS, args.json, "没有符合条件的文本；可放宽条件，或用 huiying crawl 先采集。")
    return 0


def instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"时间应形如 2026-11-21 或 2026-11-21T08:00，现为 {text!r}。") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=BEIJING)).astimezone(UTC)


def filtered(session: Session, wanted: DocumentFilter, limit: int) -> list[dict[str, Any]]:
    return [in_columns(row) for row in list_documents(session, wanted, size=limit)]


def in_columns(row: DocumentRow) -> dict[str, Any]:
    shown = asdict(row) | {"time": row.counted_at or row.published_at or row.fetched_at}
    return shown if row.title is not None else shown | {"title": "（原文已清理）"}


def by_url(session: Session, url: str, limit: int) -> list[dict[str, Any]]:
    """Any document of that address, also one that was folded or is not read yet."""
    found = session.execute(
        select(Document, DocumentText.title)
        .outerjoin(DocumentText, DocumentText.document_id == Document.id)
        .where(Document.url.startswith(url, autoescape=True))
        .order_by(Document.id.desc())
        .limit(limit)
    )
    return [
        {
            "id": document.id,
            "time": document.counted_at or document.published_at or document.fetched_at,
            "channel": document.channel,
            "source": document.source,
            "url": document.url,
            "copies": document.copies,
            "folded_into": document.folded_into,
            "title": title or "（原文已清理）",
        }
        for document, title in found
    ]
