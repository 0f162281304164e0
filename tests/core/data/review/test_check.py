"""What the check finds in pictures that were read."""

from pathlib import Path

import numpy as np
import pytest

from core.data.review.duplicates import near_groups, perceptual_hashes
from core.progress import silent
from core.resizing import square
from core.samples import sample_picture
from tests.core.data.doubtful import CASES, checked, found, jpeg, scene, source_of


def test_good_pictures_give_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, source_of(tmp_path / "set", {}, split=True)) == {}


@pytest.mark.parametrize("kind", CASES)
def test_each_trouble_is_found_by_its_name(tmp_path: Path, kind: str) -> None:
    extra, expected = CASES[kind]
    assert found(tmp_path, source_of(tmp_path / "set", extra)) == {kind: expected}


def test_a_test_picture_that_is_nearly_trained_on_is_a_leak(tmp_path: Path) -> None:
    source = source_of(tmp_path / "set", {"test/a/x.jpg": jpeg(scene(3), 60)}, split=True)
    assert found(tmp_path, source) == {"leak": [["test/a/x.jpg", "train/a/03.jpg"]]}


def test_classes_out_of_balance_and_too_small_are_told(tmp_path: Path) -> None:
    source = source_of(tmp_path / "set", {f"c/{n}.jpg": jpeg(scene(2000 + n)) for n in range(5)})
    _, report = checked(tmp_path, source)
    said = {one.kind: one.said["en"] for one in report.findings}
    assert said == {
        "few": "Classes with fewer than 20 pictures: c (5).",
        "imbalance": "The largest class, a, has 5 times the pictures of the smallest, c.",
    }


HASHES = {
    "chelsea": 0xAA19E4477B78B095,
    "coffee": 0x9BC07D3D4D883F30,
    "camera": 0xBFF1C1C0434E8CBC,
    "rocket": 0xDD26116E1D6A1772,
    "astronaut": 0xC2924C5532BDDFC8,
    "hubble": 0xC5CE4194BE4F3334,
}
"""Of the sample photos at 64 px, by `phash` of ImageHash 4.3.2."""


def test_hashes_are_those_that_imagehash_gives() -> None:
    images = np.stack([square(sample_picture(name), 64) for name in HASHES])
    found = perceptual_hashes(images, silent)
    # A cosine that lies at the median may round to its other side on another machine.
    apart = [int(one) ^ wanted for one, wanted in zip(found, HASHES.values(), strict=True)]
    assert max(one.bit_count() for one in apart) <= 1


def test_flat_pictures_are_not_taken_for_each_other() -> None:
    images = np.stack([np.full((32, 32, 3), value, np.uint8) for value in (0, 90, 200)])
    assert len(set(near_groups(images, perceptual_hashes(images, silent)).tolist())) == 3


def test_every_pair_within_the_distance_is_found() -> None:
    generator = np.random.default_rng(0)
    images = np.repeat(generator.integers(0, 256, (1, 16, 16, 3)), 400, axis=0).astype(np.uint8)
    hashes = generator.integers(0, 2**64, 200, dtype=np.uint64)
    flips = np.array([sum(1 << int(bit) for bit in generator.permutation(64)[:4]) for _ in hashes], np.uint64)
    groups = near_groups(images, np.concatenate([hashes, hashes ^ flips]))
    assert (groups[:200] == groups[200:]).all()
    assert len(set(groups.tolist())) == 200
