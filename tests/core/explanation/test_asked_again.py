"""Asking again: with a part hidden, and for mild versions of the same picture."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.errors import OutsidePicture
from core.explanation.hiding import GREY, hidden
from core.explanation.holding import VERSIONS, held, mild_versions
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def test_what_is_hidden_is_grey_and_all_else_stays_also_where_the_part_reaches_beyond_the_picture() -> None:
    picture = np.random.default_rng(0).integers(0, 100, (30, 40, 3), dtype=np.uint8)
    before = picture.copy()
    covered = hidden(picture, (35, -5, 20, 10))
    assert (covered[:5, 35:] == GREY).all()
    covered[:5, 35:] = before[:5, 35:]
    np.testing.assert_array_equal(covered, before)
    np.testing.assert_array_equal(picture, before)
    for beside in ((40, 0, 5, 5), (0, 30, 5, 5), (3, 3, 0, 4), (-9, 0, 9, 9)):
        with pytest.raises(OutsidePicture, match="40 x 30"):
            hidden(picture, beside)


def test_mild_versions_are_twenty_each_another_one_and_all_close_to_the_picture() -> None:
    picture = square(sample_picture("chelsea"), 96)
    versions = list(mild_versions(picture))
    assert len(versions) == VERSIONS == 20
    assert len({version.tobytes() for version in versions} - {picture.tobytes()}) == 20
    for version in versions:
        assert version.shape == picture.shape
        assert version.dtype == np.uint8
        assert np.abs(version.astype(float) - picture).mean() < 20
    assert [one.tobytes() for one in mild_versions(picture)] == [one.tobytes() for one in versions]


def test_held_counts_the_versions_that_are_given_the_same_class() -> None:
    picture = square(sample_picture("chelsea"), 64)

    def reads(answers: Any) -> Any:
        return SimpleNamespace(answers=answers)

    def exact(images: list[Image]) -> list[int]:
        return [int(np.abs(image.astype(float) - picture).mean() > 3) for image in images]

    near = sum(one == 0 for one in exact(list(mild_versions(picture))))
    assert 0 < near < 20
    assert held(reads(exact), picture, 0) == (20, near)
    assert held(reads(exact), picture, 1) == (20, 20 - near)
    assert held(reads(lambda images: [7] * len(images)), picture, 7) == (20, 20)
