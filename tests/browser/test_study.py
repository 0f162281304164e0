"""The whole story in a browser: demo, chart, gallery, in both languages."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.jobs.queue import list_jobs
from core.jobs.service import run_to_end
from core.store import Workspace
from core.studies.demo import Design, submit_demo
from tests.browser.small_demo import SMALL

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000
SERVERS = {"tests.browser.small_demo": SMALL, "streamlit": Design()}


@pytest.fixture(
    scope="module",
    params=["tests.browser.small_demo", pytest.param("streamlit", marks=pytest.mark.whole)],
    ids=["small", "whole"],
)
def dashboard(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]
) -> Iterator[tuple[str, Path, Design]]:
    """The address of a dashboard that nobody has visited, its workspace, and the study that it offers."""
    home = tmp_path_factory.mktemp("study")
    with serve(home, (request.param,)) as address:
        yield address, home, SERVERS[request.param]


@pytest.fixture
def studied(dashboard: tuple[str, Path, Design]) -> str:
    """The same, with the demo study's results, whichever test comes first."""
    address, home, design = dashboard
    workspace = Workspace.open(home)
    if not any(job.subject.demo and job.state == "done" for job in list_jobs(workspace)):
        assert run_to_end(workspace, submit_demo(workspace, design).id, lambda job: None).state == "done"
    workspace.close()
    return address


def goto(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MINUTE)


COST = re.compile("^Under noise ")
CHART = ".st-key-results_chart_noise-by-noise"
BARS = f"{CHART} .barlayer .bars"
"""The first chart, and what it has on a computer alone."""


BROKEN_WORDS = """() => {
  const broken = [];
  const texts = document.createTreeWalker(document.querySelector(".stApp"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/[^\\s\\u00a0]*[가-힣%][^\\s\\u00a0]*/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const tops = [...range.getClientRects()].filter(({ width }) => width > 1).map(({ top }) => top);
      if (Math.max(...tops) - Math.min(...tops) > 6) broken.push(word[0]);
    }
  }
  return broken;
}"""
"""Words with Hangul or % that stand on two lines."""


def demo_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("demo study", re.IGNORECASE))


@pytest.mark.timeout(600)
def test_the_demo_runs_from_home_to_chart_and_gallery(
    page: Page, dashboard: tuple[str, Path, Design]
) -> None:
    address, _, _ = dashboard
    goto(page, f"{address}/?lang=en")
    demo_button(page).first.click()
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=MINUTE)
    # What is in the workspace is counted while the study goes on.
    expect(page.get_by_text(re.compile("data sets: [1-9]"))).to_be_visible(timeout=2 * MINUTE)
    # The page can be left meanwhile: training does not depend on it.
    goto(page, f"{address}/train?lang=en")
    expect(page.get_by_text("Demo study").first).to_be_visible(timeout=MINUTE)
    goto(page, f"{address}/results?lang=en")
    sentence = page.get_by_role("heading", name=COST)
    expect(sentence).to_be_visible(timeout=5 * MINUTE)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=MINUTE)
    expect(page.locator(".js-plotly-plot .bars .point").first).to_be_attached()

    goto(page, f"{address}/explain?lang=en")
    expect(page.get_by_text("what counted").first).to_be_visible(timeout=MINUTE)
    tab = page.get_by_role("tab", name=re.compile("Stayed right"))
    tab.click()
    # The example above is one of that gallery's.
    expect(page.get_by_role("button", name="Shown above")).to_be_attached()
    expect(page.get_by_role("button", name="Show large").first).to_be_visible()
    for _ in range(2):  # each time anew
        shown = page.get_by_role("button", name="Show large")
        picture = re.search(r"picture \d+", str(shown.last.text_content()))
        assert picture is not None
        # Which is the last may change while the gallery comes.
        shown.filter(has_text=re.compile(rf"{picture[0]}\b")).first.click()
        expect(page.get_by_role("button", name=f"Shown above {picture[0]}")).to_be_attached()
        expect(page.get_by_role("heading", name=re.compile("stays? right"))).to_be_in_viewport()
        expect(page.locator(".st-key-explain_large img").first).to_be_in_viewport(ratio=0.99)


def test_results_and_gallery_are_there_in_korean(page: Page, studied: str) -> None:
    goto(page, f"{studied}/results?lang=ko")
    sentence = page.get_by_role("heading", name=re.compile("노이즈가 끼면 .*노이즈로 학습한 “"))
    expect(sentence).to_be_visible(timeout=MINUTE)
    expect(
        page.locator(".js-plotly-plot").get_by_text("가우시안 노이즈").filter(visible=True).first
    ).to_be_visible()
    goto(page, f"{studied}/explain?lang=ko")
    expect(page.get_by_text("근거가 된 곳").first).to_be_visible(timeout=MINUTE)
    expect(page.get_by_role("tab", name=re.compile("틀리게 됨"))).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ko")  # now the page's style is there, too
    for width in (390, 320, 500):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(BROKEN_WORDS) == []
    # Two beside each other, as wide as the screen allows, once the page has heard of the screen's width.
    page.wait_for_function(
        """[...document.querySelectorAll('.st-key-explain_large img')].slice(0, 2)
            .every((image, i, all) => image.getBoundingClientRect().width > 215 && image.y === all[0].y)"""
    )


def test_the_severity_slider_moves_the_picture_and_the_address(page: Page, studied: str) -> None:
    goto(page, f"{studied}/explain?lang=en&noise=gaussian_noise&severity=3")
    slider = page.get_by_role("slider", name="Severity, clean to 5")
    expect(slider).to_be_visible(timeout=MINUTE)
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_role("heading", name=re.compile("severity 4"))).to_be_visible()
    expect(page).to_have_url(re.compile("severity=4"))


def test_arrow_keys_lead_on_or_move_what_has_the_focus_and_a_part_of_the_picture_is_chosen_by_dragging(
    page: Page, studied: str
) -> None:
    goto(page, f"{studied}/explain?lang=en&noise=gaussian_noise&severity=3&view=swipe")
    line = page.get_by_role("slider", name="Line between clean and with noise")
    expect(line).to_have_count(3, timeout=MINUTE)  # the picture, and what counted for either run
    expect(page).to_have_url(re.compile(r"image=\d+"), timeout=MINUTE)
    shown = re.search(r"image=\d+", page.url)
    assert shown is not None
    line.first.focus()
    line.first.press("ArrowRight")
    expect(line.first).to_have_attribute("aria-valuetext", "51 % clean")
    assert shown[0] in page.url
    page.get_by_role("heading", name="Grad-CAM").click()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(rf"{shown[0]}\b"))
    page.locator(".st-key-explain_again summary").click()
    stage = page.locator(".st-key-explain_region .stage")
    expect(stage).to_be_visible(timeout=MINUTE)
    area = stage.bounding_box()
    assert area is not None
    begin = {"x": 0.05 * area["width"], "y": 0.05 * area["height"]}
    end = {"x": 0.55 * area["width"], "y": 0.95 * area["height"]}
    stage.drag_to(stage, source_position=begin, target_position=end)
    expect(page.get_by_text(re.compile("This part, 4[3-7]"))).to_be_visible()  # 50 x 90 %


def test_a_click_on_a_bar_leads_to_the_pictures_of_its_noise_and_one_press_leads_back(
    page: Page, studied: str
) -> None:
    goto(page, f"{studied}/results?lang=en")
    bar = page.locator(".js-plotly-plot .bars .point").nth(1)  # the first run's second bar: after clean
    expect(bar).to_be_attached(timeout=MINUTE)
    expect(page).to_have_url(re.compile("tab=by_noise"))
    # On a projector the sentence, all tabs in a line and the whole chart are on the first screen.
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator(CHART)).to_be_in_viewport(ratio=1, timeout=MINUTE)
    expect(page.get_by_role("heading", name=COST)).to_be_in_viewport(ratio=1)
    tabs = [tab.bounding_box() or {} for tab in page.get_by_role("tab").all()]
    assert len({tab["y"] for tab in tabs}) == 1
    assert max(tab["x"] + tab["width"] for tab in tabs) <= 1200
    box = bar.bounding_box()
    assert box is not None
    there = page.url
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/explain\?.*noise=[a-z_]+"), timeout=MINUTE)
    expect(page.get_by_text("what counted").first).to_be_visible(timeout=MINUTE)
    page.go_back()
    expect(page).to_have_url(there)  # the first press, and nothing of the other page in it
    expect(bar).to_be_attached(timeout=MINUTE)


def test_back_undoes_a_filter_and_a_tab_and_leads_from_grad_cam_to_the_view_that_was_left(
    page: Page, studied: str
) -> None:
    goto(page, f"{studied}/results?lang=en")
    expect(page).to_have_url(re.compile("tab=by_noise"), timeout=MINUTE)
    page.get_by_role("tab", name="Findings").click()
    expect(page).to_have_url(re.compile("tab=findings"))
    noises = page.locator(".st-key-results_noises")
    noises.get_by_text("seen", exact=True).click()
    expect(page).to_have_url(re.compile("noises=seen"))
    page.go_back()  # at once: the address of before may still be on its way
    expect(page).to_have_url(re.compile("noises=all.*tab=findings"))
    expect(noises.get_by_role("radio", name="all")).to_be_checked()
    page.go_forward()
    expect(noises.get_by_role("radio", name="seen", exact=True)).to_be_checked()
    page.get_by_role("button", name=re.compile("More filters")).click()
    page.locator(".st-key-results_families").get_by_role("button").first.click()
    expect(page).to_have_url(re.compile("families="))
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Two runs").click()
    expect(page).to_have_url(re.compile("tab=two.*two_noise="))
    left = page.url
    page.get_by_role("link", name="See what counted").last.click()
    expect(page).to_have_url(re.compile("/explain.*gallery="), timeout=MINUTE)
    page.go_back()
    expect(page).to_have_url(left)
    expect(page.get_by_role("tab", name="Two runs", selected=True)).to_be_visible(timeout=MINUTE)
    for _ in range(2):
        page.go_back()
    expect(page).to_have_url(re.compile("noises=seen((?!families).)*$"))
    expect(page.get_by_role("button", name=re.compile("More filters"))).not_to_contain_text("1 on")
    page.get_by_role(
        "tab", name="By severity"
    ).click()  # what was undone does not come back with the next choice
    expect(page).to_have_url(re.compile("tab=by_severity((?!families).)*$"))
    page.locator(".st-key-lang").get_by_text("한국어", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.go_back()  # to what was seen in English
    expect(page).to_have_url(re.compile("lang=ko.*noises=seen((?!families).)*tab=findings"))
    page.go_back()
    expect(page).to_have_url(re.compile("noises=all.*tab=findings"))
    page.go_back()  # three choices were three entries
    expect(page).to_have_url(re.compile("noises=all.*tab=by_noise"))


def test_on_a_phone_results_are_rows_all_tabs_are_seen_and_nothing_is_cut(page: Page, studied: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    goto(page, f"{studied}/results?lang=en")
    dots = page.locator(f"{CHART} .scatterlayer .point")
    expect(dots.first).to_be_visible(timeout=MINUTE)
    expect(page.locator(BARS)).to_have_count(0)
    page.set_viewport_size({"width": 844, "height": 390})  # the phone is turned, and turned back
    expect(page.locator(BARS).first).to_be_attached(timeout=MINUTE)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(BARS)).to_have_count(0, timeout=MINUTE)
    for tab in page.get_by_role("tab").all():
        box = tab.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    page.get_by_role("tab", name="Trained × tested").click()
    expect(page.locator(".st-key-results_chart_trained-on-tested-on .js-plotly-plot")).to_be_visible(
        timeout=MINUTE
    )
    rows_of_dots = page.get_by_role("tab", name="Noise by noise")
    rows_of_dots.click()
    # A dot leads to its pictures, as a bar does.
    dots.first.click(force=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Grad-CAM", timeout=MINUTE)
