"""The presentation: a story from a study and one from a photo, turned screen by screen."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.evaluation import galleries
from core.evaluation.map_numbers import beside_chance
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from core.tables import EvaluationRow
from core.words import plain
from pages.parts.numbers import percent
from tests.core.evaluation.conftest import stored_evaluation

NASTY = "<i>a</i> [[noise|b]]"
"""What a class may be called."""
Open = Callable[..., AppTest]


def screen(at: AppTest) -> str:
    """All that st.html shows but styles: pictures and words of the screen."""
    bodies = [one.proto.body for one in at.get("html")]
    return "".join(body for body in bodies if 'class="slide' in body or 'class="said"' in body)


def heading(at: AppTest) -> str:
    (found,) = re.findall(r"<h1>(.*?)</h1>", screen(at))
    return re.sub(r'<span role="tooltip">.*?</span>|<[^>]+>', "", found)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "en",
            [
                "A classifier sees only dots",
                "We see the same",
                "What counted",
                "8 of 16 right",
                "Training with noise changes that",
                "Over all 2 kinds of noise: 50\u00a0% right when trained without noise, 100\u00a0% with noise",
                "What remains unknown",
            ],
        ),
        (
            "ko",
            [
                "분류기는 색 점",
                "사람에게는 같은",
                "근거가 된 곳",
                "8개가 틀리게",
                "노이즈로 학습하면 달라집니다",
                "노이즈 2가지 전체: 노이즈 없이 학습하면 50%, 노이즈로 학습하면 100%",
                "아직 모르는 것",
            ],
        ),
    ],
)
def test_a_study_is_told_in_seven_screens_with_pictures_first_and_back(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    evaluated_run: Run,
    language: str,
    wanted: list[str],
) -> None:
    recipe = evaluated_run.recipe
    holds = create_run(
        workspace,
        "holds",
        type(recipe).read(recipe.to_json() | {"mix": Mix.from_texts(["fog:0.5:1-5"]).to_json()}),
    )
    stored_evaluation(
        workspace, tiny_data_set, holds, ["gaussian_noise", "fog"], [3], lambda truth, _noise, _level: truth
    )
    with workspace.session() as session:
        for row in session.scalars(select(EvaluationRow)):
            row.facts = row.facts | {"class_labels": [plain("left"), plain(NASTY)]}
    at = open_page("present", language)
    assert not at.exception
    at.button(key="present_begin_study").click().run()
    for number, words in enumerate(wanted, 1):
        assert not at.exception
        assert words in heading(at)
        assert at.query_params["slide"] == str(number)
        shown = screen(at)
        assert shown.index("<img") < shown.index("<h1>"), "pictures before prose"
        assert all(re.findall(r'<img[^>]* alt="([^"]+)"', shown))
        assert "<i>" not in shown
        assert "[[" not in re.sub('alt="[^"]*"', "", shown)
        if number < len(wanted):
            at.button(key="present_on").click().run()
    at.button(key="present_back").click().run()
    assert wanted[-2] in heading(at)
    met = {"en": "(in its training)", "ko": "(학습 때 본 것)"}[language]
    assert screen(at).count(met) == 1, "what it has learned from is no surprise"
    at.button(key="present_back").click().run()
    assert re.findall("[✓✗]", screen(at)) == ["✗", "✓"]


def test_the_slider_moves_what_is_told_and_a_link_opens_a_screen(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("present", story="study", slide="4")
    assert "8 of 16 right" in heading(at)
    at.select_slider(key="present_severity").set_value(5).run()
    assert "severity</span>" in screen(at) or "severity 5" in screen(at)
    assert open_page("present", story="study", slide="99").query_params["slide"] == "6"
    at = open_page("present", story="study", slide="5")
    assert "Would training with noise change that?" in heading(at), "one run alone promises nothing"


@pytest.mark.parametrize("severity", [3, 5])
def test_how_far_what_counted_moved_is_said_in_words_and_shown_beside_unrelated_pictures(
    open_page: Open, evaluated_run: Run, monkeypatch: pytest.MonkeyPatch, severity: int
) -> None:
    monkeypatch.setattr(galleries, "FEWEST", 5)  # the tiny set has so many
    at = open_page("present", story="study", slide="3")
    at.select_slider(key="present_severity").set_value(severity).run()
    assert not at.exception
    (filled,) = re.findall(r'<i style="width: ([\d.]+)%', screen(at))
    (mark,) = re.findall(r'class="mark" style="left: ([\d.]+)%', screen(at))
    share, chance = float(filled) / 100, float(mark) / 100
    said = {
        "less": ("other places", "even less than"),
        "as": ("other places", "as little as"),
        "partly": ("partly other places", "more than"),
        "much": ("the same places", "much more than"),
    }[beside_chance(share, chance)]
    assert said[0] in heading(at)
    assert said[1] in screen(at)
    assert f"({percent(chance)})" in screen(at)


def test_without_a_test_the_demo_is_offered_and_a_photo_can_be_told_of(open_page: Open) -> None:
    at = open_page("present", story="study")
    assert not at.exception
    assert any("No model has been tested yet" in one.value for one in at.markdown)
    assert at.button(key="present_begin_photo")


def test_a_file_that_is_no_picture_is_said_to_be_none(open_page: Open) -> None:
    at = open_page("present")
    at.file_uploader(key="present_upload").set_value(("photo.png", b"no picture", "image/png")).run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.button(key="present_begin_photo").disabled


def test_a_photo_is_told_by_what_the_model_says_of_it(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page("present", story="photo", slide="1")
    assert not at.exception
    from pages.parts.services import classifiers

    classifiers.classifier("efficientnet_lite0")  # as if it had been waited for
    at.run()
    seen = []
    for _ in range(6):
        assert not at.exception
        seen.append(heading(at))
        at.button(key="present_on").click().run()
    assert re.fullmatch(r"The answer holds in (all )?\d+( of 20)? mild versions of the photo\.", seen[3])
    assert seen[-1] == "What remains unknown"
    assert [one.value for one in at.title] == ["Presentation"], "the last one leads back to the beginning"
