"""Lines that stand in an article's container and are not the article: editors, sources, buttons, disclaimers.

Three places, three rules: anywhere (an editor's name line), before the first paragraph (title, time, source, path),
after the last one (disclaimers, what to read next). Only short lines and whole lines are judged, never a piece.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawlers.outline import Line

OPEN, CLOSE = r"^[（(【\[〔<\s]*", r"\s*(?:[:：|／/>】\]）)《]|$)"
ANYWHERE = re.compile(
    OPEN + r"(?:责任编辑|责\s*编|编\s*辑|编审|美编|主编|值班主任|责任校对|校\s*对|本文编辑|文字编辑|新媒体编辑"
    r"|审\s*核|审核人|审读|终审|初审|复审|一审|二审|三审|监\s*制"
    r"|值班编委|值班编辑|统筹|(?:本文)?原标题|原题为?|网页编辑|信息员|阅读原文|点击进入专题|查看更多|展开全文|举报|收藏|点赞"
    r"|打印(?:本页|此页)?|关闭(?:本页|窗口)?|分享到?|分享至|扫一扫\S{0,12}|返回\S{0,6}(?:首页|列表|顶部)|我要(?:纠错|评论|留言|分享|打印)"
    r"|上一[篇页条]|下一[篇页条]|字号|字体|大\s*中\s*小|【?纠错】?|微信扫码\S{0,14}|相关(?:新闻|阅读|链接|推荐|报道)|推荐阅读|延伸阅读|更多精彩\S{0,10})"
    + CLOSE
)  # fmt: skip
META = re.compile(
    r"(?:发布时间|发布日期|发稿时间|更新时间|成文日期|发文日期|信息来源|稿件来源|文章来源|来源|作者|记者|浏览(?:次数|量)?|阅读(?:次数|量|数)?|点击(?:次数|数|率)?|访问量|字号|字体|时间|日期|编辑"
    r"|分享|打印|当前位置|您(?:所在|现在|当前)的?位置|您现在的位置|所在位置|索引号|信息索引|发布机构|发文机关|文\s*号|主题分类|公开方式|有效性)\s*[:：]"
)  # fmt: skip
PATH = re.compile(r"^(?:.{0,8}位置.{0,3}|首\s*页)\s*[:：]?.{0,60}[>»›→/\\-]|^首页$|^正文$")
DATE_LINE = re.compile(
    r"^\W*(?:发布|发表|更新)?\W*(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?\W*(?:\S{0,5}\d{1,2}[:：]\d{2}(?::\d{2})?)?"
)
CLOSING = re.compile(
    r"^[\s*※【\[（(>]*(?:(?:特别|版权|免责|郑重|法律|本网|本站|重要|风险)?(?:声明|提示)[:：】\]]"
    r"|(?:免责声明|版权声明|特别声明|风险提示|Notice:|责任编辑)[:：\s]|本文来源[:：]|(?:以上|上述)内容(?:仅|为|由|均|来自)|本文(?:仅代表|系|为).{0,30}(?:观点|立场|原创|转载|上传|作者)"
    r"|本文来自.{0,30}(?:APP|客户端|公众号|下载|关注)|(?:本|该)文(?:章)?(?:由|经).{0,24}(?:授权|上传|发布)|未经.{0,12}(?:授权|许可|允许|同意)|(?:凡|如)(?:本网|本站|注明|涉及|需转载)|转载(?:请|须)|欢迎(?:关注|扫码|转载|订阅)"
    r"|(?:阅读|查看|点击|打开|下载|前往).{0,6}(?:下一篇|上一篇|客户端|全文|APP|更多)|返回.{0,8}(?:首页|列表)|版权所有|Copyright|(?:关注|扫描|长按|识别|扫码).{0,20}(?:二维码|公众号|微信|订阅号)"
    r"|分享[^，。！？]{0,8}$|相关(?:新闻|阅读|链接|推荐|报道|专题)|推荐阅读|延伸阅读|热门(?:推荐|文章)|点击(?:下图|这里|图片|链接)|更多.{0,10}(?:资讯|新闻|内容|精彩))",
    re.I,
)  # fmt: skip
IMPRINT = re.compile(  # every branch begins with a plain letter: then the search passes over all others at once
    r"ICP备|公网安备|ICP证|版权所有|Copyright|copyright|Rights? [Rr]eserved|rights? [Rr]eserved|网站标识码"
    r"|政府网站(?:标识|找错)|许可证(?:号|编号)?[:：]|举报电话[:：]|客服电话[:：]|监督电话[:：]|联系电话[:：]"
    r"|主办(?:单位)?[:：]|承办(?:单位)?[:：]|技术支持(?:单位)?[:：]|邮\s*编[:：]|传\s*真[:：]|电子?邮箱?[:：]"
    r"|E-?mail[:：]|e-?mail[:：]|广告(?:热线|服务|合作)|您的浏览器|请(?:使用|升级).{0,12}浏览器|推荐使用.{0,20}浏览器"
)
HEAD_LINES, FOOT_LINES, LONG_LINE, SENTENCE = 12, 14, 60, 10
MAX_LABEL = 70
MAX_META = 160


def is_imprint(text: str) -> bool:
    """Whether a line belongs to the foot of a site: licence numbers, copyright, addresses of its office."""
    return len(text) < 300 and bool(IMPRINT.search(text))


def without_furniture(lines: Sequence[Line], kept: Sequence[int], title: str) -> list[int]:
    """Which of the kept lines are the article's own: head and foot taken off, then editors' lines everywhere."""
    first, end = 0, len(kept)
    name = squeeze(title)
    for place in range(min(HEAD_LINES, end)):
        text = lines[kept[place]].text
        if is_name_or_path(text, name):
            first = place + 1
        elif is_paragraph(text):
            break
        elif is_head(text):
            first = place + 1
    floor = first + (end - first) // 2
    for place in range(end - 1, max(floor, end - FOOT_LINES) - 1, -1):
        if is_closing(lines[kept[place]].text):
            end = place
    return [index for index in kept[first:end] if not is_label(lines[index].text)]


def is_paragraph(line: str) -> bool:
    return len(line) > LONG_LINE or (len(line) > SENTENCE and line.rstrip("”’」』）) ")[-1:] in "。！？…!?")


def is_name_or_path(line: str, name: str) -> bool:
    """Whether a line is the title over again, or the way to the page through the site's columns."""
    if len(line) > MAX_META:
        return False
    is_name = bool(name) and name[0] in line.lower() and squeeze(line) == name
    return is_name or bool(PATH.match(line))


def is_head(line: str) -> bool:
    """Whether a line before the text holds its time, source or a row of buttons."""
    if len(line) > MAX_META:
        return False
    labels = META.findall(line)
    if labels and len(line) < 40 + 25 * len(labels):
        return True
    date = DATE_LINE.match(line)
    return bool(date and len(line) - date.end() < 40)


def is_label(line: str) -> bool:
    return len(line) <= MAX_LABEL and bool(ANYWHERE.match(line))


def is_closing(line: str) -> bool:
    return len(line) <= 400 and bool(CLOSING.match(line) or (len(line) < 120 and is_imprint(line)))


def squeeze(text: str) -> str:
    return re.sub(r"\W", "", text).lower()
