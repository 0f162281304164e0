from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.runs.recipe import RATE, SGD_TIMES
from core.runs.runs import list_runs
from core.store import Workspace

Open = Callable[..., AppTest]


def head(at: AppTest) -> str:
    """What the fold with the further choices is called."""
    return next(one.label for one in at.expander if one.label.startswith(("More choices", "자세한 설정")))


@pytest.mark.parametrize(
    ("language", "proposed", "words"),
    [
        ("en", "all as proposed", "Optimiser: SGD with momentum · Label smoothing: 0.1"),
        ("ko", "모두 권장값", "옵티마이저: 모멘텀 SGD · 라벨 스무딩: 0.1"),
    ],
)
def test_the_head_of_the_folded_choices_says_what_differs_from_the_proposal(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str, proposed: str, words: str
) -> None:
    at = open_page("train", language, model="small_cnn")
    assert proposed in head(at)
    at.button_group(key="train_optimiser").set_value("sgd")
    at.number_input(key="train_label_smoothing").set_value(0.1).run()
    assert not at.exception
    assert head(at).endswith(words), "the rate that fits the optimiser is proposed, too"
    again = open_page(
        "train",
        language,
        model="small_cnn",
        optimiser=at.query_params["optimiser"],
        train_label_smoothing="0.1",
    )
    assert head(again) == head(at), "a link opens with the same"
    again.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    assert (run.recipe.optimiser, run.recipe.label_smoothing) == ("sgd", 0.1)
    assert run.recipe.learning_rate == SGD_TIMES * RATE


@pytest.mark.parametrize(("language", "words"), [("en", "do not go together"), ("ko", "함께")])
def test_choices_that_exclude_each_other_are_said_before_the_click(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language, model="small_cnn")
    at.selectbox(key="train_augmentation").set_value("mixup").run()
    assert not at.error
    at.button_group(key="train_objective").set_value("jsd").run()
    assert not at.exception
    assert any(words in one.value for one in at.error)
    assert at.button(key="train_go").disabled


def test_a_choice_that_changes_nothing_says_so_below_its_box(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train", model="small_cnn")
    assert not any("No effect" in one.value for one in at.caption)
    at.number_input(key="train_patience").set_value(8).run()
    assert any("No effect: the 8 epochs are over before that" in one.value for one in at.caption)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Drawn once, the same in every epoch"), ("ko", "한 번만 뽑아")]
)
def test_noise_that_is_drawn_once_is_said_and_trained_so(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language, model="small_cnn")
    at.button_group(key="train_over_epochs").set_value("once").run()
    assert any(words in one.value for one in at.markdown)
    at.button(key="train_go").click().run()
    assert not at.exception
    assert list_runs(workspace)[0].recipe.drawn == "once"
    at.button_group(key="train_noise").set_value("preset").run()
    assert "train_over_epochs" not in [one.key for one in at.button_group]
