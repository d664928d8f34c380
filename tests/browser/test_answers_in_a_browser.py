"""核对答复 in a real browser: the hint is read, the word is given, the list says so."""

import pytest
from sqlalchemy import text

from store.session import transaction

pytestmark = pytest.mark.browser


def test_a_hinted_answer_is_confirmed_by_a_person(visit, town, database):
    with transaction(database.app) as session:
        session.execute(
            text("update response set note = '检测结果预计 11 月 23 日公布。' where incident_id = :id"),
            {"id": town.main},
        )
    one = visit("zhiban")
    page = one.open(f"/incident/{town.main}")
    assert "还要回答 4 个" in page.inner_text("#body")
    page.click("button:has-text('核对答复')")
    page.wait_for_selector("#panel-title")
    page.check("fieldset:has-text('它答复了') >> text=检测结果何时公布（程序提示")
    page.click("button:has-text('记下')")
    page.wait_for_selector("text=已记下：答复了 1 个问题")
    page.wait_for_selector("text=还要回答 3 个")
    assert one.messages == []
    assert one.foreign == []
