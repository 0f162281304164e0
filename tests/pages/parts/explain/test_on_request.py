"""What Grad-CAM reckons when it is asked to."""

import shutil

import numpy as np
import pytest

from core.data.dataset import DataSet
from core.images import encode_png
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Preprocessing
from core.runs.entering import create_run
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.store import Workspace
from pages.parts.explain.region import PLACE
from pages.parts.services.classifiers import forget_classifier
from pages.parts.services.kept import works
from tests.core.brought.tiny_runs import network_of
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.parts.explain.shown import Open


@pytest.mark.parametrize(("language", "held"), [("en", "of 20** mild versions"), ("ko", "**20장 가운데")])
def test_the_model_is_asked_again_why_this_and_not_that_how_firmly_and_with_a_part_hidden(
    open_page: Open, evaluated_run: Run, tiny_data_set: DataSet, language: str, held: str
) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing.of(get_model("small_cnn")))
    save_checkpoint(evaluated_run.folder.checkpoint, network)
    at = open_page("explain", language)
    at.session_state["explain_again"] = True
    at.run()
    assert not at.exception
    assert any(held in one.value for one in at.markdown)
    # The whole picture gave all of what its places give; a rectangle that no browser sends is not taken.
    gave = {"en": "100\u00a0% of the picture, gave **100\u00a0%**", "ko": "근거 가운데 **100**%"}[language]
    at.session_state[PLACE] = [0, 0, 100, 100]
    at.run()
    assert any(gave in one.value for one in at.markdown)
    at.session_state[PLACE] = [70, "x", 1e9, -1]
    at.run()
    assert not at.exception
    assert not any(gave in one.value for one in at.markdown)
    # Weights that cannot be read are told in words.
    evaluated_run.folder.checkpoint.write_bytes(b"damaged")
    forget_classifier(evaluated_run.id)
    at.run()
    assert not at.exception
    assert len(at.error) == 1


def test_a_picture_is_shown_from_clean_to_the_strongest_noise_and_where_its_answer_turns(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    at.session_state["explain_growing"] = True
    at.run()
    assert not at.exception
    assert any("Right at first, wrong from severity 1 on" in one.value for one in at.markdown)
    labels = [one.proto.label for one in at.get("download_button")]
    assert {"Film (MP4)", "Moving picture (GIF)"} <= set(labels)


def test_a_photo_of_one_s_own_is_shown_from_clean_to_the_strongest_noise_for_both_runs(
    open_page: Open, workspace: Workspace, with_weights: Run, tiny_data_set: DataSet
) -> None:
    other = create_run(workspace, "beside", with_weights.recipe)
    stored_evaluation(workspace, tiny_data_set, other, ["fog"], [3], lambda truth, *_: truth)
    shutil.copy(with_weights.folder.checkpoint, other.folder.checkpoint)
    at = open_page("explain", "ko", run=with_weights.id, beside=other.id)
    photo = np.random.default_rng(0).integers(0, 256, (50, 80, 3), dtype=np.uint8)
    at.file_uploader[0].upload("mine.png", encode_png(photo), "image/png").run()
    at.session_state["explain_growing"] = True
    at.run()
    assert not at.exception
    said = [
        one.value for one in at.markdown if one.value.endswith("바뀝니다.") or one.value.endswith("같습니다.")
    ]
    first, second = said[-2:]
    assert first.startswith("**tiny run**: ")
    assert second.startswith("**beside**: ")
    assert first.partition(": ")[2] == second.partition(": ")[2], "the same weights"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_a_run_uses_is_reckoned_on_a_button_and_then_told_with_how_far_maps_are_to_be_believed(
    open_page: Open, evaluated_run: Run, tiny_data_set: DataSet, language: str
) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing((0.5,) * 3, (0.5,) * 3))
    save_checkpoint(evaluated_run.folder.checkpoint, network)
    at = open_page("explain", language)
    at.session_state["explain_uses"] = True
    at.run()
    at.button(key="explain_uses_start").click().run()
    key = next(work.key for work in works().known() if work.key[0] == "uses")
    work = works().find(key)
    assert work is not None
    assert work.ended.wait(60)
    at.session_state["explain_believe"] = True
    at.run()
    assert not at.exception
    said = [one.value for one in at.markdown]
    sentence = {"en": "Whichever sixteenth of the picture is hidden", "ko": "16분의 1을 어디든 가려도"}[
        language
    ]
    assert any(sentence in one for one in said)
    assert not [one for one in at.button if one.key == "explain_uses_start"], "it is known"
    assert any({"en": "what was learned?", "ko": "학습한 것을 보여 주는"}[language] in one for one in said)
    assert not [one for one in at.button if one.key == "explain_believe_start"], "the same reckoning tells it"
    at.button(key="explain_curves_start").click().run()
    curves = next(one for one in works().known() if one.key[0] == "curves")
    assert curves.ended.wait(60)
    at.run()
    assert not at.exception
    assert any("n = 16" in one.value for one in at.caption)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_pictures_are_taken_apart_on_a_button(
    open_page: Open, evaluated_run: Run, tiny_data_set: DataSet, language: str
) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing((0.5,) * 3, (0.5,) * 3))
    save_checkpoint(evaluated_run.folder.checkpoint, network)
    at = open_page("explain", language)
    at.session_state["explain_pieces"] = True
    at.run()
    at.button(key="explain_pieces_start").click().run()
    work = next(one for one in works().known() if one.key[0] == "pieces")
    assert work.ended.wait(60)
    at.run()
    assert not at.exception
    lines = [one.proto.body for one in at.get("html") if 'class="part"' in one.proto.body]
    assert len(lines) == 1
    assert {"en": "speaks for “left”", "ko": "‘left’의 근거"}[language] in lines[0] or "right" in lines[0]
    at.select_slider(key="explain_severity").set_value(0).run()
    assert not at.exception
    assert not [one for one in at.button if one.key == "explain_pieces_start"], (
        "nothing goes missing without noise"
    )
