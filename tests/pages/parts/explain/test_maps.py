"""How maps are seen on Grad-CAM and what is said of them."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from core.data.dataset import DataSet
from core.evaluation.predictions import decode_map, encode_maps, schema
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from core.tables import DataSetRow, EvaluationRow
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.parts.explain.shown import Open, rewritten, tiles


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


def test_the_address_restores_how_the_map_is_seen(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", view="outline")
    assert at.segmented_control(key="explain_view").value == "outline"
    at.segmented_control(key="explain_view").set_value("heat").run()
    assert at.query_params["view"] == "heat"


@pytest.mark.parametrize("view", ["heat", "outline", "only"])
def test_every_view_can_be_shown(open_page: Open, evaluated_run: Run, view: str) -> None:
    at = open_page("explain")
    at.button_group(key="explain_view").set_value(view).run()
    assert not at.exception


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


def test_the_pictures_of_the_pair_can_be_downloaded_as_one(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain")
    assert "Download (PNG)" in [button.label for button in at.get("download_button")]
