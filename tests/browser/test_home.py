"""A server that nobody has visited: each page in its frame, the first one still while its pictures come."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.store import Workspace
from tests.browser.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("no_script_errors")]
MINUTE = 60_000


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server that starts with nothing at all, and its workspace."""
    home = tmp_path_factory.mktemp("fresh")
    with serving(home) as address:
        yield address, home


def in_its_frame(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1).first).to_contain_text(title, timeout=MINUTE)
    expect(page.get_by_role("link", name="Noise lab").first).to_be_visible()
    expect(page.get_by_text("Pictures stay on the computer that runs NoiseLens")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)


def test_an_address_opened_first_on_a_fresh_server_shows_its_page_in_its_frame_and_has_what_draws_charts_loaded(
    page: Page, fresh: tuple[str, Path]
) -> None:
    """The server knows the first address that it is asked for no better than any other; after that it knows them all."""
    page.goto(f"{fresh[0]}/explain")
    in_its_frame(page, "Grad-CAM")
    # While it is read the browser loads what the next page may need.
    page.wait_for_function("window.Plotly", timeout=MINUTE)
    expect(page.locator(".js-plotly-plot")).to_have_count(0)


def top(place: Locator) -> float:
    """px from the upper edge of the window."""
    box = place.bounding_box()
    assert box is not None
    return box["y"]


def helper(page: Page, home: Path) -> psutil.Process:
    """The process that computes the pictures for this workspace, as soon as the first visitor has had it started."""
    while True:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                ours = process.environ().get("NOISELENS_HOME") == str(home)
                if ours and "core.lab.showcase" in process.cmdline():
                    return process
        page.wait_for_timeout(100)


def test_nothing_moves_when_the_pictures_of_a_helper_process_come(
    page: Page, browser: Browser, fresh: tuple[str, Path]
) -> None:
    server, home = fresh
    context = browser.new_context(viewport=page.viewport_size, locale="ko-KR")
    visitors = {"en": page, "ko": context.new_page()}  # both wait for the same pictures
    before = {}
    page.goto(f"{server}/?lang=en")
    helps = helper(page, home)
    helps.suspend()  # until all has been measured, however slow the browser is
    visitors["ko"].goto(f"{server}/?lang=ko")
    for language, visitor in visitors.items():
        still = visitor.get_by_role("heading", level=1), visitor.get_by_test_id("stPageLink").first
        expect(visitor.get_by_test_id("stSkeletonElement")).to_have_count(2, timeout=MINUTE)
        expect(still[1]).to_be_visible(timeout=MINUTE)
        before[language] = [top(one) for one in still], still
    helps.resume()
    for language, visitor in visitors.items():
        tops, still = before[language]
        expect(visitor.get_by_test_id("stImage")).to_have_count(2, timeout=2 * MINUTE)
        visitor.wait_for_function("[...document.images].every(one => one.complete)")
        assert [top(one) for one in still] == pytest.approx(tops, abs=1)
    in_its_frame(page, "See what noise does")
    expect(page.get_by_role("img", name=re.compile("The photo “Rocket”; the model says"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("The same photo with noise"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"CPU, \d+ cores|CUDA\)"))).to_be_visible()
    context.close()
    # The helper is through before its workspace is taken away.
    workspace = Workspace.open(home)
    assert (workspace.showcase / "pair.json").exists()
    workspace.close()
