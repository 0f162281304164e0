import numpy as np
import pandas as pd
import pytest

from core.charts.pictures import errors_by_pictures
from tests.core.charts.series import PALETTE


@pytest.mark.parametrize("sure", [True, False])
def test_the_curve_over_numbers_of_pictures_is_dotted_beyond_what_was_tried_and_banded_where_an_interval_is_known(
    sure: bool,
) -> None:
    runs = pd.DataFrame({"pictures": [100, 200], "error": [0.2, 0.1], "seed": [0, 0]})
    line = pd.DataFrame(
        {"pictures": [100, 200, 400], "error": [0.2, 0.1, 0.05], "ahead": [False, False, True]}
    )
    low, high = (line["error"] - 0.01, line["error"] + 0.01) if sure else (np.nan, np.nan)
    *band, tried, beyond, points = errors_by_pictures(PALETTE, runs, line.assign(low=low, high=high)).data
    assert len(band) == sure
    assert (list(tried.x), tried.line.dash) == ([100, 200], "solid")
    assert (list(beyond.x), beyond.line.dash) == ([200, 400], "dot")
    assert list(points.y) == pytest.approx([20, 10])
