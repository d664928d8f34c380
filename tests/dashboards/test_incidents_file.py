"""The list of incidents as a CSV: the same lines as the page under the same filters, nothing a spreadsheet would run."""

import csv
import io

import pytest
from sqlalchemy import update

from store.model import Incident
from store.session import transaction


def rows_of(answer):
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    return lines[0], lines[1], lines[2:]


def total_of(page, walk):
    return next(int(one["data-total"]) for one in walk(page) if one.get("id") == "list-total")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?show=all",
        "?show=closed",
        "?show=overdue",
        "?show=all&category=food_drug_safety",
        "?show=nonsense",
    ],
)
def test_the_file_has_the_lines_of_the_page(client, town, reading, query):
    walk, words = reading
    chief = client("daiban")
    page = chief.draw(f"/incidents{query}")
    asked, heads, lines = rows_of(chief.get(f"/download/incidents.csv{query}"))
    assert len(lines) == total_of(page, walk)
    assert asked[2] == f"共 {len(lines)} 条"
    assert "演示数据" in asked[0]
    assert heads[:3] == ["编号", "级别", "标题"]
    shown = words(page)
    assert all(line[0] in shown and line[2] in shown for line in lines)


def test_the_button_keeps_the_filters_of_the_page(client, reading):
    walk, _ = reading
    page = client("daiban").draw("/incidents?show=closed&level=II&search=水&x=1")
    links = [
        one["href"] for one in walk(page) if str(one.get("href", "")).startswith("/download/incidents.csv")
    ]
    assert len(links) == 1
    assert "show=closed" in links[0]
    assert "level=II" in links[0]
    assert "x=1" not in links[0]


def test_the_filters_stand_in_the_first_line(client):
    asked, _, _ = rows_of(client("daiban").get("/download/incidents.csv?show=all&level=II&search=%3D1"))
    assert asked[0].startswith("事件 全部、Ⅱ 级 重大、含“=1”")


@pytest.mark.parametrize(
    "title", ["=cmd|'/c calc'!A1", "+1", "-1+1", "@SUM(A1)", "\t=1", '含,逗号和"引号"\r\n换行']
)
def test_a_title_is_never_a_formula(client, database, town, title):
    with transaction(database.app) as session:
        before = session.get_one(Incident, town.overdue).title
        session.execute(update(Incident).where(Incident.id == town.overdue).values(title=title))
    try:
        _, _, lines = rows_of(client("daiban").get("/download/incidents.csv?show=all"))
        cell = next(line[2] for line in lines if line[0] == town.overdue)
        assert cell.lstrip("'") == title
        assert not cell.startswith(("=", "+", "-", "@", "\t"))
    finally:
        with transaction(database.app) as session:
            session.execute(update(Incident).where(Incident.id == town.overdue).values(title=before))


def test_a_liaison_gets_the_own_unit_and_a_screen_nothing(client, town):
    _, _, mine = rows_of(client("lianluo").get("/download/incidents.csv?show=all"))
    _, _, all_of_them = rows_of(client("daiban").get("/download/incidents.csv?show=all"))
    assert 0 < len(mine) < len(all_of_them)
    assert {line[5] for line in mine} == {next(line[5] for line in all_of_them if line[0] == town.main)}
    assert client("daping").get("/download/incidents.csv").status_code in (401, 403)
    assert client().get("/download/incidents.csv").status_code in (302, 401)
