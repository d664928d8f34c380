"""`huiying source`: from an address to a source that runs, over real HTTP, without editing a shipped file."""

import json
import os
import tomllib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalogue.loader import load
from catalogue.settings import settings
from catalogue.tried import read_trials
from huiying.cli import main
from store.hosts import keep_robots, keep_robots_said
from store.session import read_now, transaction

pytestmark = pytest.mark.slow
DAY = (datetime.now(UTC) - timedelta(days=1)).astimezone(ZoneInfo("Asia/Shanghai"))
BODY = "柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。施工方表示后续将补种树木。" * 3


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
def site(little_site):
    """A government column of eight notices; the fourth page is missing."""
    rows = "".join(
        f"<li><a href='./202611/t{DAY:%Y%m%d}_{n}.html'>柳叶渠步道第{n}标段恢复通行通告</a><span>{DAY:%Y-%m-%d}</span></li>"
        for n in range(8)
    )
    head = "<head><meta charset=utf-8><title>通知公告_云渡市人民政府</title></head>"
    html = f"<html>{head}<body><ul class=list>{rows}</ul></body></html>"
    little_site.pages["/tzgg/"] = (200, {"Content-Type": "text/html"}, html.encode())
    for n in range(8):
        page = (
            f"<html><head><meta charset=utf-8><title>柳叶渠步道第{n}标段恢复通行通告</title>"
            f"<meta name=PubDate content='{DAY:%Y-%m-%d %H:%M}'></head>"
            f"<body><h1>柳叶渠步道第{n}标段恢复通行通告</h1><div><p>{BODY}</p></div></body></html>"
        )
        path = f"/tzgg/202611/t{DAY:%Y%m%d}_{n}.html"
        little_site.pages[path] = (200, {"Content-Type": "text/html"}, page.encode())
    return little_site


def test_from_an_address_to_a_source_that_runs(huiying, site, tmp_path):
    url = f"{site.base}/tzgg/"
    code, out, _ = huiying("new", url, "--name", "yundu_notices", "--inside")
    assert code == 0
    assert "栏目列表页，8 条" in out
    path = tmp_path / "site" / "sources" / "yundu_notices.toml"
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (written["kind"], written["status"], written["publisher"]) == (
        "listing",
        "untested",
        "云渡市人民政府",
    )
    assert written["listing"] == {"item": "ul.list li", "link": "a", "time": "span"}
    assert load(tmp_path / "site").sources["yundu_notices"].status == "untested"

    site.asked.clear()
    code, out, _ = huiying("try", "yundu_notices")
    assert code == 0, out
    assert "试通" in out
    assert "柳叶渠步道第0标段恢复通行通告" in out
    assert "items_min = 6" in out
    assert "网站没有 robots.txt 规则（HTTP 404），允许采集" in out
    assert "已启用" in out
    assert (
        sum("/202611/" in path for path in site.paths()) == 5
    )  # a try reads five pages, not the whole column
    assert load(tmp_path / "site").sources["yundu_notices"].status == "enabled"
    assert (tmp_path / "recorded" / "yundu_notices" / "front").read_bytes() == site.pages["/tzgg/"][2]

    code, out, _ = huiying("list", "--json")
    [row] = [row for row in json.loads(out) if row["name"] == "yundu_notices"]
    assert row["state"] == "启用"
    assert row["robots"] is None  # nothing runs here: the list works without the database
    path.write_text(path.read_text(encoding="utf-8").replace("ul.list li", "ul.other li"), encoding="utf-8")
    assert load(tmp_path / "site").sources["yundu_notices"].status == "untested"
    assert "试通之后设置改过" in huiying("list")[1]


def test_the_list_says_what_the_running_system_read_of_robots_txt(huiying, site, database, monkeypatch):
    huiying("new", f"{site.base}/tzgg/", "--name", "yundu_notices", "--inside")
    monkeypatch.setenv("DATABASE_URL", database.app)
    settings.cache_clear()
    with transaction(database.app) as session:
        host = site.base.removeprefix("http://")
        keep_robots(session, host, "User-agent: *\nDisallow: /tzgg\n", read_now(session))
        keep_robots_said(session, host, "200", read_now(session))
    code, out, _ = huiying("list", "--json")
    [row] = [row for row in json.loads(out) if row["name"] == "yundu_notices"]
    assert (code, row["robots"]) == (0, "robots.txt 不允许采集 /tzgg/，已遵守，不采")


def test_a_try_that_fails_says_why_and_switches_nothing_on(huiying, site, tmp_path):
    huiying("new", f"{site.base}/tzgg/", "--name", "yundu_notices", "--inside")
    site.pages["/tzgg/"] = (200, {"Content-Type": "text/html"}, b"<html><body>nothing here</body></html>")
    code, out, _ = huiying("try", "yundu_notices")
    assert code == 1
    assert "没有试通" in out
    assert read_trials(tmp_path / "site") == {}
    site.pages["/tzgg/"] = (403, {}, b"")
    code, out, _ = huiying("try", "yundu_notices", "--json")
    [result] = json.loads(out)
    assert (code, result["passed"]) == (1, False)
    assert "网站拒绝访问" in result["message"]


def test_a_feed_that_froze_does_not_pass(huiying, little_site, tmp_path):
    feed = "<rss version='2.0'><channel><title>云渡新闻</title>{}</channel></rss>"
    items = "".join(
        f"<item><title>第{n}条旧新闻</title><link>{little_site.base}/{n}</link><pubDate>Thu, 05 Jun 2025 08:00:00 +0800</pubDate></item>"
        for n in range(9)
    )
    little_site.pages["/rss"] = (200, {}, feed.format(items).encode())
    (tmp_path / "site" / "sources").mkdir(parents=True)
    (tmp_path / "site" / "sources" / "old_feed.toml").write_text(
        f'name = "old_feed"\npublisher = "云渡新闻"\nkind = "feed"\nchannel = "news"\nurl = "{little_site.base}/rss"\n'
        f'allow_hosts = ["{little_site.base[7:]}"]\ndelay = "0s"\npurpose = "测试"\nowner = "值班室"\nstatus = "untested"\n'
        '[healthy]\nnewest_max_age = "2d"\n',
        encoding="utf-8",
    )
    code, out, _ = huiying("try", "old_feed")
    assert code == 1
    assert "可能已停更" in out


def test_a_declared_feed_that_lives_is_preferred(huiying, site, little_site):
    item = f"<item><title>一条新闻的标题</title><link>/1</link><pubDate>{DAY.isoformat()}</pubDate></item>"
    little_site.pages["/rss.xml"] = (
        200, {}, f"<rss version='2.0'><channel><title>云渡</title>{item * 3}</channel></rss>".encode(),
    )  # fmt: skip
    link = b"<link rel=alternate type='application/rss+xml' href='/rss.xml'></head>"
    status, headers, body = site.pages["/tzgg/"]
    site.pages["/tzgg/"] = (status, headers, body.replace(b"</head>", link))
    _, out, _ = huiying(
        "new", f"{site.base}/tzgg/", "--inside", "--dry-run", "--json", "--name", "yundu_feed"
    )
    seen = json.loads(out)
    assert (seen["kind"], seen["file"]) == ("feed", None)
    assert seen["source"]["url"] == f"{site.base}/rss.xml"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["new", "ftp://a.example/"], 2, "网址应以 http"),
        (["new", "https://a.example/", "--name", "../x"], 2, "小写字母、数字、下划线"),
        (["new", "https://a.example/", "--name", "weibo_hot"], 1, "已有名为 weibo_hot 的信源"),
        (["new", "https://127.0.0.1:9/x", "--name", "nobody", "--inside"], 1, "127.0.0.1："),
        (["try", "weibo_hott"], 2, "是否想写 weibo_hot"),
    ],
)
def test_a_wrong_call_is_one_sentence_with_the_remedy(args, code, words, huiying):
    done, out, err = huiying(*args)
    assert done == code
    assert words in err + out
    assert len((err + out).strip().splitlines()) <= 2


def test_a_source_that_still_lacks_a_word_says_which_and_where(huiying, tmp_path):
    (tmp_path / "site" / "sources").mkdir(parents=True)
    (tmp_path / "site" / "sources" / "bridge.toml").write_text(
        'name = "bridge"\npublisher = "自建"\nkind = "feed"\nchannel = "news"\nurl = "${my_base}/x"\n'
        'purpose = "测试"\nowner = "值班室"\nstatus = "untested"\n',
        encoding="utf-8",
    )
    code, out, _ = huiying("try", "bridge")
    assert code == 1
    assert "place.toml 里写 [fill] my_base" in out
    assert "缺 my_base" in huiying("list")[1]


def test_a_watched_folder_is_tried_with_a_file_and_nothing_is_imported(huiying, tmp_path):
    (tmp_path / "site" / "sources").mkdir(parents=True)
    (tmp_path / "site" / "sources" / "town_hotline.toml").write_text(
        'name = "town_hotline"\npublisher = "热线导出"\nkind = "file"\nchannel = "hotline"\npurpose = "测试"\nowner = "值班室"\n'
        'status = "untested"\n[file.columns]\nnumber = "编号"\ntext = "内容"\n',
        encoding="utf-8",
    )
    assert "没有可读的文件" in huiying("try", "town_hotline")[1]
    folder = tmp_path / "drop" / "town_hotline"
    folder.mkdir(parents=True)
    path = folder / "day.csv"
    path.write_text("编号,内容,来电人\n1,路灯不亮,虚构某人\n", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    code, out, _ = huiying("try", "town_hotline")
    assert (code, "读出 1 行" in out, "虚构某人" in out) == (0, True, False)
    assert load(tmp_path / "site").sources["town_hotline"].status == "enabled"
