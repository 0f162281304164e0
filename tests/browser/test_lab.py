"""Frame and noise lab in a real browser, in English and Korean."""

import re
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000


def noisy(page: Page) -> Locator:
    """The noisy picture, once there is one."""
    return page.get_by_role("img", name=re.compile(r"^The photo with .+ \([\d., a-z]+\)$"))


def box_of(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def test_a_slider_changes_picture_sentence_and_address_and_noises_come_move_go_and_come_back(
    page: Page,
) -> None:
    page.goto("/preview?lang=en&noises=gaussian_noise(sd=0.15)&seed=7&photo=chelsea")
    expect(page.get_by_role("heading", name=re.compile("The model keeps its mind"))).to_be_visible(
        timeout=MINUTE
    )
    slider = page.get_by_role("slider", name=re.compile("Standard deviation"))
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    expect(page.get_by_role("img", name="The photo with Gaussian noise (0.18)")).to_be_visible()
    expect(page).to_have_url(re.compile(r"sd%3D0\.18"))

    page.get_by_role("radio", name="5").or_(page.get_by_role("button", name="5", exact=True)).first.click()
    expect(page.get_by_role("img", name="The photo with Gaussian noise (0.38)")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("The model changes its mind"))).to_be_visible()
    expect(page.get_by_role("slider", name=re.compile("Standard deviation"))).to_have_value("0.38")
    noises_are_searched_added_and_reordered_by_their_names(page)
    a_noise_removed_by_mistake_comes_back_as_it_was(page)


def noises_are_searched_added_and_reordered_by_their_names(page: Page) -> None:
    search = page.get_by_role("combobox", name=re.compile("Add a noise"))
    search.click()
    search.fill("fog")
    page.get_by_role("option", name=re.compile("Fog ·")).click()
    expect(noisy(page)).to_have_attribute("aria-label", re.compile("Gaussian noise, Fog"))
    page.get_by_role("button", name="Move Fog up").click()
    expect(noisy(page)).to_have_attribute("aria-label", re.compile("Fog, Gaussian noise"))


def a_noise_removed_by_mistake_comes_back_as_it_was(page: Page) -> None:
    slider = page.get_by_role("slider", name=re.compile("Standard deviation"))
    page.get_by_role("button", name="Remove Gaussian noise").click()
    expect(slider).to_have_count(0)
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(r"The photo with Fog \("))
    page.get_by_role("button", name="Undo").click()
    expect(slider).to_have_value("0.38")
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(r"Fog, Gaussian noise \(.*, 0\.38\)"))
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_what_removes_a_noise_is_hit_easily_and_apart_from_what_moves_it(
    page: Page, browser: Any, base_url: str
) -> None:
    hit_easily(page, 28)
    context = browser.new_context(base_url=base_url, has_touch=True, is_mobile=True)
    hit_easily(context.new_page(), 40)
    context.close()


def hit_easily(page: Page, least: int) -> None:
    page.goto("/preview?lang=en&noises=gaussian_noise();fog();rain()")
    remove = page.get_by_role("button", name="Remove Fog")
    expect(remove).to_be_visible(timeout=MINUTE)
    up, down, gone = (
        box_of(page.get_by_role("button", name=name))
        for name in ("Move Fog up", "Move Fog down", "Remove Fog")
    )
    for box in (up, down, gone):
        assert box["width"] >= least
        assert box["height"] >= least
    assert gone["x"] - down["x"] - down["width"] >= 8


SEARCHED = {
    "en": [
        ("light", ["Light flicker · 조명 깜박임", "Low light · 저조도"]),
        ("비", ["Rain · 비"]),
        ("whatsapp", ["Social media upload"]),
        ("dirty lens", ["Lens dirt"]),
        ("rain", ["Rain · 비", "Water drops · 물방울"]),
    ],
    "ko": [
        ("눈", ["눈 · Snow"]),
        ("rain", ["비 · Rain"]),
        ("카톡", ["소셜 미디어 업로드"]),
        ("비", ["비 · Rain", "비네팅 · Vignette"]),
    ],
}
"""In each language what is typed, and what is found first; of the last the Enter key takes the first, rain."""


@pytest.mark.parametrize("language", SEARCHED)
def test_the_name_that_starts_with_the_words_typed_is_the_first_found(page: Page, language: str) -> None:
    page.goto(f"/preview?lang={language}&noises=")
    search = page.locator(".st-key-lab_add").get_by_role("combobox")
    option = page.get_by_role("option")
    search.click(timeout=MINUTE)
    for words, first in SEARCHED[language]:
        search.fill(words)
        for place, name in enumerate(first):
            expect(option.nth(place)).to_have_text(re.compile(rf"^{name}( · .+)?\s*$"))
        wide = option.first.evaluate(
            "(e) => [e.firstElementChild.scrollWidth, e.firstElementChild.clientWidth]"
        )
        assert wide[0] <= wide[1]  # nothing is cut off
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"noises=rain%28[^;]*%29&"))


def test_an_address_without_a_page_is_told_in_the_language_of_the_page(page: Page) -> None:
    for address, language, said in (
        ("no_such_page", "en", "does not exist"),
        ("no/such/page/", "en", "does not exist"),
        ("train/없음", "ko", "없는 페이지"),
    ):
        page.goto(f"/{address}?lang={language}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(said, timeout=MINUTE)
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name=re.compile("To Home|홈으로")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("See what noise does|노이즈가 모델")
    )
    page.goto("/train/?lang=ko")  # a slash at its end is no other page
    expect(page.get_by_role("heading", level=1, name="학습")).to_be_visible(timeout=MINUTE)


def test_the_address_restores_the_lab_for_somebody_else(page: Page, browser: Any, base_url: str) -> None:
    page.goto("/preview?lang=ko&noises=fog(strength=2.5,decay=1.7)&seed=3&photo=coffee")
    expect(page.get_by_role("img", name=re.compile("안개를 적용한 사진"))).to_be_visible(timeout=MINUTE)
    slider = page.get_by_role("slider", name=re.compile("짙기"))
    expect(slider).to_have_value("2.5")
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile("2.6"), timeout=MINUTE)
    context = browser.new_context(base_url=base_url, locale="en-US")
    other = context.new_page()
    other.goto(page.url)
    expect(other.get_by_role("heading", level=1, name="노이즈 실험실")).to_be_visible(timeout=MINUTE)
    expect(other.get_by_role("slider", name=re.compile("짙기"))).to_have_value("2.6", timeout=MINUTE)
    expect(other.get_by_role("spinbutton", name=re.compile("시드"))).to_have_value("3", timeout=MINUTE)
    expect(other.get_by_role("img", name=re.compile("안개를 적용한 사진"))).to_be_visible(timeout=MINUTE)
    context.close()


def test_the_language_is_switched_in_the_page_and_kept_on_the_next(page: Page) -> None:
    page.goto("/preview")
    expect(page.get_by_role("heading", level=1, name="Noise lab")).to_be_visible(timeout=MINUTE)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_text("한국어").first.click()
    expect(page.get_by_role("heading", level=1, name="노이즈 실험실")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page).to_have_url(re.compile("lang=ko"))
    page.get_by_role("link", name="학습").first.click()
    expect(page).to_have_url(re.compile(r"/train\?lang=ko"))
    page.reload()
    expect(page.get_by_text("사진은 NoiseLens가 실행되는 컴퓨터를 벗어나지 않습니다")).to_be_visible()


def test_a_seed_out_of_range_gets_a_sentence_below_the_field_and_an_uploader_speaks_korean(
    page: Page,
) -> None:
    page.goto("/preview?lang=ko&noises=fog()&seed=3")
    expect(page.get_by_role("button", name="파일 고르기")).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text("Upload", exact=True)).to_be_hidden()
    seed = page.get_by_role("spinbutton", name=re.compile("시드"))
    said = page.get_by_text("0에서 2147483647 사이여야 하는데 -5입니다")
    seed.fill("-5", timeout=MINUTE)
    seed.press("Enter")
    expect(said).to_be_visible()
    seed.fill("4")
    seed.press("Enter")
    expect(page).to_have_url(re.compile("seed=4"))
    expect(said).to_be_hidden()


def test_at_phone_width_nothing_sticks_out(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/?lang=ko", "/preview?lang=ko"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=MINUTE)
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390


def test_on_a_phone_photo_verdict_and_pictures_come_before_the_noises(page: Page) -> None:
    def top(found: Locator) -> float:
        return box_of(found)["y"]

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/preview?lang=en&noises=gaussian_noise(sd=0.1)")
    verdict = page.get_by_role("heading", name=re.compile("The model"))
    expect(verdict).to_be_visible(timeout=MINUTE)
    original = page.get_by_role("img", name="The photo without noise")
    expect(original).to_be_visible()
    in_order = [
        page.get_by_role("heading", level=1),
        page.get_by_text("Use your own photo"),
        verdict,
        noisy(page),
        page.get_by_role("slider", name=re.compile("Standard deviation")),
    ]
    tops = [top(found) for found in in_order]
    assert tops == sorted(tops)
    assert top(original) == top(noisy(page))
    page.set_viewport_size({"width": 1360, "height": 860})
    expect(verdict).to_be_in_viewport()
    assert top(verdict) < top(page.get_by_text("Use your own photo"))
