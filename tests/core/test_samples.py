"""The sample photos."""

import numpy as np
import pytest

from core.errors import UnknownName
from core.samples import SAMPLES, sample_picture


def test_the_photos_that_networks_know_come_first() -> None:
    assert list(SAMPLES)[:3] == ["chelsea", "coffee", "camera"]


@pytest.mark.parametrize("key", SAMPLES)
def test_a_sample_is_there_without_a_download_and_says_whose_it_is(key: str) -> None:
    pixels = sample_picture(key)
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert min(pixels.shape[:2]) >= 300
    sample = SAMPLES[key]
    assert sample.licence["en"] in ("CC0", "Public domain")
    assert sample.credit
    assert set(sample.name) == {"en", "ko"}


def test_the_cat_is_scikit_images_own() -> None:
    data = pytest.importorskip("skimage.data")
    assert np.array_equal(sample_picture("chelsea"), data.chelsea())


def test_an_unknown_sample_is_refused() -> None:
    with pytest.raises(UnknownName):
        sample_picture("motorcycle")
