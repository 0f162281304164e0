"""The noise lab's pictures stay in sight while its controls are used, and follow two fingers."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from tests.browser.conftest import unbroken
from tests.browser.rest import at_rest

pytestmark = pytest.mark.browser
MINUTE = 60_000
LAB = "/preview?lang=en&photo=coffee&seed=7&noises=gaussian_noise();salt_pepper()"
BAR = 60
"""Height of the top bar, px."""


@pytest.fixture(scope="module")
def pocket(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A phone's page."""
    held = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(**browser_context_args | held, color_scheme="dark")
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(pocket: Page) -> Iterator[Page]:
    """The same, empty."""
    with unbroken(pocket):
        yield pocket
    pocket.goto("about:blank")


def opened(page: Page, address: str = LAB) -> None:
    page.goto(address)
    expect(page.locator(".noisy canvas[role=img]")).to_have_attribute("data-exact", "true", timeout=MINUTE)
    expect(page.get_by_role("heading", name=re.compile("The model")).first).to_be_visible(timeout=MINUTE)
    at_rest(page)


def box_of(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def last_slider(page: Page) -> Locator:
    """The lowest slider of the second noise, brought to the middle of the screen."""
    slider = page.locator('[class*="st-key-lab_2_"] input[type=range]').last
    slider.evaluate("(e) => e.scrollIntoView({block: 'center'})")
    expect(slider).to_be_in_viewport()
    return slider


def on_top(page: Page, x: float, y: float) -> str:
    """Which part of the page a finger meets at (x, y)."""
    return str(
        page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y)?.closest("
            "'.st-key-lab_seen, .st-key-lab_stage, [class*=st-key-lab_2_]')?.className ?? ''",
            [x, y],
        )
    )


def test_on_a_desk_all_that_a_slider_changes_is_seen_at_the_lowest_one_and_nothing_below_is_covered(
    page: Page,
) -> None:
    page.set_viewport_size({"width": 1360, "height": 640})  # a low window: the pictures at least
    opened(page)
    last_slider(page)
    for which in ("original", "noisy", "difference"):
        box = box_of(page.locator(f".{which} .view"))
        assert box["y"] >= BAR
        assert box["y"] + box["height"] <= 640
    page.set_viewport_size({"width": 1360, "height": 860})
    last_slider(page)
    counted = page.get_by_role("img", name=re.compile("places that counted"))
    expect(counted).to_have_count(2)
    for found in (
        page.get_by_role("heading", name=re.compile("The model")),
        *(page.locator(f".{which} .view") for which in ("original", "noisy", "difference")),
        counted.first,
        counted.last,
        page.locator(".answer-bars"),
    ):
        expect(found).to_be_visible()
        box = box_of(found)
        assert box["y"] >= BAR
        assert box["y"] + box["height"] <= 860
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert found.evaluate(
            "(e, [x, y]) => { const top = document.elementFromPoint(x, y);"
            " return e.getRootNode() !== document || e.contains(top) || top.contains(e); }",
            middle,
        )  # nothing lies over it
    view = page.locator("summary", has_text="Many photos at once")
    view.scroll_into_view_if_needed()
    view.click(trial=True)


def test_on_a_phone_the_pair_stays_on_top_covers_no_slider_and_leaves_no_hole(phone: Page) -> None:
    opened(phone)
    what_follows_the_pair_goes_under_it_without_a_hole_or_a_jump(phone)
    phone.locator("[data-testid=stMain]").evaluate("(e) => { e.scrollTop = 0; }")
    the_pair_stays_on_top_and_covers_no_slider(phone)


def the_pair_stays_on_top_and_covers_no_slider(phone: Page) -> None:
    pair = phone.locator(".stage .both")
    high = box_of(pair)["height"]
    slider = last_slider(phone)
    box, pinned = box_of(slider), box_of(pair)
    assert pinned["y"] == pytest.approx(BAR, abs=1)
    assert pinned["height"] == pytest.approx(high, abs=1)
    assert high <= 0.36 * 844
    for which in ("original", "noisy"):
        assert box_of(phone.locator(f".{which} .view"))["height"] > 80
    # Right below the pictures a finger meets what is drawn there.
    assert box["y"] > pinned["y"] + pinned["height"]
    assert "st-key-lab_2_" in on_top(phone, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "lab_stage" not in on_top(phone, 200, pinned["y"] + pinned["height"] + 5)
    assert "lab_stage" in on_top(phone, 100, pinned["y"] + pinned["height"] / 2)


def what_follows_the_pair_goes_under_it_without_a_hole_or_a_jump(phone: Page) -> None:
    main = phone.locator("[data-testid=stMain]")
    pair, noises = phone.locator(".stage .both"), phone.get_by_role("heading", name="Noises, in order")
    apart = box_of(noises)["y"] - box_of(pair)["y"]
    height = main.evaluate("(e) => e.scrollHeight")
    to_the_top = box_of(pair)["y"] - BAR
    for further in (0, 60, apart - box_of(pair)["height"] - 20):
        main.evaluate("(e, y) => { e.scrollTop = y; }", to_the_top + further)
        assert box_of(pair)["y"] == pytest.approx(BAR, abs=1)
        assert box_of(noises)["y"] - BAR == pytest.approx(apart - further, abs=1)
    assert main.evaluate("(e) => e.scrollHeight") == height


def test_on_a_phone_the_answer_stays_with_the_pictures_and_follows_the_sliders(phone: Page) -> None:
    opened(phone)
    answer = phone.locator(".noisy .said")
    sentence = phone.get_by_role("heading", name=re.compile("The model"))
    # White specks are black, and white again: another picture, another answer.
    for mode, key in (("Side by side", "Home"), ("Swipe", "End")):
        phone.get_by_text(mode, exact=True).tap()
        slider = last_slider(phone)
        expect(answer).to_have_text(re.compile("espresso.*%$"))
        expect(answer).to_be_in_viewport()
        before = answer.inner_text()
        slider.focus()
        slider.press(key)
        expect(sentence).not_to_contain_text(re.findall(r"\d+\s%", before)[-1])
        share = re.findall(r"\d+\s%", sentence.inner_text())[-1]
        expect(answer).to_contain_text(share)
        expect(answer).to_be_in_viewport()
        expect(sentence).not_to_be_in_viewport()


def test_on_a_phone_a_slider_moved_by_key_changes_the_picture_that_stays(phone: Page) -> None:
    opened(phone)
    slider = last_slider(phone)
    slider.focus()
    slider.press("ArrowLeft")
    expect(phone.get_by_role("img", name=re.compile(r"^The photo with .+0\.99\)$"))).to_be_in_viewport()


def touch(cdp: Any, kind: str, *points: tuple[float, float]) -> None:
    cdp.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]},
    )


def tried_until(page: Page, swipe: Callable[[], None], so: Callable[[], bool]) -> None:
    """A swipe over a page that is being laid out anew may be lost, as a person's is: they swipe again."""
    deadline = time.monotonic() + 60
    while not so():
        assert time.monotonic() < deadline, "no swipe does it"
        swipe()
        page.evaluate(
            "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
        )


def test_a_finger_that_scrolls_the_page_over_a_slider_leaves_it_where_it_was(phone: Page) -> None:
    opened(phone)
    slider = last_slider(phone)
    main = phone.locator("[data-testid=stMain]")
    before, scrolled = slider.input_value(), main.evaluate("(e) => e.scrollTop")
    area = box_of(slider)
    x, y = area["x"] + area["width"] * 0.3, area["y"] + area["height"] / 2
    cdp = phone.context.new_cdp_session(phone)
    touch(cdp, "touchStart", (x, y))
    for up in range(10, 150, 10):
        touch(cdp, "touchMove", (x, y - up))
    touch(cdp, "touchEnd")
    phone.wait_for_function(
        "(before) => document.querySelector('[data-testid=stMain]')?.scrollTop !== before", arg=scrolled
    )
    expect(slider).to_have_value(before)

    def sideways() -> None:
        area = box_of(last_slider(phone))
        x, y = area["x"] + area["width"] * 0.9, area["y"] + area["height"] / 2
        touch(cdp, "touchStart", (x, y))
        for left in range(10, 150, 10):
            touch(cdp, "touchMove", (x - left, y))
        touch(cdp, "touchEnd")

    tried_until(phone, sideways, lambda: slider.input_value() != before)


def test_two_fingers_zoom_the_pictures_and_not_the_page(phone: Page) -> None:
    opened(phone)
    for stuck in (False, True):
        for mode in ("Side by side", "Swipe"):
            phone.get_by_text(mode, exact=True).tap()
            if stuck:
                last_slider(phone)
            zoomed(phone)


def zoomed(phone: Page) -> None:
    """Zoom in by two fingers, see that all is so, and zoom out again."""
    view = phone.locator(".noisy .view")
    view.evaluate("(e) => e.scrollIntoView({block: 'nearest'})")
    scrolled = phone.locator("[data-testid=stMain]").evaluate("(e) => e.scrollTop")
    zoom = phone.locator(".scale")
    expect(zoom).to_have_attribute("aria-valuetext", "1×")
    area = box_of(view)
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    cdp = phone.context.new_cdp_session(phone)
    touch(cdp, "touchStart", (x - 20, y))
    touch(cdp, "touchStart", (x - 20, y), (x + 20, y))
    for apart in (25, 30, 35, 40):
        touch(cdp, "touchMove", (x - apart, y), (x + apart, y))
    touch(cdp, "touchEnd")
    expect(zoom).to_have_attribute("aria-valuetext", "2×")
    assert phone.evaluate("visualViewport.scale") == 1
    assert phone.locator("[data-testid=stMain]").evaluate("(e) => e.scrollTop") == scrolled
    # What lay in the middle lies there still; one finger moves it.
    middle = view.evaluate(
        "(e) => { const s = getComputedStyle(e.querySelector('canvas')).transform.match(/[-\\d.]+/g).map(Number);"
        " return [(e.clientWidth / 2 - s[4]) / s[0] / e.clientWidth, (e.clientHeight / 2 - s[5]) / s[3] / e.clientHeight]; }"
    )
    assert middle == pytest.approx([0.5, 0.5], abs=0.02)
    # Together again.
    touch(cdp, "touchStart", (x - 40, y), (x + 40, y))
    for apart in (30, 20, 15):
        touch(cdp, "touchMove", (x - apart, y), (x + apart, y))
    touch(cdp, "touchEnd")
    expect(zoom).to_have_attribute("aria-valuetext", "1×")


def test_one_finger_on_the_pictures_scrolls_the_page(phone: Page) -> None:
    opened(phone)
    view = phone.locator(".noisy .view")
    view.scroll_into_view_if_needed()
    area = box_of(view)
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    main = phone.locator("[data-testid=stMain]")
    before = main.evaluate("(e) => e.scrollTop")
    cdp = phone.context.new_cdp_session(phone)

    def upwards() -> None:
        touch(cdp, "touchStart", (x, y))
        for step in range(1, 11):
            touch(cdp, "touchMove", (x, y - 15 * step))
        touch(cdp, "touchEnd")

    tried_until(phone, upwards, lambda: main.evaluate("(e) => e.scrollTop") > before + 50)
    expect(phone.locator(".scale")).to_have_attribute("aria-valuetext", "1×")
