"""Selectors learned from one list page: the path in its tree that repeats with titles, and what stands beside each.

A pure function of the page; what it proposes is checked against the page before it is said, and by a person after.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawlers.headline import one_line

CLASS = re.compile(r"[A-Za-z][A-Za-z_-]{0,30}\d{0,2}")
DATE = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}[-/月]\d{1,2}|\d{1,2}:\d\d|(?:今|昨)天|前$"
)
ASIDE = re.compile(r"nav|menu|foot|head|banner|friend|link|copyright|crumb|side|hot|rank|tab", re.I)
NO_PAGE = ("#", "javascript:", "mailto:", "tel:", "data:")
DEEPEST = 12
FEWEST = 4
LOOKED_AT = 60  # rows of a list that are looked at closely


@dataclass(frozen=True)
class Row:
    """One entry as the proposal reads it."""

    title: str
    url: str
    time: str = ""


@dataclass(frozen=True)
class LearnedList:
    """options: the [listing] table; rows: what it reads on this page; score: how sure, the higher the surer."""

    options: dict[str, object]
    rows: list[Row]
    score: float = 0.0
    others: list[str] = field(default_factory=list)


def learn_list(tree: HtmlElement, url: str) -> LearnedList | None:
    """The list of a page, or None where no path repeats at least four times with titles."""
    groups: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
    for link in tree.iter("a"):
        if is_title_link(link, url):
            groups[path_of(link)].append(link)
    ranked = sorted(
        ((score_of(links), path, links) for path, links in groups.items() if len(links) >= FEWEST),
        key=lambda found: found[0],
        reverse=True,
    )
    for score, path, links in ranked[:5]:
        selector = shortest_selector(tree, path, links)
        if selector is None:
            continue
        options = row_options(tree, links, path, selector)
        rows = rows_of(tree, options, url)
        if len(rows) >= FEWEST:
            others = [one_line(title_of(other[0])) for _, _, other in ranked[1:3]]
            return LearnedList(options | next_options(tree, url), rows, score, others)
    return None


def is_title_link(link: HtmlElement, url: str) -> bool:
    href = (link.get("href") or "").strip()
    if not href or href.lower().startswith(NO_PAGE) or len(title_of(link)) < 6:
        return False
    try:
        address = urljoin(url, href)
    except ValueError:
        return False
    return urlsplit(address).scheme in ("http", "https") and address.split("#")[0] != url


def title_of(link: HtmlElement) -> str:
    return one_line(link.get("title") or link.text_content())


def step_of(element: HtmlElement) -> str:
    """Tag with the first class that looks written by a person; numbered and generated ones change from day to day."""
    names = [name for name in (element.get("class") or "").split() if CLASS.fullmatch(name)]
    name = element.get("id") or ""
    if CLASS.fullmatch(name) and not names and element.tag not in ("li", "tr", "a"):
        return f"{element.tag}#{name}"
    return f"{element.tag}.{names[0]}" if names and element.tag not in ("li", "tr") else str(element.tag)


def path_of(link: HtmlElement) -> tuple[str, ...]:
    """The steps from the body down to the link, the deepest twelve."""
    steps = [step_of(link)]
    for ancestor in link.iterancestors():
        if ancestor.tag in ("body", "html"):
            break
        steps.append(step_of(ancestor))
    return tuple(reversed(steps[:DEEPEST]))


def score_of(links: Sequence[HtmlElement]) -> float:
    """How much a group looks like the list of the page: many long titles, dates beside them, addresses of articles."""
    titles = {title_of(link) for link in links}
    length = sum(min(len(title), 30) for title in titles) / len(titles)
    dated = sum(bool(DATE.search(around(link))) for link in links) / len(links)
    articles = sum(bool(re.search(r"\d{4,}", link.get("href") or "")) for link in links) / len(links)
    aside = sum(ASIDE.search(step) is not None for step in path_of(links[0])[:-1])
    return min(len(titles), 60) * length * (0.4 + dated + 0.6 * articles) * 0.6**aside


def around(link: HtmlElement) -> str:
    """The words of the row a link stands in, without its title."""
    row = link.getparent()
    for ancestor in link.iterancestors():
        if ancestor.tag in ("li", "tr", "dd", "dl"):
            row = ancestor
            break
    words = one_line(row.text_content()) if row is not None else ""
    return words.replace(one_line(link.text_content()), "")[:300]


def shortest_selector(tree: HtmlElement, path: Sequence[str], elements: Sequence[HtmlElement]) -> str | None:
    """The shortest path that meets exactly these elements; where none does, one that meets few others."""
    wanted, fallback = set(elements), None
    for length in range(min(2, len(path)), len(path) + 1):
        selector = " ".join(path[-length:])
        found = [element for element in select(tree, selector) if one_line(element.text_content())]
        hits = sum(element in wanted for element in found)
        if hits == len(wanted) == len(found):
            return selector
        if hits == len(wanted) and hits >= 0.9 * len(found):
            fallback = selector
    return fallback


def row_options(
    tree: HtmlElement, links: Sequence[HtmlElement], path: Sequence[str], selector: str
) -> dict[str, object]:
    """item, link and time where every link has a row of its own with a time in it; else the links alone."""
    group = set(links)
    rows = [row for link in links if (row := row_of(link, group)) is not None]
    depth = next((n for n, a in enumerate(links[0].iterancestors(), 1) if rows and a is rows[0]), 0)
    time = time_step(rows[:LOOKED_AT], group)
    if not time or len(rows) < len(links) or not 0 < depth < len(path):
        return {"link": selector}
    item = shortest_selector(tree, path[:-depth], rows)
    inner = next(
        (
            " ".join(path[-n:])
            for n in range(1, depth + 1)
            if all(
                select(row, " ".join(path[-n:]))[:1] == [link] for row, link in zip(rows, links, strict=True)
            )
        ),
        None,
    )
    return {"item": item, "link": inner, "time": time} if item and inner else {"link": selector}


def row_of(link: HtmlElement, links: set[HtmlElement]) -> HtmlElement | None:
    """The largest element around the link that holds no other link of the group."""
    row = None
    for ancestor in link.iterancestors():
        held = (one for one in ancestor.iter("a") if one in links)
        if ancestor.tag in ("body", "html") or len(list(islice(held, 2))) > 1:
            break
        row = ancestor
    return row


def time_step(rows: Sequence[HtmlElement], links: set[HtmlElement]) -> str:
    """The selector whose first match holds the date in most rows, or ""."""
    steps: Counter[str] = Counter()
    for row in rows:
        for element in row.iter():
            if (
                isinstance(element.tag, str)
                and element not in links
                and element is not row
                and is_date(element)
            ):
                place = sum(1 for _ in element.itersiblings(preceding=True)) + 1
                step = step_of(element)
                steps.update((step, f"{step}:last-child", f"{step}:nth-child({place})"))
    for step, count in steps.most_common(12):
        hits = sum(
            bool(found and is_date(found[0])) for row in rows if (found := select(row, step)) is not None
        )
        if count >= 0.6 * len(rows) and hits >= 0.6 * len(rows):
            return step
    return ""


def is_date(element: HtmlElement) -> bool:
    words = one_line(element.text or "")
    return len(words) <= 40 and DATE.search(words) is not None


def next_options(tree: HtmlElement, url: str) -> dict[str, object]:
    """How the list goes on: by the link 下一页, by createPageHTML, or by an address that counts."""
    for link in tree.iter("a"):
        words, href = one_line(link.text_content()), (link.get("href") or "").strip()
        if words in ("下一页", "下页", "下一頁", ">", "»", "Next") and href and not href.startswith(NO_PAGE):
            names = [name for name in (link.get("class") or "").split() if CLASS.fullmatch(name)]
            if names:
                return {"next": f"a.{names[0]}", "max_pages": 3}
    for script in tree.iter("script"):
        made = re.search(
            r"createPageHTML\(\s*(\d+)\s*,\s*\d+\s*,\s*[\"'](\w+)[\"']\s*,\s*[\"'](\w+)", script.text or ""
        )
        if made and int(made[1]) > 1:
            return {"next_url": f"{made[2]}_{{page}}.{made[3]}", "next_from": 1, "max_pages": 3}
    for link in tree.iter("a"):
        counted = re.search(r"(?:^|/)([\w-]*?_?)2(\.s?html?)$", (link.get("href") or "").strip())
        if counted and one_line(link.text_content()) in ("2", "下一页", "下页", "第2页"):
            return {"next_url": f"{counted[1]}{{page}}{counted[2]}", "max_pages": 3}
    return {}


def rows_of(tree: HtmlElement, options: dict[str, object], url: str) -> list[Row]:
    """What the options read on this page, as the listing spider will."""
    rows, seen = [], set()
    item = str(options.get("item", ""))
    for row in select(tree, item or str(options["link"])):
        links = select(row, str(options["link"])) if item else [row]
        href = (links[0].get("href") or "").strip() if links else ""
        try:
            address = urljoin(url, href)
        except ValueError:
            continue
        if href and not href.lower().startswith(NO_PAGE) and address not in seen:
            seen.add(address)
            times = select(row, str(options["time"])) if options.get("time") else []
            rows.append(Row(title_of(links[0]), address, one_line(times[0].text_content()) if times else ""))
    return rows


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    return list(compiled(selector)(tree))


@lru_cache(maxsize=256)
def compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector)
