"""The first screen of Grad-CAM: one run or two, which maps, how they are drawn, one's own photo."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.explanation.overlay import COLOURS
from core.images import encode_png
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Preprocessing
from core.noise.mix import Mix
from core.runs.editing import edit_run
from core.runs.entering import create_run
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.runs.studies import create_study
from core.store import Workspace
from core.tables import RunRow
from pages.parts.services.classifiers import forget_classifier
from tests.core.brought.tiny_runs import network_of
from tests.core.evaluation.conftest import stored_evaluation

Open = Callable[..., AppTest]


@pytest.fixture
def noise_trained(workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run) -> Run:
    """Of one study with the other run; always right."""
    study = create_study(workspace, "a study")
    recipe = replace(evaluated_run.recipe, mix=Mix.from_texts(["fog:0.5:1-5"]))
    run = create_run(workspace, "holds *well*", recipe, study=study)
    stored_evaluation(workspace, tiny_data_set, run, ["gaussian_noise"], (3,), lambda truth, *_: truth)
    with workspace.session() as session:
        for row in session.query(RunRow):
            row.study_id = study.id
        session.commit()
    return run


def captions(at: AppTest) -> list[str]:
    return [image.caption for one in at.image for image in one.proto.imgs]


def files(at: AppTest) -> list[str]:
    """Addresses of the large pictures: other pixels have another one."""
    return [image.url for one in at.image for image in one.proto.imgs][:4]


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "Gaussian noise, severity 3: “tiny run” becomes wrong, “holds &#42;well&#42;” stays right."),
        (
            "ko",
            "가우시안 노이즈 강도 3: ‘tiny run’\u2060은 틀리게 되고 ‘holds &#42;well&#42;’\u2060은 계속 맞습니다.",
        ),
    ],
)
def test_the_arm_that_learned_with_noise_stands_beside_the_one_that_did_not(
    open_page: Open, evaluated_run: Run, noise_trained: Run, language: str, headline: str
) -> None:
    at = open_page("explain", language)
    assert not at.exception
    assert at.query_params["run"] == evaluated_run.id
    assert at.query_params["beside"] == noise_trained.id
    assert f"## {headline}" in [one.value for one in at.markdown]
    counted = [one for one in captions(at) if "“" in one or "‘" in one]
    assert len([one for one in counted if "right" in one or "left" in one]) >= 4, "two maps of each run"
    at.selectbox(key="explain_second").set_value("").run()
    assert "beside" not in at.query_params
    assert f"## {headline}" not in [one.value for one in at.markdown]


def test_of_two_runs_of_a_study_its_name_is_not_said_with_each(
    open_page: Open, workspace: Workspace, evaluated_run: Run, noise_trained: Run
) -> None:
    study = "Look at more of the picture · faces: "
    edit_run(workspace, evaluated_run, f"{study}Clean (seed 1)", "")
    edit_run(workspace, noise_trained, f"{study}CutMix (seed 1)", "")
    at = open_page("explain")
    said = [one.value for one in at.markdown]
    assert (
        "## Gaussian noise, severity 3: “faces: Clean (seed 1)” becomes wrong, “faces: CutMix (seed 1)” stays right."
        in said
    )
    told = [*said, *captions(at), *(one.value for one in at.caption)]
    assert not any("Look at more" in one for one in told)


def test_a_run_that_was_not_tested_under_the_noise_is_asked_about_the_very_picture(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, noise_trained: Run
) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing.of(get_model("small_cnn")))
    save_checkpoint(noise_trained.folder.checkpoint, network)
    at = open_page("explain", noise="fog")
    assert not at.exception
    assert not at.error
    assert at.query_params["beside"] == noise_trained.id
    assert any("holds &#42;well&#42;" in one.value and "Read as" in one.value for one in at.markdown)


def test_previous_and_next_go_through_the_pictures_that_the_noise_did_the_same_to(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    seen = [at.query_params["image"]]
    assert at.button(key="explain_walk_back").disabled
    while not at.button(key="explain_walk_on").disabled:
        at.button(key="explain_walk_on").click().run()
        seen.append(at.query_params["image"])
    assert len(set(seen)) == len(seen) == 8, "as many as became wrong"
    at.button(key="explain_walk_back").click().run()
    assert at.query_params["image"] == seen[-2]


@pytest.mark.parametrize("colours", COLOURS)
def test_maps_are_drawn_in_any_colours_and_their_key_says_how_they_are_read(
    open_page: Open, evaluated_run: Run, colours: str
) -> None:
    at = open_page("explain")
    before = files(at)
    at.selectbox(key="explain_colours").set_value(colours)
    at.slider(key="explain_opacity").set_value(60).run()
    assert not at.exception
    now = files(at)
    assert now[:2] == before[:2], "what was shown stays as it is"
    assert not set(now[2:]) & set(before[2:])
    begins = {"viridis": "Yellow: ", "cividis": "Yellow: ", "inferno": "Light yellow", "signed": "Orange: "}
    assert any(one.value.startswith(begins[colours]) for one in at.caption)


def test_the_map_of_the_true_class_is_another_where_the_answer_is_wrong(
    open_page: Open, with_weights: Run
) -> None:
    at = open_page("explain")
    assert "with noise: what counted for “left”" in captions(at)
    at.segmented_control(key="explain_of").set_value("truth").run()
    assert not at.exception
    assert "with noise: what counted for “right”" in captions(at)
    assert any("What counted for “right” " in one.value for one in at.markdown)


def test_a_further_method_says_how_long_it_takes_and_asks_the_network(
    open_page: Open, with_weights: Run
) -> None:
    at = open_page("explain")
    box = at.selectbox(key="explain_method")
    assert "Grad-CAM" in box.options
    assert any(one.startswith("LayerCAM · ") for one in box.options)
    box.set_value("layer-cam").run()
    assert not at.exception
    assert not at.error
    # Weights that cannot be read are told in words.
    with_weights.folder.checkpoint.write_bytes(b"damaged")
    forget_classifier(with_weights.id)
    at.selectbox(key="explain_method").set_value("eigen-cam").run()
    assert not at.exception
    assert len(at.error) == 1
    at.selectbox(key="explain_method").set_value("grad-cam").run()
    assert not at.error, "the test's own maps need no network"


def test_clean_and_noisy_can_be_swiped(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", view="swipe")
    assert not at.exception
    assert at.query_params["view"] == "swipe"
    at.select_slider(key="explain_severity").set_value(0).run()
    assert not at.exception
    assert any("No noise yet" in one.value for one in at.markdown)


@pytest.mark.parametrize(
    ("language", "words", "back"),
    [("en", "photo", "Back to the test's pictures"), ("ko", "내 사진", "시험 사진으로 돌아가기")],
)
def test_a_photo_of_one_s_own_is_shown_with_any_noise_and_called_neither_right_nor_wrong(
    open_page: Open, with_weights: Run, language: str, words: str, back: str
) -> None:
    at = open_page("explain", language)
    photo = np.random.default_rng(0).integers(0, 256, (50, 80, 3), dtype=np.uint8)
    at.file_uploader[0].upload("mine.png", encode_png(photo), "image/png").run()
    assert not at.exception
    assert [one.label for one in at.button if one.key == "explain_photo_back"] == [back]
    (headline,) = [one.value for one in at.markdown if one.value.startswith("## ")]
    assert words in headline
    assert not at.tabs, "galleries are of the test"
    at.selectbox(key="explain_noise").set_value("snow").run()
    assert not at.exception
    assert "32 × 32" in " ".join(one.value for one in at.caption)
    at.button(key="explain_photo_back").click().run()
    assert not at.exception
    assert at.tabs
    assert at.selectbox(key="explain_noise").value == "gaussian_noise", "the test has no snow"


def test_a_file_that_is_no_photo_is_refused_in_words_and_nothing_changes(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    at.file_uploader[0].upload("mine.png", b"no picture", "image/png").run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.tabs
    assert not at.run().error
