"""`huiying source new` on three message boards that are built differently: what it learns, writes, and then reads."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from catalogue.loader import load
from catalogue.settings import settings
from crawlers.learn_board import MessagePage, learn_board
from crawlers.run import crawl
from huiying.cli import main

NOW = datetime.now(UTC)
BEIJING = ZoneInfo("Asia/Shanghai")
PERSON = "虚构来信人"


def day(back: int, clock: str = "") -> str:
    there = NOW.astimezone(BEIJING) - timedelta(days=back)
    return f"{there:%Y-%m-%d}{' ' + clock if clock else ''}"


TITLES = [
    "建设路修了半年还没有通车", "小区电梯三天两头停运", "早市迁到哪里去了请告知",
    "柳叶渠步道路灯夜里不亮", "三路公交车早高峰晚点",
]  # fmt: skip
ANSWERED = (1, 2, 4)  # the first message has no reply yet
OFFICE = "云渡市住房和城乡建设局"


def labels() -> dict[str, str]:
    """A table that labels everything, in GBK."""
    pages = {}
    rows = "".join(
        f"<tr><td><a href=show.jsp?id={n}>{title}</a></td><td>{'已办结' if n in ANSWERED else '办理中'}</td><td>{day(9 - n)}</td></tr>"
        for n, title in enumerate(TITLES)
    )
    pages["/box/"] = (
        f"<html><head><title>市长信箱_云渡市</title></head><body><table class=table1>{rows}</table></body></html>"
    )
    for n, title in enumerate(TITLES):
        reply = (
            f"<tr><td>答复单位：</td><td>{OFFICE}</td></tr><tr><td>答复时间：</td><td>{day(2, '15:40')}</td></tr>"
            f"<tr><td>答复内容：</td><td><p>您好！</p><p>第{n}件事已安排，月底前完成。</p></td></tr>"
        )
        pages[f"/box/show.jsp?id={n}"] = (
            f"<html><body><table><tr><th>信件标题</th><td>{title}</td></tr><tr><th>来信人</th><td>{PERSON}</td></tr>"
            f"<tr><th>来信时间</th><td>{day(9 - n, '08:12')}</td></tr>"
            f"<tr><th>来信内容</th><td>第{n}件事拖了很久，何时解决？</td></tr></table>"
            f"<table>{reply if n in ANSWERED else ''}</table></body></html>"
        )
    return pages


def cards() -> dict[str, str]:
    """Cards with classes and no labels; message and reply have the same inner parts."""
    pages = {}
    rows = "".join(
        f"<li><a href=/ask/{n}.html>{title}</a><em>{'已回复' if n in ANSWERED else '待回复'}</em><span class=when>{day(9 - n)}</span></li>"
        for n, title in enumerate(TITLES)
    )
    pages["/ask/"] = (
        f"<html><head><title>网络问政 - 云渡在线</title></head><body><ul class=asks>{rows}</ul></body></html>"
    )
    for n, title in enumerate(TITLES):
        reply = (
            f"<div class=reply-box><h3>官方回复</h3><div class=meta><span class=dept>{OFFICE}</span>"
            f"<span class=when>{day(2, '15:40')}</span></div>"
            f"<div class=body><p>您好！</p><p>第{n}件事已安排，月底前完成。</p></div></div>"
        )
        pages[f"/ask/{n}.html"] = (
            "<html><body><div class=nav><a href=/>云渡市人民政府门户网站首页</a><a href=/ask/>我要提问</a></div>"
            f"<div class=crumb>当前位置：<a href=/ask/>网络问政办理查询</a></div><div class=post><h1>{title}</h1>"
            f"<div class=meta>发布时间：{day(9 - n, '08:12')} 办理状态：处理中</div><div class=body><p>各位领导好。</p>"
            f"<p>第{n}件事拖了很久，何时解决？</p></div></div>{reply if n in ANSWERED else ''}"
            "<div class=footer><p>云渡市人民政府办公室主办，网站标识码虚构</p></div></body></html>"
        )
    return pages


def sections() -> dict[str, str]:
    """Bare paragraphs: the writer's line, the text and the signature stand side by side, office and day in one."""
    pages = {}
    rows = "".join(
        f"<div class=thread><h4><a href=t.php?tid=100{n}>{title}</a></h4><p>{day(9 - n)}</p></div>"
        for n, title in enumerate(TITLES)
    )
    pages["/bbs/"] = (
        f"<html><head><title>百姓留言板|云渡论坛</title></head><body><div id=list>{rows}</div></body></html>"
    )
    for n, title in enumerate(TITLES):
        reply = (
            f"<section class=a><h4>【部门回复】</h4><p>您好，来信收到了。</p><p>第{n}件事已安排，月底前完成。</p>"
            f"<p class=sign>{OFFICE}　{day(2)}</p></section>"
        )
        pages[f"/bbs/t.php?tid=100{n}"] = (
            f"<html><body><main><section class=q><h2>{title}</h2><p class=who>留言人：{PERSON}</p><p class=t>{day(9 - n, '08:12')}</p>"
            f"<p>各位领导好，打扰了。</p><p>第{n}件事拖了很久，何时解决？</p></section>"
            f"{reply if n in ANSWERED else ''}</main></body></html>"
        )
    return pages


SITES = {"labels": (labels, "gbk"), "cards": (cards, "utf-8"), "sections": (sections, "utf-8")}


@pytest.fixture
def huiying(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    monkeypatch.setenv("HUIYING_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings.cache_clear()

    def call(*args):
        code = main(["source", *args])
        output = capsys.readouterr()
        return code, output.out, output.err

    yield call
    settings.cache_clear()


@pytest.fixture
def board(little_site):
    """Serves one of the sites: board(name) → the address of its list."""

    def serve(name: str) -> str:
        make, encoding = SITES[name]
        kind = {"Content-Type": f"text/html; charset={encoding}"}
        made = {path: (200, kind, text.encode(encoding)) for path, text in make().items()}
        little_site.pages |= made
        return little_site.base + next(iter(made))

    return serve


@pytest.fixture(autouse=True)
def whole_paths(little_site, monkeypatch):
    """The little site looks a page up without its query; these boards have one page for each number in it."""
    handler = little_site.server.RequestHandlerClass

    def do_get(self) -> None:
        little_site.asked.append((self.path, dict(self.headers)))
        status, headers, body = little_site.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    monkeypatch.setattr(handler, "do_GET", do_get)


@pytest.mark.slow
@pytest.mark.parametrize("name", SITES)
def test_a_board_is_learned_written_tried_and_read(name, huiying, board, tmp_path):
    url = board(name)
    code, out, err = huiying("new", url, "--name", f"yundu_{name}", "--inside")
    assert code == 0, err
    assert "个有官方答复" in out
    assert f"　答复：{OFFICE}" in out
    assert "　答复：还没有" in out
    assert PERSON not in out
    path = tmp_path / "site" / "sources" / f"yundu_{name}.toml"
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (written["kind"], written["channel"], written["status"]) == ("board", "mailbox", "untested")
    assert written["board"]["detail"] == {} or name != "labels"

    path.write_text(
        path.read_text(encoding="utf-8").replace('delay = "3s"', 'delay = "0s"'), encoding="utf-8"
    )
    code, out, _ = huiying("try", f"yundu_{name}", "--json")
    [result] = json.loads(out)
    assert code == 0, result
    assert result["passed"]
    source = load(tmp_path / "site").sources[f"yundu_{name}"]
    assert source.status == "enabled"
    [report] = crawl([source], NOW, None, dry_run=True)
    found = {one.title: one for one in report.articles}
    assert set(found) == set(TITLES)
    for n, title in enumerate(TITLES):
        one = found[title]
        assert f"第{n}件事拖了很久，何时解决？" in one.text
        assert PERSON not in f"{one.text}{one.answer}"
        assert f"{one.published_at.astimezone(BEIJING):%Y-%m-%d}" == day(9 - n)
        if n in ANSWERED:
            assert "您好" in one.answer
            assert f"第{n}件事已安排，月底前完成。" in one.answer
            assert one.answered_by.startswith(OFFICE)
            assert f"{one.answered_on.astimezone(BEIJING):%Y-%m-%d}" == day(2)
        else:
            assert (one.answer, one.answered_on) == (None, None)


@pytest.mark.slow
def test_a_list_that_is_no_board_stays_a_list_and_says_why(huiying, board, little_site, tmp_path):
    url = board("cards")
    plain = "<html><body><h1>通知</h1><p>柳叶渠步道恢复通行，沿线新增照明三十盏，居民散步更加安心。</p></body></html>"
    for path in list(little_site.pages):
        if path.endswith(".html"):
            little_site.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8"}, plain.encode())
    code, out, _ = huiying("new", url, "--name", "yundu_plain", "--inside")
    assert code == 0
    assert "没有读出留言和答复，先按栏目列表写出" in out
    written = tomllib.loads((tmp_path / "site" / "sources" / "yundu_plain.toml").read_text(encoding="utf-8"))
    assert written["kind"] == "listing"


def pages_of(name: str, numbers) -> list[MessagePage]:
    paths = list(SITES[name][0]().items())[1:]
    return [MessagePage(paths[n][0], paths[n][1], TITLES[n]) for n in numbers]


@pytest.mark.parametrize("name", SITES)
def test_pages_without_any_reply_teach_nothing(name):
    assert learn_board(pages_of(name, [0, 3]), NOW) is None


@pytest.mark.parametrize("name", SITES)
def test_one_answered_page_is_enough_and_the_unanswered_get_no_reply(name):
    learned = learn_board(pages_of(name, [1, 0, 3]), NOW)
    assert learned.answered == 1
    assert [bool(read.get("reply")) for read in learned.read] == [True, False, False]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<html>",
        "\x00",
        "<p>" * 3000,
        "<h1>回复</h1>",
        "<h1>标题标题标题</h1><p>官方回复：</p>",
        "{}",
        "<a>" * 500,
    ],
)
def test_a_page_that_is_none_teaches_nothing_and_breaks_nothing(html):
    assert learn_board([MessagePage("http://a.example/1", html, "标题标题标题")], NOW) is None


def test_a_reply_older_than_its_message_is_not_believed():
    html = (
        "<h1>公交三路早高峰晚点</h1><div class=q><i>2026-11-15</i><p>三路车早高峰经常晚点二十分钟。</p></div>"
        "<div class=reply><em>云渡市交通运输局</em><i>2026-11-03</i><p>已增加两辆车，间隔缩短到八分钟。</p></div>"
    )
    page = MessagePage("http://a.example/1", html, "公交三路早高峰晚点")
    assert learn_board([page], NOW) is None
    later = MessagePage(page.url, html.replace("11-03", "11-17"), page.title)
    assert learn_board([later], NOW).read[0]["answered_by"] == "云渡市交通运输局"


def test_the_shipped_twins_are_learned_too():
    folder = Path(__file__).parent / "twins" / "board_css"
    page = MessagePage("u", (folder / "thread.html").read_text(encoding="utf-8"), "幼儿园学位不够")
    read = learn_board([page], NOW).read[0]
    assert (read["text"], read["reply"]) == ("家门口的幼儿园报不上名。", "您好，明年春季新增两个班。")
