"""Pages that answer 200 and are no content: challenges, logins, maintenance notices, "not found" in plain words.

A page whose title is the one the list promised is content, whatever words stand in it: an office does publish
notices about maintenance and warnings about captchas. All else needs a title that says nothing but the refusal, an
address that says so, or a page with hardly any text and the marks of a known gate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.canonical import canonical_url
from crawlers.errors import BadRequest, BotChallenge, LoginPage, MaintenancePage, NotContent, SoftNotFound

SHORT = 300  # characters of text below which a page can be a gate
WORDS = {
    BotChallenge: "返回的是人机验证或防护页面，不是内容，未收录；本系统不绕过验证",
    LoginPage: "返回的是登录页面，不是内容，未收录；本系统不登录",
    MaintenancePage: "网站正在维护，返回的是维护页面，未收录",
    SoftNotFound: "页面已不存在（网站仍以正常状态返回提示页），未收录",
}
THING = r"(?:页面|网页|文章|信息|内容|文件|新闻|稿件|帖子|资源|链接|地址)"
TITLES: dict[type[NotContent], str] = {
    BotChallenge: r"(?:\S{0,6})?(?:安全|访问|人机|行为|滑动|滑块|身份|拼图|浏览器)(?:性)?(?:检测|验证|检查|校验|认证)(?:中心|中|页面?)?"
    r"|(?:请输入)?验证码|(?:您的)?(?:访问|请求)(?:已)?(?:被)?(?:拦截|阻断|拒绝|限制|禁止)|访问(?:受限|过于频繁|异常)|(?:请)?(?:稍候|稍后|稍等).{0,6}"
    r"|just a moment.*|attention required.*|access (?:denied|verification)|security (?:check|verification).*"
    r"|(?:web application firewall|waf).*|are you (?:a )?(?:human|robot).*|verify(?:ing)? you are human.*|robot check"
    r"|checking your browser.*|ddos.{0,20}|防火墙|网站防火墙|请开启javascript.*",
    LoginPage: r"(?:请先?|用户|会员|统一|账号|帐号|欢迎|系统|后台|管理员?|单点)*"
    r"(?:身份)?(?:认证)?(?:登录|登陆|登入|认证)(?:页面?|系统|平台|入口|中心|界面)?"
    r"|(?:please )?(?:log|sign) ?in.*|user login|sso.{0,10}",
    MaintenancePage: r"(?:本?网站|本站|系统|平台|网页|服务器?|站点|服务)*(?:正在|临时|例行)?(?:维护|升级|改造|建设)(?:中|升级|提示)?"
    r"|(?:网站|系统)?(?:暂停|停止)(?:服务|访问)|(?:site |under |down for )?maintenance.*|503 service.*|be right back",
    SoftNotFound: rf"(?:http|错误|error|提示)*\s*(?:404|410)(?:\s.*|错误.*|页面?|[:：,，].*)?"
    rf"|(?:对不起|抱歉|很抱歉)?[,，!！]?(?:您|你)?(?:所|要)?(?:访问|查找|请求|浏览|查看)?的?{THING}(?:已经?|可能已?|暂时)?(?:被)?"
    r"(?:不存在|未找到|找不到|没有找到|删除|下线|移除|撤下|过期|失效|走丢了?).{0,8}"
    rf"|(?:找不到|未找到)(?:该|此|您访问的)?{THING}.{{0,6}}|(?:page )?not found.*|(?:页面)?出错(?:了|啦)?|错误(?:页面?|提示)|error",
}
MARKS: dict[type[NotContent], str] = {
    BotChallenge: r"cf-chl|cdn-cgi/challenge-platform|geetest|g-recaptcha|h-captcha|hcaptcha\.com|TencentCaptcha|turing\.captcha"
    r"|_Incapsula_|acw_sc__v2|aliyun_?waf|nc_1_n1z|yidun|__jsl_clearance|antispider|\$_ts\s*=|captcha[-_.]?(?:img|image|box|form|code)"
    r"|(?:滑动|拖动)(?:滑块|完成)|请(?:输入|完成)(?:下方)?(?:图形)?验证|人机验证|请开启\s*JavaScript|enable JavaScript",
    LoginPage: r"type\s*=\s*[\"']?password",
    MaintenancePage: r"(?:网站|系统|平台|服务器?).{0,12}(?:维护|升级)(?:中|期间|,|，|。)|under maintenance",
    SoftNotFound: rf"(?:您|你)(?:所|要)?(?:访问|查找|请求|浏览|查看)的{THING}.{{0,8}}(?:不存在|找不到|删除|下线|移除|失效)"
    rf"|(?:该|此){THING}.{{0,4}}(?:不存在|已(?:被)?(?:删除|下线))|404\s*not\s*found",
}
PATHS: dict[type[NotContent], str] = {
    BotChallenge: r"captcha|antispider|/(?:waf|verify|challenge|security[-_]?check)\b",
    LoginPage: r"/(?:log[-_]?in|sign[-_]?in|passport|sso|cas/login|oauth\d?)\b",
    MaintenancePage: r"/(?:maintenance|maintain|weihu)\b",
    SoftNotFound: r"/(?:404|410|error|errors|not[-_]?found)(?:\b|[-_/.])",
}
HOME = re.compile(r"/?(?:index|default|home)?(?:\.\w{3,5})?", re.I)
SITE_NAME = re.compile(r"\s*[-_|–—·]\s*[^-_|–—·]*$")


@dataclass(frozen=True)
class Asked:
    """What was expected of a page: the address asked for and the title its list gave; both may be empty."""

    url: str = ""
    title: str = ""


def recognise(
    asked: Asked, url: str, title: str, text: str, html: str, has_time: bool = False, is_list: bool = False
) -> NotContent | None:
    """What kind of refusal a page is, as the error to raise, or None.

    title, text: as extracted; html: the page's source; has_time: a publication time was found on it. is_list: the
    front page of a source, which may move to a home page.
    """
    if asked.title and alike(asked.title, title):
        return None
    kind = by_address(asked.url, url, is_list) or by_title(title)
    if kind is None and len(text) < SHORT and not has_time:
        kind = by_marks(html)
    return kind(f"{url}：{WORDS[kind]}。") if kind else None


def by_address(asked: str, url: str, is_list: bool) -> type[NotContent] | None:
    """What the address says to which a page was redirected."""
    if not asked or same_address(asked, url):
        return None
    before, after = urlsplit(asked), urlsplit(url)
    for kind, pattern in PATHS.items():
        if re.search(pattern, after.path, re.I) and not re.search(pattern, before.path, re.I):
            return kind
    is_home = HOME.fullmatch(after.path) and not after.query
    return SoftNotFound if is_home and not HOME.fullmatch(before.path) and not is_list else None


def same_address(one: str, other: str) -> bool:
    try:
        return canonical_url(one) == canonical_url(other)
    except BadRequest:
        return one == other


def by_title(title: str) -> type[NotContent] | None:
    """A title that says nothing but the refusal, with or without the site's name behind it."""
    title = title.strip(" .。!！…?？\u3000")
    for words in (title, SITE_NAME.sub("", title).strip(" .。!！…?？")):
        if not words or len(words) > 40:
            continue
        for kind, pattern in TITLES.items():
            if re.fullmatch(pattern, words, re.I):
                return kind
    return None


def by_marks(html: str) -> type[NotContent] | None:
    for kind, pattern in MARKS.items():
        if re.search(pattern, html[:200_000], re.I):
            return kind
    return None


def alike(one: str, other: str) -> bool:
    """Whether two titles are one: lists cut them, pages add the site's name."""
    one, other = (re.sub(r"\W+", "", title).lower() for title in (one, other))
    short, long = sorted((one, other), key=len)
    if not short:
        return False
    if short in long or long.startswith(short[:8]):
        return len(short) > 3 or short == long
    pairs = {short[i : i + 2] for i in range(len(short) - 1)}
    shared = sum(pair in long for pair in pairs)
    return bool(pairs) and shared >= 0.6 * len(pairs)


def crude_title(html: str) -> str:
    found = re.search(r"<title[^<>]*>(.{0,300}?)</title", html[:100_000], re.I | re.S)
    return re.sub(r"\s+", " ", found.group(1)).strip() if found else ""


def crude_text(html: str) -> str:
    """The text of a page that is to be measured only, without scripts and tags."""
    bare = re.sub(r"<(script|style|noscript)\b.*?(?:</\1|\Z)", " ", html[:200_000], flags=re.I | re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^<>]*>", " ", bare))
