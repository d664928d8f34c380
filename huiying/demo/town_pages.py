"""The town's five sources as they stand on the wire, each built as differently as real ones are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from huiying.demo.town import BEIJING, Town, TownItem
from huiying.demo.town_hot import hot_list

LIST_PAGE = 40
HOTLINE_COLUMNS = [
    "工单编号",
    "受理时间",
    "来电人",
    "联系电话",
    "诉求标题",
    "诉求内容",
    "承办单位",
    "答复时间",
    "答复内容",
]


def local(at: datetime, form: str) -> str:
    return at.astimezone(BEIJING).strftime(form)


def rss(town: Town, items: Sequence[TownItem], base: str) -> str:
    """RSS 2.0 of the last weeks' news, newest first; the text itself stands on the article pages."""
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{base}/news/{item.number}.html?utm_source=rss</link>"
        f"<description>{escape(item.text.split(chr(10))[0])}</description>"
        f"<pubDate>{format_datetime(item.at.astimezone(BEIJING))}</pubDate></item>\n"
        for item in reversed(items)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{town.publisher("news")}</title>'
        f"<link>{base}/</link><description>{town.raw['note']}</description>\n{entries}</channel></rss>"
    )


def news_page(town: Town, item: TownItem, base: str) -> str:
    """An article page of a paper: HTML5, JSON-LD, og tags, a side list and a footer around the text."""
    linked = {
        "@type": "NewsArticle",
        "headline": item.title,
        "datePublished": item.at.astimezone(BEIJING).isoformat(),
    }
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in item.text.split("\n"))
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<title>{escape(item.title)} - {town.publisher("news")}</title><meta property="og:title" content="{escape(item.title)}">
<link rel="canonical" href="{base}/news/{item.number}.html">
<script type="application/ld+json">{json.dumps(linked, ensure_ascii=False)}</script></head><body>
<header><nav><a href="/">首页</a> <a href="/rss.xml">订阅</a></nav></header>
<main><article class="post"><h1>{escape(item.title)}</h1>
<div class="meta"><span class="source">来源：{item.publisher}</span>
<time>{local(item.at, "%Y-%m-%d %H:%M")}</time></div>
<div class="content">{paragraphs}</div></article>
<aside class="recommend"><h3>推荐阅读</h3><ul><li><a href="#">本周天气 2026-01-01 08:00</a></li></ul></aside></main>
<footer>{town.publisher("news")} 版权所有（{town.raw["note"]}）</footer></body></html>"""


def government_address(item: TownItem) -> str:
    return f"{local(item.at, '%Y%m')}/t{local(item.at, '%Y%m%d')}_{item.number}.html"


def government_list(town: Town, items: Sequence[TownItem], page: int) -> str:
    """A list page as government systems write it: relative links, a date without a clock, numbered next pages."""
    shown = list(reversed(items))[page * LIST_PAGE : (page + 1) * LIST_PAGE]
    rows = "\n".join(
        f'<li><span>{local(item.at, "%Y-%m-%d")}</span><a href="./{government_address(item)}" '
        f'title="{escape(item.title)}">'
        f"{escape(item.title[:22])}</a></li>"
        for item in shown
    )
    more = (page + 1) * LIST_PAGE < len(items)
    following = f'<a class="next" href="index_{page + 1}.html">下一页</a>' if more else ""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>通知公告_{town.publisher("government")}</title></head><body><table width="960"><tr><td>
<ul class="list">{rows}</ul><div class="page">{following}</div></td></tr></table></body></html>"""


def government_page(town: Town, item: TownItem) -> str:
    """An article page with the standard government meta tags, laid out in tables, body in a TRS editor block."""
    paragraphs = "<br>\n".join(f"　　{escape(line)}" for line in item.text.split("\n"))
    stamp = local(item.at, "%Y-%m-%d %H:%M")
    return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312">
<META NAME="SiteName" CONTENT="{town.publisher("government")}"><META NAME='ArticleTitle' CONTENT='{escape(item.title)}'>
<META NAME="PubDate" CONTENT="{stamp}"><META NAME="ContentSource" CONTENT="{item.publisher}">
<TITLE>{escape(item.title)}_{town.publisher("government")}</TITLE></HEAD><BODY>
<table><tr><td><a href="/gov/index.html">通知公告</a></td></tr><tr><td class="bt">{escape(item.title)}</td></tr>
<tr><td>发布时间：{stamp}　来源：{item.publisher}　【字体：大 中 小】</td></tr>
<tr><td><div class="TRS_Editor">{paragraphs}</div></td></tr>
<tr><td>【打印】【关闭】</td></tr></table></BODY></HTML>"""


def hot_json(items: Sequence[TownItem], now: datetime, base: str) -> str:
    rows = [
        {"position": rank, "word": item.title, "url": f"{base}/hot/topic/{item.number}", "hot_value": str(heat),
         "onboard_time": int(item.at.timestamp())}
        for rank, item, heat in hot_list(items, now)
    ]  # fmt: skip
    return json.dumps({"code": 0, "data": {"realtime": rows}}, ensure_ascii=False)


def statuses_json(
    items: Sequence[TownItem], base: str, limit: int, max_id: int | None, since_id: int | None
) -> str:
    """Statuses as Mastodon's public timeline gives them; accounts are invented and nobody may keep them."""
    chosen = [
        item for item in reversed(items)
        if (max_id is None or item.number < max_id) and (since_id is None or item.number > since_id)
    ][: max(1, min(limit, 40))]  # fmt: skip
    return json.dumps([status(item, base) for item in chosen], ensure_ascii=False)


def status(item: TownItem, base: str) -> dict:
    voice = item.number % 997
    return {
        "id": str(item.number),
        "created_at": item.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "url": f"{base}/@invented{voice}/{item.number}",
        "uri": f"{base}/statuses/{item.number}",
        "visibility": "public",
        "language": "zh",
        "content": f"<p>{escape(item.text)}</p>",
        "replies_count": item.number % 7,
        "reblogs_count": item.number % 5,
        "account": {
            "id": str(voice), "acct": f"invented{voice}", "display_name": f"虚构用户{voice}",
            "followers_count": voice,
        },
    }  # fmt: skip


def hotline_csv(town: Town, items: Sequence[TownItem], now: datetime) -> str:
    """The operator's export, oldest first; caller and number are invented and must not survive the import."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HOTLINE_COLUMNS)
    for item in items:
        is_answered = item.answered_at is not None and item.answered_at <= now
        writer.writerow([
            f"GD{item.number}", local(item.at, "%Y-%m-%d %H:%M:%S"), "虚构来电人",
            f"000{item.number % 10**8:08d}", item.title,
            item.text, f"{town.name}承办单位", local(item.answered_at, "%Y-%m-%d %H:%M:%S") if is_answered else "",
            item.reply if is_answered else "",
        ])  # fmt: skip
    return out.getvalue()
