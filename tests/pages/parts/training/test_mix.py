import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.noise.catalogue import get_noise
from core.noise.mix import Mix
from core.runs.runs import list_runs
from core.store import Workspace
from core.studies.demo import Design
from pages.parts.training.mix import MIXES, first_share

Open = Callable[..., AppTest]


def test_an_own_mix_over_one_is_refused_in_words(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog"]).run()
    at.slider(key="train_share_fog").set_value(90).run()
    at.slider(key="train_share_gaussian_noise").set_value(60).run()
    assert any("sum of the shares" in one.value for one in at.error)
    assert at.button(key="train_go").disabled


def test_an_own_mix_says_how_many_pictures_stay_clean(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value("own").run()
    assert any("**50\u00a0%** stay **clean**" in one.value for one in at.markdown)
    at.slider(key="train_share_gaussian_noise").set_value(100).run()
    assert any("No picture stays clean" in one.value for one in at.markdown)


def test_no_ready_made_mix_trains_on_a_noise_that_is_kept_for_tests() -> None:
    mixes = [*MIXES.values(), Design().mix]
    trained = {noise for mix in mixes for noise in Mix.from_texts(mix).noises}
    assert trained
    assert not [key for key in trained if get_noise(key).held_out]


@pytest.mark.parametrize(("language", "words"), [("en", "Kept for tests: Ripple"), ("ko", "시험 전용")])
def test_an_own_mix_is_told_that_a_noise_is_kept_for_tests(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language)
    at.button_group(key="train_noise").set_value("own").run()
    assert not any(words in one.value for one in at.caption)
    at.multiselect(key="train_own").set_value(["gaussian_noise", "ripple"]).run()
    assert any(words in one.value for one in at.caption)


def test_noises_that_are_added_to_an_own_mix_leave_a_share_of_clean_pictures(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog"]).run()
    assert at.slider(key="train_share_gaussian_noise").value == 50
    assert at.slider(key="train_share_fog").value == 30
    assert any("**20\u00a0%** stay **clean**" in one.value for one in at.markdown)
    at.slider(key="train_share_gaussian_noise").set_value(90).run()
    at.slider(key="train_share_fog").set_value(0).run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog", "frost"]).run()
    assert at.slider(key="train_share_frost").value == 5
    assert any("**5\u00a0%** stay **clean**" in one.value for one in at.markdown)
    assert not open_page("train", **{name: str(at.query_params[name]) for name in ("own", "noise")}).error


@pytest.mark.parametrize("others", range(0, 101, 5))
def test_a_noise_never_takes_the_last_clean_pictures_by_itself(others: int) -> None:
    assert others + first_share(others) <= max(95, others)


@pytest.mark.parametrize(("choice", "noise"), [("salt_pepper", "Salt and pepper"), ("bfs", "BFS")])
def test_one_noise_of_the_study_alone_is_one_click(
    open_page: Open, tiny_data_set: DataSet, choice: str, noise: str
) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value(choice).run()
    (said,) = [one.value for one in at.markdown if "of the pictures get" in one.value]
    assert said.startswith(f"**50\u00a0%** of the pictures get **{noise}")
    assert "**50\u00a0%** stay **clean**" in said


def test_an_address_of_an_older_version_still_gives_each_share(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", noise="own", own="fog,frost", train_share_fog="30", train_share_frost="20")
    assert at.slider(key="train_share_fog").value == 30
    assert at.slider(key="train_share_frost").value == 20


def test_a_noise_of_an_own_mix_is_given_by_ranges_of_its_values_and_comes_back_by_its_address_and_a_clone(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn", noise="own", own="gaussian_noise:30")
    at.button_group(key="train_by_gaussian_noise").set_value("values").run()
    assert not at.exception
    assert at.multiselect(key="train_values_gaussian_noise").value == ["sd"]
    at.slider(key="train_range_gaussian_noise_sd").set_range(0.1, 0.25).run()
    assert any("sd 0.1–0.25" in one.value for one in at.markdown)
    at.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    assert run.recipe.mix == Mix.from_texts(["gaussian_noise:0.3:sd=0.1..0.25"])
    again = open_page("train", noise="own", own=str(at.query_params["own"]))
    assert again.slider(key="train_range_gaussian_noise_sd").value == (0.1, 0.25)
    clone = open_page("train", run=run.id)
    clone.button(key=f"train_clone_{run.id}").click().run()
    assert not clone.exception
    assert clone.slider(key="train_range_gaussian_noise_sd").value == (0.1, 0.25)
    clone.multiselect(key="train_values_gaussian_noise").set_value([]).run()
    assert any("goes by severity" in one.value for one in clone.caption)


def test_the_share_of_clean_pictures_is_moved_and_the_noises_share_the_rest_as_before(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", noise="own", own="fog:60,frost:20")
    assert at.slider(key="train_clean").value == 20
    at.slider(key="train_clean").set_value(60).run()
    assert not at.exception
    shares = [at.slider(key=f"train_share_{noise}").value for noise in ("fog", "frost")]
    assert shares == [30, 10]
    assert any("**60\u00a0%** stay **clean**" in one.value for one in at.markdown)


def test_noises_with_the_same_share_are_told_together_and_the_per_cents_make_a_hundred(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn", noise="preset", preset="family", preset_of="weather")
    (said,) = [one.value for one in at.markdown if "of the pictures get" in one.value]
    shares = [int(share) for share in re.findall(r"\*\*(\d+)\u00a0%", said)]
    assert sum(shares) == 100
