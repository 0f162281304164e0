"""A run asked about somebody's own pictures."""

import csv
import io
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.brought.new_pictures import TILE, Answer, answers, ask, table_of
from core.brought.sheet import Tile
from core.data.dataset import DataSet
from core.errors import NotFound, NothingToAsk, PlaceTaken, UserMistake
from core.explanation.classifier import Classifier
from core.explanation.methods.grad_cam import GRAD_CAM
from core.images import read_picture
from core.runs.runs import Run
from core.store import Workspace
from core.words import Language
from tests.core.brought.tiny_runs import run_of

BRIGHT = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.uint8)


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    return run_of(workspace, tiny_data_set)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Folders in folders, names that differ in their ending alone, Korean ones, and what cannot be read."""
    folder = tmp_path / "photos"
    for number, name in enumerate(
        ("a.png", "deep/er/a.png", "a.jpg", "한글 사진.png", unicodedata.normalize("NFD", "폴더/나비.png"))
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.roll(BRIGHT, 7 * number, axis=1)).save(path)
    (folder / "broken.png").write_bytes((folder / "a.png").read_bytes()[:200])
    (folder / "notes.txt").write_text("none")
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "Thumbs.db").write_bytes(b"")
    return folder


def asked(
    workspace: Workspace, run: Run, folder: Path, maps: Path | None = None
) -> tuple[list[Answer], list[str]]:
    unread: list[str] = []
    found = list(answers(workspace, run.name, folder, maps, lambda name, _: unread.append(name)))
    return found, unread


def test_every_picture_in_a_folder_and_below_it_is_answered_as_the_network_answers_it(
    workspace: Workspace, run: Run, photos: Path
) -> None:
    found, unread = asked(workspace, run, photos)
    assert [one.file for one in found] == sorted(
        ["a.jpg", "a.png", "deep/er/a.png", "폴더/나비.png", "한글 사진.png"],
        key=lambda name: Path(unicodedata.normalize("NFD", name) if "나비" in name else name),
    )
    assert unread == ["broken.png"]
    classifier = Classifier.of_run(workspace, run)
    by_file = {one.file: one for one in found}
    picture = classifier.prepare(read_picture(photos / "deep/er/a.png", "a").pixels)
    (own,) = classifier.explain([picture])
    assert by_file["deep/er/a.png"].probabilities == pytest.approx(own.probabilities.tolist(), abs=1e-6)
    assert by_file["deep/er/a.png"].prediction == own.classes[own.prediction]
    alone, _ = asked(workspace, run, photos / "a.jpg")
    assert (alone[0].file, alone[0].probabilities) == (
        "a.jpg",
        pytest.approx(by_file["a.jpg"].probabilities, abs=1e-5),
    )


def test_a_sheet_shows_each_picture_beside_its_map_by_the_names_of_the_answers(
    workspace: Workspace, run: Run, photos: Path
) -> None:
    tiles: list[Tile] = []
    found = list(answers(workspace, run.name, photos, None, lambda _name, _why: None, tiles=tiles))
    assert [(one.file, one.prediction) for one in tiles] == [(one.file, one.prediction) for one in found]
    assert "폴더/나비.png" in [one.file for one in tiles]
    sides = {read_picture(data, "a").pixels.shape for one in tiles for data in (one.picture, one.map) if data}
    assert all(height >= TILE for height, _, _ in sides)
    assert len(sides) == 1
    assert all(one.map is not None for one in tiles)


def test_no_map_is_calculated_unless_maps_are_asked_for_and_the_answers_are_the_same(
    workspace: Workspace, run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counting(network: Any, batch: Any, classes: Any) -> Any:
        made.append(len(batch))
        return GRAD_CAM.explain(network, batch, classes)

    monkeypatch.setattr("core.brought.new_pictures.GRAD_CAM", replace(GRAD_CAM, explain=counting))
    without, _ = asked(workspace, run, photos)
    assert made == []
    found, _ = asked(workspace, run, photos, photos / "maps")
    assert made == [len(found)]
    for one, other in zip(without, found, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-6)


def test_maps_lie_by_the_same_paths_and_nothing_that_is_there_is_overwritten(
    workspace: Workspace, run: Run, photos: Path
) -> None:
    found, _ = asked(workspace, run, photos, photos / "maps")
    assert sorted(path.name for path in (photos / "maps").rglob("*.png")) == sorted(
        Path(one.file).name + ".png"
        if "나비" not in one.file
        else unicodedata.normalize("NFD", "나비.png.png")
        for one in found
    )
    before = {path: path.read_bytes() for path in photos.rglob("*") if path.is_file()}
    for taken in (photos, photos / "maps", photos / "a.png"):
        with pytest.raises(PlaceTaken):
            asked(workspace, run, photos, taken)
    assert {path: path.read_bytes() for path in photos.rglob("*") if path.is_file()} == before
    # An empty folder among the pictures may take them: its own are not asked.
    shutil.rmtree(photos / "maps")
    (photos / "maps").mkdir()
    assert [one.file for one in asked(workspace, run, photos, photos / "maps")[0]] == [
        one.file for one in found
    ]


def test_a_folder_without_pictures_or_none_is_said(workspace: Workspace, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty" / "er").mkdir(parents=True)
    with pytest.raises(NothingToAsk):
        asked(workspace, run, tmp_path / "empty")
    with pytest.raises(NotFound):
        asked(workspace, run, tmp_path / "missing")


def test_pictures_of_twelve_bits_are_stretched_as_those_were_that_the_run_learned_from(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    levels = np.random.default_rng(0).integers(0, 1000, (32, 32)).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "scan.png")
    classifier = Classifier.of_run(workspace, run)
    by_hand = levels / 1000 * 255
    for window, near in ((None, False), ((0.0, 1000.0), True), ((2000.0, 3000.0), False)):
        (found,) = ask(classifier, window, [("scan.png", tmp_path / "scan.png")], lambda *_: None, maps=False)
        assert (np.abs(found.picture[..., 0] - by_hand).max() < 1) == near, window


def test_the_table_says_file_class_probabilities_and_sure_also_for_classes_that_are_called_so() -> None:
    classes = ["class", "벌, 나비"]
    found = [Answer("a b.png", classes, [0.25, 0.75], True), Answer("c.png", classes, [0.5, 0.5], False)]
    rows = list(csv.reader(io.StringIO(table_of(found, classes).decode("utf-8-sig"))))
    assert rows == [
        ["file", "class", "p:class", "벌, 나비", "sure"],
        ["a b.png", "벌, 나비", "0.250000", "0.750000", "yes"],
        ["c.png", "class", "0.500000", "0.500000", "no"],
    ]


def test_each_picture_that_is_left_out_says_why(workspace: Workspace, run: Run, photos: Path) -> None:
    said: list[str] = []
    language: Language = "en"

    def left_out(_: str, why: UserMistake) -> None:
        said.append(why.say(language))

    list(answers(workspace, run.name, photos, None, left_out))
    assert len(said) == 1
    assert "broken.png" in said[0]
