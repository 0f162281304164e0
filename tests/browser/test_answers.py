"""What a model says follows the sliders by the live route, whatever the page is doing, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute, expect

from tests.browser.conftest import unbroken

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000
ADDRESS = "/preview?lang=en&noises=gaussian_noise(sd=0.1)&seed=7&photo=coffee"


def opened(page: Page) -> None:
    """The lab, once the model has answered, and how firmly, and the two figures are there: nothing more is asked for."""
    page.goto(ADDRESS)
    expect(page.get_by_role("heading", name=re.compile("The model"))).to_contain_text(
        "espresso", timeout=MINUTE
    )
    expect(page.locator(".difference figcaption")).to_contain_text("PSNR", timeout=MINUTE)
    expect(page.locator(".held")).to_contain_text("mild versions of the picture", timeout=MINUTE)


def press(page: Page, key: str) -> None:
    page.get_by_role("slider", name=re.compile("Standard deviation")).press(key)


def test_the_answer_follows_without_a_word_from_the_page(new_context: Callable[[], BrowserContext]) -> None:
    page = new_context().new_page()
    deaf = False

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda message: None if deaf else server.send(message))

    page.route_web_socket(re.compile("/_stcore/stream"), connect)
    with unbroken(page):
        opened(page)
        deaf = True
        answer_follows(page)


def answer_follows(page: Page) -> None:
    bars = page.locator(".answer-bars")
    before = bars.inner_text()
    counted = page.get_by_role("img", name=re.compile("noisy photo in grey, the places that counted"))
    picture = counted.get_attribute("src")
    press(page, "End")
    expect(page.get_by_role("heading", name=re.compile("The model"))).not_to_contain_text("keeps its mind")
    expect(bars).not_to_have_text(before)
    expect(counted).not_to_have_attribute("src", picture or "")
    assert "sd%3D0.1%29" in page.url


def test_the_page_hears_of_a_slider_though_no_answer_comes(page: Page) -> None:
    opened(page)
    page.route("**/live/answers*", lambda route: None)
    press(page, "ArrowRight")
    expect(page).to_have_url(re.compile(r"sd%3D0\.11"))
    expect(page.locator(".noisy canvas[role=img]")).to_have_attribute("data-exact", "true")


def test_answers_that_could_not_be_fetched_come_without_a_move(page: Page) -> None:
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if failed:
            return route.continue_()
        failed.append(route.request.url)
        return route.fulfill(status=500)

    page.route("**/live/answers*", fail_once)
    opened(page)
    assert failed


def test_the_answer_follows_theme_slider_and_language_is_asked_for_once_and_again_after_a_failure(
    page: Page,
) -> None:
    opened(page)
    the_answer_follows_a_change_of_theme(page)
    answers_and_exact_picture_are_asked_for_once_a_release(page)
    a_failed_request_is_told_and_the_next_move_tries_again(page)
    press(page, "Home")
    expect(page.get_by_role("heading", name=re.compile("The model"))).to_contain_text("espresso")
    after_a_change_of_language_the_answer_is_in_the_other(page)


def a_failed_request_is_told_and_the_next_move_tries_again(page: Page) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=500)

    page.route("**/live/answers*", fail)
    press(page, "ArrowRight")
    expect(page.locator(".stage .trouble")).to_be_visible()
    page.unroute("**/live/answers*", fail)
    press(page, "End")
    expect(page.get_by_role("heading", name=re.compile("The model"))).not_to_contain_text("keeps its mind")
    expect(page.locator(".stage .trouble")).to_be_hidden()


def answers_and_exact_picture_are_asked_for_once_a_release(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("?")[0]))
    press(page, "ArrowRight")
    with page.expect_request("**/live/figures*"):
        expect(page).to_have_url(re.compile(r"sd%3D0\.11"))
    page.wait_for_load_state("networkidle")
    assert asked.count("answers") == 1
    assert asked.count("noisy.png") == 1


def after_a_change_of_language_the_answer_is_in_the_other(page: Page) -> None:
    page.get_by_text("한국어").click()
    expect(page.get_by_role("heading", name=re.compile("모델의 답"))).to_contain_text(
        "에스프레소", timeout=MINUTE
    )
    expect(page.locator(".answer-bars")).to_contain_text("에스프레소")
    expect(page.locator(".answer-bars .legend")).to_have_text(re.compile("원본.*노이즈 적용"))
    expect(page.locator(".colours", has_text="근거 적음")).to_be_visible()


def the_answer_follows_a_change_of_theme(page: Page) -> None:
    bar = page.locator(".answer-bars .bar i").first
    light = bar.evaluate("(e) => getComputedStyle(e).backgroundColor")
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(17, 20, 28)")
    expect(page.locator('[data-testid="stLayoutWrapper"]:has(> .st-key-lab_seen)')).to_have_css(
        "background-color", "rgb(17, 20, 28)"
    )
    expect(bar).not_to_have_css("background-color", light)
