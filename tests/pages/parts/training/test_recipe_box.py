import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.runs.runs import list_runs
from core.store import Workspace

Open = Callable[..., AppTest]


def opened(open_page: Open, language: str = "en", **query: str) -> AppTest:
    """The form with the recipe in sight."""
    at = open_page("train", language, **query)
    at.session_state["train_recipe"] = True
    return at.run()


def shown(at: AppTest) -> dict[str, Any]:
    """The recipe that is shown."""
    found: dict[str, Any] = json.loads(at.code[0].value)
    return found


def taken(at: AppTest, name: str, data: bytes) -> AppTest:
    at.file_uploader(key="train_recipe_file").upload(name, data, "application/json")
    return at.run()


def test_the_recipe_that_is_shown_is_what_is_trained_and_fills_the_form_from_its_file(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = opened(open_page, model="small_cnn", noise="own", own="fog:30")
    at.number_input(key="train_average").set_value(0.9).run()
    said = shown(at)
    assert (said["data_set_name"], said["average"]) == ("tiny", 0.9)
    at.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    assert {name: said[name] for name in said if name != "data_set_name"} == {
        name: value for name, value in run.recipe.to_json().items() if name != "data_set_id"
    }
    again = taken(opened(open_page), "mine.json", json.dumps(said).encode())
    assert not again.exception
    assert any("mine.json" in one.value for one in again.toast)
    assert shown(again) == said
    assert not again.warning


@pytest.mark.parametrize("data", [b"{", b"\xff\xfe", b"[1]", b"null"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_file_that_is_no_recipe_is_said_and_the_form_stays(
    open_page: Open, tiny_data_set: DataSet, language: str, data: bytes
) -> None:
    at = opened(open_page, language, model="small_cnn")
    before = shown(at)
    taken(at, "broken.json", data)
    assert not at.exception
    assert len(at.error) == 1
    assert shown(at) == before


@pytest.mark.parametrize(("language", "words"), [("en", "but for this"), ("ko", "그대로 쓸 수 없었습니다")])
def test_what_a_recipe_names_that_is_not_here_is_said_and_the_rest_fills_the_form(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = opened(open_page, language)
    said = {"data_set_name": "elsewhere", "model": "small_cnn", "start": "gone", "epochs": 3, "flips": True}
    taken(at, "theirs.json", json.dumps(said).encode())
    assert not at.exception
    (told,) = at.warning
    assert words in told.value
    assert "elsewhere" in told.value
    now = shown(at)
    assert (now["data_set_name"], now["model"], now["epochs"]) == ("tiny", "small_cnn", 3)
    assert (now["start"], now["flips"]) == ("random", True)


def test_a_second_recipe_fills_the_form_as_the_first_did(open_page: Open, tiny_data_set: DataSet) -> None:
    at = opened(open_page)
    for epochs in (4, 300, 7):
        said = {"data_set_name": "tiny", "model": "small_cnn", "epochs": epochs}
        taken(at, f"of-{epochs}.json", json.dumps(said).encode())
        assert not at.exception
        assert shown(at)["epochs"] == epochs
