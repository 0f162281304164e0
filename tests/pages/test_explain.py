import dataclasses
import io
import re
import shutil
from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import streamlit as st
from PIL import Image as Pillow
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet, delete_data_set
from core.evaluation import galleries, joined
from core.evaluation.predictions import decode_map, encode_maps, schema
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Preprocessing
from core.noise.mix import Mix
from core.runs.deleted import delete_run
from core.runs.entering import create_run
from core.runs.evaluations import Facts, register_evaluation
from core.runs.mode import Mode
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.runs.studies import Study, create_study
from core.store import Workspace, new_id
from core.tables import DataSetRow, EvaluationRow, RunRow
from core.words import Text
from pages.parts.explain import looked, subject
from pages.parts.explain.growing import film
from pages.parts.explain.region import PLACE
from pages.parts.services.classifiers import forget_classifier
from pages.parts.services.kept import works
from tests.conftest import CallsOf
from tests.core.brought.tiny_runs import network_of
from tests.core.evaluation.conftest import stored_evaluation
from tests.endings import ended

Open = Callable[..., AppTest]


def test_a_trained_run_that_was_not_tested_leads_to_testing_it(open_page: Open, trained_run: Run) -> None:
    at = open_page("explain")
    assert any(button.label == "Test it under Results" for button in at.button)


def test_that_the_run_which_was_shown_has_been_deleted_is_said(
    open_page: Open, evaluated_run: Run, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    second = create_run(workspace, "second", evaluated_run.recipe)
    stored_evaluation(workspace, tiny_data_set, second, ["fog"], [3], lambda truth, *_: truth)
    at = open_page("explain", run=second.id)
    assert at.session_state["explain_run"] == second.id
    delete_run(workspace, second)
    at.query_params.clear()
    assert any("is gone" in one.value for one in at.run().info)
    assert not any("is gone" in one.value for one in at.run().info)


def test_a_run_of_which_only_a_quick_look_was_taken_has_its_maps_shown(
    open_page: Open, evaluated_run: Run, workspace: Workspace
) -> None:
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = row.facts | {"mode": Mode(part=4).to_json()}
        session.commit()
    at = open_page("explain")
    assert not at.exception
    assert any("at severity 3 turned a right answer" in one.value for one in at.markdown)


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "## Gaussian noise at severity 3 turned a right answer into a wrong one."),
        ("ko", "## 가우시안 노이즈 강도 3에서 맞던 답이 틀린 답으로 바뀌었습니다."),
    ],
)
def test_the_sentence_is_about_the_picture_that_is_shown(
    open_page: Open, evaluated_run: Run, language: str, headline: str
) -> None:
    at = open_page("explain", language)
    assert not at.exception
    assert headline in [one.value for one in at.markdown]
    share = {"en": "75\u00a0%", "ko": "75%"}[language]
    assert any(
        f"**right** ({share})" in one.value and f"**left** ({share})" in one.value for one in at.markdown
    )


@pytest.mark.parametrize(("language", "word"), [("en", "earlier version"), ("ko", "이전 버전")])
def test_pictures_that_the_test_did_not_show_are_said_to_be_new_draws(
    open_page: Open, evaluated_run: Run, workspace: Workspace, language: str, word: str
) -> None:
    assert not open_page("explain", language).warning
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = {name: value for name, value in row.facts.items() if name != "draws"}
        session.commit()
    (warning,) = open_page("explain", language).warning
    assert word in warning.value


def test_two_maps_of_different_versions_are_said_to_be_so(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    for noise, version in (("rain", "2.8.0"), ("snow", "2.9.0")):
        stored_evaluation(
            workspace, tiny_data_set, evaluated_run, [noise], [3], lambda *_: 0, versions={"torch": version}
        )
    said = "with different versions (PyTorch 2.8.0, 2.9.0)"
    for noise, differ in (("rain", True), ("snow", False), ("fog", False)):
        at = open_page("explain", noise=noise, severity="3")
        assert any(said in one.value for one in at.caption) == differ, noise


def test_the_galleries_count_each_picture_once(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain")
    assert [tab.label for tab in at.tabs] == [
        "Became wrong · 8",
        "Stayed wrong · 0",
        "Became right · 0",
        "Stayed right · 8",
    ]


def open_tab(at: AppTest) -> str:
    (label,) = [tab.label for tab in at.tabs if tab.children]
    return label.partition(" · ")[0]


def rewritten(run: Run, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Alter the predictions of the run's one evaluation."""
    (path,) = run.folder.path.glob("evaluations/*/predictions.parquet")
    table = pq.read_table(path)
    pq.write_table(pa.Table.from_pandas(change(table.to_pandas()), schema=table.schema), path)


def test_the_page_opens_on_the_first_gallery_that_has_pictures(open_page: Open, evaluated_run: Run) -> None:
    assert open_tab(open_page("explain")) == "Became wrong"
    rewritten(evaluated_run, lambda table: table.assign(prediction=table["truth"]))
    st.cache_resource.clear()
    at = open_page("explain")
    assert open_tab(at) == "Stayed right"
    assert "## The answer stays right under Gaussian noise at severity 3." in [m.value for m in at.markdown]


def test_the_sentence_says_of_how_many_pictures_it_is_true(open_page: Open, evaluated_run: Run) -> None:
    said = {
        "en": "This happened to **8 of the 16** pictures that were right when clean (**50\u00a0%**).",
        "ko": "원본에서 맞힌 사진 16장 가운데 **8장** (50%)\u2060이 이렇게 틀렸습니다.",
    }
    for language, words in said.items():
        assert any(one.value.startswith(words) for one in open_page("explain", language).markdown)


def altered(workspace: Workspace, run: Run, **values: object) -> None:
    """Alter the run's row."""
    with workspace.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run.id).values(**values))
        session.commit()


def as_well_tested(workspace: Workspace, run: Run, mix: Mix, study: Study) -> Run:
    """A newer run with the same predictions."""
    newer = create_run(workspace, "newer run", dataclasses.replace(run.recipe, mix=mix), study)
    (facts,) = run.folder.path.glob("evaluations/*/predictions.parquet")
    there = newer.folder.path / facts.relative_to(run.folder.path).parent
    shutil.copytree(facts.parent, there)
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        told = row.facts | {"id": new_id(), "run_id": newer.id}
    there.rename(there.with_name(str(told["id"])))
    register_evaluation(workspace, Facts.read(told))
    return newer


def test_the_page_opens_on_the_clean_trained_run_of_the_newest_study_and_else_on_the_newest_run(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    noisy = Mix.from_texts(["fog:0.5:1-5"])
    study = create_study(workspace, "a study")
    newer = as_well_tested(workspace, evaluated_run, noisy, study)
    assert open_page("explain").query_params["run"] == newer.id
    altered(workspace, evaluated_run, study_id=study.id)
    assert open_page("explain").query_params["run"] == evaluated_run.id
    assert open_page("explain", run=newer.id).query_params["run"] == newer.id


def tiles(at: AppTest) -> dict[str, str]:
    """What the buttons below the small pictures are called, by picture."""
    return {
        str(button.key).removeprefix("explain_show_"): button.label
        for button in at.button
        if str(button.key).startswith("explain_show_")
    }


def scripts(at: AppTest) -> list[str]:
    return [one.proto.body for one in at.get("html") if "scrollIntoView" in one.proto.body]


def test_a_picture_of_the_gallery_is_shown_large_goes_into_view_and_is_marked(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    first, *_, last = tiles(at)
    assert at.query_params["image"] == first
    assert not scripts(at)
    seen = []
    for image in (last, first):
        at.button(key=f"explain_show_{image}").click().run()
        assert not at.exception
        assert at.query_params["image"] == image
        assert [key for key, label in tiles(at).items() if label.startswith("Shown above")] == [image]
        seen += scripts(at)
    assert len(set(seen)) == 2, "a script that stands there already would not run again"
    at.run()
    assert not scripts(at)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_button_of_the_gallery_has_a_name_of_its_own(
    open_page: Open, evaluated_run: Run, language: str
) -> None:
    names = tiles(open_page("explain", language))
    assert len(names) == 8
    assert len(set(names.values())) == 8
    assert all(number in name and re.search("right.+ → left", name) for number, name in names.items())


def test_each_picture_of_the_gallery_has_words_of_its_own(open_page: Open, evaluated_run: Run) -> None:
    for severity in ("0", "3"):
        at = open_page("explain", severity=severity)
        alts = [image.alt for one in at.image for image in one.proto.imgs if image.alt.startswith("Picture")]
        assert len(alts) == len(set(alts)) == len(tiles(at)) > 1


def test_the_address_restores_the_open_gallery(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain")
    assert at.query_params["gallery"] == "became_wrong"
    at = open_page("explain", gallery="stayed_right")
    assert open_tab(at) == "Stayed right"
    assert at.query_params["gallery"] == "stayed_right"
    large = int(at.query_params["image"])
    assert at.button(key=f"explain_show_{large}"), "the large picture is one of them"
    at = open_page("explain", gallery="stayed_wrong")
    assert open_tab(at) == "Became wrong", "the one asked for is empty"
    assert at.query_params["gallery"] == "became_wrong"


def test_the_address_restores_how_the_map_is_seen(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", view="outline")
    assert at.segmented_control(key="explain_view").value == "outline"
    at.segmented_control(key="explain_view").set_value("heat").run()
    assert at.query_params["view"] == "heat"


def test_the_address_restores_noise_and_severity(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", run=evaluated_run.id, noise="fog", severity="5")
    assert "## Fog at severity 5 turned a right answer into a wrong one." in [m.value for m in at.markdown]


@pytest.mark.parametrize(
    ("name", "value"), [("run", "1a2b"), ("noise", "no_such"), ("severity", "-9"), ("image", "no")]
)
def test_what_an_address_asks_for_and_there_is_not_is_said_in_one_sentence(
    open_page: Open, evaluated_run: Run, name: str, value: str
) -> None:
    at = open_page("explain", **{name: value})
    assert not at.exception
    (error,) = at.error
    assert f'"{value}"' in error.value
    assert any(one.value.startswith("## ") for one in at.markdown)  # and the page shows another


def test_who_comes_from_a_mean_over_severities_is_told_which_one_is_shown(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    assert not at.info
    at.session_state["explain_from_mean"] = True
    at.run()
    (info,) = at.info
    assert "mean over all severities" in info.value
    assert "severity 3" in info.value


def further_tested(workspace: Workspace, data_set: DataSet, run: Run, noise: str, severity: int) -> None:
    stored_evaluation(workspace, data_set, run, [noise], [severity], lambda truth, *_: truth)


def test_only_severities_that_the_chosen_noise_was_tested_at_can_be_chosen(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    further_tested(workspace, tiny_data_set, evaluated_run, "snow", 1)
    at = open_page("explain", noise="gaussian_noise", severity="4")
    assert at.select_slider(key="explain_severity").options == ["clean", "1", "2", "3", "4", "5"]
    at.selectbox(key="explain_noise").set_value("snow").run()
    assert at.select_slider(key="explain_severity").options == ["clean", "1"]
    assert at.select_slider(key="explain_severity").label == "Severity, clean to 1"
    assert at.query_params["severity"] == "1"
    assert "## The answer stays right under Snow at severity 1." in [one.value for one in at.markdown]


def test_who_comes_from_the_mean_of_one_severity_is_shown_that_one_and_told_of_no_mean(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    further_tested(workspace, tiny_data_set, evaluated_run, "snow", 1)
    at = open_page("explain", noise="fog", severity="5")
    at.session_state["explain_from_mean"] = True
    at.query_params["noise"] = "snow"
    at.run()
    assert not at.info
    assert not at.error
    assert at.query_params["severity"] == "1"
    at.session_state["explain_from_mean"] = True
    at.query_params["noise"] = "gaussian_noise"
    at.run()
    assert "severity 3" in at.info[0].value


def test_a_class_called_by_a_number_stands_apart_from_its_percentage(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = row.facts | {"class_labels": [Text(en="3", ko="3"), Text(en="7", ko="7")]}
    at = open_page("explain")
    badges = [one.value for one in at.markdown if "right" in one.value or "wrong" in one.value]
    assert any("3\u00a0·\u00a075\u00a0%" in one for one in badges)
    assert not any(re.search(r"\b[37] 75", one.value) for one in at.markdown)


@pytest.mark.parametrize(
    ("language", "tabs", "gone"),
    [("en", ["Wrong · 1", "Right · 15"], "ecame"), ("ko", ["틀림 · 1", "맞음 · 15"], "게 됨")],
)
def test_at_severity_nought_everything_is_about_clean_pictures(
    open_page: Open, evaluated_run: Run, language: str, tabs: list[str], gone: str
) -> None:
    def one_clean_mistake(table: pd.DataFrame) -> pd.DataFrame:
        clean = table.index[table["noise"] == "clean"]
        return table.assign(prediction=table["prediction"].where(table.index != clean[0], 1 - table["truth"]))

    rewritten(evaluated_run, one_clean_mistake)
    at = open_page("explain", language, severity="0")
    assert not at.exception
    assert [tab.label for tab in at.tabs] == tabs
    assert len(tiles(at)) == 1
    words = [one.value for kind in (at.markdown, at.caption) for one in kind]
    (headline,) = [one for one in words if one.startswith("## ")]
    assert headline.startswith({"en": "## Without noise", "ko": "## 노이즈가 없을 때"}[language])
    assert not [one for one in words if gone in one]
    assert not [image.caption for one in at.image for image in one.proto.imgs if "→" in image.caption]
    assert len(at.image) == 2 + len(tiles(at)) + 1, "the pair, the gallery, what its pictures have in common"


def test_the_slider_goes_from_clean_to_the_noise_and_back(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", severity="0")
    clean = [tab.label for tab in at.tabs]
    at.select_slider(key="explain_severity").set_value(1).run()
    assert at.tabs[0].label == "Became wrong · 8"
    at.select_slider(key="explain_severity").set_value(0).run()
    assert [tab.label for tab in at.tabs] == clean


@pytest.mark.parametrize("view", ["heat", "outline", "only"])
def test_every_view_can_be_shown(open_page: Open, evaluated_run: Run, view: str) -> None:
    at = open_page("explain")
    at.button_group(key="explain_view").set_value(view).run()
    assert not at.exception


def test_with_its_data_set_deleted_the_page_says_so_and_keeps_the_numbers_of_all_pictures(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    delete_data_set(workspace, tiny_data_set)
    for severity, headline in (
        ("3", "## Gaussian noise at severity 3 turned 8 of 16 right answers into wrong ones (50\u00a0%)."),
        ("0", "## Without noise 16 of 16 test pictures are read right (100\u00a0%)."),
    ):
        at = open_page("explain", severity=severity)
        assert not at.exception
        assert any("data set of this run has been deleted" in one.value for one in at.warning)
        assert [one.value for one in at.markdown if one.value.startswith("## ")] == [headline]
        assert not at.image
        assert not [one for one in at.button_group if one.label == "Show"], "there is nothing to show so"
        assert "image" not in at.query_params, "it speaks of no single picture"


def test_no_map_is_laid_over_the_pictures_of_a_data_set_that_has_changed(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    with workspace.session() as session:
        data_set = session.scalars(select(DataSetRow)).one()
        data_set.card = data_set.card | {"fingerprint": "another"}
    at = open_page("explain")
    assert not at.exception
    assert any("has changed since the test" in one.value for one in at.warning)
    assert not at.image


def test_classes_are_called_by_their_labels_in_the_visitor_s_language(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        labels = [Text(en="to the left", ko="왼쪽"), Text(en="to the right", ko="오른쪽")]
        row.facts = row.facts | {"class_labels": labels}
    for language, name in (("en", "**to the left** (75\u00a0%)"), ("ko", "**왼쪽** (75%)")):
        assert any(name in one.value for one in open_page("explain", language).markdown)


@pytest.mark.parametrize(
    ("language", "changed", "sentence"),
    [
        ("en", False, "What counted for “left” lay in about the same places with noise."),
        ("ko", False, "‘left’의 근거가 된 곳은 노이즈가 끼어도 거의 같았습니다."),
        (
            "en",
            True,
            "What counted for “left” with noise lay in about the same places that had counted for “right”.",
        ),
        (
            "ko",
            True,
            "노이즈 사진에서 ‘left’의 근거가 된 곳은 원본에서 ‘right’의 근거였던 곳과 거의 같았습니다.",
        ),
    ],
)
def test_the_sentence_compares_the_two_maps_that_are_shown_and_names_their_classes(
    open_page: Open,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    changed: bool,
    sentence: str,
) -> None:
    # The noisy map is the clean one; that of the clean answer's class, which is not shown, lies elsewhere.
    def same_maps(table: pd.DataFrame) -> pd.DataFrame:
        clean = table[table["noise"] == "clean"].set_index("image")["map"]
        (elsewhere,) = encode_maps(-decode_map(clean.iloc[0], (7, 7))[None])
        return table.assign(map=table["image"].map(clean), map_reference=elsewhere)

    rewritten(evaluated_run, same_maps)
    wanted = 1 if changed else 0  # under noise every answer is "left"
    number = next(i for i in tiny_data_set.indices("test") if tiny_data_set.labels[i] == wanted)
    at = open_page("explain", language, image=str(number))
    (told,) = [one for one in at.markdown if sentence in one.value]
    assert "100" in told.proto.help


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["clean: what counted for “right”", "with noise: what counted for “left”"]),
        ("ko", ["원본: ‘right’의 근거가 된 곳", "노이즈: ‘left’의 근거가 된 곳"]),
    ],
)
def test_each_map_says_for_which_class_and_whether_it_is_of_the_clean_picture(
    open_page: Open, evaluated_run: Run, language: str, words: list[str]
) -> None:
    captions = [image.caption for one in open_page("explain", language).image for image in one.proto.imgs]
    assert [one for one in captions if one in words] == words


@pytest.mark.parametrize(("language", "word"), [("en", "Yellow: the places"), ("ko", "노란색: 답에")])
def test_how_the_colours_are_read_is_said_below_the_pictures(
    open_page: Open, evaluated_run: Run, language: str, word: str
) -> None:
    at = open_page("explain", language)
    assert any(one.value.startswith(word) for one in at.caption)
    line = {"en": "inside the white line", "ko": "흰 선 안"}[language]
    assert any(line in one.proto.body for one in at.get("html"))
    scale = {"en": "on one scale", "ko": "색 기준은 같습니다"}[language]
    assert any(scale in one.proto.body for one in at.get("html"))
    at = open_page("explain", language, severity="0")
    assert not any(scale in one.proto.body for one in at.get("html")), "one picture is compared with none"


def test_two_runs_are_said_to_be_on_scales_of_their_own_until_both_are_in_shares_of_their_evidence(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    other = create_run(workspace, "other", evaluated_run.recipe)
    stored_evaluation(
        workspace, tiny_data_set, other, ["gaussian_noise"], [3], lambda truth, _noise, _level: truth
    )
    at = open_page("explain", run=evaluated_run.id, beside=other.id)

    def legend() -> str:
        return next(one.proto.body for one in at.get("html") if "inside the white line" in one.proto.body)

    assert "compare where, not how bright" in legend()
    before = [image.url for one in at.image for image in one.proto.imgs][:6]
    at.segmented_control(key="explain_scale").set_value("evidence").run()
    assert not at.exception
    assert "All maps on one scale" in legend()
    assert "times what an even spread" in legend()
    assert "not how bright" not in legend()
    after = [image.url for one in at.image for image in one.proto.imgs][:6]
    assert before[:2] == after[:2]
    assert before != after, "the maps are drawn otherwise"


def coarsened(workspace: Workspace, run: Run) -> None:
    """The run's test, as if its network had maps of 4 x 4 places."""
    (path,) = run.folder.path.glob("evaluations/*/predictions.parquet")
    table = pq.read_table(path).to_pandas()
    for name in ("map", "map_reference"):
        table[name] = encode_maps(np.stack([decode_map(data, (7, 7))[:4, :4] for data in table[name]]))
    pq.write_table(pa.Table.from_pandas(table, schema=schema((4, 4))), path)
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = row.facts | {"map_shape": [4, 4]}
        session.commit()


@pytest.mark.parametrize(
    ("language", "figure", "verdicts"),
    [
        ("en", r"with noise coincides by \d+\u00a0%", ["same places", "elsewhere", "only partly"]),
        ("ko", r"근거가 된 곳은 \d+% 겹칩니다", ["거의 같", "전혀 다", "일부만"]),
    ],
)
def test_of_maps_under_seven_by_seven_numbers_are_given_and_no_verdict(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, figure: str, verdicts: list[str]
) -> None:
    coarsened(workspace, evaluated_run)
    for image in list(tiles(open_page("explain", language)))[:4]:
        at = open_page("explain", language, image=image)
        assert not at.exception
        (said,) = [one for one in at.markdown if re.search(figure, one.value)]
        assert "4 × 4" in said.proto.help
        assert not [word for word in verdicts for text in (said.value, said.proto.help) if word in text]


def test_a_noisy_map_that_lies_elsewhere_is_said_to(open_page: Open, evaluated_run: Run) -> None:
    def apart(table: pd.DataFrame) -> pd.DataFrame:
        left = np.repeat([[1.0, 0, 0, 0, 0, 0, 0]], 7, axis=0)
        here, there = encode_maps(np.stack([left, left[:, ::-1]]))
        clean = table["noise"] == "clean"
        return table.assign(map=[here if one else there for one in clean], map_reference=here)

    rewritten(evaluated_run, apart)
    at = open_page("explain")
    assert any("with noise lay elsewhere than" in one.value for one in at.markdown)


@pytest.mark.parametrize(("language", "words"), [("en", "the same everywhere"), ("ko", "어디나 똑같습니다")])
def test_of_a_layer_that_tells_no_place_from_another_that_is_said(
    open_page: Open, evaluated_run: Run, language: str, words: str
) -> None:
    (flat,) = encode_maps(np.zeros((1, 7, 7)))
    rewritten(evaluated_run, lambda table: table.assign(map=flat, map_reference=flat))
    at = open_page("explain", language)
    assert not at.exception
    assert any(words in one.value and "features" in one.value for one in at.markdown)


def test_under_a_small_picture_stand_the_truth_and_what_the_model_says(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    captions = [image.caption for one in at.image for image in one.proto.imgs]
    assert any(
        "truth: right · says right\u00a0·\u00a075\u00a0% → left\u00a0·\u00a075\u00a0%" in one
        for one in captions
    )


def test_a_gallery_is_narrowed_to_a_class_and_ordered_and_its_pages_go_by_that(
    open_page: Open, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    at = open_page("explain", gallery="stayed_right")
    whole = list(tiles(at))
    at.selectbox(key="explain_order").set_value("least_sure").run()
    assert list(tiles(at)) == whole[::-1]
    at.selectbox(key="explain_only_class").set_value(1).run()  # none of the class "right" stayed right
    assert not at.exception
    assert not tiles(at)
    assert any(one.value == "0 of 8 are right." for one in at.caption)
    at.select_slider(key="explain_severity").set_value(0).run()
    assert not at.exception
    assert {int(tiny_data_set.labels[int(image)]) for image in tiles(at)} == {1}
    assert "moved" not in at.selectbox(key="explain_order").options, "nothing has moved without noise"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_run_beside_stands_beside_in_each_picture_of_a_gallery_where_it_was_tested_there(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet, language: str
) -> None:
    newer = create_run(workspace, "holds *well*", evaluated_run.recipe)
    stored_evaluation(
        workspace, tiny_data_set, newer, ["gaussian_noise"], [3], lambda truth, _noise, _level: truth
    )

    def told(at: AppTest) -> list[str]:
        captions = [image.caption for one in at.image for image in one.proto.imgs]
        return [one for one in captions if ":material/check: holds &#42;well&#42;: right" in one]

    assert not told(open_page("explain", language, run=evaluated_run.id, beside=""))
    at = open_page("explain", language, run=evaluated_run.id, beside=newer.id)
    assert not at.exception
    assert len(told(at)) == len(tiles(at)), "each picture that became wrong is right there"


def test_the_pictures_of_the_pair_can_be_downloaded_as_one(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain")
    assert "Download (PNG)" in [button.label for button in at.get("download_button")]


def test_values_that_come_from_the_address_meet_no_default_of_their_widget(
    open_page: Open, evaluated_run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    at = open_page("explain", run=evaluated_run.id, noise="fog")
    at.run()
    assert at.selectbox(key="explain_noise").value == "fog"
    assert not [one for one in caplog.messages if "default value" in one]


def test_the_gallery_says_what_stands_where_in_its_pictures(open_page: Open, evaluated_run: Run) -> None:
    assert any("clean above, with noise below" in one.value for one in open_page("explain").caption)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "not tested under noise yet"), ("ko", "시험하지 않았습니다")]
)
def test_a_run_whose_test_was_cancelled_is_in_the_list_and_leads_to_its_test(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, word: str
) -> None:
    other = create_run(workspace, "stopped", evaluated_run.recipe)
    other.folder.checkpoint.write_bytes(b"not read by pages")
    ended(workspace, other.id, "cancelled")
    at = open_page("explain", language)
    assert at.selectbox(key="explain_run").value == evaluated_run.id, "what can be shown comes first"
    at = open_page("explain", language, run=other.id)
    assert not at.exception
    assert any("stopped" in one.value and word in one.value for one in at.markdown)
    assert at.query_params["run"] == other.id
    shutil.rmtree(other.folder.path)
    at = open_page("explain", language)
    assert other.label["en"] not in at.selectbox(key="explain_run").options, (
        "without weights there is nothing to test"
    )


def test_a_rerun_makes_nothing_anew_that_did_not_change(
    open_page: Open, evaluated_run: Run, calls_of: CallsOf
) -> None:
    made = calls_of(
        (galleries, "chance_overlap"),
        (joined, "read_joined"),
        (looked, "noisy_picture"),
        (subject, "noisy_picture"),
    )
    at = open_page("explain")
    first, second, *_ = tiles(at)
    opened = Counter(made)
    assert opened["chance_overlap"] == opened["read_joined"] == 1
    at.run()
    at.query_params["lang"] = "ko"
    at.run()
    assert not at.exception
    assert made == opened
    at.button(key=f"explain_show_{second}").click().run()
    of_one = made["noisy_picture"] - opened["noisy_picture"]
    assert of_one == 4, "clean and noisy, each shown and with its map"
    at.button(key=f"explain_show_{first}").click().run()
    at.select_slider(key="explain_severity").set_value(4).run()
    of_severity = Counter(made)
    assert of_severity["read_joined"] == 2
    at.select_slider(key="explain_severity").set_value(3).run()
    at.select_slider(key="explain_severity").set_value(4).run()
    assert made == of_severity


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
    gave = {"en": "100\u00a0% of the picture, gave **100\u00a0%**", "ko": "근거 가운데 **100%**"}[language]
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
    (button,) = [one for one in at.get("download_button") if one.proto.label.startswith("Download as a film")]
    assert not button.proto.disabled


def test_a_film_has_a_frame_for_each_picture() -> None:
    frames = [np.full((6, 8, 3), level, np.uint8) for level in (10, 120, 240)]
    with Pillow.open(io.BytesIO(film(frames))) as made:
        assert (made.format, made.n_frames, made.size) == ("GIF", 3, (8, 6))
        for place, frame in enumerate(frames):
            made.seek(place)
            assert np.abs(np.asarray(made.convert("RGB")).astype(int) - frame).max() < 8


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
