"""What is proposed for a data set."""

from dataclasses import replace

import pytest

from core.data.dataset import DataSet
from core.runs.proposals import DRAWN_MODEL, EPOCHS, FEW, HEAD_EPOCHS, PHOTO_MODEL, proposed, proposed_model
from core.runs.recipe import HEAD_RATE, PRETRAINED_RATE, RATE


def photos(data_set: DataSet, training: int = 200) -> DataSet:
    counts = {"train": {"a": training}, "validation": {"a": 20}, "test": {"a": 20}}
    return replace(data_set, card=replace(data_set.card, kind="import", counts=counts))


def drawn(data_set: DataSet) -> DataSet:
    return replace(data_set, card=replace(data_set.card, kind="faces"))


def test_drawn_pictures_are_learned_from_scratch(tiny_data_set: DataSet) -> None:
    found = proposed(drawn(tiny_data_set))
    assert (found.model, found.start, found.trains) == (DRAWN_MODEL, "random", "all")
    assert (found.epochs, found.learning_rate) == (EPOCHS, RATE)
    assert proposed(drawn(tiny_data_set), PHOTO_MODEL).start == "random"


def test_few_photos_teach_the_head_alone_and_many_the_whole_network(tiny_data_set: DataSet) -> None:
    few, many = proposed(photos(tiny_data_set, FEW)), proposed(photos(tiny_data_set, FEW + 1))
    assert (few.model, few.start, few.trains) == (PHOTO_MODEL, "imagenet", "head")
    assert (few.epochs, few.learning_rate) == (HEAD_EPOCHS, HEAD_RATE)
    assert (many.model, many.start, many.trains) == (PHOTO_MODEL, "imagenet", "all")
    assert (many.epochs, many.learning_rate) == (EPOCHS, PRETRAINED_RATE)


def test_what_was_chosen_stays_and_the_rest_follows_it(tiny_data_set: DataSet) -> None:
    set_ = photos(tiny_data_set)
    assert proposed(set_, start="random").trains == "all"
    assert proposed(set_, start="random").learning_rate == RATE
    assert proposed(set_, trains="all").learning_rate == PRETRAINED_RATE
    assert (proposed(set_, "small_cnn").start, proposed(set_, "small_cnn").trains) == ("random", "all")


def test_without_the_weights_photos_too_are_learned_from_scratch(
    tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOISELENS_LITE0_WEIGHTS", "/no/such/file")
    assert proposed_model(photos(tiny_data_set)) == DRAWN_MODEL
