"""Frame and noise lab in a real browser, in English and Korean."""

import io
import re
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.images import prepared_photo
from core.noise.stack import apply_stack, stack_from_text
from core.samples import sample_picture

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000


def noisy(page: Page) -> Locator:
    """The noisy picture, once there is one."""
    return page.get_by_role("img", name=re.compile(r"^The photo with .+ \([\d., a-z]+\)$"))


def photo(width: int = 300, height: int = 200) -> bytes:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2] = (200, 30, 30)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_slider_changes_picture_sentence_and_address(page: Page) -> None:
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


def test_noises_are_searched_added_reordered_and_removed_by_their_names(page: Page) -> None:
    page.goto("/preview?lang=en&noises=gaussian_noise(sd=0.1)")
    search = page.get_by_role("combobox", name=re.compile("Add a noise"))
    search.click(timeout=MINUTE)
    search.fill("fog")
    page.get_by_role("option", name=re.compile("Fog ·")).click()
    expect(noisy(page)).to_have_attribute("aria-label", re.compile("Gaussian noise, Fog"))
    page.get_by_role("button", name="Move Fog up").click()
    expect(noisy(page)).to_have_attribute("aria-label", re.compile("Fog, Gaussian noise"))
    page.get_by_role("button", name="Remove Gaussian noise").click()
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(r"The photo with Fog \("))


def test_a_noise_removed_by_mistake_comes_back_as_it_was(page: Page) -> None:
    page.goto("/preview?lang=en&noises=gaussian_noise(sd=0.1);fog()")
    slider = page.get_by_role("slider", name=re.compile("Standard deviation"))
    slider.press("ArrowRight", timeout=MINUTE)
    expect(page).to_have_url(re.compile(r"sd%3D0\.11"))
    page.get_by_role("button", name="Remove Gaussian noise").click()
    expect(slider).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(slider).to_have_value("0.11")
    expect(noisy(page)).to_have_attribute("aria-label", re.compile(r"Gaussian noise, Fog \(0\.11, "))
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


@pytest.mark.parametrize(("touch", "least"), [(False, 28), (True, 40)])
def test_what_removes_a_noise_is_hit_easily_and_apart_from_what_moves_it(
    browser: Any, base_url: str, touch: bool, least: int
) -> None:
    context = browser.new_context(base_url=base_url, has_touch=touch, is_mobile=touch)
    page = context.new_page()
    page.goto("/preview?lang=en&noises=gaussian_noise();fog();rain()")
    remove = page.get_by_role("button", name="Remove Fog")
    expect(remove).to_be_visible(timeout=MINUTE)
    boxes = [
        page.get_by_role("button", name=name).bounding_box()
        for name in ("Move Fog up", "Move Fog down", "Remove Fog")
    ]
    assert all(box["width"] >= least and box["height"] >= least for box in boxes)
    assert boxes[2]["x"] - boxes[1]["x"] - boxes[1]["width"] >= 8
    context.close()


SEARCHED = {
    "en": [
        ("rain", ["Rain · 비", "Water drops · 물방울"], "rain"),
        ("light", ["Light flicker · 조명 깜박임", "Low light · 저조도"], "light_flicker"),
        ("비", ["Rain · 비"], "rain"),
        ("whatsapp", ["Social media upload"], "social_media"),
        ("dirty lens", ["Lens dirt"], "lens_dirt"),
    ],
    "ko": [
        ("비", ["비 · Rain", "비네팅 · Vignette"], "rain"),
        ("눈", ["눈 · Snow"], "snow"),
        ("rain", ["비 · Rain"], "rain"),
        ("카톡", ["소셜 미디어 업로드"], "social_media"),
    ],
}
"""In each language what is typed, what is found first, and the noise that the Enter key takes."""


@pytest.mark.parametrize("language", SEARCHED)
def test_the_name_that_starts_with_the_words_typed_is_the_first_found(page: Page, language: str) -> None:
    page.goto(f"/preview?lang={language}&noises=")
    search = page.locator(".st-key-lab_add").get_by_role("combobox")
    option = page.get_by_role("option")
    taken = ""
    for words, first, key in SEARCHED[language]:
        search.click(timeout=MINUTE)
        search.fill(words)
        for place, name in enumerate(first):
            expect(option.nth(place)).to_have_text(re.compile(rf"^{name}( · .+)?\s*$"))
        wide = option.first.evaluate(
            "(e) => [e.firstElementChild.scrollWidth, e.firstElementChild.clientWidth]"
        )
        assert wide[0] <= wide[1]  # nothing is cut off
        search.press("Enter")
        taken += ("" if not taken else "(;|%3B)") + rf"{key}%28[^;]*%29"
        expect(page).to_have_url(re.compile(rf"noises={taken}&"))


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


def test_the_download_is_the_noisy_picture_pixel_for_pixel(page: Page) -> None:
    stack = "gaussian_noise(sd=0.2);salt_pepper(fraction=0.1,salt=0.5,floor=0.0,ceiling=1.0)"
    page.goto(f"/preview?lang=en&noises={stack}&seed=9&photo=coffee")
    expect(noisy(page)).to_be_visible(timeout=MINUTE)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Download the noisy picture")).click()
    expected = apply_stack(prepared_photo(sample_picture("coffee")), stack_from_text(stack), 9)
    content = waiting.value.path().read_bytes()
    found = cv2.cvtColor(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    assert content.startswith(b"\x89PNG")
    np.testing.assert_array_equal(found, expected)


def test_an_uploaded_photo_is_used_and_a_file_that_is_none_gets_a_sentence(page: Page) -> None:
    page.goto("/preview?lang=en&noises=gaussian_noise(sd=0.1)")
    expect(noisy(page)).to_be_visible(timeout=MINUTE)
    files = page.locator('[data-testid="stFileUploader"] input[type=file]')
    files.set_input_files({"name": "two.png", "mimeType": "image/png", "buffer": photo()})
    expect(page.get_by_text("is not in the page's address")).to_be_visible()
    expect(page).to_have_url(re.compile("photo=own"))
    files.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    expect(page.get_by_text('"notes.txt" is not a picture that can be read')).to_be_visible()
    expect(page.get_by_text("notes.txt", exact=True)).to_have_count(0)
    expect(page.get_by_text("the earlier photo stays")).to_be_visible()
    expect(page.get_by_text("is not in the page's address")).to_be_visible()


def test_an_uploader_speaks_the_language_of_the_page(page: Page) -> None:
    page.goto("/preview?lang=ko")
    expect(page.get_by_role("button", name="파일 고르기")).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text("Upload", exact=True)).to_be_hidden()


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


def test_a_seed_out_of_range_gets_a_sentence_below_the_field(page: Page) -> None:
    page.goto("/preview?lang=ko&noises=fog()&seed=3")
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
        box = found.bounding_box()
        assert box is not None
        return float(box["y"])

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


def test_the_browser_asks_this_machine_only(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("/?lang=en", "/preview?lang=ko", "/data?lang=en"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MINUTE)
        expect(page.locator("link[rel*=icon]").first).to_have_attribute(
            "href", re.compile("media/"), timeout=MINUTE
        )
    # "data:" and "blob:" addresses are in the browser itself.
    assert {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))} == {"127.0.0.1"}
