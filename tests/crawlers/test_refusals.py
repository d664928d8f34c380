"""Gates and content told apart: what says nothing but the refusal, and articles that only speak about such things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import BotChallenge, LoginPage, MaintenancePage, SoftNotFound
from crawlers.refusals import Asked, alike, by_title, crude_text, crude_title, recognise

URL = "https://a.example/2026/11/1.html"
LONG = "柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。" * 12


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("404 Not Found", SoftNotFound), ("404", SoftNotFound), ("页面不存在", SoftNotFound),
        ("对不起，您访问的页面不存在！", SoftNotFound), ("您要查看的文章已被删除", SoftNotFound), ("找不到页面", SoftNotFound),
        ("该信息已下线", None), ("错误提示", SoftNotFound), ("Page Not Found - 某某网", SoftNotFound),
        ("安全验证", BotChallenge), ("百度安全验证", BotChallenge), ("访问验证_某某网", BotChallenge), ("滑动验证页面", BotChallenge),
        ("Just a moment...", BotChallenge), ("Attention Required! | Cloudflare", BotChallenge), ("请稍候…", BotChallenge),
        ("您的访问被拦截", BotChallenge), ("Access Verification", BotChallenge), ("请输入验证码", BotChallenge),
        ("用户登录", LoginPage), ("统一身份认证登录平台", LoginPage), ("请先登录", LoginPage), ("Sign in", LoginPage),
        ("网站维护中", MaintenancePage), ("系统正在升级", MaintenancePage), ("Site Maintenance", MaintenancePage),
        ("503 Service Temporarily Unavailable", MaintenancePage), ("网站暂停服务", MaintenancePage),
        ("系统维护期间暂停办理业务的公告", None),
        ("警惕验证码诈骗", None), ("我市公积金系统升级公告", None), ("人脸登录将全面停用", None),
        ("老旧电梯安全检测覆盖全市", None), ("访问量突破百万", None), ("柳叶渠步道恢复通行", None), ("", None),
    ],
)  # fmt: skip
def test_a_title_that_says_nothing_but_the_refusal(title, kind):
    assert by_title(title) is kind


@pytest.mark.parametrize(
    "title",
    ["系统维护", "网站维护公告", "安全验证", "404 次列车恢复开行", "页面不存在怎么办，官方回应", "用户登录"],
)
def test_a_page_with_the_title_its_list_promised_is_content(title):
    asked = Asked(URL, title)
    assert recognise(asked, URL, f"{title}", "短", "<div id=nc_1_n1z>", False) is None


@pytest.mark.parametrize(
    ("final", "kind"),
    [
        ("https://a.example/login?back=1", LoginPage), ("https://sso.a.example/cas/login", LoginPage),
        ("https://a.example/404.html", SoftNotFound), ("https://a.example/error/404.html", SoftNotFound),
        ("https://a.example/", SoftNotFound), ("https://a.example/index.html", SoftNotFound),
        ("https://a.example/captcha/show", BotChallenge), ("https://a.example/maintenance.html", MaintenancePage),
        ("https://www.a.example/2026/11/1.html", None), ("https://a.example/2026/11/1_2.html", None), (URL, None),
        (f"{URL}?utm_source=x", None),
    ],
)  # fmt: skip
def test_the_address_to_which_a_page_was_redirected(final, kind):
    found = recognise(Asked(URL, "河道清淤"), final, "某某网", LONG, "")
    assert (type(found) if found else None) is kind


def test_the_front_of_a_source_may_move_to_a_home_page():
    assert recognise(Asked(URL), "https://a.example/", "某某网", LONG, "", is_list=True) is None


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<script src='/cdn-cgi/challenge-platform/h/b'></script>", BotChallenge), ("<div id='geetest'>", BotChallenge),
        ("<script>$_ts=window['$_ts'];</script>", BotChallenge), ("请完成验证", BotChallenge),
        ("<input type='password'>", LoginPage), ("网站系统维护中", MaintenancePage),
        ("您访问的页面不存在或已删除", SoftNotFound), ("<p>今天天气很好</p>", None),
    ],
)  # fmt: skip
def test_marks_count_on_pages_with_hardly_any_text_only(html, kind):
    found = recognise(Asked(URL, "河道清淤"), URL, "某某网", "短", html)
    assert (type(found) if found else None) is kind
    assert recognise(Asked(URL, "河道清淤"), URL, "某某网", LONG, html) is None
    assert recognise(Asked(URL, "河道清淤"), URL, "某某网", "短", html, has_time=True) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("关于印发城市更新行动方案的…", "某某市关于印发城市更新行动方案的通知", True), 
        ("柳叶渠步道恢复通行", "柳叶渠步道恢复通行_某某网", True),
        ("柳叶渠步道恢复通行", "“柳叶渠步道”，恢复通行！", True), ("柳叶渠步道恢复通行", "页面不存在", False),
        ("坏页面", "页面不存在", False), ("通知", "通知", True), ("通知", "关于停水的通知", False), ("", "某某网", False),
    ],
)  # fmt: skip
def test_titles_are_alike_where_lists_cut_and_pages_add(one, other, expected):
    assert alike(one, other) == alike(other, one) == expected


@given(st.text(max_size=2000))
def test_whatever_a_page_holds_it_is_judged_without_an_error(html):
    recognise(Asked(URL, html[:50]), URL, crude_title(html), crude_text(html), html)


@pytest.mark.parametrize("piece", ["<", "<title", "<script", "type ", "$_ts ", "您访问的", "&#", "网站"])
def test_a_page_built_to_be_slow_is_judged_in_time(piece):
    import time

    html = piece * (400_000 // len(piece))
    began = time.process_time()
    recognise(Asked(URL), URL, crude_title(html), crude_text(html)[:10], html)
    assert time.process_time() - began < 2
