"""Train in a browser: what its boxes and its table show is what is trained, tested and deleted."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect

from core.data.dataset import DataSet
from core.jobs.queue import claim, finish, list_jobs, submit
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import list_runs
from core.store import Workspace
from core.words import plain
from models.registry import models
from tests.endings import ended

pytestmark = pytest.mark.browser
MINUTE = 60_000


def test_after_every_order_of_changes_the_model_of_the_box_is_trained_and_the_selected_run_stays_selected(
    page: Page,
    serve: Callable[..., Any],
    workspace: Workspace,
    tiny_data_set: DataSet,
    no_script_errors: None,
    tmp_path: Path,
) -> None:
    busy = submit(workspace, "make", plain("something"), {})
    claim(workspace, busy.id)  # what is queued below waits: nothing is trained here
    facts = {"data_set_id": tiny_data_set.id, "data_set_fingerprint": tiny_data_set.card.fingerprint}
    first = create_run(workspace, "first", Recipe.make(model="small_cnn", **facts))
    ended(workspace, first.id, "cancelled")
    with serve(workspace.root) as address:
        page.goto(f"{address}/train?lang=en")
        button = page.get_by_role("button", name=re.compile(r"Train .* on tiny|학습 시작: .*tiny"))
        expect(button).to_be_visible(timeout=MINUTE)
        page.get_by_role("combobox", name="Model").click()
        page.get_by_role("option", name="EfficientNet-Lite0", exact=True).click()
        expect(button).to_contain_text("EfficientNet-Lite0", timeout=MINUTE)
        said = button.inner_text()
        for _ in range(2):  # each time the estimate is another one
            page.get_by_role("slider", name="Epochs").press("ArrowRight")
            expect(button).not_to_have_text(said, timeout=MINUTE)
            said = button.inner_text()
        page.get_by_text("한국어").click()
        expect(button).to_contain_text("학습", timeout=MINUTE)
        page.get_by_role("slider", name="에폭").press("ArrowRight")
        expect(page.get_by_role("combobox", name="모델")).to_have_value("EfficientNet-Lite0")
        expect(button).to_contain_text(
            "EfficientNet-Lite0(ImageNet 가중치로 시작, 분류층만) · tiny", timeout=MINUTE
        )
        # A row is a run: it stays selected when a new one pushes it down.
        table = page.locator('[class*="st-key-train_table_wide_"] canvas').first
        table.scroll_into_view_if_needed()
        table.click(position={"x": 18, "y": 50}, force=True)  # what takes the click lies above it
        record = page.locator(".st-key-train_record")
        expect(record).to_contain_text("first", timeout=MINUTE)
        button.click()
        expect(page.get_by_text("EfficientNet-Lite0 (ImageNet)").first).to_be_visible(timeout=MINUTE)
        expect(record).to_contain_text("first")
        # Nobody looks while work ends: the tab's title says so until somebody does.
        with page.expect_response(re.compile("/ended$")):
            page.evaluate("""() => {
                Object.defineProperty(document, "hidden", {get: () => window.away, configurable: true});
                window.away = true;
                document.dispatchEvent(new Event("visibilitychange"));
            }""")
        queued = list_jobs(workspace, active=True)[-1]
        finish(workspace, queued.id, "failed")
        expect(page).to_have_title("✕ 학습 · NoiseLens")
        page.evaluate("() => {window.away = false; document.dispatchEvent(new Event('visibilitychange'));}")
        expect(page).to_have_title("학습 · NoiseLens")
        newest = list_runs(workspace)[0].recipe
        assert (newest.model, newest.pretrained, newest.epochs) == ("efficientnet_lite0", True, 23)
        finish(workspace, busy.id, "done")
        _bring_in(page, tmp_path)


def _bring_in(page: Page, folder: Path) -> None:
    """A file of weights is recognised, and its record one click away; a pickle of a network is refused, with what saves it."""
    network = models()["small_cnn"].build(2, 32)
    torch.save(network.state_dict(), folder / "outside.pth")
    torch.save(network, folder / "whole.pth")
    page.locator(".st-key-train_what").get_by_text("가져오기", exact=True).click()
    go = page.locator(".st-key-bring_go button").first
    page.locator(".st-key-bring_file_0 input[type=file]").set_input_files(folder / "outside.pth")
    expect(go).to_be_enabled(timeout=MINUTE)
    go.click()
    record = page.locator(".st-key-train_to_record button")
    expect(record).to_be_visible(timeout=2 * MINUTE)
    expect(page.get_by_text(f"Small CNN · 텐서 {len(network.state_dict())}개 가운데")).to_be_visible()
    record.click()
    expect(page.locator(".st-key-train_record")).to_contain_text("다른 곳에서 학습해", timeout=MINUTE)
    page.locator(".st-key-bring_file_1 input[type=file]").set_input_files(folder / "whole.pth")
    expect(go).to_be_enabled(timeout=MINUTE)
    go.click()
    lines = page.locator("pre", has_text="torch.save(model.state_dict()")
    expect(lines).to_be_visible(timeout=2 * MINUTE)
    expect(lines).to_contain_text('model = torch.load("whole.pth", weights_only=False)')
    expect(page.get_by_text("열면 그 안의 코드가 실행되므로 열지 않았습니다")).to_be_visible()
