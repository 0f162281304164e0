import numpy as np
import pytest

from core.charts.frequencies import BETTER, WORSE, change_colours, frequency_map, frequency_picture
from core.words import Language
from tests.core.charts.series import PALETTE


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_map_of_frequencies_has_the_coarse_in_its_middle_and_says_how_many_answers_were_wrong(
    language: Language,
) -> None:
    plane = np.zeros((65, 65))
    plane[32 - 20, 32 + 12] = 0.75
    figure = frequency_map(PALETTE, plane, 64, language=language)
    (heat,) = figure.data
    assert (heat.x[44], heat.y[12], heat.z[12][44]) == (12, -20, 75)
    assert (heat.x[0], heat.x[32], heat.x[64], heat.zmin, heat.zmax) == (-32, 0, 32, 0, 100)
    assert "%{z:.0f}" in heat.hovertemplate
    assert figure.layout.yaxis.scaleanchor == "x"
    changed = frequency_map(PALETTE, -plane, 64, change=True, language=language).data[0]
    assert (changed.zmin, changed.zmax) == (-75, 75)
    assert changed.colorscale[0][1].upper() == BETTER
    assert changed.colorscale[-1][1].upper() == WORSE
    middle = changed.colorscale[len(changed.colorscale) // 2]
    assert middle == (0.5, PALETTE.ground.lower())
    assert len(change_colours(PALETTE)) % 2 == 1
    picture = frequency_picture(plane, 64)
    same = frequency_picture(np.zeros((65, 65)), 64)
    rows, columns = np.nonzero((picture != same).any(axis=2))
    assert rows.max() < picture.shape[0] // 2 < picture.shape[1] // 2 < columns.min() + 40
