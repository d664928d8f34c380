"""What a page says about itself in machine tags: meta names (those of government sites too), JSON-LD, links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from crawlers.outline import Outline

TIME_TAGS = [
    "article:published_time", "og:article:published_time", "pubdate", "publishdate", "firstpublishedtime",
    "publish_time", "publishtime", "article:create_at", "weibo: article:create_at", "weibo:article:create_at",
    "og:release_date", "datepublished", "apub:time", "publication_date", "published_time", "releasedate",
    "dc.date.issued", "dcterms.created", "og:time", "bytedance:published_time", "date",
]  # fmt: skip
TITLE_TAGS = ["articletitle", "og:title", "twitter:title", "dc.title"]
PUBLISHER_TAGS = ["contentsource", "source", "mediaid", "og:article:source", "og:site_name", "sitename"]


def meta_tags(page: Outline) -> dict[str, str]:
    """Content of the meta tags by lower-case name, property or itemprop; the first non-empty one wins."""
    found: dict[str, str] = {}
    for tag in page.machine["meta"]:
        attributes = tag.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def first_tag(tags: dict[str, str], names: list[str]) -> Iterator[str]:
    return (tags[name] for name in names if name in tags)


def json_ld(page: Outline) -> list[dict[str, Any]]:
    """All JSON-LD objects of the page, @graph unfolded; broken ones are left out."""
    found: list[dict[str, Any]] = []
    for script in page.machine["script"]:
        if "ld+json" not in (script.attributes.get("type") or ""):
            continue
        try:
            value = json.loads(script.text(deep=True).strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                graph = item.get("@graph")
                found += (
                    [entry for entry in graph if isinstance(entry, dict)]
                    if isinstance(graph, list)
                    else [item]
                )
    return found


def ld_times(items: list[dict[str, Any]]) -> Iterator[str]:
    for key in ("datePublished", "pubDate", "uploadDate"):
        yield from (item[key] for item in items if isinstance(item.get(key), str))


def ld_titles(items: list[dict[str, Any]]) -> Iterator[str]:
    yield from (item["headline"] for item in items if isinstance(item.get("headline"), str))


def ld_publishers(items: list[dict[str, Any]]) -> Iterator[str]:
    """Names of publishing organisations; a publisher that is a person is passed over."""
    for item in items:
        publisher = item.get("publisher")
        for entry in publisher if isinstance(publisher, list) else [publisher]:
            if (
                isinstance(entry, dict)
                and "Person" not in str(entry.get("@type"))
                and isinstance(entry.get("name"), str)
            ):
                yield entry["name"]


def canonical_link(page: Outline, url: str) -> str | None:
    for link in page.machine["link"]:
        attributes = link.attributes
        if "canonical" in (attributes.get("rel") or "").lower().split() and attributes.get("href"):
            try:
                return urljoin(url, (attributes["href"] or "").strip())
            except ValueError:
                return None
    return None
