from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.files import write_json
from core.jobs.queue import list_jobs
from core.noise.catalogue import c_bar_noises
from core.runs.recipe import HEAD_RATE, RATE, Recipe
from core.runs.runs import list_runs
from core.runs.timings import Timing, keep_timing
from core.store import Workspace
from core.tables import DataSetRow
from core.training import timing
from models import efficientnet_lite
from pages.parts.training import fields

Open = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Train Small CNN from scratch on tiny, Gaussian noise + Salt and pepper · about 5 s"),
        (
            "ko",
            "학습 시작: Small CNN(처음부터) · tiny · 가우시안 노이즈 + 소금과 후추 · 이 컴퓨터에서 약 5초",
        ),
    ],
)
def test_the_button_says_what_is_trained_and_how_long_that_takes(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language, model="small_cnn")
    assert not at.exception
    assert at.button(key="train_go").label.startswith(words)


@pytest.mark.parametrize(
    ("kind", "installed", "start"), [("import", True, True), ("import", False, False), ("faces", True, False)]
)
def test_photos_are_learned_from_imagenet_weights_where_they_are_installed_with_the_rate_that_fits(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    installed: bool,
    start: bool,
) -> None:
    if not installed:
        monkeypatch.setattr(efficientnet_lite, "PACKAGE", "no such package")
    with workspace.session() as session:
        session.execute(update(DataSetRow).values(card=tiny_data_set.card.to_json() | {"kind": kind}))
    at = open_page("train", model="efficientnet_lite0")
    assert not at.exception
    assert [one.value for one in at.toggle if one.label == "Start from ImageNet weights"] == [start]
    assert any("enlarged to 128 px" in one.value and "4 × 4 places" in one.value for one in at.caption)
    words = "from ImageNet weights (head alone)" if start else "from scratch"
    assert f"EfficientNet-Lite0 {words} on tiny" in at.button(key="train_go").label
    at.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    assert (run.recipe.pretrained, run.recipe.learning_rate) == (start, HEAD_RATE if start else RATE)
    assert ("(ImageNet)" in run.label["en"]) == start


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_test_after_training_is_of_the_noises_and_severities_that_were_chosen(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("train", language)
    at.button_group(key="train_test_kind").set_value("chosen").run()
    assert at.button(key="train_go").disabled, "no noise is chosen yet"
    at.multiselect(key="train_test_noises").set_value(["fog", "frost"]).run()
    at.button_group(key="train_test_severities").set_value([1, 3]).run()
    assert not at.exception
    assert {"en": "2 noises × severity 1, 3", "ko": "노이즈 2가지 × 강도 1, 3"}[language] in at.toggle(
        key="train_evaluate"
    ).label
    at.button(key="train_go").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["evaluate"] == {"noises": ["fog", "frost"], "severities": [1, 3]}


def test_training_is_queued_with_the_choices_of_the_form(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn")
    at.slider(key="train_epochs").set_value(3)
    at.button_group(key="train_noise").set_value("gaussian").run()
    at.button(key="train_go").click().run()
    assert not at.exception
    (run,) = list_runs(workspace)
    assert (run.recipe.epochs, run.recipe.mix.noises) == (3, ["gaussian_noise"])
    (job,) = list_jobs(workspace)
    assert job.payload["run_id"] == run.id
    assert job.payload["about"]["en"] == "from scratch · epochs: 3", "the title says the rest"
    assert "fog" in job.payload["evaluate"]["noises"]


def test_a_double_click_makes_one_job_and_another_choice_a_second(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.button(key="train_go").click().run()
    at.button(key="train_go").click().run()
    assert len(list_jobs(workspace)) == 1
    at.slider(key="train_epochs").set_value(2)
    at.button(key="train_go").click().run()
    assert len(list_jobs(workspace)) == 2


def test_the_noises_kept_for_tests_can_be_tested_as_a_set(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", test="cbar")
    kept = c_bar_noises(tiny_data_set.table)
    assert f"{len(kept)} noises × severity 1–5" in at.toggle(key="train_evaluate").label
    at.button(key="train_go").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert job.payload["evaluate"]["noises"] == kept


def test_an_unknown_data_set_in_the_address_is_said_and_a_known_one_chosen(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", data="1a2b3c")
    (error,) = at.error
    assert '"1a2b3c"' in error.value
    assert tiny_data_set.name in error.value
    assert at.query_params["data"] == tiny_data_set.id
    assert not open_page("train", data=tiny_data_set.id).error


def test_who_leaves_the_page_finds_the_form_as_it_was(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train")
    at.slider(key="train_epochs").set_value(3)
    at.text_input(key="train_name").set_value("mine")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["fog"]).run()
    at.slider(key="train_share_fog").set_value(20).run()
    at.switch_page("data.py").run()
    at.switch_page("train.py").run()
    assert at.slider(key="train_epochs").value == 3
    assert at.text_input(key="train_name").value == "mine"
    assert at.multiselect(key="train_own").value == ["fog"]
    assert at.slider(key="train_share_fog").value == 20


def test_the_address_keeps_the_form_for_who_opens_it_anew(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train")
    at.selectbox(key="train_model").set_value("resnet18")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["fog", "jpeg_compression"]).run()
    at.slider(key="train_share_fog").set_value(30).run()
    address = {name: at.query_params[name] for name in ("data", "model", "noise", "own")}
    numbers = {"train_epochs": "11", "train_seed": "7", "train_evaluate": "false"}
    again = open_page("train", **{name: str(value) for name, value in address.items()}, **numbers)
    assert not again.exception
    assert not again.error
    assert again.selectbox(key="train_model").value == "resnet18"
    assert again.button_group(key="train_noise").value == "own"
    assert again.multiselect(key="train_own").value == ["fog", "jpeg_compression"]
    assert again.slider(key="train_epochs").value == 11
    assert open_page("train", train_epochs="99999").slider(key="train_epochs").value == 1000, (
        "as many as there can be"
    )
    assert again.number_input(key="train_seed").value == 7
    assert again.slider(key="train_share_fog").value == 30
    assert again.toggle(key="train_evaluate").value is False


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_the_form_does_not_know_in_an_address_is_said(
    open_page: Open, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("train", language, model="nonsense", noise="own", own="fog,grumble")
    assert not at.exception
    said = " ".join(one.value for one in at.error)
    assert "nonsense" in said
    assert "grumble" in said
    assert at.multiselect(key="train_own").value == ["fog"]


@pytest.mark.parametrize(("field", "typed"), [("train_rate", 99999.0), ("train_seed", -5)])
def test_no_run_is_queued_with_another_number_than_the_form_shows(
    open_page: Open, tiny_data_set: DataSet, field: str, typed: float
) -> None:
    at = open_page("train", model="small_cnn")
    at.number_input(key=field).set_value(typed).run()
    assert not at.exception
    assert [f"but is {typed:g}" in one.value for one in at.error] == [True]
    assert at.button(key="train_go").disabled
    assert any("outside its range" in one.value for one in at.caption)


def test_a_small_learning_rate_is_shown_and_trained_with_to_its_last_digit(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn")
    rate = at.number_input(key="train_rate")
    assert rate.proto.format == "%g"
    rate.set_value(0.0000123).run()
    at.button(key="train_go").click().run()
    assert [run.recipe.learning_rate for run in list_runs(workspace)] == [0.0000123]


def test_the_name_of_the_next_model_is_empty_after_a_start(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.text_input(key="train_name").set_value("mine").run()
    at.button(key="train_go").click().run()
    assert [run.name for run in list_runs(workspace)] == ["mine"]
    assert at.text_input(key="train_name").value == ""
    assert any("mine" in one.value for one in at.toast)


@pytest.mark.parametrize(
    ("device", "driver", "offered"),
    [("cpu", True, False), ("cuda", False, True), (None, True, True), (None, False, False)],
)
def test_cuda_is_offered_where_this_computer_has_it_as_far_as_is_known(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    device: str | None,
    driver: bool,
    offered: bool,
) -> None:
    monkeypatch.setattr(fields, "which", lambda name: "/usr/bin/nvidia-smi" if driver else None)
    if device:
        workspace.showcase.mkdir()
        write_json(workspace.showcase / "hardware.json", {"device": device})
    choice = open_page("train").button_group(key="train_device")
    assert ("CUDA" in choice.options) == offered
    assert ("was found on this computer" in choice.proto.help) != offered


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Only 16 test pictures"), ("ko", "시험 사진이 16장뿐이라")]
)
def test_before_training_on_few_pictures_it_is_said_how_little_a_test_will_tell(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    said = " ".join(one.value for one in open_page("train", language).info)
    assert words in said
    assert "93" in said


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Only 4 videos or groups"), ("ko", "동영상이나 그룹이 4개뿐이라")]
)
def test_pictures_of_few_groups_are_not_counted_as_if_each_told_something_of_its_own(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    np.save(tiny_data_set.folder.groups, np.arange(80) // 4)
    assert tiny_data_set.tested == 4
    said = " ".join(one.value for one in open_page("train", language).info)
    assert words in said
    assert "16" in said


@pytest.mark.parametrize(("language", "words"), [("en", "of memory"), ("ko", "메모리 약")])
def test_the_first_estimate_gives_way_to_one_that_was_timed_here(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    asked: list[Recipe] = []
    monkeypatch.setattr(timing, "is_idle", lambda: True)
    monkeypatch.setattr(timing, "start_timing", lambda workspace, recipe, data_set: asked.append(recipe))
    at = open_page("train", language, model="small_cnn")
    assert not at.exception
    assert not any(words in one.value for one in at.caption)
    keep_timing(workspace, asked[0], tiny_data_set.size, Timing(1000.0, 2**30, 2**20))
    at.run()
    minutes = {"en": "min", "ko": "분"}[language]
    assert any("0.1 M" in one.value.replace("\u00a0", " ") and minutes in one.value for one in at.caption)
    assert any(words in one.value for one in at.caption)
    assert len(asked) == 1, "what is known is not timed again"
