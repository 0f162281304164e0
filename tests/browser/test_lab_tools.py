"""The noise lab's further views, ways in and ways out, in a real browser."""

import io
import json
import re
import shlex
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Playwright, expect

from core.cli import main
from core.images import read_picture
from core.noise.catalogue import all_noises
from tests.browser.serving import FLAGS, HEADLESS

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000
LAB = "/preview?lang=en&photo=coffee&noises=gaussian_noise(sd=0.1)&seed=7"
FAKE_CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
# Pastes the picture of a <canvas>, as Ctrl+V with a picture on the clipboard does.
PASTE = """
async () => {
  const canvas = new OffscreenCanvas(90, 60);
  canvas.getContext('2d').fillRect(10, 10, 50, 30);
  const file = new File([await canvas.convertToBlob()], 'image.png', {type: 'image/png'});
  const clipboard = new DataTransfer();
  clipboard.items.add(file);
  document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: clipboard, bubbles: true}));
}
"""


def open_lab(page: Page, address: str = LAB) -> None:
    page.goto(address)
    page.locator(".answer-bars").first.wait_for(timeout=2 * MINUTE)


def open_view(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


def into_sight(page: Page, name: str, inside: Locator) -> None:
    """Opens a view at the bottom of the screen without the scrolling that a click of Playwright's brings; it must come up."""
    page.locator("summary", has_text=name).evaluate("(e) => {e.scrollIntoView({block: 'end'}); e.click();}")
    expect(inside).to_be_in_viewport(timeout=MINUTE, ratio=1)


def own_photo(page: Page) -> None:
    """Waits until the photo shown is the visitor's own."""
    expect(page.get_by_text("not in the page's address")).to_be_visible(timeout=MINUTE)


def png(seed: int) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (40 + seed, 60, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return read_picture(data, "a picture").pixels


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download(timeout=MINUTE) as coming:
        page.get_by_role("button", name=button).last.click()
    return Path(coming.value.path()).read_bytes()


def test_breaking_points_show_the_pictures_before_and_after_and_add_the_noise(
    page: Page, tested: tuple[str, str]
) -> None:
    address, run = tested  # a small network: all noises are tried within seconds
    open_lab(page, f"{address}{LAB}&model={run}")
    open_view(page, "Breaking point")
    page.get_by_role("button", name=f"Try all {len(all_noises())} noises").click()
    said = page.get_by_role(
        "heading", name=re.compile("change the answer|holds under all|unsure from the start")
    )
    expect(said).to_be_visible(timeout=2 * MINUTE)
    bars = page.locator(".st-key-lab_breaking_bars .bars .point")
    expect(bars).to_have_count(len(all_noises()), timeout=MINUTE)
    before = page.get_by_role("img", name=re.compile(r"^The photo with .+\. (Severity \d|Original): "))
    expect(before).to_have_count(2)
    first = before.last.get_attribute("alt")
    bars.last.scroll_into_view_if_needed()
    expect(bars.last).to_be_in_viewport()
    bars.nth(3).evaluate("(e) => e.scrollIntoView({block: 'end'})")  # below the pictures that stay on top
    box = bars.nth(3).bounding_box()
    assert box is not None
    # Plotly lays a sheet over its bars that takes the click.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(before.last).not_to_have_attribute("alt", first or "", timeout=MINUTE)
    page.locator(".st-key-lab_breaking_add button").click()
    expect(page.get_by_role("button", name=re.compile("^Remove ")).nth(1)).to_be_visible(timeout=MINUTE)


def test_breaking_points_open_below_the_fold_come_into_sight_and_a_long_search_can_be_cancelled(
    page: Page,
) -> None:
    open_lab(page, LAB.replace("coffee", "rocket"))
    start = page.get_by_role("button", name="Try all")
    into_sight(page, "Breaking point", start)
    start.click()
    page.get_by_role("button", name="Cancel").click()
    expect(start).to_be_visible(timeout=MINUTE)


def test_the_contact_sheet_comes_into_sight_is_searched_and_adds_a_noise(page: Page) -> None:
    open_lab(page)
    into_sight(page, "All noises on this photo", page.get_by_label("Search"))
    thumbnails = page.get_by_role("img", name=re.compile(r"^The photo with .+ at severity \d$"))
    expect(thumbnails).to_have_count(len(all_noises()), timeout=MINUTE)
    page.get_by_role("textbox", name="Search").fill("안개")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_role("img", name="The photo with Fog at severity 3")).to_be_visible(timeout=MINUTE)
    language = page.locator(".st-key-language_switch")
    before = language.bounding_box()
    page.get_by_role("button", name="Fog", exact=True).click()
    expect(page.get_by_role("button", name="Remove Fog")).to_be_visible(timeout=MINUTE)
    added = page.get_by_text("Fog added")
    expect(added).to_be_visible()
    # A pointer that rests where it is said does not keep it there.
    box = added.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    expect(added).to_have_count(0, timeout=15_000)
    assert language.bounding_box() == before
    sheet = pixels(downloaded(page, "Download this sheet (PNG)"))
    assert sheet.shape[1] > 1000


def test_many_photos_become_a_zip_that_the_command_line_makes_again(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_lab(page, LAB + ";blend()")
    open_view(page, "Many photos at once")
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": png(seed)}
        for seed, name in enumerate(("b", "a", "c"))
    ]
    files.append({"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.locator('.st-key-uploader_lab_many input[type="file"]').set_input_files(files)
    expect(page.get_by_role("img", name=re.compile(r"^[abc]\.png with the noises$"))).to_have_count(
        3, timeout=MINUTE
    )
    expect(page.get_by_text('"notes.png" is not a picture')).to_be_visible()
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    zipfile.ZipFile(io.BytesIO(downloaded(page, "ZIP with recipe"))).extractall(tmp_path)
    assert sorted(path.name for path in Path("inputs").iterdir()) == ["a.png", "b.png", "c.png"]
    assert main(["corrupt", "inputs", "again", "--stack", "noiselens.json"]) == 0
    for path in Path("noisy").iterdir():
        assert np.array_equal(pixels(path.read_bytes()), pixels((Path("again") / path.name).read_bytes()))


def test_what_is_copied_makes_the_pixels_that_are_downloaded(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_lab(page, LAB + ";salt_pepper(fraction=0.1,salt=0.5,floor=0.0,ceiling=1.0)")
    shown = pixels(downloaded(page, "Download the noisy picture (PNG)"))
    archive = zipfile.ZipFile(io.BytesIO(downloaded(page, "ZIP with recipe")))
    assert np.array_equal(pixels(archive.read("noisy/coffee.png")), shown)
    page.get_by_role("button", name="Copy as").click()
    command = page.get_by_test_id("stCode").filter(has_text="python -m core corrupt photo").first.inner_text()
    page.get_by_role("tab", name="JSON").click()
    as_json = page.get_by_test_id("stCode").filter(has_text='"stack"').inner_text()
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Path("photo.png").write_bytes(archive.read("inputs/coffee.png"))
    assert main(shlex.split(command)[3:]) == 0
    assert np.array_equal(pixels(Path("noisy.png").read_bytes()), shown)
    Path("a.json").write_text(json.dumps(json.loads(as_json)), encoding="utf-8")
    assert main(["corrupt", "photo.png", "again.png", "--stack", "a.json"]) == 0
    assert np.array_equal(pixels(Path("again.png").read_bytes()), shown)


def test_a_pasted_picture_becomes_the_photo(page: Page) -> None:
    open_lab(page)
    expect(page.get_by_role("button", name="Paste (Ctrl+V)")).to_be_visible()
    page.evaluate(PASTE)
    own_photo(page)


def test_without_the_browsers_leave_the_paste_button_names_the_keys_and_a_file_that_is_no_picture_gets_a_sentence(
    page: Page,
) -> None:
    open_lab(page)
    page.get_by_role("button", name="Paste (Ctrl+V)").click()
    expect(page.get_by_text(re.compile("Press Ctrl\\+V|no picture on the clipboard"))).to_be_visible()
    files = page.locator('[data-testid="stFileUploader"] input[type=file]')
    files.set_input_files({"name": "two.png", "mimeType": "image/png", "buffer": png(1)})
    own_photo(page)
    expect(page).to_have_url(re.compile("photo=own"))
    files.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    expect(page.get_by_text('"notes.txt" is not a picture that can be read')).to_be_visible()
    expect(page.get_by_text("notes.txt", exact=True)).to_have_count(0)
    expect(page.get_by_text("the earlier photo stays")).to_be_visible()
    own_photo(page)


def test_a_photo_is_taken_with_the_camera_which_is_off_until_asked_for(
    playwright: Playwright, base_url: str
) -> None:
    browser = playwright.chromium.launch(executable_path=HEADLESS, args=[*FLAGS, *FAKE_CAMERA])
    page = browser.new_context(permissions=["camera"]).new_page()
    open_lab(page, base_url + LAB)
    expect(page.get_by_test_id("stCameraInput")).to_have_count(0)
    page.get_by_role("button", name="Camera", exact=True).click()
    page.wait_for_function("document.querySelector('video')?.readyState >= 2", timeout=MINUTE)
    # Left open it closes itself, which must not come between the visitor and the next page.
    page.get_by_test_id("stTopNavLink").filter(has_text="Data").click()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible(timeout=MINUTE)
    page.go_back()
    page.get_by_role("button", name="Camera", exact=True).click()
    page.wait_for_function("document.querySelector('video')?.readyState >= 2", timeout=MINUTE)
    page.get_by_test_id("stCameraInputButton").click()
    own_photo(page)
    browser.close()
