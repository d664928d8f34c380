"""What comes in, and what it becomes before the first write: cleaned, masked, fingerprinted, placed in time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from store.counting import Place, place_in_time
from store.offices import office_of
from store.text import bigrams, clean, fingerprint, mask

TITLE_LIMIT = 300
BODY_LIMIT = 100_000
URL_LIMIT = 2_000
PRIVATE_PARAMETER = re.compile(
    r"(?:access_?|auth_?|id_?)?token=|(?:php|j)?sess(?:ion)?_?(?:id)?=|s?sid=|ticket=|openid=|unionid=|"
    r"(?:user_?)?(?:phone|mobile|tel|email|mail|idcard)=|password=|pwd=|sign(?:ature)?=",
    re.IGNORECASE,
)
EVIDENCE_CHANNELS = ("news", "government")
INTERNAL_CHANNELS = ("hotline", "mailbox")


@dataclass(frozen=True)
class IncomingItem:
    """One item as a spider or an import hands it over. Instants are aware; rank 1 is the top of a ranking.

    answer: the official reply to a message, answered_by the signature under it (offices are kept, names are not).
    """

    source: str
    channel: str
    url: str
    canonical_url: str
    title: str
    text: str
    fetched_at: datetime
    published_at: datetime | None = None
    published_precision: str = "none"
    visibility: str = "public"
    rank: int | None = None
    heat: float | None = None
    raw: bytes | None = None
    raw_headers: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""
    answered_at: datetime | None = None
    answered_precision: str = "none"
    answered_by: str = ""


@dataclass(frozen=True)
class Prepared:
    """An item ready to be written; unmasked are only the evidence bytes of news and government."""

    item: IncomingItem
    url: str
    canonical_url: str
    title: str
    body: str
    masked: Mapping[str, int]
    fingerprint: str
    terms: list[str]
    place: Place
    visibility: str
    answer: str = ""
    answered_by: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.item.source, self.canonical_url


@dataclass(frozen=True)
class Refusal:
    source: str
    url: str
    reason: str


def prepare(item: IncomingItem, is_first_crawl: bool) -> Prepared | Refusal:
    """The item in the form that is stored, or why it is refused in one sentence."""
    instants = (item.fetched_at, item.published_at, item.answered_at)
    if any(instant is not None and instant.tzinfo is None for instant in instants):
        raise ValueError(f"naive time in an item of {item.source}: times inside our code carry a zone")
    title, title_masked = masked(item.title.replace("\n", " ").replace("\r", " "), TITLE_LIMIT)
    body, body_masked = masked(item.text, BODY_LIMIT)
    url = address(item.url)
    canonical = address(item.canonical_url or item.url)
    if not canonical:
        return Refusal(item.source, url, "没有网址，无法判断是否重复")
    if item.rank is not None:
        # A ranking's address is made of the title: the same words a year later are another happening. What stays over
        # the end of a month is folded as a copy.
        canonical = f"{canonical}#{item.fetched_at:%Y-%m}"
    if not title and not body:
        return Refusal(item.source, url, "标题和正文都是空的")
    if not title:
        title = body.split("\n", 1)[0][:60]
    answer, answer_masked = masked(item.answer, BODY_LIMIT)
    office, names = office_of(item.answered_by)
    answer_masked = (
        {**answer_masked, "姓名": answer_masked.get("姓名", 0) + names} if names else answer_masked
    )
    place = place_in_time(item.published_at, item.published_precision, item.fetched_at, is_first_crawl)
    parts = (title_masked, body_masked, answer_masked)
    counts = {
        kind: sum(part.get(kind, 0) for part in parts) for kind in {kind for part in parts for kind in part}
    }
    return Prepared(
        item=item,
        url=url,
        canonical_url=canonical,
        title=title,
        body=body,
        masked=counts,
        fingerprint=fingerprint(title, body),
        terms=bigrams(f"{title} {body}"),
        place=place,
        visibility="internal" if item.channel in INTERNAL_CHANNELS else item.visibility,
        answer=answer,
        answered_by=office,
    )


def address(url: str) -> str:
    """The public address of a page as it is stored: parameters that carry a login, a token or a phone are dropped.

    Nothing else is masked in it: `?tid=1` and `?tid=2` are two pages, and eleven digits in a path are an article.
    """
    cleaned = clean(url[:URL_LIMIT]).replace("\n", "")
    head, mark, query = cleaned.partition("?")
    if not mark:
        return cleaned
    kept = [pair for pair in query.split("&") if not PRIVATE_PARAMETER.match(pair)]
    return f"{head}?{'&'.join(kept)}" if kept else head


def masked(text: str, limit: int) -> tuple[str, Mapping[str, int]]:
    result = mask(clean(text[: limit * 2]))
    return clean(result.text[:limit]), result.counts


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
