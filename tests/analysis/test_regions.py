"""Places named in texts: own gazetteer, anonymised codes, name patterns; never finer than a township."""

from dataclasses import dataclass

import pytest

from analysis.regions import find_regions


@dataclass(frozen=True)
class Spot:
    id: str
    name: str
    level: str
    parent: str | None
    names: tuple[str, ...] = ()


OWN = (
    Spot("yz", "云州市", "city", None, ("云州",)),
    Spot("yz-d", "东湖区", "district", "yz", ("东湖",)),
    Spot("yz-d-cx", "城西街道", "township", "yz-d", ("城西",)),
    Spot("yz-n", "南山县", "district", "yz", ()),
    Spot("yz-n-cx", "城西镇", "township", "yz-n", ("城西",)),
)


def texts(text, **more):
    return [found.text for found in find_regions(text, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A市A2区和A7县的居民", ["A市", "A2区", "A7县"]),
        ("西地省B市", ["西地省", "B市"]),
        ("河南暴雨，郑州多地积水", ["河南", "郑州"]),
        ("青山铺镇停水三天", ["青山铺镇"]),
        ("我住在小区，超市和菜市场都关了", []),
        ("希望市领导解决，全县人民感谢", []),
        ("J10 县华邦小区停水", ["J10县"]),
        ("我们是A7县泉塘小区A区26栋的住户", ["A7县"]),
        ("西地省可熙食品有限公司锅炉冒烟", ["西地省"]),
        ("西地省可熙食品有限公司在A7县的锅炉冒烟", ["A7县"]),
        ("A7县城北人家，县城最大的沿海城市风情街，相应县政府未回复", ["A7县"]),
        ("补齐乡村振兴产业短板", []),
        ("银保监会回应河南村镇银行取款难", ["河南"]),
        ("A7县楚龙街道商铺维权难", ["A7县", "楚龙街道"]),
        ("A7县医保卡不能跨镇报销", ["A7县"]),
        ("江苏驰援湖北，江苏省卫健委挑选医护", ["江苏", "湖北"]),
        ("A7县星沙街道吾悦广场，星沙的广场噪音", ["A7县", "星沙街道"]),
        ("俄检方起诉列车爆炸案嫌犯", ["俄"]),
        ("外媒称中美贸易谈判获进展", ["中", "美"]),
        ("驻叙俄军战机坠毁", ["叙", "俄"]),
        ("她说美国政府美食节很美对不对", ["美国"]),
        ("早餐三明治和北京时间八点的球赛", []),
        ("美丽乡村建设", []),
        ("", []),
    ],
)
def test_places_are_found_by_code_name_and_pattern(text, expected):
    assert texts(text) == expected


def test_own_places_win_with_their_id_and_the_longest_name():
    found = find_regions("云州市东湖区发生停水", OWN)
    assert [(one.text, one.level, one.id) for one in found] == [
        ("云州市", "city", "yz"),
        ("东湖区", "district", "yz-d"),
    ]


def test_a_name_of_two_places_is_resolved_by_the_region_of_the_source():
    assert find_regions("城西停电", OWN, default="yz-n")[0].id == "yz-n-cx"
    assert find_regions("城西停电", OWN, default="yz-d")[0].id == "yz-d-cx"
    assert find_regions("城西停电", OWN)[0].id is None


def test_a_place_is_told_once_and_villages_never():
    assert texts("东湖区东湖区", gazetteer=OWN) == ["东湖区"]
    assert texts("石桥村三组的路坏了") == []


def test_traditional_script_is_read():
    assert [one.id for one in find_regions("雲州市東湖區", OWN)] == ["yz", "yz-d"]
