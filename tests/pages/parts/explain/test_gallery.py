import dataclasses
import re
from collections import Counter

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.evaluation import galleries, joined
from core.evaluation.galleries import Pairs
from core.evaluation.joined import latest_joined, read_joined
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from core.words import plain
from pages.parts.explain import looked, subject
from pages.parts.explain.looked import Looked, download_name
from pages.parts.i18n import speaking
from tests.conftest import CallsOf
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.parts.explain.shown import Open, open_tab, rewritten, tiles


@pytest.mark.parametrize(
    ("severity", "end"), [(2, "right-as-left_gaussian_noise-2.png"), (0, "right-as-right_clean.png")]
)
def test_a_downloaded_file_is_called_by_run_picture_classes_noise_and_severity(
    workspace: Workspace, evaluated_run: Run, severity: int, end: str
) -> None:
    evaluation = latest_joined(workspace, evaluated_run)
    assert evaluation is not None
    found = Pairs.of(read_joined(evaluation), "gaussian_noise", severity)
    looked = Looked(evaluated_run, evaluation, None, "gaussian_noise", severity, "heat", found)
    row = found.table[found.table["truth"] == 1].iloc[0]
    with speaking("en"):
        assert download_name(looked, row) == f"grad-cam_tiny run_{row.image}_{end}"
        named = dataclasses.replace(evaluated_run, name="얼굴 " * 30, label=plain("얼굴: 진짜/가짜? " * 30))
        name = download_name(dataclasses.replace(looked, run=named), row)
        assert name.startswith("grad-cam_얼굴")
        assert not set('<>:"/\\|?*') & set(name)
        assert len(name.encode()) <= 255, "no file system stores more"


def test_the_galleries_count_each_picture_once(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain")
    assert [tab.label for tab in at.tabs] == [
        "Became wrong · 8",
        "Stayed wrong · 0",
        "Became right · 0",
        "Stayed right · 8",
    ]


def test_the_page_opens_on_the_first_gallery_that_has_pictures(open_page: Open, evaluated_run: Run) -> None:
    assert open_tab(open_page("explain")) == "Became wrong"
    rewritten(evaluated_run, lambda table: table.assign(prediction=table["truth"]))
    st.cache_resource.clear()
    at = open_page("explain")
    assert open_tab(at) == "Stayed right"
    assert "## The answer stays right under Gaussian noise at severity 3." in [m.value for m in at.markdown]


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


def test_the_gallery_says_what_stands_where_in_its_pictures(open_page: Open, evaluated_run: Run) -> None:
    assert any("clean above, with noise below" in one.value for one in open_page("explain").caption)


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
