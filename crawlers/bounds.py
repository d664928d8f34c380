"""What no honest page holds is cut before the parser sees it: its time is quadratic in depth and in attributes.

Measured with lexbor: 20,000 open elements cost half a second, 100,000 more than half a minute.
"""

from __future__ import annotations

import re

MAX_DEPTH = 600  # Chromium flattens at 512
MAX_TAGS = 200_000
MAX_ATTRIBUTES = (
    20_000  # characters of one tag; pictures written into src are longer and lose only themselves
)
SUSPICIOUS_TAGS = 15_000
TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
LONG_TAG = re.compile(rb"<([a-zA-Z][\w:-]{0,30})[^<>]{%d,}>?" % MAX_ATTRIBUTES)
ENDS_ITSELF = frozenset(
    b"p li td th tr dd dt option tbody thead tfoot br img hr input meta link wbr area base col embed param source track".split()
)


def bounded(html: bytes) -> bytes:
    """The page itself, or what is left of a hostile one: less deep, fewer tags, no tag of endless attributes."""
    step = MAX_ATTRIBUTES // 2
    if any(in_long_tag(html, start, start + step) for start in range(0, len(html), step)):
        html = LONG_TAG.sub(rb"<\1>", html)
    return shallow(html) if html.count(b"<") > SUSPICIOUS_TAGS else html


def in_long_tag(html: bytes, start: int, end: int) -> bool:
    """Whether no tag begins or ends in a stretch and the tag before it is still open: every endless tag has one."""
    if html.find(b">", start, end) >= 0 or html.find(b"<", start, end) >= 0:
        return False
    before = html.rfind(b"<", 0, start)
    return before >= 0 and html[before + 1 : before + 2].isalpha() and html.find(b">", before, start) < 0


def shallow(html: bytes) -> bytes:
    """Without the tags deeper than MAX_DEPTH (their text stays) and without what follows MAX_TAGS of the others."""
    kept: list[bytes] = []
    depth = position = count = 0
    for match in TAG.finditer(html):
        is_end, name = match.group(1), match.group(2).lower()
        if match.start() > position:
            kept.append(html[position : match.start()])
        position = match.end()
        ends_itself = name in ENDS_ITSELF
        if is_end and not ends_itself:
            depth = max(0, depth - 1)
        if ends_itself or depth < MAX_DEPTH:
            count += 1
            if count > MAX_TAGS:
                return b"".join(kept)
            kept.append(match.group())
        if not is_end and not ends_itself:
            depth += 1
    kept.append(html[position:])
    return b"".join(kept)
