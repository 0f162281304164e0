"""What speaks for a model's having learned how files were saved."""

import numpy as np
import pandas as pd
import pytest

from core.data.intake.decoder import FACTS, KINDS
from core.data.review.files import differing, files_by_class
from core.evaluation.answers import Answers
from core.evaluation.files_learnt import falls, suspected
from core.evaluation.joined import whole_grid
from core.noise.catalogue import all_noises, get_noise, resaved_rows
from core.noise.stack import generator_for
from core.words import plain

LABELS = [plain("real"), plain("fake")]
PNG = {"kinds": {"PNG": 90, "JPEG": 10}, "quality": 0.0, "width": 64.0, "height": 64.0}
JPEG = {"kinds": {"JPEG": 100}, "quality": 92.0, "width": 64.0, "height": 64.0}
APART = {"real": JPEG, "fake": PNG}


def answers(right: dict[str, tuple[int, int]], images: int = 200) -> Answers:
    """So many of the first pictures of either class right under clean and each row; the classes take turns."""
    parts = []
    for noise, (real, fake) in right.items():
        number = np.arange(images)
        truth = number % 2
        wrong = number // 2 >= np.where(truth == 1, fake, real)
        parts.append(
            pd.DataFrame(
                {
                    "image": number,
                    "noise": noise,
                    "severity": 0 if noise == "clean" else 1,
                    "truth": truth,
                    "prediction": np.where(wrong, 1 - truth, truth),
                }
            )
        )
    return Answers.of(pd.concat(parts, ignore_index=True))


CLEAN = (95, 95)


def test_a_fall_of_one_class_between_files_that_differed_is_said_to_be_suspected_in_both_languages() -> None:
    found = falls(answers({"clean": CLEAN, "resaved_jpeg": (97, 10), "resaved_scaled": (95, 94)}))
    jpeg, scaled = found
    assert (jpeg.row, jpeg.carried_by, jpeg.before, jpeg.after) == ("resaved_jpeg", 1, 0.95, 0.1)
    assert jpeg.value == pytest.approx(0.415)
    assert jpeg.low < 0.415 < jpeg.high
    assert jpeg.told
    assert not scaled.told
    said = suspected(found, APART, LABELS)
    assert said is not None
    for words in ("suspected", "JPEG 95", "“fake”", "10 %", "95 %", "differed in format"):
        assert words in said["en"]
    for words in ("“fake”의 정답률이 95%에서 10%로", "파일의 형식이 달랐습니다"):
        assert words in said["ko"]


@pytest.mark.parametrize(
    ("right", "files", "each"),
    [
        ((97, 10), {"real": JPEG, "fake": JPEG}, 1),  # the files were alike
        ((97, 10), {}, 1),  # of an older import nothing is known
        ((50, 48), APART, 1),  # both classes fall
        ((95, 93), APART, 1),  # two pictures are chance
        ((95, 80), APART, 50),  # so are two videos of fifty frames each
    ],
)
def test_what_may_have_another_cause_is_not_suspected(
    right: tuple[int, int], files: dict[str, dict[str, object]], each: int
) -> None:
    groups = np.arange(200, dtype=np.int64) // each
    found = falls(answers({"clean": CLEAN, "resaved_jpeg": right}), groups)
    assert suspected(found, files, LABELS) is None


def test_files_are_told_apart_by_kind_size_and_quality_as_import_found_them() -> None:
    facts = np.zeros(6, FACTS)
    facts["kind"] = [list(KINDS).index(kind) for kind in ("JPEG", "JPEG", "PNG", "PNG", "PNG", "JPEG")]
    facts["quality"] = [90, 94, 0, 0, 0, 80]
    facts["width"], facts["height"] = [100, 100, 100, 300, 300, 300], [50, 50, 50, 150, 150, 150]
    found = files_by_class(facts, np.array([0, 0, 0, 1, 1, 1]), ["a", "b", "none"])
    assert found["a"] == {"kinds": {"JPEG": 2, "PNG": 1}, "quality": 92.0, "width": 100.0, "height": 50.0}
    assert set(found) == {"a", "b"}
    assert differing(found) == ["size", "quality"]
    assert differing({"a": JPEG, "b": PNG}) == ["format"]
    assert differing({"a": JPEG, "b": {**JPEG, "newer": 1}, "c": {}}) == []


def test_resaved_rows_are_no_noises_to_choose_and_in_no_mean() -> None:
    rows = resaved_rows()
    assert rows == ["resaved_jpeg", "resaved_scaled"]
    assert not set(rows) & {entry.key for entry in all_noises()}
    assert whole_grid([("fog", 1), *((row, 1) for row in rows)]) == (("fog", 1),)
    for row in rows:
        for shape in ((1, 1, 3), (1, 9, 3), (32, 32, 3), (37, 20, 3)):
            image = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
            noisy = get_noise(row).apply(image, generator_for(0, 0, row, 0), {})
            assert noisy.shape == shape
            smooth = np.full(shape, 120, np.uint8)
            assert np.abs(get_noise(row).apply(smooth, generator_for(0, 0, row, 0), {}) - 120.0).max() <= 2
