"""Which parts of a page stand beside its article, by the names their makers gave them."""

from __future__ import annotations

import re
from functools import lru_cache

TAGS = frozenset(("footer", "nav", "aside"))
COMMENT = re.compile(
    r"comment|pinglun|gentie|liuyan|(?:^|[-_\s])(?:tie|cmt|reply|replies|discuss\w*|disqus)(?:[-_\s]|$)", re.I
)
STRONG = re.compile(r"recommend|tuijian|related|relate[-_]|xiangguan|copyright|banquan|recom[-_]", re.I)
WEAK = re.compile(
    r"(?:^|[-_\s])(?:foot\w*|nav|navbar|menu|breadcrumb\w*|crumbs?|sidebar|side|aside|right|share\w*|fenxiang|bdshare\w*|hot\w*"
    r"|rank\w*|ads?|advert\w*|guanggao|qrcode|ewm|erweima|toolbar|pagination|pager|login|dialog|popup|modal|tips?|declare"
    r"|disclaimer|zebian)(?:[-_\s]|$)",
    re.I,
)
BODY = re.compile(
    r"(?:^|[-_\s])(?:article|content|zoom|main|post|text|body|detail|news|editor|zhengwen|con|vsb_content\w*|ozoom)"
    r"|trs_|ucap|v_news_content|js_content|rich_media_content|articleBody|neirong",
    re.I,
)
HEADING = re.compile(
    r"^[#>\s【\[]*(?:(?:网友|用户|读者|最新|热门|精彩|全部|文章|我要|发表|我来)*(?:评论|跟贴|跟帖|留言)(?:区|列表|专区)?"
    r"|(?:相关|推荐|热门|精彩|延伸|猜你|为你|热点|更多|最新|大家都在|24小时|一周|编辑|今日|本周)[^，。：:]{0,4}"
    r"(?:新闻|阅读|推荐|文章|资讯|报道|喜欢|热文|排行榜?|内容|链接|专题|看|稿件|信息|视频|搜索))"
    r"\s*(?:[（(]?\d*\s*条?[）)]?)?[:：】\]>\s]*$"
)
NOT, BY_WORD, SURELY, READERS = range(4)


@lru_cache(maxsize=8192)
def aside_by_name(names: str) -> int:
    """How surely classes and ids name something beside the article; BY_WORD may be mistaken ("right", "hot").

    READERS: what readers wrote. "right-content" is no aside, for a word of the text itself stands in it.
    """
    if not names:
        return NOT
    if COMMENT.search(names):
        return READERS
    if STRONG.search(names):
        return SURELY
    return BY_WORD if WEAK.search(names) and not BODY.search(names) else NOT


def is_aside_heading(text: str) -> bool:
    """Whether a short line heads comments or recommendations: "网友评论", "相关阅读"."""
    return len(text) <= 16 and bool(HEADING.match(text))
