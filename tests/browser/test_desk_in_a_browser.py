"""A shift at the work bench by keyboard: look, acknowledge, open a text, correct it, take it out; the sound."""

import pytest
from sqlalchemy import text

from store.session import transaction

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# A player that notes what it was asked to play; everything else is the browser's own.
LISTENING = """(() => {
  const start = OscillatorNode.prototype.start;
  window.played = 0;
  OscillatorNode.prototype.start = function (...when) { window.played += 1; return start.apply(this, when); };
})();"""


def chosen(page) -> list[str]:
    return page.eval_on_selector_all(
        ".is-chosen", "nodes => nodes.map(node => node.querySelector('a.title, .title').textContent)"
    )


def set_state(database, incident: str, state: str) -> None:
    with transaction(database.app) as session:
        session.execute(
            text("update incident set state = :s, version = version + 1 where id = :i"),
            {"s": state, "i": incident},
        )


def sound_says(page, words: str) -> None:
    page.wait_for_function("words => document.querySelector('[data-sound]').textContent === words", arg=words)


def test_j_and_k_walk_the_lists_p_looks_and_escape_closes(visit):
    window = visit("zhiban")
    page = window.open("/")
    titles = page.eval_on_selector_all(
        ".proposals > li a.title, table.incidents tbody a.title",
        "nodes => nodes.map(node => node.textContent)",
    )
    for title in titles:
        page.keyboard.press("j")
        assert chosen(page) == [title]
    page.keyboard.press("j")
    assert chosen(page) == titles[-1:]
    page.keyboard.press("k")
    assert chosen(page) == [titles[-2]]
    page.keyboard.press("p")
    page.wait_for_selector(".panel.side")
    assert page.inner_text("#panel-title") == titles[-2]
    assert "最新原文" in page.inner_text(".panel.side")
    page.keyboard.press("j")
    page.wait_for_function(
        "title => document.getElementById('panel-title').textContent === title", arg=titles[-1]
    )
    page.keyboard.press("Escape")
    page.wait_for_selector(".panel.side", state="detached")
    assert page.url == window.address + "/"
    assert window.messages == []
    assert window.foreign == []


def test_the_chosen_row_stays_chosen_when_the_page_is_drawn_anew(visit, database, town):
    page = visit("zhiban").open("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    before = chosen(page)
    page.evaluate("dash_clientside.set_props('version', {data: 'anew'})")
    page.wait_for_timeout(1500)
    assert chosen(page) == before


def test_enter_opens_and_typing_in_a_field_is_no_command(visit):
    window = visit("zhiban")
    page = window.open("/documents")
    page.focus("input[name=search]")
    page.keyboard.type("jkap?")
    assert page.input_value("input[name=search]") == "jkap?"
    assert chosen(page) == []
    page = window.open("/incidents")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incident/*")


def test_question_mark_tells_the_keys_and_gives_the_focus_back(visit):
    page = visit("chakan").open("/")
    assert page.locator("#keys").is_hidden()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    for word in ("J", "K", "A", "Esc", "签收所选的一件"):
        assert word in page.inner_text("#keys")
    page.keyboard.press("Escape")
    assert page.locator("#keys").is_hidden()
    page.click("[data-keys=help]")
    assert page.locator("#keys").is_visible()
    page.click("[data-keys=close]")
    assert page.locator("#keys").is_hidden()


def test_a_acknowledges_the_chosen_proposal_once_and_a_viewer_nothing(visit, database, town):
    set_state(database, town.proposed, "proposed")
    page = visit("chakan").open("/")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_timeout(600)
    with transaction(database.app) as session:
        assert (
            session.execute(text("select state from incident where id = :i"), {"i": town.proposed}).scalar()
            == "proposed"
        )
    page = visit("zhiban").open("/")
    page.keyboard.press("a")
    assert "请先用 J、K 选一件" in page.inner_text("#live")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector("#panel .notice")
    assert "已签收" in page.inner_text("#panel")
    with transaction(database.app) as session:
        assert (
            session.execute(text("select state from incident where id = :i"), {"i": town.proposed}).scalar()
            == "acknowledged"
        )


def test_a_text_is_opened_corrected_and_taken_out_from_its_row(visit, town):
    window = visit("zhiban")
    page = window.open(f"/documents?incident={town.main}&channel=social")
    total = int(page.get_attribute("#list-total", "data-total"))
    row = page.locator("table.documents tbody tr").nth(3)
    title = row.locator(".title").inner_text()
    row.locator("button.button-row").click()
    page.wait_for_selector(".panel.side")
    assert page.inner_text("#panel-title") == title
    page.wait_for_selector(".whole-text mark, .whole-text")
    page.click(".panel.side label:has-text('正面')")
    page.click(".panel.side label:has-text('养老服务')")
    page.click(".panel.side button:has-text('保存更正')")
    page.wait_for_selector("#panel .notice")
    assert "情感、分类" in page.inner_text("#panel .notice")
    page.wait_for_function("() => document.querySelectorAll('.tag-person').length === 1")
    assert "人工更正：" in page.inner_text(".tag-person")
    assert title in page.locator("tr", has=page.locator(".tag-person")).inner_text()
    assert page.locator("#panel .notice").is_visible()
    page.locator("table.documents tbody tr").nth(3).locator("button.button-row").click()
    page.wait_for_selector(".panel.side")
    page.click(".panel.side button:has-text('移出原文')")
    page.wait_for_selector("#panel .preview p")
    assert "移出 1 条" in page.inner_text("#panel .preview")
    page.click("#panel button:has-text('移出所选')")
    page.wait_for_selector("#panel .notice")
    page.wait_for_function(
        "total => Number(document.getElementById('list-total').dataset.total) === total - 1", arg=total
    )
    assert title not in page.inner_text("table.documents")
    assert window.messages == []
    assert window.foreign == []


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_side_panel_fits_and_scrolls_nothing_sideways(visit, town, width):
    window = visit("zhiban", width, 800)
    page = window.open(f"/incident/{town.main}")
    page.locator("table.documents button.button-row").first.click()
    page.wait_for_selector(".panel.side")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.evaluate(
        "(() => { const panel = document.querySelector('.panel.side'); return [panel.scrollWidth, panel.clientWidth]; })()"
    )
    assert box[0] <= box[1]
    small = page.evaluate(
        "[...document.querySelectorAll('.panel.side button')].filter(node => node.getBoundingClientRect().height < 43.5).length"
    )
    assert width > 640 or small == 0
    assert window.messages == []


def test_on_a_phone_the_steps_stand_right_under_the_clock(visit, town):
    page = visit("zhiban", 390, 844).open(f"/incident/{town.main}")
    tops = page.evaluate(
        """Object.fromEntries(['h-steps', 'h-questions', 'h-volume', 'h-texts']
        .map(id => [id, document.getElementById(id).getBoundingClientRect().top]))"""
    )
    assert tops["h-steps"] < tops["h-questions"] < tops["h-volume"] < tops["h-texts"]


def test_the_sound_is_off_until_switched_on_and_rings_for_a_new_proposal_only(visit, database, town):
    set_state(database, town.proposed, "acknowledged")
    window = visit("zhiban", prepare=LISTENING)
    page = window.open("/")
    sound_says(page, "提示音：关")
    set_state(database, town.proposed, "proposed")
    page.evaluate("dash_clientside.set_props('version', {data: 'one'})")
    page.wait_for_timeout(2500)
    assert page.evaluate("window.played") == 0
    set_state(database, town.proposed, "acknowledged")
    page.evaluate("dash_clientside.set_props('version', {data: 'two'})")
    page.wait_for_timeout(1500)
    page.click("[data-sound]")
    page.wait_for_function("() => window.played === 2")  # the trial: two tones
    sound_says(page, "提示音：开")
    assert page.get_attribute("[data-sound]", "aria-pressed") == "true"
    set_state(database, town.proposed, "proposed")
    page.evaluate("dash_clientside.set_props('version', {data: 'three'})")
    page.wait_for_function("() => window.played === 4")
    page.evaluate("dash_clientside.set_props('version', {data: 'four'})")
    page.wait_for_timeout(2500)
    assert page.evaluate("window.played") == 4
    page = window.open("/incidents")
    sound_says(page, "提示音：开（点一下页面后生效）")
    page.click("[data-sound]")
    sound_says(page, "提示音：关")
    assert window.messages == []


def test_a_grave_proposal_sounds_again_each_minute_until_it_is_acknowledged(visit, database, town):
    """The clock of this browser is moved; one second before the minute is over nothing sounds."""
    with transaction(database.app) as session:
        session.execute(
            text(
                "update incident set proposed_grade = 'II', state = 'proposed', version = version + 1 where id = :i"
            ),
            {"i": town.proposed},
        )
    later = "(() => { const now = Date.now; window.later = 0; Date.now = () => now() + window.later; })();"
    page = visit("zhiban", prepare=LISTENING + later).open("/")
    page.click("[data-sound]")
    page.wait_for_function("() => window.played === 2")
    rung = page.evaluate("Date.now()")
    page.evaluate("window.later += 55000")
    page.wait_for_timeout(1500)
    assert page.evaluate("Date.now()") - rung < 60000
    assert page.evaluate("window.played") == 2
    page.evaluate("window.later += 6000")
    page.wait_for_function("() => window.played === 4")
    set_state(database, town.proposed, "acknowledged")
    page.evaluate("dash_clientside.set_props('version', {data: 'taken'})")
    page.wait_for_timeout(1500)
    page.evaluate("window.later += 120000")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.played") == 4
