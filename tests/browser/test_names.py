"""Names that a person chose, as a browser shows them. Each page with a run, a data set and classes of bad names."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.runs.runs import Run
from tests.browser.rest import at_rest

pytestmark = pytest.mark.browser
MINUTE = 60_000
NAME = "a*b*~~c~~ [x](y) $z$ :red[q] <b>t"
CLASSES = [":smile: __u__ <i>i", "1. -> www.example.com &amp; `k`"]
MARKED = "del, em:not(button em), button em em, .katex, [data-testid=stMarkdownColoredText], a[href*=example], a[href=y]"


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], Any], with_run: Callable[..., Run]
) -> Iterator[str]:
    """A dashboard with one tested run."""
    home = tmp_path_factory.mktemp("names")
    with_run(home, NAME, CLASSES)
    with serve(home) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/", [NAME]),
        ("/data", [NAME]),
        ("/train", [NAME]),
        ("/results", [NAME]),
        ("/explain", CLASSES),
    ],
)
def test_a_name_is_read_as_it_was_written(page: Page, address: str, path: str, names: list[str]) -> None:
    page.goto(f"{address}{path}?lang=en")
    for language in ("en", "ko"):
        if language == "ko":
            page.get_by_role("radio", name="한국어").click()
        expect(page.locator("html")).to_have_attribute("lang", language, timeout=MINUTE)
        at_rest(page)
        for name in names:
            pattern = re.compile(r"[\u2060]*".join(map(re.escape, name)))
            expect(
                page.locator("[data-testid=stMarkdownContainer]").filter(has_text=pattern).first
            ).to_be_visible(timeout=MINUTE)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert page.locator("[data-testid=stMain]").locator(MARKED).all_inner_texts() == []


def test_a_chart_writes_names_as_they_are(page: Page, address: str) -> None:
    page.goto(f"{address}/results?lang=en")
    legend = page.locator(".js-plotly-plot .legendtext").filter(has_text="a*b*")
    expect(legend.first).to_have_text(NAME, timeout=MINUTE)
    page.get_by_role("tab", name="Confusion").click()
    for name in CLASSES:
        # A long one is cut in the middle: what is left of it are its own letters.
        beginning = page.locator(".js-plotly-plot .ytick text").filter(has_text=name[:6])
        expect(beginning.first).to_be_visible(timeout=MINUTE)


def test_every_chosen_run_can_be_read_in_its_box(page: Page, address: str) -> None:
    """Streamlit's own box has one line, cut off at its end."""
    page.goto(f"{address}/results?lang=en")
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
