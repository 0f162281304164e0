"""Our noises of ImageNet-C's names against figures of its reference implementation.

`imagenet_c_reference.csv`: mean absolute and signed difference of the 224 px constants on the centre
squares of two sample photos, resized to 224 and 64 px by INTER_AREA, 8-bit levels.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture

ROWS = list(csv.DictReader(Path(__file__).with_name("imagenet_c_reference.csv").open()))
SPATIAL = {"snow", "fog", "spatter", "frost", "elastic_transform", "motion_blur", "glass_blur"}
"""Noises whose chance is a pattern: 10 % from the reference beyond the draws' spread; others 3 %."""
DRAWS = {
    "gaussian_noise": 12,
    "shot_noise": 12,
    "speckle_noise": 12,
    "impulse_noise": 12,
    "glass_blur": 8,
    "elastic_transform": 8,
    "motion_blur": 16,
    "snow": 24,
    "fog": 32,
    "frost": 40,
    "spatter": 48,
}


@cache
def photo(key: str, size: int) -> Image:
    return square(sample_picture(key), size)


def test_the_figures_cover_all_nineteen_noises_of_imagenet_c() -> None:
    assert len({row["noise"] for row in ROWS}) == 19
    assert len(ROWS) == 19 * 5 * 2 * 2


@pytest.mark.parametrize("noise", sorted({row["noise"] for row in ROWS}))
def test_differences_from_clean_agree_with_the_reference(noise: str) -> None:
    for row in ROWS:
        if row["noise"] == noise:
            agrees(row)


def agrees(row: dict[str, str]) -> None:
    clean = photo(row["photo"], int(row["size"]))
    layer = Layer.at_severity(row["noise"], int(row["severity"]), "imagenet_c")
    draws = range(DRAWS.get(row["noise"], 1))
    changes = [apply_stack(clean, [layer], index=i).astype(np.float64) - clean for i in draws]
    tolerance = 0.1 if row["noise"] in SPATIAL else 0.03

    absolute = np.array([np.abs(change).mean() for change in changes])
    expected, count = float(row["mean_abs_diff"]), int(row["draws"])
    # Three standard errors of the difference of the two means.
    chance = 3 * np.hypot(
        float(row["sd_of_it_over_draws"]) / count**0.5, absolute.std() / len(absolute) ** 0.5
    )
    assert abs(absolute.mean() - expected) <= tolerance * expected + chance, row

    signed = np.array([change.mean() for change in changes])
    expected = float(row["mean_signed_diff"])
    # The reference's spread of the signed mean is not known: ours stands in for it.
    chance = 3 * signed.std() * (1 / count + 1 / len(signed)) ** 0.5
    assert abs(signed.mean() - expected) <= 0.25 + 0.03 * abs(expected) + chance, row


@pytest.mark.parametrize(
    ("key", "table", "severity", "params"),
    [
        ("defocus_blur", "tiny_imagenet_c", 4, {"radius": 2.5, "softness": 0.01}),
        ("glass_blur", "cifar_10_c", 5, {"sigma": 0.4, "reach": 1, "rounds": 2}),
        ("zoom_blur", "imagenet_c", 5, {"largest": 1.31, "step": 0.03}),
        ("saturate", "tiny_imagenet_c", 5, {"factor": 30, "offset": 0.2}),
        (
            "elastic_transform",
            "tiny_imagenet_c",
            3,
            {"alpha": 6.4, "sigma": 5.12, "jitter": 3.84, "scale": "px"},
        ),
        ("shot_noise", "cifar_10_c", 1, {"photons": 500}),
    ],
)
def test_a_severity_has_the_published_constants(
    key: str, table: str, severity: int, params: dict[str, Value]
) -> None:
    assert get_noise(key).at_severity(severity, table) == params
