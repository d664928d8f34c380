import random
from datetime import UTC, datetime, timedelta

import pytest

from analysis.slow import LOOK_BACK, Named, alike, is_due, peak, slow_concerns, slow_lines
from analysis.terms import Rarity
from analysis.window import Seen

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # 08:30 in Beijing
DAY = timedelta(days=1)
THINGS = (
    "路灯",
    "健身器材",
    "公交站",
    "垃圾桶",
    "充电桩",
    "绿道",
    "斑马线",
    "凉亭",
    "窨井盖",
    "红绿灯",
    "护栏",
    "电梯",
)
ROADS = ("青年路", "建设街", "滨江道", "文昌巷", "学府路", "工农街", "朝晖路", "安平巷", "迎春路", "兴业街")
COMPLAINTS = (
    "御澜湾小区买房必须捆绑买车位", "举报御澜湾小区捆绑销售车位", "御澜湾小区车位捆绑销售，业主不认", "投诉御澜湾小区强制捆绑车位",
    "御澜湾小区认购时要求捆绑车位合法吗", "关于御澜湾小区车位捆绑的投诉", "御澜湾小区车位捆绑销售谁来管", "御澜湾小区捆绑车位，求解决",
    "再次反映御澜湾小区车位捆绑问题",
)  # fmt: skip


def seen(number, moment, title, body="", channel="forum"):
    return Seen(
        id=number, source="ask", channel=channel, visibility="public", at=moment, published_at=moment, fetched_at=moment,
        counted_at=moment, copies=0, title=title, body=body, sentiment="negative", categories=(), region=None,
        service_friction=False, sudden_incident=False, incident=None, is_new=False,
    )  # fmt: skip


def background(days=56, a_day=5, seed=1):
    draw = random.Random(seed)
    found = []
    for number in range(days * a_day):
        thing, road = draw.choice(THINGS), draw.choice(ROADS)
        text = f"{road}{draw.randint(1, 300)}号附近的{thing}坏了{draw.randint(2, 40)}天，没有人来修，希望尽快处理。"
        found.append(seen(number, NOW - DAY * (days * draw.random()), f"{road}{thing}坏了没人修", text))
    return found


def concern(amount, over):
    return [
        seen(9000 + n, NOW - DAY * (over * (n + 0.5) / amount), COMPLAINTS[n % 9], "御澜湾小区开发商要求捆绑购买车位，不买不让签合同。")
        for n in range(amount)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weeks_of_small_requests_are_no_concern(seed):
    assert slow_concerns(background(seed=seed), NOW) == []


@pytest.mark.parametrize(("amount", "over", "days"), [(6, 26, 28), (6, 13, 14), (5, 6, 7), (9, 26, 28)])
def test_one_matter_many_write_about_is_found_at_its_line(amount, over, days):
    (found,) = slow_concerns([*background(), *concern(amount, over)], NOW)
    assert (found.count, found.line.days, len(found.documents)) == (amount, days, amount)
    assert found.ratio >= 1


@pytest.mark.parametrize(("amount", "over"), [(5, 26), (5, 13), (4, 6)])
def test_one_text_less_is_none(amount, over):
    assert slow_concerns([*background(), *concern(amount, over)], NOW) == []


@pytest.mark.parametrize(("days", "number"), [(2, 0), (3, 1)])
def test_many_texts_of_two_days_are_loud_and_not_slow(days, number):
    within = [
        seen(one.id, NOW - DAY * (n % days) - timedelta(minutes=n), one.title, one.body)
        for n, one in enumerate(concern(30, 1))
    ]
    assert len(slow_concerns([*background(), *within], NOW)) == number


def test_a_matter_as_loud_as_in_the_month_before_is_not_new():
    earlier = [seen(one.id + 500, one.at - 28 * DAY, one.title, one.body) for one in concern(8, 26)]
    assert slow_concerns([*background(), *concern(8, 26), *earlier], NOW) == []


@pytest.mark.parametrize(("known_for", "number"), [(13.9, 0), (14, 1), (30, 1), (54, 1), (56, 1)])
def test_nothing_is_called_slow_until_two_weeks_are_known(known_for, number):
    known = [one for one in background() if one.at > NOW - known_for * DAY]
    known.append(seen(8000, NOW - known_for * DAY, "路灯坏了"))
    assert slow_concerns(known, NOW) == []
    assert len(slow_concerns([*known, *concern(9, 13)], NOW)) == number


@pytest.mark.parametrize(("crowd", "number"), [(0, 1), (2, 1), (3, 0)])
def test_in_the_first_two_months_a_matter_must_be_twice_as_loud_as_the_third_beside_it(crowd, number):
    """A new installation would else take every matter of the place for a new one."""
    places = ("御澜湾小区", "碧波苑", "枫林晚", "翡翠郡")

    def matter(place, offset, amount):
        return [
            seen(
                one.id + offset, one.at, one.title.replace("御澜湾小区", place), one.body.replace("御澜湾小区", place)
            )
            for one in concern(amount, 26)
        ]  # fmt: skip

    known = [one for one in background() if one.at > NOW - 30 * DAY]
    others = [
        one
        for n in range(crowd)
        for one in bundle(matter(places[n + 1], 100 * (n + 1), 6), ("暖气", "噪声", "油烟")[n])
    ]
    found = slow_concerns([*known, *concern(9, 26), *others], NOW)
    assert sum("御澜湾" in one.documents[0].title for one in found) == number


def bundle(matter, thing):
    """The same shape of a concern about another thing."""
    for one in matter:
        one.title = one.title.replace("捆绑", thing).replace("车位", f"{thing}费")
        one.body = one.body.replace("捆绑", thing).replace("车位", f"{thing}费")
    return matter


def test_among_few_texts_one_is_not_like_the_whole_because_it_is_part_of_it():
    """Six letters on one matter and five strangers: with itself counted in, each stranger would have a cosine of 0.3."""
    about = [
        seen(n, NOW, f"反对柳堤路架设高压线{n}", "柳堤路要架设高压电线杆，请改为入地。") for n in range(6)
    ]
    strangers = [
        seen(10 + n, NOW, title)
        for n, title in enumerate(("早餐摊占道经营", "公交绕行太远", "河道积水", "夜市吵闹", "学费发票"))
    ]
    rarity = Rarity()
    kept = alike([Named(one, rarity) for one in (*about, *strangers)])
    assert [one.text.id for one in kept] == list(range(6))


def test_the_catalogues_places_are_no_new_names():
    where = [
        seen(9000 + n, NOW - DAY * (3 * n + 1), f"望川区清河镇{thing}") for n, thing in enumerate(THINGS[:7])
    ]
    told = [one for one in background() if one.at > NOW - 30 * DAY]

    def names_it(places):
        return [
            one
            for one in slow_concerns([*told, *where], NOW, places)
            if {text.id for text in where} <= {text.id for text in one.documents}
        ]

    assert names_it(())
    assert not names_it(("望川区", "清河镇"))


def test_the_future_and_the_distant_past_are_not_looked_at():
    old = [seen(n, NOW - LOOK_BACK - DAY * n, COMPLAINTS[n]) for n in range(9)]
    coming = [seen(100 + n, NOW + DAY * (n + 1), COMPLAINTS[n]) for n in range(9)]
    assert slow_concerns([*old, *coming], NOW) == []
    assert slow_concerns([], NOW) == []


def test_the_order_of_the_texts_changes_nothing():
    texts = [*background(), *concern(9, 26)]
    shuffled = random.Random(5).sample(texts, len(texts))
    assert slow_concerns(texts, NOW) == slow_concerns(shuffled, NOW)


def test_the_line_lies_above_all_but_two_of_the_usual_matters():
    loud = [[NOW + timedelta(hours=n) for n in range(size)] for size in (30, 20, 9, 8)]
    assert [line.threshold for line in slow_lines(loud)] == [10, 10, 10]
    assert [line.threshold for line in slow_lines(loud[:2])] == [5, 6, 6]


def test_the_peak_counts_both_ends_of_a_span():
    assert peak([NOW, NOW + 7 * DAY], 7) == 2
    assert peak([NOW, NOW + 7 * DAY + timedelta(seconds=1)], 7) == 1
    assert peak([], 7) == 0


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, (20, 0), True),
        ((19, 23), (20, 0), True),  # 07:00 and 08:00 in Beijing
        ((20, 0), (20, 5), False),
        ((20, 0), (20, 23), False),
        ((20, 5), (21, 0), True),
        ((17, 3), (19, 20), True),
    ],
)
def test_once_a_day_from_eight_in_the_morning(last, now, due):
    def moment(pair):
        return datetime(2026, 11, *pair, tzinfo=UTC)

    assert is_due(moment(last) if last else None, moment(now)) is due
