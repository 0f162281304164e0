"""Which folders are classes, and which are splits."""

import pytest

from core.data.intake.plan import Plan
from core.errors import NoTraining
from tests.core.data.intake.test_plan import classes, notes, planned, tree, why


def splits(found: Plan) -> set[tuple[str, int | None]]:
    """Class and split of each."""
    return set(classes(found).values())


BOTH = {(name, split) for name in ("cat", "dog") for split in (0, 2)}


@pytest.mark.parametrize(
    ("training", "test"),
    [
        ("seg_train/seg_train", "seg_test/seg_test"),
        ("train_images", "test_images"),
        ("images-train", "images-test"),
        ("trn", "tst"),
        ("Train Data", "Test Data"),
        ("trainImages", "testImages"),
        ("train2017", "test2017"),
        ("1.Training", "2.Test"),
        ("학습데이터", "시험데이터"),
        ("training/train", "testing/test"),
        ("train/train", "test/test"),
        ("train/images", "test/images"),
        ("wrap/set/train_set", "wrap/set/test_set"),
        ("train", "test_images"),
    ],
)
def test_names_that_begin_or_end_with_a_split_are_proposed_as_one_and_told(training: str, test: str) -> None:
    found = planned(tree(*(f"{split}/{name}" for split in (training, test) for name in ("cat", "dog"))))
    assert splits(found) == BOTH
    assert found.left_out == []
    plain = {training.removeprefix("wrap/set/"), test.removeprefix("wrap/set/")} <= {
        "train",
        "test",
        "trn",
        "tst",
        "train_set",
        "test_set",
    }
    assert plain or "taken for splits" in notes(found)


def test_what_is_no_split_and_holds_no_classes_lies_beside() -> None:
    # As the Intel image classification set comes: of seg_pred nobody knows the classes.
    files = tree(
        *(f"{split}/{split}/{name}" for split in ("seg_train", "seg_test") for name in ("cat", "dog"))
    )
    found = planned(files | tree("seg_pred/seg_pred"))
    assert splits(found) == BOTH
    assert set(why(found).values()) == {"its folder lies beside those of training and test, and is neither"}


def test_a_class_of_train_stays_a_class_within_the_splits() -> None:
    found = planned(tree("train/train", "train/test", "test/train", "test/test"))
    assert splits(found) == {(name, split) for name in ("train", "test") for split in (0, 2)}


@pytest.mark.parametrize(
    "outer",
    [
        ("trainer", "boot", "sandal"),
        ("test_tube", "beaker", "flask"),
        ("train_toy", "test_tube", "flask"),
        ("trainer", "tester", "contest"),
    ],
)
@pytest.mark.parametrize("inner", [("",), ("/red", "/blue"), ("/studio",)])
def test_classes_that_happen_to_be_called_so_are_classes(
    outer: tuple[str, ...], inner: tuple[str, ...]
) -> None:
    found = planned(tree(*(f"{name}{deeper}" for name in outer for deeper in inner)))
    assert splits(found) == {(name, None) for name in outer}
    assert ("each holds the same folders" in notes(found)) == (len(inner) > 1)


def test_two_classes_called_so_with_other_folders_in_them_are_classes() -> None:
    found = planned(tree("test_tube/glass", "test_tube/plastic", "train_station/old", "train_station/new"))
    assert splits(found) == {("test_tube", None), ("train_station", None)}


def test_splits_within_each_class_are_kept() -> None:
    found = planned(tree("cat/train", "cat/test", "dog/train", "dog/test"))
    assert splits(found) == BOTH
    assert "taken for splits" in notes(found)


def test_pictures_in_folders_called_like_splits_become_classes_and_that_is_told() -> None:
    found = planned(tree("train_images", "test_images"))
    assert splits(found) == {("train_images", None), ("test_images", None)}
    assert "called like splits" in notes(found)


def test_a_split_beside_much_alike_ones_is_not_lost() -> None:
    found = planned(
        tree(*(f"{split}/{name}" for split in ("train", "val", "test_images") for name in ("cat", "dog")))
    )
    assert {split for _, split in splits(found)} == {0, 1, 2}


def test_without_training_nothing_is_guessed() -> None:
    with pytest.raises(NoTraining):
        planned(tree("val/cat", "val/dog", "test/cat", "test/dog"))


def test_test_pictures_of_no_class_beside_everything_else_do_not_hide_it() -> None:
    # As the New Plant Diseases set comes.
    files = tree(*(f"plants/plants/{split}/{name}" for split in ("train", "test") for name in ("cat", "dog")))
    found = planned(files | tree("test/test"))
    assert splits(found) == BOTH
    assert why(found) == dict.fromkeys(("test/test/0.png", "test/test/1.png"), "it lies in no class folder")


def test_splits_within_classes_that_hold_other_pictures_too_are_told() -> None:
    found = planned(tree("cat/train", "cat/test", "dog/train", "dog/test", "dog"))
    assert splits(found) == {("cat", None), ("dog", None)}
    assert "the splits were not used" in notes(found)
