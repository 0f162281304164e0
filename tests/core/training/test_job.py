"""What a training run is called where nobody has named it."""

import pytest

from core.noise.mix import Mix
from core.runs.presets import with_preset
from core.runs.recipe import Recipe
from core.training.job import mix_label

VALUES = {"data_set_id": "d", "data_set_fingerprint": "f", "model": "small_cnn"}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("clean", "clean"),
        ("gaussian", "Gaussian noise"),
        ("prime", "PRIME"),
        ("augmix_jsd", "AugMix + JSD"),
        ("hide_and_seek", "Hide-and-Seek"),
    ],
)
def test_a_run_is_named_for_all_that_makes_it_hold(key: str, said: str) -> None:
    assert mix_label(Recipe.make(**with_preset(VALUES, key)))["en"] == said


def test_a_run_with_noise_and_an_augmentation_is_named_for_both_and_one_of_another_version_by_its_key() -> (
    None
):
    both = Recipe.make(**VALUES, mix=Mix.from_texts(["fog:0.5:1"]), augmentation="apr")
    assert mix_label(both) == {"en": "Fog + APR", "ko": "안개 + APR"}
    assert mix_label(Recipe.read(VALUES | {"augmentation": "later"}))["en"] == "later"
