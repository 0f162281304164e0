"""A picture that is passed on says what it shows."""

import io

import numpy as np
from PIL import Image as Pillow

from core.explanation.captioned import Captioned, captioned

PICTURE = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(data))


def holds(canvas: np.ndarray, picture: np.ndarray) -> int:
    """How often a picture stands in another one, pixel by pixel."""
    rows, columns = np.nonzero((canvas[:-299, :-299] == picture[0, 0]).all(axis=2))
    places = zip(rows, columns, strict=True)
    return sum(np.array_equal(canvas[y : y + 300, x : x + 300], picture) for y, x in places)


def test_pixels_stay_as_they_are_and_words_stand_around_and_in_the_file() -> None:
    parts = [Captioned(PICTURE, ["clean", "고양이 · 91%"]), Captioned(PICTURE, ["fog, severity 3"])]
    made = opened(captioned("Fog · 원본 학습", parts, "Grad-CAM"))
    canvas = np.asarray(made.convert("RGB"))
    assert holds(canvas, PICTURE) == 2
    assert made.text["Description"] == "Fog · 원본 학습\nclean · 고양이 · 91%\nfog, severity 3\nGrad-CAM"
    assert (canvas[:, -1] == 255).all()
    below = canvas[-60:, : 2 * 300].min(axis=2)
    assert (below < 100).any(), "words are written below"


def test_long_words_are_broken_so_that_nothing_runs_into_the_next_picture() -> None:
    parts = [Captioned(PICTURE, ["W" * 200 + " and more words that do not fit"]), Captioned(PICTURE, [""])]
    canvas = np.asarray(opened(captioned("", parts, "")).convert("RGB"))
    assert (canvas[:, 317:331] == 255).all(), "between the pictures nothing is drawn"
    assert holds(canvas, PICTURE) == 2


def test_letters_that_no_font_has_do_not_stop_it() -> None:
    made = opened(captioned("\U0001f600 \u1cd0", [Captioned(PICTURE, ["\U0001f600"])], ""))
    assert made.text["Description"].startswith("\U0001f600")
