"""Closed incidents like one, and why."""

from analysis.similar import Case, most_similar

CANTEEN = Case(
    "now", "城东区小学食堂餐后学生不适", "食堂 腹痛 学生留院观察，留样送检", ("food_drug_safety", "education"), "chengdong", True,
    ("检测结果何时公布？", "供应商是谁？"),
)  # fmt: skip


def case(id_, title, text="", categories=(), region=None, emergency=False, questions=()):
    return Case(id_, title, text, categories, region, emergency, questions)


def test_the_like_one_comes_first_with_its_reasons():
    like = Case(
        "a", "南湖区小学食堂多名学生腹痛", "学生餐后腹痛，食堂停用", ("food_drug_safety",), "nanhu", True,
        ("检测结果什么时候公布？",),
    )  # fmt: skip
    other = case("b", "南湖路供水管线抢修停水", "居民希望尽快恢复供水", ("environment",), "chengdong")
    [found] = most_similar(CANTEEN, [other, like])
    assert found.id == "a"
    assert any("食堂" in term for term in found.terms)
    assert found.categories == ("food_drug_safety",)
    assert found.asked == ("何时",)
    assert not found.same_region


def test_nothing_alike_is_nothing():
    assert (
        most_similar(CANTEEN, [case("b", "早晚高峰 12 路公交间隔过长", categories=("fair_regulation",))])
        == []
    )
    assert most_similar(CANTEEN, []) == []


def test_an_incident_is_never_like_itself_and_at_most_three_are_named():
    many = [case(f"c{n}", f"第{n}小学食堂餐后学生不适", "食堂 学生", ("education",)) for n in range(6)]
    found = most_similar(CANTEEN, [CANTEEN, *many])
    assert len(found) == 3
    assert "now" not in [one.id for one in found]
    assert found == sorted(found, key=lambda one: -one.likeness)


def test_traditional_titles_are_like_simplified_ones():
    assert most_similar(CANTEEN, [case("t", "城東區小學食堂餐後學生不適", "食堂 腹痛", ("education",))])
