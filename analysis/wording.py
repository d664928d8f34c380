"""Title, summary and key terms of an incident, taken from what its own texts say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from analysis.facts import HAZARD, ILLNESS
from analysis.terms import pieces
from analysis.window import Seen
from store.text import normalise

TITLE_LIMIT, SUMMARY_LIMIT = 40, 140
PREFERRED = {"news": 0.25, "government": 0.2, "hotlist": 0.25, "forum": 0.05}
MARKUP = re.compile(r"<[^>]{0,200}>|https?://\S+|@用户|#([^#]{1,40})#")
LABEL = re.compile(r"^\s*(?:[【\[（(][^】\]）)]{1,8}[】\]）)]|(?:转发?|快讯|突发|视频|图)[:：|｜])\s*")
SITE = re.compile(r"\s*(?:[_|｜]|\s[-—–]\s)[^_|｜]{1,12}$")
SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
CLAUSE = re.compile(r"[，,；;。！？!?]")
TOLL = re.compile("死|亡|遇难|伤|失联|失踪|起火|火灾|着火|地震|事故")
PLAIN = re.compile(r"[\u3400-\u9fff]{2,}")


def speakers(documents: Sequence[Seen]) -> list[Seen]:
    """The documents that may be quoted: public ones, if there is any; hotline texts never beside them."""
    return [one for one in documents if one.visibility == "public"] or list(documents)


def title_of(documents: Sequence[Seen]) -> str:
    """The clearest headline: what most others say too, newsrooms and rankings first; at most 40 characters."""
    return headline(clearest(documents).title)


def names_event(title: str) -> bool:
    """Whether a title says what happened: a danger, people taken ill, a toll. "明德路小学食堂" does not."""
    return bool(ILLNESS.search(title) or HAZARD.search(title) or TOLL.search(title))


def clearest(documents: Sequence[Seen]) -> Seen:
    sample = speakers(documents)[:60]
    terms = {one.id: set(pieces(normalise(one.title[:120]))) for one in sample}
    shared = Counter(term for own in terms.values() for term in own)

    def clarity(one: Seen) -> tuple[float, int]:
        own = terms[one.id]
        common = sum(shared[term] for term in own) / (len(own) * len(sample)) if own else 0.0
        length = len(headline(one.title))
        says_what = ILLNESS.search(one.title) or HAZARD.search(one.title) or one.statement.counts
        return common + PREFERRED.get(one.channel, 0.0) + 0.2 * bool(says_what) - 0.1 * (
            length < 10
        ) - 0.05 * (len(one.title) > 60), -one.id

    return max(sample, key=clarity)


def headline(title: str) -> str:
    """A title without markup, labels and the site's name, cut at a clause to 40 characters."""
    text = " ".join(MARKUP.sub(r"\1", title).split())
    text = LABEL.sub("", text) or text
    text = SITE.sub("", text).strip(" ，,。；;：:") or text
    if len(text) <= TITLE_LIMIT:
        return text
    ends = [match.start() for match in CLAUSE.finditer(text[: TITLE_LIMIT + 1])]
    return text[: ends[-1]] if ends and ends[-1] >= 12 else text[: TITLE_LIMIT - 1] + "…"


def summary_of(documents: Sequence[Seen]) -> str:
    """One or two sentences of the clearest text; its headline when it has no body."""
    best = max(
        speakers(documents)[:60], key=lambda one: (one.id == clearest(documents).id, len(one.body) >= 30)
    )
    if len(best.body) < 20:
        longer = [one for one in speakers(documents) if len(one.body) >= 30]
        best = longer[0] if longer else best
    sentences = [
        part.strip() for part in SENTENCE.findall(MARKUP.sub(r"\1", best.body)) if len(part.strip()) >= 8
    ]
    text = ""
    for sentence in sentences[:2]:
        if text and len(text) + len(sentence) > SUMMARY_LIMIT:
            break
        text += sentence
    text = text or headline(best.title)
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def key_terms_of(documents: Sequence[Seen], limit: int = 6) -> tuple[str, ...]:
    """The longest runs of characters that several quotable titles share, most shared first."""
    counts: Counter[str] = Counter()
    for one in speakers(documents)[:100]:
        counts.update(set(runs(one.title[:120])))
    shared = {run: number for run, number in counts.items() if number >= 2}
    chosen: list[str] = []
    for run in sorted(shared, key=lambda run: (-shared[run] * (len(run) - 1), run)):
        if not any(run in other or other in run for other in chosen):
            chosen.append(run)
        if len(chosen) == limit:
            break
    return tuple(chosen)


def runs(title: str) -> Iterable[str]:
    """All stretches of two to six Chinese characters of a title."""
    for part in PLAIN.findall(title):
        for size in range(2, 7):
            yield from (part[start : start + size] for start in range(len(part) - size + 1))
