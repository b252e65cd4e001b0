"""The page in a browser without a network: sliders moved by keys and by value; a phone and a screen."""

import pytest

PHONE, WIDE = 390, 1280
SHOWN = """() => {
    const data = (name) => Bokeh.documents[0].get_model_by_name(name).data;
    return {
        S: Array.from(data("measured").S),
        x: Array.from(data("disks").x),
        here: Array.from(data("here").at),
        words: document.getElementById("words").innerText,
    };
}"""


@pytest.fixture(params=[PHONE, WIDE])
def page(request, browser, explored):
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, offline=True, is_mobile=request.param == PHONE
    )
    page, wrong = context.new_page(), []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url[:80]))
    page.goto(explored.as_uri(), wait_until="load")
    page.wait_for_selector("body[data-ready=yes]")
    yield page
    context.close()
    assert wrong == []


def picture(page, name):
    return page.locator(f"#plot-{name}").screenshot()


@pytest.mark.slow
def test_sliders_move_over_the_states(page):
    """What is shown are the numbers of the state that the words name, and it is seen on the screen."""
    page.locator("#slider-c_t").focus()
    first = page.evaluate(SHOWN)
    pictures = {name: picture(page, name) for name in ("snapshot", "spectrum", "series", "against")}
    assert first["words"].startswith("ct = −1: N = 100 disks")
    assert first["here"] == [-1]
    page.keyboard.press("ArrowRight")
    second = page.evaluate(SHOWN)
    assert second["words"].startswith("ct = −0.9: ")
    assert page.locator("#value-c_t").inner_text() == "−0.9"
    assert second["here"] == [-0.9]
    assert second["S"] != first["S"]
    assert len(second["x"]) > 100
    page.wait_for_function(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    )
    for name in ("spectrum", "series", "against"):
        assert picture(page, name) != pictures[name], name
    page.keyboard.press("End")
    third = page.evaluate(SHOWN)
    assert third["x"] == []
    assert page.locator("#missing-snapshot").inner_text().startswith("No trajectory of this state")
    assert not page.locator("#plot-snapshot").is_visible()
    page.keyboard.press("Home")
    assert page.evaluate(SHOWN) == first
    assert page.locator("#plot-snapshot").is_visible()


@pytest.mark.slow
def test_every_family_and_slider(page):
    """By value; where a place was not run the nearest is shown that has the value of the slider moved."""

    def put(name, place):
        page.locator(f"#slider-{name}").evaluate(
            "(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input')); }", place
        )
        return page.evaluate(SHOWN)

    groups = page.locator("#family optgroup").evaluate_all("all => all.map(one => one.label)")
    assert groups == [
        "c_t",
        "c_t and c_s, one run of each state, no fit",
        "H, one run of each state, no fit",
    ]
    page.select_option("#family", "1")
    assert page.evaluate(SHOWN)["words"].startswith("ct = −1, cs = −1: ")
    assert not page.locator("#slider-H").is_visible()
    assert put("c_s", 1)["words"].startswith("ct = −1, cs = 0: ")
    assert put("c_t", 1)["words"].startswith("ct = 0, cs = 0: ")
    moved = put("c_s", 0)
    assert moved["words"].startswith("ct = −1, cs = −1: ")
    assert moved["here"] == [-1]
    assert page.locator("#slider-c_t").input_value() == "0"
    page.select_option("#family", "2")
    before = page.evaluate(SHOWN)
    assert before["words"].startswith("H = 0.1: ")
    assert not page.locator("#slider-c_t").is_visible()
    after = put("H", 1)
    assert after["words"].startswith("H = 0.3: ")
    assert after["S"] != before["S"]


@pytest.mark.slow
def test_the_page_fits_its_window(page):
    """Nothing scrolls to the side; a slider is as high as a thumb; plots are stacked, or side by side."""
    width = page.viewport_size["width"]
    for family in "012":
        page.select_option("#family", family)
        assert page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]") == [width, width]
        for slider in page.locator("input[type=range]:visible").all():
            assert slider.bounding_box()["height"] >= 40
    left, right = (page.locator(f"#plot-{name}").bounding_box() for name in ("snapshot", "spectrum"))
    if width == PHONE:
        assert right["y"] > left["y"] + left["height"]
        assert left["width"] > 0.85 * width
    else:
        assert right["x"] > left["x"] + left["width"]
        assert abs(right["y"] - left["y"]) < 5
