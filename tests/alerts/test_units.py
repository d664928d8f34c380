import pytest

from alerts.units import region_path, responsible_unit


@pytest.mark.parametrize(
    ("categories", "text", "unit"),
    [
        (("food_drug_safety", "education"), "小学食堂学生餐", "market"),
        (("education",), "课后服务提前结束", "education"),
        (("public_safety",), "工厂爆燃，消防到场", "emergency"),
        (("public_safety",), "电动车交通事故", "police"),
        ((), "工资拖欠三个月", "labour"),
    ],
)
def test_field_and_words_choose_the_unit(catalogue, categories, text, unit):
    assert responsible_unit(catalogue, "chengdong", categories, text).id == unit


def test_what_nobody_owns_goes_to_the_fallback_unit(catalogue):
    assert responsible_unit(catalogue, "chengdong", (), "路灯很好看").id == "press"
    assert responsible_unit(catalogue, None, ("education",), "别处的学校").id == "press"


def test_a_street_lies_in_its_district_and_city(catalogue):
    assert region_path(catalogue, "chengdong_1") == ["chengdong_1", "chengdong", "haichuan"]
    assert region_path(catalogue, "nowhere") == []
