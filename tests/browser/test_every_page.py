"""Every page, in both themes and languages: nothing keeps anybody from using it, and Korean screens speak Korean."""

import re
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.rest import MINUTE, at_rest, undisturbed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
PAGES = ["/", "/preview", "/data", "/train", "/results", "/explain"]

PRIMARY = '[data-testid="stBaseButton-primary"]:visible:not(:disabled)'

# Colours on their way from one to another are none that anybody reads.
STILL = "*, ::before, ::after {transition: none !important; animation: none !important;}"

FINDINGS = """async (which) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], ...which });
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
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
ZIP TAR CSV JSON Python JPEG JPG PNG WebP HEIC AVIF TIFF BMP GIF MP fps
Stéfan van der Walt CC TV ISO Wilson scikit learn torchvision CIFAR bar EuroSAT FaceForensics eigenface
root inputs noiselens json regnet_y_ mf
AdamW SGD EMA AugMix JSD bf Smith
PyTorch ONNX safetensors Parquet RGB BGR sha state dict pth pt card md
"""
"""What is written so in Korean, too: names of programs, models, kinds of files and people, units, folders' names."""


THEMES = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 20, 28)"}
"""Each with its ground."""
COLOURS = ["color-contrast", "link-in-text-block"]
"""What axe-core says of colours: a theme changes that, a language changes all else."""


def findings(page: Page, theme: str, which: dict[str, Any] | None = None) -> list[str]:
    """What axe-core holds to be serious or critical; of the rules in `which` only."""
    page.emulate_media(color_scheme=theme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", THEMES[theme])
    if page.locator(PRIMARY).count():
        page.locator(PRIMARY).first.hover()
    return [f"{theme}: {one}" for one in undisturbed(page, FINDINGS, which or {})]


def english(page: Page) -> list[str]:
    """Texts on the screen with English words that are no names."""
    return [
        text for text in page.evaluate(TEXTS) if set(re.findall(r"[A-Za-zé_]{2,}", text)) - set(NAMES.split())
    ]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_anybody_from_using_a_page_and_it_speaks_its_language(
    page: Page, tested: tuple[str, str], path: str
) -> None:
    address, run = tested
    closed = page.locator("details:not([open]) > summary:visible")
    page.goto(f"{address}{path}?lang=en" + (f"&model={run}" if path == "/preview" else ""))
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MINUTE)
    at_rest(page)
    for _ in range(8):  # past the page list
        page.keyboard.press("Tab")
        page.wait_for_function(SEEN_FOCUS)  # drawn a moment after the key
    while closed.count():
        closed.first.click()
        at_rest(page)
    page.evaluate(AXE_SCRIPT)
    page.add_style_tag(content=STILL)
    # Names are added a moment after what they name.
    page.wait_for_function(
        f"() => {{ const called = ({CALLED})(); return new Set(called).size === called.length; }}"
    )
    barriers = findings(page, "light") + findings(page, "dark", {"runOnly": COLOURS})
    page.get_by_role("radio", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    at_rest(page)
    barriers += findings(page, "dark", {"rules": {rule: {"enabled": False} for rule in COLOURS}})
    assert barriers == []
    assert english(page) == []
