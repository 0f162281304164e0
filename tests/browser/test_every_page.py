"""Every page, in both themes and languages: nothing keeps anybody from using it, and Korean screens speak Korean."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import CLASSES, NAME
from tests.browser.rest import MINUTE, at_rest, undisturbed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
PAGES = ["/", "/preview", "/data", "/train", "/results", "/explain", "/quiz", "/present"]

PRIMARY = '[data-testid="stBaseButton-primary"]:visible:not(:disabled)'

# Colours on their way from one to another are none that anybody reads.
STILL = "*, ::before, ::after {transition: none !important; animation: none !important;}"

FINDINGS = """async (which) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], ...which });
  return violations
    .filter(({ id, impact }) => ["serious", "critical"].includes(impact) || id === "heading-order")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}"""

# What the visible buttons are called, to those who hear the page.
CALLED = """() => {
  axe.setup(document.body);
  const buttons = [...document.querySelectorAll("button:not([role]), [role=button], summary")];
  const called = buttons
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[aria-hidden=true], [inert]"))
    .map((one) => axe.commons.text.accessibleText(one));
  axe.teardown();
  return called;
}"""

# Whether it is seen that the keys are here.
SEEN_FOCUS = """() => {
  for (let one = document.activeElement, up = 0; one && up < 3; one = one.parentElement, up++) {
    const { outlineStyle, boxShadow } = getComputedStyle(one);
    if (outlineStyle !== "none" || boxShadow !== "none") return true;
  }
  return false;
}"""

# Text that is seen or read aloud, also within components and charts; but no code, and no tables' drawn cells.
TEXTS = """() => {
  const found = [];
  const within = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) within(one.shadowRoot);
      if (one.closest("script, style, noscript, canvas, code, pre, [translate=no]") || !one.checkVisibility({ visibilityProperty: true })) continue;
      for (const { nodeType, nodeValue } of one.childNodes) if (nodeType === Node.TEXT_NODE) found.push(nodeValue);
      for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(one.getAttribute(name) ?? "");
    }
  };
  within(document.body);
  return [...new Set(found.map((text) => text.trim()).filter(Boolean))];
}"""

NAMES = """
NoiseLens Grad CAM English ImageNet EfficientNet Lite ResNet MobileNet ViT Small CNN Hugging Face Enter Ctrl
CPU CUDA GPU px dB PSNR SSIM PCA BFS KB MB GB train validation test split path label group
ZIP TAR CSV JSON Python JPEG JPG PNG SVG WebP HEIC AVIF TIFF BMP GIF MP MOV WebM fps
Stéfan van der Walt CC TV ISO Wilson Holm scikit learn torchvision CIFAR bar EuroSAT FaceForensics eigenface
root inputs noiselens json regnet_y_ mf
Adebayo Petsiuk Zeiler Fergus Collins ECCV Deep Feature Factorization
AdamW SGD EMA AugMix JSD bf Smith Geirhos
PyTorch ONNX safetensors Parquet RGB BGR sha state dict pth pt card md
"""
"""What is written so in Korean, too: names of programs, models, kinds of files and people, units, folders' names."""


THEMES = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 20, 28)"}
"""Each with its ground."""
WORD = re.compile(r"[A-Za-zé_]{2,}")
COLOURS = ["color-contrast", "link-in-text-block"]
"""What axe-core says of colours: a theme changes that, a language changes all else."""


def findings(page: Page, theme: str, which: dict[str, Any] | None = None) -> list[str]:
    """What axe-core holds to be serious or critical, and headings out of order; of the rules in `which` only."""
    page.emulate_media(color_scheme=theme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", THEMES[theme])
    if page.locator(PRIMARY).count():
        page.locator(PRIMARY).first.hover()
    return [f"{theme}: {one}" for one in undisturbed(page, FINDINGS, which or {})]


def english(page: Page) -> list[str]:
    """Texts on the screen with English words that are no names."""
    names = {*NAMES.split(), *WORD.findall(" ".join([NAME, *CLASSES]))}
    return [text for text in page.evaluate(TEXTS) if set(WORD.findall(text)) - names]


SHOWN = {
    "/": [],  # its latest jobs are those of whatever tests ran before: tests/pages/test_i18n.py
    "/preview": [],
    "/data": [NAME],
    "/train": [NAME],
    "/results": [NAME],
    "/explain": CLASSES,
    "/quiz": CLASSES,
    "/present": [NAME],
}
"""Which names each page shows."""
MARKED = "del, em:not(button em), button em em, .katex, [data-testid=stMarkdownColoredText], a[href*=example], a[href=y]"


def names_are_as_they_were_written(page: Page, names: list[str]) -> None:
    for name in names:
        pattern = re.compile(r"[\u2060]*".join(map(re.escape, name)))
        expect(
            page.locator("[data-testid=stMarkdownContainer], [data-testid=stHtml]")
            .filter(has_text=pattern)
            .first
        ).to_be_visible(timeout=MINUTE)
    assert page.locator("[data-testid=stMain]").locator(MARKED).all_inner_texts() == []


FOCUSED = "(document.activeElement.innerText || document.activeElement.tagName).trim()"
IN_THE_PAGE = "document.activeElement.parentElement?.closest('[data-testid=stMain]') != null"


def the_tab_key_is_seen_and_reaches_the_language_between_the_page_list_and_the_page(page: Page) -> None:
    reached: list[str] = []
    while not page.evaluate(IN_THE_PAGE):
        page.keyboard.press("Tab")
        page.wait_for_function(SEEN_FOCUS)  # drawn a moment after the key
        reached.append(str(page.evaluate(FOCUSED)))
    assert reached[-1] == "English"
    assert any("Grad-CAM" in one for one in reached)


def a_chart_writes_names_as_they_are(page: Page) -> None:
    legend = page.locator(".js-plotly-plot .legendtext").filter(has_text="a*b*")
    expect(legend.first).to_have_text(NAME, timeout=MINUTE)
    page.get_by_role("tab", name="By class").click()
    for name in CLASSES:
        # A long one is cut in the middle: what is left of it are its own letters.
        beginning = page.locator(".js-plotly-plot .ytick text").filter(has_text=name[:6])
        expect(beginning.first).to_be_visible(timeout=MINUTE)


def a_chart_is_taken_away_as_a_picture_for_slides_and_for_papers_and_as_its_numbers(page: Page) -> None:
    page.get_by_role("tab", name="Noise by noise").click()
    row = page.locator('[class*="st-key-named_results_take_noise-by-noise"]')
    for button, beginning in (
        ("Download chart (PNG)", b"\x89PNG"),
        ("Download chart (SVG)", b"<svg"),
        ("CSV", b"\xef\xbb\xbfrun_id,data_set,model,"),
    ):
        with page.expect_download(timeout=MINUTE) as taken:
            row.get_by_role("button", name=button).first.click()
        assert Path(taken.value.path()).read_bytes().startswith(beginning)
        assert taken.value.suggested_filename.startswith("noiselens-noise-by-noise_accuracy_")


def a_key_answers_the_question_that_is_shown(page: Page) -> None:
    page.locator(".st-key-quiz_begin button").click()
    expect(page.get_by_text("Picture 1 of")).to_be_visible(timeout=MINUTE)
    at_rest(page)  # the keys are those of the buttons, which come after the words
    first = page.locator(".st-key-quiz_question img").get_attribute("src")
    page.keyboard.press("2")
    expect(page.get_by_text("Picture 2 of")).to_be_visible(timeout=MINUTE)
    expect(page.locator(".st-key-quiz_question img")).not_to_have_attribute("src", first or "")


def every_chosen_run_can_be_read_in_its_box(page: Page) -> None:
    """Streamlit's own box has one line, cut off at its end."""
    box = page.get_by_test_id("stMultiSelect")
    expect(box.locator("[data-tag]")).to_have_count(1, timeout=MINUTE)
    shown = box.get_by_test_id("stMultiSelectTagsContainer")
    copied = "tags => { for (let i = 0; i < 7; i++) tags.append(tags.firstElementChild.cloneNode(true)) }"
    shown.evaluate(copied)
    place = box.bounding_box()
    assert place is not None
    for tag in box.locator("[data-tag]").all():
        inside = tag.bounding_box()
        assert inside is not None
        assert inside["x"] + inside["width"] <= place["x"] + place["width"]
        assert inside["y"] + inside["height"] <= place["y"] + place["height"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_anybody_from_using_a_page_it_speaks_its_language_and_asks_this_machine_only(
    page: Page, tested: tuple[str, str], path: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address, run = tested
    closed = page.locator("details:not([open]) > summary:visible")
    page.goto(f"{address}{path}?lang=en" + (f"&model={run}" if path == "/preview" else ""))
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text("Pictures stay on the computer that runs NoiseLens")).to_be_visible()
    at_rest(page)
    names_are_as_they_were_written(page, SHOWN[path])
    the_tab_key_is_seen_and_reaches_the_language_between_the_page_list_and_the_page(page)
    if path == "/results":
        a_chart_is_taken_away_as_a_picture_for_slides_and_for_papers_and_as_its_numbers(page)
        a_chart_writes_names_as_they_are(page)
    while closed.count():
        closed.first.click()
        at_rest(page)
    if path == "/quiz":
        a_key_answers_the_question_that_is_shown(page)
    page.evaluate(AXE_SCRIPT)
    page.add_style_tag(content=STILL)
    # Names are added a moment after what they name.
    page.wait_for_function(
        f"() => {{ const called = ({CALLED})(); return new Set(called).size === called.length; }}",
        polling=200,
    )
    barriers = findings(page, "light", {"runOnly": COLOURS}) + findings(page, "dark", {"runOnly": COLOURS})
    page.get_by_role("radio", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    at_rest(page)  # the language is told before the last words have come
    # The other rules look at what no language and no theme changes: once, where a name may be missing.
    barriers += findings(page, "dark", {"rules": {rule: {"enabled": False} for rule in COLOURS}})
    assert barriers == []
    assert english(page) == []
    names_are_as_they_were_written(page, SHOWN[path])
    if path == "/results":
        every_chosen_run_can_be_read_in_its_box(page)
    expect(page.locator("link[rel*=icon]").first).to_have_attribute("href", re.compile("media/"))
    # "data:" and "blob:" addresses are in the browser itself.
    assert {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))} == {"127.0.0.1"}


def test_arrow_keys_turn_a_presentation_and_a_word_explains_itself_where_it_is_tapped(
    page: Page, tested: tuple[str, str]
) -> None:
    """And nothing keeps anybody from using its screens."""
    page.goto(f"{tested[0]}/present?lang=en&story=study&slide=1")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("sees only dots", timeout=MINUTE)
    at_rest(page)
    first = page.locator(".term").first
    explained = first.get_by_role("tooltip")
    expect(explained).to_be_hidden()
    first.focus()
    expect(explained).to_be_visible()
    first.blur()
    page.evaluate(AXE_SCRIPT)
    page.add_style_tag(content=STILL)
    barriers = []
    for key, words in (
        ("ArrowRight", "this severity|We see"),
        ("ArrowRight", "counted"),
        ("ArrowLeft", "this severity|We see"),
    ):
        page.keyboard.press(key)
        expect(heading).to_contain_text(re.compile(words))
        at_rest(page)
        barriers += findings(page, "light")
    assert barriers + findings(page, "dark", {"runOnly": COLOURS}) == []
    expect(page).to_have_url(re.compile("slide=2"))
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator(".slide img").first).to_be_in_viewport(ratio=0.99)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".slide img").first).to_be_in_viewport(ratio=0.99)
