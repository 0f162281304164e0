"""What the numbers mean: the tabs of Results that say it."""

import dataclasses
import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.evaluation.fourier import FourierMap, grid, map_file, pictures_for
from core.evaluation.picture_map import features_file, pictures_for_map, save_features
from core.jobs.queue import list_jobs
from core.noise.mix import Mix
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.conftest import NOISES

Open = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("language", "said", "sure"),
    [
        ("en", "“tiny run” most: right on 50\u00a0% instead of 100\u00a0%", "likely"),
        ("ko", "정답률이 100%\u2060에서 50%\u2060로", "유력"),
    ],
)
def test_findings_say_how_sure_each_is_and_lead_to_where_it_is_seen(
    open_page: Open, evaluated_run: Run, enough_pictures: None, language: str, said: str, sure: str
) -> None:
    at = open_page("results", language, tab="findings")
    assert not at.exception
    markdown = [one.value for one in at.markdown]
    assert any(said in one for one in markdown), markdown
    assert any(sure in one for one in markdown)
    few = next(one for one in at.button if one.key == "results_finding_see_0")
    few.click().run()
    assert not at.exception
    assert at.query_params["tab"] == "numbers"
    assert at.dataframe


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "leans most under Gaussian noise: it calls 100\u00a0% of the pictures “left”, 50\u00a0% are."),
        ("ko", "사진의 100%\u2060를 “left”로 답하는데, 실제로는 50%\u2060입니다."),
    ],
)
def test_which_way_a_run_fails_is_said_first(
    open_page: Open, evaluated_run: Run, language: str, said: str
) -> None:
    at = open_page("results", language, tab="ways")
    assert not at.exception
    assert any(said in one.value for one in at.markdown), [one.value for one in at.markdown]
    assert len(at.get("plotly_chart")) == 3, "bars, and the scores clean and with noise"


def test_a_spectrum_is_measured_by_a_job_and_what_is_measured_is_shown(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    at = open_page("results", tab="spectrum")
    assert not at.exception
    assert any("Nothing has been measured" in one.value for one in at.info)
    go = at.button(key="results_spectrum_go")
    assert "Measure · about" in go.label
    go.click().run()
    (job,) = list_jobs(workspace, active=True)
    assert (job.kind, job.payload["run_id"], job.payload["detail"]) == (
        "spectrum",
        evaluated_run.id,
        "coarse",
    )
    assert at.button(key="results_spectrum_go").disabled
    images = pictures_for(tiny_data_set, 100)
    frequencies = tuple(grid(32, "coarse"))
    right = np.ones((len(frequencies), len(images)), bool)
    right[-6:] = False  # the rim
    weights = hashlib.sha256(evaluated_run.folder.checkpoint.read_bytes()).hexdigest()
    file = map_file(evaluated_run.folder, weights, tiny_data_set.card.fingerprint, images)
    file.parent.mkdir()
    FourierMap(32, images, np.ones(len(images), bool), frequencies, right).save(file)
    at.run()
    assert not at.exception
    assert any("Breaks under fine patterns" in one.value for one in at.markdown), [
        one.value for one in at.markdown
    ]
    assert len(at.get("plotly_chart")) == 1


def test_distances_are_measured_by_a_job_and_means_count_like_noises_once(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    at = open_page("results", tab="distance")
    assert not at.exception
    assert any("has not been measured yet" in one.value for one in at.info)
    at.button(key="results_distance_go").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace, active=True)
    assert (job.kind, sorted(job.payload["noises"])) == ("distances", ["fog", "gaussian_noise"])
    means = at.dataframe[0].value
    assert means["all, %"][0].startswith("50.0 (")
    assert means["balanced, %"][0].startswith("50.0 (")
    assert means["far, %"][0] == "–"


def test_clean_against_noisy_needs_two_runs_of_a_data_set_and_draws_all_that_fit(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    at = open_page("results", tab="scatter")
    assert any("Two tested runs" in one.value for one in at.info)
    recipe = dataclasses.replace(evaluated_run.recipe, mix=Mix.from_texts(["fog:0.5:1-5"]))
    noisy = create_run(workspace, "noisy run", recipe)
    assert evaluated_run.summary is not None
    save_summary(workspace, noisy.id, evaluated_run.summary)
    stored_evaluation(workspace, tiny_data_set, noisy, NOISES, (1, 2, 3, 4, 5), lambda truth, *_: truth)
    at = open_page("results", tab="scatter", runs=evaluated_run.id)
    assert not at.exception
    assert any("noisy run lies furthest above the line" in one.value for one in at.markdown), (
        "it is drawn, though not chosen"
    )
    assert any("slope 1 in logits" in one.value for one in at.caption)


def test_one_click_starts_the_study_that_is_proposed_and_says_where_to_watch_it(
    open_page: Open, workspace: Workspace, evaluated_run: Run, enough_pictures: None
) -> None:
    at = open_page("results", tab="findings")
    at.number_input(key="results_next_seeds").set_value(1).run()
    go = at.button(key="results_next_go")
    assert go.label.startswith("Train and test 2 models · about ")
    go.click().run()
    assert not at.exception
    assert any("is in the queue" in one.value for one in at.success)
    jobs = list_jobs(workspace, active=True)
    assert len(jobs) == 2
    assert all(job.makes("model") for job in jobs)
    at.button(key="results_next_go").click().run()
    assert len(list_jobs(workspace, active=True)) == 2, "a second click at once means the same"


def test_the_map_of_pictures_asks_the_network_by_a_job_and_opens_a_picture_with_what_the_runs_say(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    at = open_page("results", tab="map")
    assert not at.exception
    at.button(key="results_map_go").click().run()
    (job,) = list_jobs(workspace, active=True)
    assert (job.kind, job.payload["severity"]) == ("features", 3)
    assert job.payload["noise"] in NOISES
    images = pictures_for_map(tiny_data_set)
    generator = np.random.default_rng(0)
    for cell in (("clean", 0), (str(job.payload["noise"]), 3)):
        file = features_file(evaluated_run, tiny_data_set, tiny_data_set.table, cell)
        assert file is not None
        file.parent.mkdir(exist_ok=True)
        shown = np.array(tiny_data_set.images[images])
        save_features(file, generator.normal(size=(len(images), 8)).astype(np.float32), shown)
    at = open_page("results", tab="map")
    assert not at.exception
    assert any("times as far from where they were" in one.value for one in at.markdown)
    assert len(at.get("plotly_chart")) == 1
    box = at.selectbox(key="results_map_image")
    assert "read as" in box.options[0]
    at.button(key="results_map_large").click().run()
    assert not at.exception
    said = next(one.value for one in at.markdown if one.value.startswith("**tiny run**: "))
    assert said.count("\u00a0%") == 2, "what it said without noise and with it"
    assert at.query_params["map_image"] == str(box.value)
