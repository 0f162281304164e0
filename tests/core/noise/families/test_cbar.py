"""Our noises of ImageNet-C-bar's and CIFAR-10-C-bar's names against figures of their definition.

`cbar_reference.csv`: ImageNet-C-bar's ten at 224 px, CIFAR-10-C-bar's that are among them at 32 px. In
`cbar_reference_extra.csv`: CIFAR-10-C-bar's other five at 32 px, and strengths at 32 px of ImageNet-C-bar's other five.
Mean absolute and signed difference on the centre squares of two sample photos, resized by INTER_AREA, 8-bit levels.
`python -m tests.core.noise.families.test_cbar` prints how far each row is from the figures.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage
from skimage.draw import line_aa

from core.noise.catalogue import all_noises, c_bar_noises, get_noise
from core.noise.families.lines import _draw
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture

TABLES = {"224": "imagenet_c", "32": "cifar_10_c"}
ROWS = [
    row
    for name in ("cbar_reference.csv", "cbar_reference_extra.csv")
    for row in csv.DictReader(Path(__file__).with_name(name).open())
]
IN_TURN = {"1": "chelsea", "2": "coffee", "3": "chelsea", "4": "coffee", "5": "chelsea"}
"""The photo of a severity at 224 px, where a row takes seconds; `main` takes both."""
CHECKED = [row for row in ROWS if row["size"] == "32" or IN_TURN[row["severity"]] == row["photo"]]
TOLERANCE = 0.05
DRAWS = 30
"""At least as many as the figures' authors are to be compared by; as many as they took at 32 px, where it costs little."""


@cache
def photo(key: str, size: int) -> Image:
    return square(sample_picture(key), size)


def layer_of(row: dict[str, str]) -> Layer:
    return Layer.at_severity(row["noise"], int(row["severity"]), TABLES[row["size"]])


def compared(row: dict[str, str]) -> dict[str, tuple[float, float, float]]:
    """Of each kind of difference: ours, the figure, and how far apart they may be.

    5 % of the figure, and three standard errors of the difference of the two means.
    """
    clean, layer = photo(row["photo"], int(row["size"])), layer_of(row)
    count = int(row["draws"])
    draws = range(1 if count == 1 else max(DRAWS, count) if row["size"] == "32" else DRAWS)
    changes = [apply_stack(clean, [layer], index=i).astype(np.float64) - clean for i in draws]
    found = {}
    for name, of_one in (
        ("mean_abs_diff", lambda change: np.abs(change).mean()),
        ("mean_signed_diff", np.mean),
        ("sd_of_diff", np.std),
    ):
        ours = np.array([of_one(change) for change in changes])
        # Where the figures' own spread is not known, ours stands in for it.
        theirs = float(row["sd_of_it_over_draws"]) if name == "mean_abs_diff" else ours.std()
        chance = 3 * np.hypot(theirs / count**0.5, ours.std() / len(ours) ** 0.5)
        allowed = TOLERANCE * abs(float(row[name])) + chance
        if name == "mean_signed_diff":  # may be about nothing; half a level is what rounding would add
            allowed += 0.25
        found[name] = (float(ours.mean()), float(row[name]), float(allowed))
    return found


@pytest.mark.parametrize("noise", sorted({row["noise"] for row in CHECKED}))
def test_differences_from_clean_agree_with_the_reference(noise: str) -> None:
    for row in CHECKED:
        if row["noise"] == noise:
            for name, (ours, theirs, allowed) in compared(row).items():
                assert abs(ours - theirs) <= allowed, (row, name)


def test_each_size_has_its_own_ten_and_64_px_takes_the_nearer() -> None:
    large, small = c_bar_noises("imagenet_c"), c_bar_noises("cifar_10_c")
    assert c_bar_noises("tiny_imagenet_c") == small
    assert set(large + small) == {noise.key for noise in all_noises() if noise.held_out}
    figures = {size: {row["noise"] for row in ROWS if row["size"] == size} for size in TABLES}
    assert set(large) == figures["224"]
    assert set(small) <= figures["32"]


def test_severities_are_called_published_only_where_they_are() -> None:
    for key in c_bar_noises("cifar_10_c"):
        noise = get_noise(key)
        assert noise.published("cifar_10_c")
        assert not noise.published("tiny_imagenet_c")
        assert noise.published("imagenet_c") is (key in c_bar_noises("imagenet_c"))
    assert get_noise("fog").published("tiny_imagenet_c")
    assert not get_noise("haze").published("imagenet_c")


def picture(height: int, width: int) -> Image:
    """A piece of a photo, not square."""
    return square(sample_picture("chelsea"), 64)[:height, :width]


@pytest.mark.parametrize("angle", [4.2, 9.0, 30.0])
def test_circular_motion_blur_is_the_mean_of_copies_turned_by_a_cubic_spline(angle: float) -> None:
    image = picture(32, 44)
    turns = np.arange(-10, 11) / 10
    copies = [
        ndimage.rotate(image / 255, share * angle, reshape=False, order=3, mode="constant") for share in turns
    ]
    wanted = np.average(copies, axis=0, weights=np.exp(-2 * turns**2)).clip(0, 1) * 255
    found = get_noise("circular_motion_blur").apply(image, np.random.default_rng(0), {"angle": angle})
    assert np.abs(found - np.floor(wanted)).mean() < 1.0
    assert np.abs(found.mean() - wanted.mean()) < 0.8


@pytest.mark.parametrize("enlargement", [0.0, 0.1, 0.45])
def test_each_colour_is_enlarged_by_a_b_spline_without_prefilter(enlargement: float) -> None:
    image = picture(33, 20)
    found = get_noise("transverse_chromatic_abberation").apply(
        image, np.random.default_rng(4), {"enlargement": enlargement}
    )
    shares = []
    for channel in range(3):
        apart = {}
        for share in (0, 0.5, 1):
            large = ndimage.zoom(image[..., channel], 1 + share * enlargement, order=3, prefilter=False)
            top, left = ((big - small) // 2 for big, small in zip(large.shape, (33, 20), strict=True))
            cut = large[top : top + 33, left : left + 20].astype(int)
            apart[share] = np.abs(cut - found[..., channel]).max()
        shares.append(min(apart, key=lambda share: apart[share]))
        assert min(apart.values()) <= 1
    if enlargement > 0:
        assert sorted(shares) == [0, 0.5, 1]


def test_lines_are_those_of_scikit_image() -> None:
    generator = np.random.default_rng(0)
    for _ in range(100):
        start, end = (tuple(map(int, generator.integers(-40, 100, 2))) for _ in range(2))
        found = np.zeros((64, 48, 3), np.uint8)
        _draw(found, start, end)
        rows, columns, covered = line_aa(*start, *end)
        there = (rows >= 0) & (columns >= 0) & (rows < 64) & (columns < 48)
        wanted = np.zeros(found.shape)
        wanted[rows[there], columns[there]] = np.floor(128 * covered[there])[:, None]
        # It leaves out a third pixel of a row that a line may touch.
        assert np.abs(found - wanted).max() < 40
        assert np.abs(found - wanted).sum() <= 0.15 * wanted.sum()


def test_the_discs_of_a_twirl_fill_a_longer_picture_too_and_the_rest_stays() -> None:
    image = picture(30, 64)
    found = get_noise("pinch_and_twirl").apply(image, np.random.default_rng(0), {"turn": 90, "pinch": 0.5})
    changed = (found != image).any(axis=2)
    corners = changed[::10, ::10][:, :6]
    assert not corners.any()  # a disc does not reach its cell's corner
    for row in range(3):
        for column in range(6):
            assert changed[10 * row : 10 * row + 10, 10 * column : 10 * column + 10].mean() > 0.3
    assert not changed[:, 60:].any()


def test_what_a_ripple_reads_outside_is_black() -> None:
    white = np.full((40, 60, 3), 255, np.uint8)
    found = get_noise("ripple").apply(white, np.random.default_rng(1), {"amplitude": 0.1})
    assert (found[4:-4, 4:-4] == 255).all()
    assert found.min() == 0


def main() -> None:
    """A line a row: ours, the figure and the deviation in per cent of it, for mean absolute and signed difference."""
    within = 0
    for row in ROWS:
        found = compared(row)
        kept = all(abs(ours - theirs) <= allowed for ours, theirs, allowed in found.values())
        within += kept
        ours, theirs, _ = found["mean_abs_diff"]
        signed, wanted, _ = found["mean_signed_diff"]
        print(
            f"{row['noise']:34} {row['size']:>3} {row['photo']:8} {row['severity']} {ours:8.3f} {theirs:8.3f} "
            f"{100 * (ours / theirs - 1):+6.1f} %   signed {signed:+8.3f} {wanted:+8.3f}  "
            f"{'within' if kept else 'OUTSIDE'}"
        )
    print(f"{within} of {len(ROWS)} rows within tolerance")


if __name__ == "__main__":
    main()
