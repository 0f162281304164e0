import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from core.charts.drawing import Palette
from core.charts.runs import run_marks
from pages.parts.theme import DARK, LIGHT
from tests.core.charts.series import PALETTE


def test_a_run_looks_the_same_whatever_stands_beside_it() -> None:
    runs = [("a", False), ("b", True), ("c", True), ("d", False)]
    alone = [run_marks(PALETTE, runs, [run_id])[run_id] for run_id, _ in runs]
    together = run_marks(PALETTE, runs, ["a", "b", "c", "d"])
    assert alone == list(together.values())
    assert together["a"].colour == together["d"].colour == PALETTE.reference
    assert together["b"].colour == PALETTE.accent


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_eight_runs_differ_in_colour_or_shape_whichever_they_are(palette: Palette) -> None:
    runs = [(str(i), i % 3 > 0) for i in range(90)]
    marks = run_marks(palette, runs)
    looks = [(mark.colour, mark.symbol) for mark in marks.values()]
    trained = [look for look, (_, noise_trained) in zip(looks, runs, strict=True) if noise_trained]
    assert len(set(trained[:42])) == 42
    for shown in ([str(i) for i in range(0, 90, 3)][:8], ["1", "2", "64", "65", "88", "89", "0", "21"]):
        some = run_marks(palette, runs, shown)
        assert len({(some[key].colour, some[key].symbol) for key in shown}) == 8


# How people see without one kind of cone, Machado, Oliveira and Fernandes 2009, on linear RGB.
VISION = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("vision", VISION)
def test_the_colours_of_runs_are_told_apart_by_every_colour_vision(palette: Palette, vision: str) -> None:
    colours = [palette.reference, *palette.wheel]
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(VISION[vision]).T, 0, 1)
    lab = rgb2lab(np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)[None])[0]
    apart = [deltaE_ciede2000(lab[i], lab[j]) for i in range(len(lab)) for j in range(i)]
    assert min(apart) > 11
