"""The noise lab's pictures move with the hand: sliders, live route, swipe, zoom and difference in a real browser."""

import base64
import itertools
import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from core.images import difference
from core.noise.stack import apply_stack, stack_from_text
from core.pixels import Image
from core.resizing import prepared_photo
from core.samples import sample_picture
from pages.parts.lab.live_route import HEADER

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000
ADDRESS = "/preview?lang=en&noises=gaussian_noise(sd=0.1);salt_pepper(fraction=0.1)&seed=7&photo=coffee"


def noisy(page: Page) -> Locator:
    return page.locator(".noisy canvas[role=img]")


def opened(page: Page, address: str = ADDRESS) -> Locator:
    """The first slider of the lab, once the picture at rest is there and the model has answered."""
    page.goto(address)
    expect(noisy(page)).to_have_attribute("data-exact", "true", timeout=MINUTE)
    expect(page.get_by_role("heading", name=re.compile("The model"))).to_be_visible(timeout=MINUTE)
    slider = page.get_by_role("slider", name=re.compile("Standard deviation"))
    slider.scroll_into_view_if_needed()
    return slider


def pixels(canvas: Locator) -> Image:
    url = canvas.evaluate("(canvas) => canvas.toDataURL('image/png')")
    png = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
    return np.asarray(cv2.cvtColor(cv2.imdecode(png, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB))


def expected(sd: float) -> Image:
    stack = stack_from_text(f"gaussian_noise(sd={sd});salt_pepper(fraction=0.1)")
    return apply_stack(prepared_photo(sample_picture("coffee")), stack, 7)


def box_of(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def grab(page: Page, slider: Locator) -> tuple[float, float]:
    """Press the mouse on the slider's thumb."""
    track = box_of(slider)
    share = float(slider.evaluate("(e) => (e.value - e.min) / (e.max - e.min)"))
    thumb = 14
    x = track["x"] + thumb / 2 + (track["width"] - thumb) * share
    y = track["y"] + track["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def count(page: Page) -> int:
    return int(noisy(page).get_attribute("data-pictures") or 0)


def test_a_slider_held_or_dragged_shows_each_picture_and_tells_where_it_stands(page: Page) -> None:
    slider = opened(page)
    a_drag_that_began_elsewhere_and_another_button_move_nothing(page, slider)
    held_at_rest_it_is_shown_exactly_and_told(page, slider)
    new_pictures_come_before_the_slider_is_let_go(page, slider)


def test_keys_move_the_picture_and_what_is_asked_for_ahead_of_the_thumb_is_where_it_goes(page: Page) -> None:
    slider = opened(page)
    keys_move_the_picture(page, slider)
    what_is_asked_for_ahead_is_where_the_thumb_goes(page, slider)


def test_the_pictures_are_those_of_core_swiped_zoomed_together_and_taken_apart(page: Page) -> None:
    opened(page)
    original_and_difference_are_those_of_core(page)
    all_zoom_together_up_to_16_and_show_pixels(page)
    the_spectrum_is_shown_when_it_is_opened(page)
    the_swipe_is_moved_by_mouse_and_keys(page)


def new_pictures_come_before_the_slider_is_let_go(page: Page, slider: Locator) -> None:
    # What has been painted with the button down, and whether any of it came with a rerun of the page.
    page.evaluate(
        "() => { window.live = 0; document.addEventListener('noiselens:painted', ({detail}) => {"
        " if (!detail.exact) window.live += 1; }); }"
    )
    before = page.url
    x, y = grab(page, slider)
    page.mouse.move(x + 40, y, steps=10)
    page.wait_for_function("window.live >= 2")
    assert page.url == before or "sd%3D0.1%29" not in page.url
    page.mouse.up()
    expect(noisy(page)).to_have_attribute("data-exact", "true")
    value = float(slider.input_value())
    assert value > 0.15
    expect(page).to_have_url(re.compile(rf"sd%3D{value}%29|sd={value}"))
    np.testing.assert_array_equal(pixels(noisy(page)), expected(value))


LISTEN = """() => {
  window.said = [];
  document.addEventListener('noiselens:slide', ({detail}) => window.said.push(detail.value));
}"""


def what_is_asked_for_ahead_is_where_the_thumb_goes(page: Page, slider: Locator) -> None:
    page.evaluate(LISTEN)
    track = box_of(slider)
    _, y = grab(page, slider)
    stands = [float(slider.input_value())]
    for x in range(4, int(track["width"]), 11):
        page.mouse.move(track["x"] + x, y)
        page.evaluate("() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))")
        stands.append(float(slider.input_value()))
    page.mouse.up()
    moved = [now for before, now in itertools.pairwise(stands) if now != before]
    assert len(moved) > 5  # where the browser is slow several moves become one
    assert page.evaluate("window.said")[-len(moved) :] == pytest.approx(moved)
    assert len(page.evaluate("window.said")) - len(moved) <= 1  # pressing it may move it


def a_drag_that_began_elsewhere_and_another_button_move_nothing(page: Page, slider: Locator) -> None:
    page.evaluate(LISTEN)
    track = box_of(slider)
    y = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + 20, track["y"] - 60)
    page.mouse.down()
    page.mouse.move(track["x"] + 150, y, steps=10)
    page.mouse.up()
    page.mouse.down(button="right")
    page.mouse.move(track["x"] + 60, y, steps=5)
    page.mouse.up(button="right")
    expect(slider).to_have_value("0.1")
    assert page.evaluate("window.said") == []


def held_at_rest_it_is_shown_exactly_and_told(page: Page, slider: Locator) -> None:
    x, y = grab(page, slider)
    page.mouse.move(x + 60, y, steps=5)
    value = float(slider.input_value())
    expect(page).to_have_url(re.compile(rf"sd(%3D|=){value}\D"))
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(rf"\({value}, "))
    expect(noisy(page)).to_have_attribute("data-exact", "true")
    np.testing.assert_array_equal(pixels(noisy(page)), expected(value))
    # Back to where it was: what was held does not stay.
    page.mouse.move(x, y, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"sd(%3D|=)0\.1\D"))
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(r"\(0\.1, "))
    expect(noisy(page)).to_have_attribute("data-exact", "true")
    np.testing.assert_array_equal(pixels(noisy(page)), expected(0.1))


def keys_move_the_picture(page: Page, slider: Locator) -> None:
    slider.focus()
    before = count(page)
    for _ in range(5):
        slider.press("ArrowRight")
    expect(slider).to_have_value("0.15")
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(r"\(0\.15, "))
    expect(noisy(page)).to_have_attribute("data-exact", "true")
    assert count(page) > before + 1
    np.testing.assert_array_equal(pixels(noisy(page)), expected(0.15))


def original_and_difference_are_those_of_core(page: Page) -> None:
    clean = prepared_photo(sample_picture("coffee"))
    np.testing.assert_array_equal(pixels(page.locator(".original canvas")), clean)
    for gain in (2, 8, 1, 4):
        page.get_by_text(f"×{gain}", exact=True).click()
        expect(page.get_by_text(re.compile(f"Difference × {gain}"))).to_be_visible()
        found = pixels(page.locator(".difference canvas"))
        np.testing.assert_array_equal(found, difference(clean, expected(0.1), gain))
    expect(page.get_by_text(re.compile(r"PSNR\s\d+\.\d\sdB · SSIM\s0\.\d\d"))).to_be_visible()


def the_swipe_is_moved_by_mouse_and_keys(page: Page) -> None:
    page.get_by_text("Swipe", exact=True).click()
    divider = page.get_by_role("slider", name=re.compile("How much of the original"))
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(page.get_by_role("img", name="The photo without noise")).to_be_hidden()
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "52")
    divider.press("Home")
    expect(divider).to_have_attribute("aria-valuenow", "0")
    view = box_of(page.locator(".noisy .view"))
    page.mouse.move(view["x"] + 5, view["y"] + 30)
    page.mouse.down()
    page.mouse.move(view["x"] + view["width"] * 0.75, view["y"] + 30, steps=4)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "75")
    assert divider.evaluate(
        "(e) => getComputedStyle(e.parentElement.querySelector('.curtain')).clipPath"
    ) == ("inset(0px 25% 0px 0px)")


def all_zoom_together_up_to_16_and_show_pixels(page: Page) -> None:
    def transforms() -> set[str]:
        return set(
            page.locator(".panes").evaluate(
                "(e) => [...e.querySelectorAll('canvas[role]')].map((c) => getComputedStyle(c).transform.slice(0, 12))"
            )
        )

    zoom = page.get_by_role("slider", name="Zoom", exact=True)
    for _ in range(6):
        page.get_by_role("button", name="Zoom in").click()
    expect(zoom).to_have_attribute("aria-valuetext", "16×")
    assert len(transforms()) == 1
    assert noisy(page).evaluate("(canvas) => getComputedStyle(canvas).imageRendering") == "pixelated"
    view = page.locator(".noisy .view")
    before = noisy(page).evaluate("(canvas) => getComputedStyle(canvas).transform")
    view.focus()
    view.press("ArrowRight")
    assert noisy(page).evaluate("(canvas) => getComputedStyle(canvas).transform") != before
    view.press("0")
    expect(zoom).to_have_attribute("aria-valuetext", "1×")
    area = box_of(view)
    page.mouse.move(area["x"] + 20, area["y"] + 20)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(zoom).to_have_attribute("aria-valuetext", "2×")
    view.press("0")
    expect(zoom).to_have_attribute("aria-valuetext", "1×")


def test_a_visitors_pictures_are_out_of_reach_of_others_and_end_with_the_visit(
    browser: Browser, base_url: str, page: Page
) -> None:
    context = browser.new_context(base_url=base_url, locale="en-US")
    visitor = context.new_page()
    ids: set[str] = set()
    visitor.on(
        "request", lambda sent: ids.add(sent.headers[HEADER.lower()]) if "/live/" in sent.url else None
    )
    opened(visitor)
    (lab_id,) = ids
    asked = page.context.request
    for headers in ({}, {HEADER: ""}, {HEADER: "x" * len(lab_id)}, {HEADER: lab_id[::-1]}):
        for what in ("noisy.png", "noisy.jpg", "original.png", "figures"):
            assert asked.get(f"/live/{what}", headers=headers).status == 404
    # The visitor's own page may still ask for newer pictures, which go first.
    for _ in range(20):
        mine = asked.get("/live/noisy.jpg?1.sd=0.2", headers={HEADER: lab_id})
        if mine.status != 409:
            break
    assert mine.status == 200
    assert mine.headers["cache-control"] == "no-store"
    for query in ("1.sd=9", "1.sd=nan", "1.what=1", "99.sd=0.1", "sd=1"):
        bad = asked.get(f"/live/noisy.jpg?{query}", headers={HEADER: lab_id})
        assert bad.status == 400
        assert "Traceback" not in bad.text()
    context.close()
    page.goto("/")
    page.wait_for_function(
        "(id) => fetch('/live/original.png', {headers: {'X-NoiseLens-Lab': id}}).then((r) => r.status === 404)",
        arg=lab_id,
        polling=200,
        timeout=MINUTE,
    )


def the_spectrum_is_shown_when_it_is_opened(page: Page) -> None:
    page.get_by_text("Where the noise sits in the spectrum").click()
    for name in ("original", "with noise", "difference"):
        expect(page.get_by_role("img", name=re.compile(f"Spectrum: {name}"))).to_be_visible()
