"""What the numbers mean: the tabs of Results that say it."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.findings import evidence
from core.runs.runs import Run

Open = Callable[..., AppTest]


@pytest.fixture
def enough_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data set has 16 test pictures, too few for a finding."""
    monkeypatch.setattr(evidence, "FEWEST", 2)


@pytest.mark.parametrize(
    ("language", "said", "sure"),
    [
        ("en", "“tiny run” most: right on 50\u00a0% instead of 100\u00a0%", "likely"),
        ("ko", "정답률이 100%\u2060에서 50%\u2060로", "유력"),
    ],
)
def test_findings_say_how_sure_each_is_and_lead_to_where_it_is_seen(
    open_page: Open, evaluated_run: Run, enough_pictures: None, language: str, said: str, sure: str
) -> None:
    at = open_page("results", language, tab="findings")
    assert not at.exception
    markdown = [one.value for one in at.markdown]
    assert any(said in one for one in markdown), markdown
    assert any(sure in one for one in markdown)
    few = next(one for one in at.button if one.key == "results_finding_see_0")
    few.click().run()
    assert not at.exception
    assert at.query_params["tab"] == "numbers"
    assert at.dataframe


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "leans most under Gaussian noise: it calls 100\u00a0% of the pictures “left”, 50\u00a0% are."),
        ("ko", "사진의 100%\u2060를 “left”로 답하는데, 실제로는 50%\u2060입니다."),
    ],
)
def test_which_way_a_run_fails_is_said_first(
    open_page: Open, evaluated_run: Run, language: str, said: str
) -> None:
    at = open_page("results", language, tab="ways")
    assert not at.exception
    assert any(said in one.value for one in at.markdown), [one.value for one in at.markdown]
    assert len(at.get("plotly_chart")) == 4, "bars for both widths, and the scores clean and with noise"
