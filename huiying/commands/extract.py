"""读出一个网页文件里的文章：标题、发布时间、媒体、正文，输出一行 JSON。

网页以文件给出（- 为标准输入），--url 是它原来的网址。没有写明的时间为 null，不作猜测；
published_at 为北京时间并带时区；页面只写到日期时只给日期，precision 为 day。
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crawlers.canonical import canonical_url
from crawlers.extract import Extracted, Hints
from crawlers.extractor import Extractor
from huiying.errors import RunError

BEIJING = ZoneInfo("Asia/Shanghai")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="保存的网页；- 为标准输入")
    parser.add_argument("--url", required=True, help="网页原来的网址")


def run(args: argparse.Namespace) -> int:
    try:
        body = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        raise RunError(f"无法读取文件 {args.file}（{error.strerror}）；请核对路径和权限。") from None
    canonical_url(args.url)
    found = asyncio.run(extracted(body, args.url))
    local = found.published_at.astimezone(BEIJING) if found.published_at else None
    at = local and (local.isoformat() if found.precision == "minute" else local.date().isoformat())
    answer = {
        "title": found.title, "published_at": at, "precision": found.precision, "publisher": found.publisher,
        "text": found.text, "canonical_url": found.canonical_url,
    }  # fmt: skip
    print(json.dumps(answer, ensure_ascii=False))
    return 0


async def extracted(body: bytes, url: str) -> Extracted:
    extractor = Extractor()
    try:
        return await extractor.extract(body, {}, url, datetime.now(UTC), Hints())
    finally:
        extractor.stop()
