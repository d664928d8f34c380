import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PAGES = (
    "/",
    "/incidents",
    "/incident/{main}",
    "/category",
    "/category/food_drug_safety",
    "/sources",
    "/documents?incident={main}",
    "/ledger",
    "/handover",
    "/document/60",
    "/reports",
    "/settings",
)
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.tile, .card, .wall-panel, .owed li, .ranking li, .area li')]
    .map(node => [node, node.getBoundingClientRect()]).filter(([_, box]) => box.width && box.height);
  const found = [];
  for (const [one, a] of boxes) for (const [two, b] of boxes)
    if (one !== two && !one.contains(two) && !two.contains(one)
        && a.left + 1 < b.right && b.left + 1 < a.right
        && a.top + 1 < b.bottom && b.top + 1 < a.bottom) found.push(one.className + ' / ' + two.className);
  return found; }"""


@pytest.mark.parametrize("width", [1920, 1440, 390, 320])
def test_no_page_scrolls_sideways_overlaps_complains_or_asks_another_host(visit, town, width):
    window = visit("daiban", width, 900)
    for path in PAGES:
        page = window.open(path.format(main=town.main))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert page.evaluate(OVERLAPS) == [], path
        assert page.title().endswith("公众关切监测与回应")
    assert window.messages == []
    assert window.foreign == []


def test_the_wall_fits_1920_by_1080_and_scales_down(visit):
    window = visit("daiban", 1920, 1080)
    page = window.open("/wall")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    assert page.evaluate(OVERLAPS) == []
    assert smallest_text(page) >= 18
    page.set_viewport_size({"width": 1366, "height": 768})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert window.messages == []
    assert window.foreign == []


def smallest_text(page) -> float:
    """Font size of the smallest words on the page, chart ticks included."""
    return page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('.wall-page *')]
        .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim())
            && node.getBoundingClientRect().width > 1)
        .map(node => parseFloat(getComputedStyle(node).fontSize)))"""
    )


def test_a_narrow_window_goes_from_the_wall_to_the_work_bench(visit):
    window = visit("daiban", 1000, 800)
    window.page.goto(window.address + "/wall")
    window.page.wait_for_url(window.address + "/")


def test_hostile_titles_run_nothing_and_load_nothing(visit):
    window = visit("zhiban")
    page = window.open("/documents?category=education&sentiment=negative&source=haichuan_timeline")
    assert "<script>window.hacked=1</script>" in page.inner_text("#body")
    assert "<img src=x onerror" in page.inner_text("#body")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll('#body a[href^=javascript]').length") == 0
    assert window.foreign == []
    assert window.messages == []


def test_event_lines_and_labels_are_really_drawn_under_the_policy(visit, town):
    page = visit("daiban").open(f"/incident/{town.main}")
    assert page.locator(".chart .shapelayer path").count() >= 2
    labels = page.eval_on_selector_all(".chart .annotation", "nodes => nodes.map(node => node.textContent)")
    assert any("权威信息" in label for label in labels)
    assert any("认定" in label for label in labels)


def test_first_focus_is_the_skip_link_and_everything_is_reached_by_keyboard(visit, town):
    page = visit("daiban").open(f"/incident/{town.main}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
    assert {"大字", "登记回应", "交办"} <= seen


def test_large_type_makes_words_larger_loses_nothing_and_is_kept(visit, town):
    window = visit("daiban")
    page = window.open(f"/incident/{town.main}")
    before = page.inner_text("#main").count("条")
    page.click("[data-big]")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert page.inner_text("#main").count("条") == before
    page = window.open("/")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_targets_on_a_phone_are_large_enough(visit, town):
    page = visit("zhiban", 390, 844).open(f"/incident/{town.main}")
    small = page.evaluate(
        """[...document.querySelectorAll('button, .way')].map(node => [node.textContent, node.getBoundingClientRect().height])
        .filter(([_, height]) => height && height < 43.5)"""
    )
    assert small == []


def test_a_click_on_a_bar_opens_the_texts_of_that_hour(visit, town):
    window = visit("daiban")
    page = window.open(f"/incident/{town.main}")
    page.locator(".chart").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """() => { const boxes = [...document.querySelectorAll('.chart .barlayer .point path')].map(node => node.getBoundingClientRect());
        const box = boxes.find(one => one.height > 20); return [box.left + box.width / 2, box.top + box.height / 2]; }"""
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)
    page.wait_for_url("**/documents?**")
    page.wait_for_selector("#list-total")
    assert "from=" in page.url
    assert int(page.get_attribute("#list-total", "data-total")) > 0
