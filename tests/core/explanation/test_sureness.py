import pytest

from core.explanation.sureness import unsure, wavers


@pytest.mark.parametrize(
    ("share", "guessing", "expected"),
    [
        (0.06, 0.001, True),
        (0.39, 0.001, False),
        (0.55, 0.5, True),
        (0.61, 0.5, False),
        (0.19, 0.1, True),
        (0.85, 0.9, True),
        (0.93, 0.9, False),
    ],
)
def test_an_answer_is_unsure_when_it_is_faint_or_hardly_better_than_guessing(
    share: float, guessing: float, expected: bool
) -> None:
    assert unsure(share, guessing) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(0.39, 0.36, True), (0.5, 0.5, True), (0.95, 0.02, False), (0.5, 0.3, False)],
)
def test_a_model_wavers_when_its_two_likeliest_classes_are_close(
    first: float, second: float, expected: bool
) -> None:
    assert wavers(first, second) is expected
