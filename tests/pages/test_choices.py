"""What every box shows is what the page goes by, whatever changes and in whatever order."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.jobs.queue import claim, say, submit
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run, list_runs
from core.store import Workspace
from core.training.job import what_is_trained
from core.words import plain
from models.registry import models

Open = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("home", "preview", "data", "train", "results", "explain", "quiz")


class Browser:
    """The labels that a browser shows: it keeps each until it is told another."""

    def __init__(self) -> None:
        self.shown: dict[str, list[str]] = {}

    def choose(self, box: Any, value: Any) -> Any:
        """Click on an option: it is shown at once; the run is still to come."""
        self.shown[box.id] = [box.format_func(one) for one in (value if isinstance(value, list) else [value])]
        return box.set_value(value)

    def look(self, at: AppTest) -> None:
        """Take what the last run sent; in no box another option is shown than the server holds."""
        assert not at.exception
        shown = {}
        for box, first, told, options in self.boxes(at):
            before = self.shown.get(box.id, [options[place] for place in first if place < len(options)])
            shown[box.id] = told if box.proto.set_value else before
            value = box.value if isinstance(box.value, list) else [] if box.value is None else [box.value]
            assert shown[box.id] == [box.format_func(one) for one in value], box.key
            assert set(shown[box.id]) <= set(options), box.key
        self.shown = shown

    @staticmethod
    def boxes(at: AppTest) -> Iterator[tuple[Any, list[int], list[str], list[str]]]:
        """Each with the places of its first options, what it was told, and its options now."""
        for box in at.selectbox:
            first = [box.proto.default] if box.proto.HasField("default") else []
            yield box, first, [box.proto.raw_value] if box.proto.raw_value else [], box.options
        for box in at.multiselect:
            yield box, list(box.proto.default), list(box.proto.raw_values), box.options
        for box in at.button_group:
            yield box, list(box.proto.default), list(box.proto.raw_values), box.options
        for box in at.select_slider:
            yield box, [int(one) for one in box.proto.default], list(box.proto.raw_value), box.options


@pytest.fixture
def second_run(workspace: Workspace, evaluated_run: Run) -> Run:
    recipe = Recipe.make(
        data_set_id=evaluated_run.recipe.data_set_id,
        data_set_fingerprint=evaluated_run.recipe.data_set_fingerprint,
        model="small_cnn",
    )
    label = {"en": "Small CNN on tiny, clean", "ko": "Small CNN · tiny · 원본만"}
    return create_run(workspace, "second", recipe, label=label)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("where", PAGES)
def test_a_box_shows_what_the_page_goes_by_in_another_language_and_when_jobs_and_runs_come(
    open_page: Open, workspace: Workspace, second_run: Run, where: str, language: str
) -> None:
    browser = Browser()
    at = open_page(where, language)
    browser.look(at)
    other = "ko" if language == "en" else "en"
    browser.choose(at.button_group(key="lang"), other).run()
    browser.look(at)
    at.run()
    browser.look(at)
    job = submit(workspace, "train", plain("Train “second”"), {"run_id": second_run.id})
    claim(workspace, job.id)
    say(workspace, job.id, 0.5, plain("half"))
    create_run(workspace, "third", second_run.recipe)
    at.run()
    browser.look(at)
    browser.choose(at.button_group(key="lang"), language).run()
    browser.look(at)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_chosen_model_is_trained_after_every_order_of_other_changes(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str
) -> None:
    browser = Browser()
    at = open_page("train", language)
    browser.look(at)
    browser.choose(at.selectbox(key="train_model"), "efficientnet_lite0").run()
    browser.look(at)
    options = at.selectbox(key="train_model").options
    for epochs in (3, 5, 1):
        at.slider(key="train_epochs").set_value(epochs).run()
        browser.look(at)
    browser.choose(at.button_group(key="train_noise"), "none").run()
    browser.look(at)
    for _ in range(2):
        words = at.button(key="train_go").label
        at.button(key="train_go").click().run()
        browser.look(at)
        recipe = list_runs(workspace)[0].recipe
        assert (recipe.model, recipe.pretrained, recipe.mix.noises) == ("efficientnet_lite0", True, [])
        assert what_is_trained(recipe, "tiny")[language][:20] in words
        at.slider(key="train_epochs").set_value(7).run()
        browser.look(at)
    assert len(list_runs(workspace)) == 3
    assert at.selectbox(key="train_model").value == "efficientnet_lite0"
    assert at.selectbox(key="train_model").options == options == [one.name for one in models().values()]


def renamed() -> None:
    """Two boxes whose options are called otherwise in each run."""
    import streamlit as st

    from pages.parts.choices import multiselect, selectbox, understand_choices

    run = st.session_state["run"] = st.session_state.get("run", 0) + 1
    understand_choices()
    st.session_state.setdefault("asked", []).append(st.session_state.get("one"))
    called = st.session_state.setdefault("called", [])
    selectbox(
        "One", ["a", "b", "c"], lambda key: f"{key} {run}", key="one", on_change=called.append, args=(run,)
    )
    multiselect("Some", ["a", "b", "c"], lambda key: f"{key} {run}", key="some")


def send(at: AppTest, **labels: Any) -> None:
    """Run with what a browser sends whose boxes still have labels of earlier."""
    states = at._tree.get_widget_states()
    for state in states.widgets:
        for key, label in labels.items():
            if state.id.endswith(f"-{key}"):
                if isinstance(label, str):
                    state.string_value = label
                else:
                    state.string_array_value.data[:] = label
    at._run(states)


def test_a_label_of_two_runs_ago_still_means_its_option() -> None:
    at = AppTest.from_function(renamed).run()
    send(at, one="b 1", some=["b 1", "c 1"])
    assert (at.selectbox[0].value, at.multiselect[0].value) == ("b", ["b", "c"])
    assert at.session_state["called"] == [1]
    # Another box changes twice before the browser has heard of the new labels.
    send(at, one="b 1", some=["b 1", "c 1"])
    send(at, one="b 1", some=["c 1"])
    assert (at.selectbox[0].value, at.multiselect[0].value) == ("b", ["c"])
    assert at.session_state["asked"] == [None, "b", "b", "b"], "also before the box is drawn"
    assert at.session_state["called"] == [1], "a new label alone is no choice"
    send(at, one="c 2")
    assert at.selectbox[0].value == "c"
    assert len(at.session_state["called"]) == 2


def alike() -> None:
    from pages.parts.choices import selectbox

    selectbox("Run", ["first", "second"], lambda _key: "Small CNN", key="run")


def test_options_that_are_called_alike_can_be_told_apart_and_chosen() -> None:
    at = AppTest.from_function(alike).run()
    assert at.selectbox[0].options == ["Small CNN", "Small CNN (2)"]
    assert at.selectbox[0].value == "first"
    assert at.selectbox[0].set_value("second").run().selectbox[0].value == "second"


def test_every_choice_is_drawn_where_its_label_is_looked_after() -> None:
    kinds = {
        "selectbox",
        "multiselect",
        "select_slider",
        "radio",
        "pills",
        "segmented_control",
        "menu_button",
    }
    others = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "pages").rglob("*.py")
        if path.name != "choices.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in kinds
    ]
    assert others == []


def test_choices_side_by_side_go_on_in_a_new_line_where_there_is_no_room(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    """In a column Streamlit would scroll them, and what is out of sight is not found."""
    boxes = [box for page in ("data", "train") for box in open_page(page).button_group]
    assert len(boxes) > 4
    assert [box.key for box in boxes if not box.proto.wrap] == []
