"""XML from outside before any parser sees it: no document type, so no entity, inner or outer, is ever defined."""

from __future__ import annotations

import re

ENTITIES = "实体定义，出于安全未解析"  # what people are told
BEGINS = re.compile(r"<!DOCTYPE", re.I)
DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)
DECLARES = re.compile(r"<!(?=ENTITY|DOCTYPE|ELEMENT|ATTLIST|NOTATION)", re.I)
DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^<>]*\?>")


def without_entities(text: str) -> tuple[str, bool]:
    """The document without XML declaration and document type, and whether that type declared entities.

    Declarations left over elsewhere (a crafted document type) lose their meaning: `<!ENTITY` becomes text.
    """
    text = DECLARATION.sub("", text, count=1)
    first = BEGINS.search(text)
    found = DOCTYPE.match(text, first.start()) if first else None  # one try: a search would be quadratic
    head = found.group(0) if found else ""
    text = text[: found.start()] + text[found.end() :] if found else text
    rest, left = DECLARES.subn("&lt;!", text)
    return rest.lstrip(), "<!ENTITY" in head.upper() or bool(left and re.search("&lt;!ENTITY", rest, re.I))
