"""Groups of a CSV: what they hold stays in one split."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.data.dataset import open_data_set
from core.data.imports import run_job, stage, submit_import
from core.data.intake.staging import Staged
from core.data.review.acceptance import accept
from core.data.review.check import Checked, check
from core.data.review.outcome import Review
from core.data.splits import TEST, TRAIN
from core.progress import silent
from core.store import Workspace

CLASSES = 2
PEOPLE = 8
EACH = 4


def folder_of(root: Path, split: bool = False, groups: bool = True, torn: bool = False) -> Path:
    """Random pictures of PEOPLE in CLASSES, EACH of one person; the last person of a class is a test picture."""
    generator = np.random.default_rng(0)
    root.mkdir()
    lines = ["path,label" + ",split" * split + ",group" * groups]
    for label in range(CLASSES):
        for person in range(PEOPLE):
            for number in range(EACH):
                name = f"{label}{person}{number}.png"
                picture = cv2.imencode(".png", generator.integers(0, 256, (40, 40, 3), np.uint8))[1]
                (root / name).write_bytes(picture.tobytes())
                test = person == PEOPLE - 1 or (torn and (label, person, number) == (0, 0, 0))
                line = [name, "ab"[label]]
                line += [("train", "test")[test]] * split + [f"{label} {person}"] * groups
                lines.append(",".join(line))
    (root / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    return root


@pytest.mark.parametrize("seed", range(4))
def test_pictures_of_one_group_are_in_one_split_whatever_the_seed(
    workspace: Workspace, tmp_path: Path, seed: int
) -> None:
    run_job(workspace, submit_import(workspace, folder_of(tmp_path / "set"), "mine", 32, seed), silent)
    data_set = open_data_set(workspace, "mine")
    splits: dict[str, set[int]] = {}
    for name, split in zip(data_set.names, data_set.splits.tolist(), strict=True):
        splits.setdefault(name[:2], set()).add(split)
    assert len(splits) == CLASSES * PEOPLE
    assert all(len(found) == 1 for found in splits.values())
    assert data_set.groups is not None, "a resplit and an export need them"


def read(tmp_path: Path, source: Path) -> tuple[Staged, Checked]:
    staged = stage(tmp_path / "staged", source, "mine", silent, size=32)
    return staged, check(staged, silent)


def test_given_splits_that_tear_no_group_apart_are_no_finding(tmp_path: Path) -> None:
    _, checked = read(tmp_path, folder_of(tmp_path / "set", split=True))
    assert checked.findings == []


def test_a_group_that_its_splits_tear_apart_is_told_and_can_be_moved_or_dropped(
    workspace: Workspace, tmp_path: Path
) -> None:
    staged, checked = read(tmp_path, folder_of(tmp_path / "set", split=True, torn=True))
    (finding,) = checked.findings
    assert finding.kind == "torn"
    assert "1." in finding.said["en"]
    for choice, left, split in (("keep", EACH, TEST), ("move", EACH, TRAIN), ("drop", 1, TEST)):
        decisions = {"torn": choice}
        staged.name = choice
        review = Review(staged, checked)
        accept(workspace, review, review.outcome(decisions), tmp_path / "home" / choice, silent)
        data_set = open_data_set(workspace, choice)
        of_group = {
            name: number
            for name, number in zip(data_set.names, data_set.splits.tolist(), strict=True)
            if name.startswith("00")
        }
        assert len(of_group) == left
        assert (of_group["000.png"] == TEST) == (split == TEST)


def test_a_class_that_is_one_group_is_left_out_with_why(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set")
    generator = np.random.default_rng(1)
    with (source / "labels.csv").open("a", encoding="utf-8") as table:
        for number in range(3):
            picture = cv2.imencode(".png", generator.integers(0, 256, (40, 40, 3), np.uint8))[1]
            (source / f"c{number}.png").write_bytes(picture.tobytes())
            table.write(f"\nc{number}.png,c,lonely")
    staged, checked = read(tmp_path, source)
    review = Review(staged, checked)
    result = accept(workspace, review, review.outcome({}), tmp_path / "home" / "staging", silent)
    why = {path: said["en"] for path, said in result["left_out"]}
    assert set(why) == {"c0.png", "c1.png", "c2.png"}
    assert "all of its class is one group" in why["c0.png"]


def test_the_same_picture_under_two_labels_is_told_even_in_one_group(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set")
    (source / "copy.png").write_bytes((source / "000.png").read_bytes())
    with (source / "labels.csv").open("a", encoding="utf-8") as table:
        table.write("\ncopy.png,b,0 0")
    _, checked = read(tmp_path, source)
    assert [finding.kind for finding in checked.findings] == ["conflict"]


def test_shortcuts_are_judged_by_groups_not_by_pictures(tmp_path: Path) -> None:
    _, report = read(tmp_path, folder_of(tmp_path / "set"))
    assert [(one.images, one.groups) for one in report.probes] == [(64, CLASSES * PEOPLE)] * 3
    assert all("from 16 groups" in one.said["en"] for one in report.probes)
