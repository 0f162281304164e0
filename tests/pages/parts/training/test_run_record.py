import json
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet, delete_data_set, open_data_set
from core.images import encode_png
from core.jobs.queue import list_jobs
from core.runs.deleted import delete_run
from core.runs.entering import create_run
from core.runs.presets import with_preset
from core.runs.recipe import Recipe
from core.runs.runs import Run, list_runs, open_run
from core.store import Workspace
from pages.parts.i18n import literal
from tests.endings import ended

Open = Callable[..., AppTest]


def test_the_record_of_a_cancelled_run_says_so_and_one_without_pictures_offers_no_test(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    ended(workspace, evaluated_run.id, "cancelled")
    at = open_page("train", run=evaluated_run.id)
    assert any("cancelled" in one.value for one in at.markdown)
    assert any(one.label == "Test it under other noises" for one in at.expander)
    delete_data_set(workspace, open_data_set(workspace, evaluated_run.recipe.data_set_id))
    at = open_page("train", run=evaluated_run.id)
    assert not at.exception
    assert any("**tiny**" in one.value for one in at.markdown), "its run still knows the name"
    assert not any(one.label == "Test it under other noises" for one in at.expander)
    assert any("cannot be tested any more" in one.value for one in at.caption)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Small CNN, from scratch",
                "**tiny**",
                "8 epochs · learning rate 0.003",
                "All pictures stay **clean**",
            ],
        ),
        ("ko", ["Small CNN, 처음부터", "**tiny**", "에폭 8 · 학습률 0.003", "**원본 그대로**"]),
    ],
)
def test_a_past_run_shows_its_recipe_data_and_curves_and_is_tested_again_under_chosen_noises(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, words: list[str]
) -> None:
    evaluated_run.folder.metrics.write_text('{"kind": "epoch", "epoch": 1.0, "loss": 0.5, "accuracy": 0.9}\n')
    evaluated_run.folder.shown.write_bytes(encode_png(np.zeros((32, 64, 3), np.uint8)))
    at = open_page("train", language)
    for folded in ("train_log_past", "train_shown_past"):
        at.session_state[folded] = True
    before = len(at.get("plotly_chart"))
    at.session_state["train_runs"] = [evaluated_run.id]
    at.run()
    assert not at.exception
    record = next(one.value for one in at.markdown if words[0] in one.value)
    assert all(word in record for word in words)
    assert time.strftime("%Y-%m-%d", time.localtime(evaluated_run.created)) in record
    assert any("loss" in one.value and one.value["loss"].tolist() == [0.5] for one in at.dataframe), "its log"
    assert len(at.image) == 2, "the form's pictures and those that it was shown"
    assert len(at.get("plotly_chart")) == before + 1
    at.session_state[f"train_test_{evaluated_run.id}"] = True
    at.run()
    key = f"train_again_{evaluated_run.id}"
    at.button_group(key=f"{key}_kind").set_value("chosen").run()
    at.multiselect(key=f"{key}_noises").set_value(["snow"]).run()
    at.button_group(key=f"{key}_severities").set_value([5]).run()
    at.button(key=f"train_again_go_{evaluated_run.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["noises"], job.payload["severities"]) == ("evaluate", ["snow"], [5])
    assert (job.title["en"], job.payload["about"]["en"]) == ("Test “tiny run”", "Snow × severity 5")


def test_a_run_is_given_another_name_and_a_note_on_its_record(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    run_id = evaluated_run.id
    at = open_page("train", run=run_id)
    at.session_state[f"train_edit_{run_id}"] = True
    at.run()
    at.text_input(key=f"train_edit_name_{run_id}").set_value("a*b")
    at.text_area(key=f"train_edit_note_{run_id}").set_value("for _the_ talk").run()
    at.button(key=f"train_edit_save_{run_id}").click().run()
    assert not at.exception
    assert (open_run(workspace, run_id).name, open_run(workspace, run_id).note) == ("a*b", "for _the_ talk")
    assert any(one.value.startswith(f"> {literal('for _the_ talk')}") for one in at.markdown)


@pytest.mark.parametrize(
    ("language", "words", "gone"),
    [
        ("en", "weights of “tiny run”", "has been deleted"),
        ("ko", "“tiny run”의 가중치", "삭제한 모델의 가중치"),
    ],
)
def test_a_record_names_the_run_whose_weights_it_began_with_and_has_its_recipe_as_a_file(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, words: str, gone: str
) -> None:
    run = create_run(workspace, "second", replace(evaluated_run.recipe, start=evaluated_run.id))
    at = open_page("train", language, run=run.id)
    at.session_state[f"train_record_recipe_{run.id}"] = True
    at.run()
    assert not at.exception
    assert any(words in one.value for one in at.markdown)
    (said,) = [json.loads(one.value) for one in at.code]
    assert said["model"] == "small_cnn"
    delete_run(workspace, evaluated_run)
    at = open_page("train", language, run=run.id)
    assert any(gone in one.value for one in at.markdown)


def test_the_record_of_a_recipe_that_changes_the_pictures_does_not_say_that_all_stay_clean(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    for preset, words in (
        ("augmix", "**AugMix** changes the pictures"),
        ("augmix_gaussian", "Then all of them pass through **AugMix**"),
        ("clean", "All pictures stay **clean**"),
    ):
        recipe = {"data_set_id": tiny_data_set.id, "data_set_fingerprint": "", "model": "small_cnn"}
        run = create_run(workspace, preset, Recipe.make(**with_preset(recipe, preset)))
        at = open_page("train", run=run.id)
        assert not at.exception
        said = " ".join(one.value for one in at.markdown if "Small CNN, from scratch" in one.value)
        assert words in said
        assert ("stay **clean**" in said) == (preset != "augmix")
        assert "preset: " not in said
    at = open_page("train", "ko", run=next(run.id for run in list_runs(workspace) if run.name == "augmix"))
    assert any("**AugMix로** 바꾼 사진을 씁니다" in one.value for one in at.markdown)
