from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace

Open = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("language", "clean", "noisy"), [("en", "none", "Fog 50\u00a0% (1-5)"), ("ko", "없음", "안개 50% (1-5)")]
)
def test_ticked_runs_show_in_what_their_recipes_differ_and_nothing_else(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, clean: str, noisy: str
) -> None:
    recipe = replace(evaluated_run.recipe, mix=Mix.from_texts(["fog:0.5:1-5"]), learning_rate=0.0005)
    other = create_run(workspace, "foggy", recipe)
    at = open_page("train", language, run=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    table = at.dataframe[1].value
    heads, (first, second) = list(table), table.values.tolist()
    assert len(heads) == 5, "run, two accuracies, mix and rate"
    assert (first[0], first[3:]) == ("foggy", [noisy, "0.0005"])
    assert (second[0], second[1:3], second[3:]) == ("tiny run", [100.0, 50.0], [clean, "0.003"])


def test_the_curves_of_ticked_runs_stand_in_one_chart_and_who_has_none_is_named(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    others = [create_run(workspace, name, evaluated_run.recipe) for name in ("one", "two", "young")]
    for run in others[:2]:
        line = '{"kind": "epoch", "epoch": 1.0, "loss": 0.5, "accuracy": 0.9, "validation_accuracy": 0.8}\n'
        run.folder.metrics.write_text(line)
    at = open_page("train", run=",".join(run.id for run in others))
    assert not at.exception
    chart = at.get("plotly_chart")[-1].proto.spec
    assert all(f'"name":"{name}"' in chart for name in ("one", "two"))
    assert any(one.value == "Not measured of: young" for one in at.caption)
    assert any(one.value == "Their recipes are the same." for one in at.caption)
