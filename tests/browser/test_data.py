"""A dropped folder becomes a data set, as only a browser can show: names with their folders, a choice, its undoing."""

import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.rest import at_rest

pytestmark = pytest.mark.browser
MINUTE = 60_000


def drop(page: Page, folder: Path) -> None:
    page.goto("/data?lang=ko")
    page.get_by_test_id("stTabs").get_by_text("내 사진 가져오기").click(timeout=MINUTE)
    page.get_by_text("내 폴더", exact=True).click()
    # What the click brings must have come: a field that is drawn anew meanwhile loses what it is given.
    at_rest(page)
    page.locator('[data-testid="stFileUploader"] input[webkitdirectory]').set_input_files(folder)


def test_a_dropped_folder_is_checked_decided_on_and_kept(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "반려 동물"
    for number, name in enumerate(("고양이", "강아지")):
        (folder / name).mkdir(parents=True)
        for place in range(20):
            drawn = np.random.default_rng([number, place]).integers(0, 256, (40, 40, 3)).astype(np.uint8)
            (folder / name / f"{place}.png").write_bytes(cv2.imencode(".png", drawn)[1].tobytes())
    (folder / "고양이" / "copy.png").write_bytes((folder / "고양이" / "0.png").read_bytes())
    drop(page, folder)
    expect(page.get_by_placeholder("반려 동물")).to_be_visible(timeout=MINUTE)
    page.get_by_role("button", name="가져오기", exact=True).click()
    expect(page.get_by_text("“반려 동물”: 사진 41장을 읽었습니다")).to_be_visible(timeout=2 * MINUTE)
    row = page.get_by_text("다른 사진과 완전히 같은 사진: 1장.")
    expect(row).to_be_visible()
    expect(page.get_by_text("빼는 사진: 1장. (제안)")).to_be_visible()
    expect(page.get_by_text("사진 40장을 저장합니다")).to_be_visible()
    page.get_by_text("그대로", exact=True).click()
    expect(page.get_by_text("사진 41장을 저장합니다")).to_be_visible()
    page.get_by_text("빼기", exact=True).click()
    expect(page.get_by_text("사진 40장을 저장합니다")).to_be_visible()
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_text("사진 40장 · 클래스 2개 · 32 px")).to_be_visible(timeout=2 * MINUTE)


def test_a_question_is_read_in_the_dark_and_the_page_left_also_while_its_address_holds_a_sliders_own_value(
    page: Page, tested: tuple[str, str]
) -> None:
    address, _ = tested
    _ask_in_the_dark(page, address)
    _leave_data(page, address)


def _ask_in_the_dark(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/data?lang=en")
    page.get_by_role("button", name="Delete…").first.click()
    keep = page.get_by_role("dialog").get_by_role("button", name="Keep it")
    expect(keep.locator("p")).to_have_css("color", "rgb(17, 20, 28)")  # dark words on the light accent
    keep.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.emulate_media(color_scheme="light")


def _leave_data(page: Page, address: str) -> None:
    page.goto(f"{address}/data?lang=en")
    page.locator(".st-key-data_swap_strength input").focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("data_swap_strength"))
    page.get_by_role("button", name="Train on it").first.click()
    expect(page.get_by_role("heading", level=1, name="Train")).to_be_visible(timeout=MINUTE)
    expect(page).to_have_url(re.compile(r"/train\?.*data="))


def test_a_dropped_folder_of_videos_says_how_many_frames_it_makes_and_makes_them(
    page: Page, film: Callable[..., Path], tmp_path: Path
) -> None:
    for scene in range(6):
        film(tmp_path / "영상 모음" / ("진짜", "가짜")[scene % 2] / f"클립 {scene}.mp4", scene)
    drop(page, tmp_path / "영상 모음")
    expect(page.get_by_text("동영상 6개, 프레임 약 60장")).to_be_visible(timeout=MINUTE)
    page.get_by_text("1초마다", exact=True).click()
    expect(page.get_by_text("동영상 6개, 프레임 약 18장")).to_be_visible(timeout=MINUTE)
    page.get_by_role("button", name="가져오기", exact=True).click()
    expect(page.get_by_text("“영상 모음”: 사진 18장을 읽었습니다")).to_be_visible(timeout=2 * MINUTE)
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_text("사진 18장 · 클래스 2개 · 128 px · 동영상 6개")).to_be_visible(timeout=2 * MINUTE)
