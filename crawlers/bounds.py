"""What no honest page holds is cut before the parser sees it: its time is quadratic in depth and in attributes.

Measured with lexbor: 20,000 open elements cost half a second, 100,000 more than half a minute.
"""

from __future__ import annotations

import re

MAX_DEPTH = 600  # Chromium flattens at 512
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 20_000  # characters of one tag; pictures written into src are longer and lose only themselves
SUSPICIOUS_TAGS = 15_000
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,30})[^<>]{%d,}>?" % MAX_ATTRIBUTES)
ENDS_ITSELF = frozenset(
    "p li td th tr dd dt option tbody thead tfoot br img hr input meta link wbr area base col embed param source track".split()
)


def bounded(html: str) -> str:
    """The page itself, or what is left of a hostile one: less deep, fewer tags, no tag of endless attributes."""
    parts = html.split("<")
    if any(len(part) > MAX_ATTRIBUTES and part.find(">", 0, MAX_ATTRIBUTES) < 0 for part in parts):
        html = LONG_TAG.sub(r"<\1>", html)
    return shallow(html) if len(parts) > SUSPICIOUS_TAGS else html


def shallow(html: str) -> str:
    """Without the tags deeper than MAX_DEPTH (their text stays) and without what follows MAX_TAGS tags."""
    kept: list[str] = []
    depth = position = count = 0
    for match in TAG.finditer(html):
        count += 1
        if count > MAX_TAGS:
            return "".join(kept)
        is_end, name = match.group(1), match.group(2).lower()
        kept.append(html[position : match.start()])
        position = match.end()
        if name in ENDS_ITSELF:
            kept.append(match.group())
            continue
        if is_end:
            depth = max(0, depth - 1)
        if depth < MAX_DEPTH:
            kept.append(match.group())
        if not is_end:
            depth += 1
    kept.append(html[position:])
    return "".join(kept)
