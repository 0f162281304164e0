"""How firmly a model says what it says of the lab's photo: in how many mild versions it stays, and when that is no answer."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.fixed import Fixed
from core.explanation.holding import VERSIONS
from core.files import write_json
from core.runs.runs import Run
from pages.parts.firmness import unsure_below
from pages.parts.services import classifiers
from tests.pages.conftest import opened_lab
from tests.pages.parts.lab.test_answer import save_network


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", r"This answer held in (\d+) of (\d+) mild versions of the picture\."),
        ("ko", r"사진을 가볍게 바꾼 (?P<of>\d+)장 가운데 (?P<kept>\d+)장에서 같은 답을 합니다\."),
    ],
)
def test_of_a_sure_answer_it_is_said_in_how_many_mild_versions_it_held(
    open_page: Callable[..., AppTest], language: str, words: str
) -> None:
    classifiers.classifier("efficientnet_lite0")
    assert not open_page("preview", language, photo="coffee", noises="").exception
    ((clean,),) = (opened_lab().firmly({}, lambda: True),)
    found = re.fullmatch(words, str(clean["held"]))
    assert found is not None
    counts = sorted(map(int, found.groups()))
    assert counts[1] == VERSIONS
    assert counts[0] > VERSIONS / 2


def test_below_what_a_run_is_sure_from_it_says_that_it_is_not_sure(
    open_page: Callable[..., AppTest], trained_run: Run
) -> None:
    save_network(trained_run, ["left", "right"])
    classifiers.classifier(trained_run.id)
    assert unsure_below(trained_run.id) is None
    write_json(trained_run.folder.fixed, Fixed(unsure_below=0.999).to_json())
    assert not open_page("preview", model=trained_run.id, noises="fog").exception
    (told,) = opened_lab().firmly({}, lambda: True)
    assert "below the 100\u00a0% from which this run trusts itself" in str(told["held"])
    assert unsure_below("efficientnet_lite0") is None
