import pandas as pd
import pytest

from core.charts.runs import Series
from core.charts.severities import severity_panels
from core.evaluation.measures.accuracy import ACCURACY
from tests.core.charts.series import BLUE, PALETTE


def placed(**values: float) -> pd.DataFrame:
    """Cells by severity: of each noise clean and its severities 1 and 5."""
    rows = [("clean", 0, 0.9)]
    rows += [(noise, level, value / level) for noise, value in values.items() for level in (1, 5)]
    numbers = [
        (noise, level, 100, 100 * value, value, value - 0.1, value + 0.1) for noise, level, value in rows
    ]
    return pd.DataFrame(numbers, columns=["noise", "severity", "images", "right", "accuracy", "low", "high"])


@pytest.mark.parametrize("narrow", [False, True])
def test_small_charts_over_severities_have_one_scale_and_legend_and_none_lies_on_another(
    narrow: bool,
) -> None:
    cells = placed(fog=0.8, blend=0.7, pca=0.6, snow=0.5, frost=0.4)
    cells = pd.concat([cells, cells[cells["noise"] == "fog"].assign(noise="family:weather")])
    series = [Series("a", BLUE, cells, ["fog"]), Series("b", BLUE, cells)]
    keys = ["family:weather", "fog", "blend", "pca", "snow"]
    figure = severity_panels(
        PALETTE, ACCURACY, series, 0.5, keys, narrow=narrow, labels={keys[0]: "<b>Weather (2)</b>"}
    )
    lines = [one for one in figure.data if one.mode == "lines+markers"]
    assert [one.text for one in figure.layout.annotations][:2] == ["<b>Weather (2)</b>", "<b>Fog</b>"]
    assert len(lines) == 2 * len(keys)
    fog = next(one for one in lines if one.customdata[-1][0] == "fog")
    assert list(fog.y) == pytest.approx([90, 80, 16])
    assert [tuple(one) for one in fog.customdata] == [("fog", 0, 0), ("fog", 0, 1), ("fog", 0, 5)]
    assert fog.marker.symbol.endswith("-open")
    axes = [figure.layout[f"{way}axis{number or ''}"] for way in "xy" for number in ("", 2, 3, 4, 5)]
    boxes = [(*x.domain, *y.domain) for x, y in zip(axes[:5], axes[5:], strict=True)]
    apart = [
        a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
        for a in boxes
        for b in boxes
        if a is not b
    ]
    assert all(apart)
    assert all(0 <= end <= 1 for box in boxes for end in box)
    assert len({tuple(y.range) for y in axes[5:]}) == 1
    assert len([one for one in figure.data if one.showlegend is not False]) == 2
