"""Our noises of ImageNet-C's names against figures of its reference implementation.

`imagenet_c_reference.csv`: mean absolute and signed difference of the 224 px constants on the centre
squares of two sample photos, resized to 224 and 64 px by INTER_AREA, 8-bit levels.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from core.images import square
from core.noise.stack import Layer, apply_stack
from core.samples import sample_picture

ROWS = list(csv.DictReader(Path(__file__).with_name("imagenet_c_reference.csv").open()))
TOLERANCE = {"gaussian_noise": 0.03, "jpeg_compression": 0.03, "motion_blur": 0.1, "fog": 0.1}
DRAWS = {"gaussian_noise": 4, "jpeg_compression": 1, "motion_blur": 16, "fog": 32}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['noise']}-{r['severity']}-{r['photo']}-{r['size']}")
def test_differences_from_clean_agree_with_the_reference(row: dict[str, str]) -> None:
    clean = square(sample_picture(row["photo"]), int(row["size"]))
    layer = Layer.at_severity(row["noise"], int(row["severity"]))
    draws = range(DRAWS[row["noise"]])
    changes = [apply_stack(clean, [layer], index=i).astype(np.float64) - clean for i in draws]

    absolute = np.array([np.abs(change).mean() for change in changes])
    expected, count = float(row["mean_abs_diff"]), int(row["draws"])
    # Three standard errors of the difference of the two means.
    chance = 3 * np.hypot(
        float(row["sd_of_it_over_draws"]) / count**0.5, absolute.std() / len(absolute) ** 0.5
    )
    assert abs(absolute.mean() - expected) <= TOLERANCE[row["noise"]] * expected + chance

    signed = np.array([change.mean() for change in changes])
    # The reference's spread of the signed mean is not known: ours stands in for it.
    chance = 3 * signed.std() * (1 / count + 1 / len(signed)) ** 0.5
    assert abs(signed.mean() - float(row["mean_signed_diff"])) <= 0.25 + chance
