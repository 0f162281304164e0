"""The first page stands still while its pictures come, and the tab key goes as one reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.store import Workspace

pytestmark = pytest.mark.browser
MINUTE = 60_000


def top(place: Locator) -> float:
    """px from the upper edge of the window."""
    box = place.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_moves_when_the_pictures_come(
    page: Page, serve: Callable[[Path], Any], tmp_path: Path, language: str
) -> None:
    with serve(tmp_path / "home") as address:
        page.goto(f"{address}/?lang={language}")
        claim, step = page.get_by_role("heading", level=1), page.get_by_test_id("stPageLink").first
        expect(page.get_by_test_id("stSkeletonElement")).to_have_count(2, timeout=MINUTE)
        expect(step).to_be_visible(timeout=MINUTE)
        before = [top(claim), top(step)]
        expect(page.get_by_test_id("stImage")).to_have_count(2, timeout=2 * MINUTE)
        page.wait_for_function("[...document.images].every(one => one.complete)")
        assert [top(claim), top(step)] == pytest.approx(before, abs=1)
        # The helper is through before its workspace is taken away.
        workspace = Workspace.open(tmp_path / "home")
        assert (workspace.showcase / "pair.json").exists()
        workspace.close()


def test_the_tab_key_reaches_the_language_between_the_page_list_and_the_page(page: Page) -> None:
    page.goto("/data?lang=en")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MINUTE)
    expect(page.get_by_role("radio", name="English")).to_be_visible(timeout=MINUTE)
    focused = "(document.activeElement.innerText || document.activeElement.tagName).trim()"
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(str(page.evaluate(focused)))
        if seen[-1] == "English":
            break
    assert seen[-1] == "English"
    assert any("Grad-CAM" in one for one in seen)
    assert not any(one.startswith("Draw faces") for one in seen), "the page's own controls come after it"
