"""Where on a page the publication time may stand, and where it may not."""

from datetime import UTC, datetime

import pytest

from crawlers.extract import extract
from crawlers.pagetime import url_date
from crawlers.published import BEIJING

NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # 08:00 in Beijing
STORY = "柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。"


def time_of(
    above: str = "", below: str = "", head: str = "", story: str = STORY, url: str = "https://a.example/x"
):
    html = (
        f"<html><head><meta charset=utf-8><title>柳叶渠步道恢复通行</title>{head}</head><body><h1>柳叶渠步道恢复通行</h1>{above}"
        f"<div class=content><p>{story}</p><p>{STORY}</p></div>{below}</body></html>"
    )
    at = extract(html.encode(), {}, url, NOW).published_at
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if at else None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/art/2026/11/10/art_1_2.html", "2026-11-10"),
        ("https://a.example/art/2026/1/9/art_1_2.html", "2026-01-09"),
        ("https://a.example/2026/1110/c1.html", "2026-11-10"),
        ("https://a.example/202611/t20261110_12.html", "2026-11-10"),
        ("https://a.example/2026-11/10/content_9.htm", "2026-11-10"),
        ("https://a.example/20261110/ab12.html", "2026-11-10"),
        ("https://a.example/2026/0230/c1.html", None),
        ("https://a.example/2027/01/01/x.html", None),
        ("https://a.example/n1/120261110345.html", None),
        ("https://a2026-11-10.example/x.html", None),
    ],
)
def test_the_day_in_an_address(url, day):
    stamp = url_date(url, NOW, BEIJING)
    assert (stamp.at.astimezone(BEIJING).strftime("%Y-%m-%d") if stamp else None) == day
    assert stamp is None or stamp.precision == "day"


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("<div>2026-11-20 08:05</div>", "2026-11-20 08:05"),
        ("<div><span>2026-11-20</span><span>08:05</span></div>", "2026-11-20 08:05"),
        ("<div>2026年11月20日</div><div>08:05</div>", "2026-11-20 08:05"),
        ("<table><tr><td>发布时间：</td><td>2026-11-20 08:05</td></tr></table>", "2026-11-20 08:05"),
        (
            "<table><tr><td>成文日期：</td><td>2026-11-18</td></tr><tr><td>发布日期：</td><td>2026-11-20 08:05</td></tr></table>",
            "2026-11-20 08:05",
        ),
        ("<div>更新时间：2026-11-20 12:00</div><div>发布时间：2026-11-20 08:05</div>", "2026-11-20 08:05"),
        ("<time datetime='2026-11-20T08:05:00+08:00'>上周</time>", "2026-11-20 08:05"),
        ("<div class=time>3分钟前</div>", "2026-11-21 07:57"),
        ("<div class=time>昨天 14:05</div>", "2026-11-20 14:05"),
        ("<div>2026年11月21日 上午8时</div>", "2026-11-21 08:00"),
        ("<div>截止时间：2026-11-20 18:00</div>", None),
        ("<div class=time>2026-02-30 08:05</div>", None),
        ("<div class=time>1970-01-01 08:00</div>", None),
        ("<div class=time>2026-11-21 08:11</div>", None),
        ("<div class=time>01-14 17:58</div>", None),  # no year on the page: none is invented
    ],
)
def test_a_stamp_above_the_text(above, expected):
    assert time_of(above) == expected


def test_dates_told_in_the_text_are_not_its_publication():
    assert time_of(story="2026年11月1日08:05，柳叶渠步道的围挡开始撤除，居民前来围观，现场秩序良好。") is None
    assert (
        time_of("<div>2026-11-20 09:00</div>", story="2026年11月1日08:05，围挡开始撤除，居民前来围观。")
        == "2026-11-20 09:00"
    )


def test_the_time_of_a_neighbour_in_a_list_far_away_is_not_taken():
    neighbours = "".join(
        f"<li><a href=/{i}>虚构新闻之{i}</a><span>2026-11-1{i} 09:00</span></li>" for i in range(10)
    )
    assert time_of(below=f"<div>{'<p>另一段。</p>' * 12}</div><ul>{neighbours}</ul>") is None


def test_page_data_counts_only_when_it_names_one_time():
    one = '<script>var a = {"publishTime": "2026-11-20 08:05:33"};</script>'
    other = '<script>var b = {"publishTime": "2026-11-19 10:00:00"};</script>'
    assert time_of(head=one) == "2026-11-20 08:05"
    assert time_of(head=one + one) == "2026-11-20 08:05"
    assert time_of(head=one + other) is None
    assert time_of("<div>2026-11-20 09:00</div>", head=one) == "2026-11-20 09:00"


def test_the_time_on_the_page_beats_the_one_in_its_address():
    assert (
        time_of("<div>2026-11-20 08:05</div>", url="https://a.example/2026/11/01/x.html")
        == "2026-11-20 08:05"
    )


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("2026-11-20T08:05:00Z", "2026-11-20 08:05"),  # local time written as UTC
        ("2026-11-20T00:05:00Z", "2026-11-20 08:05"),
        ("2026-11-20T00:05:00+08:00", "2026-11-20 08:05"),  # UTC written as local time
        (
            "2026-11-20T06:30:00+08:00",
            "2026-11-20 06:30",
        ),  # another time altogether: the tag is the page's word
    ],
)
def test_a_tag_off_by_the_zone_gives_way_to_the_time_readers_see(tag, expected):
    head = f'<meta property="article:published_time" content="{tag}">'
    assert time_of("<div class=time>2026-11-20 08:05</div>", head=head) == expected
