import pytest

from core.explanation.sureness import unsure


@pytest.mark.parametrize(
    ("share", "classes", "expected"),
    [(0.06, 1000, True), (0.39, 1000, False), (0.55, 2, True), (0.61, 2, False), (0.19, 10, True)],
)
def test_an_answer_is_unsure_when_it_is_faint_or_hardly_better_than_guessing(
    share: float, classes: int, expected: bool
) -> None:
    assert unsure(share, classes) is expected
