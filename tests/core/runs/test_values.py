import pytest

from core.errors import NotUnderstood, OutOfRange, UnknownName, UserMistake
from core.noise.stack import Layer
from core.runs.mode import Mode
from core.runs.values import FORM, Values


def test_values_stand_where_severities_would_and_other_noises_keep_theirs() -> None:
    at = Values.from_text(" gaussian_noise : sd = 0.05, 0.10 ,0.05")
    assert at.steps == [{"sd": 0.05}, {"sd": 0.1}], "one value is one, however often it is written"
    assert (at.levels, at.text_of(2)) == ([1, 2], "sd=0.1")
    mode = Mode(at=at)
    assert mode.layer("gaussian_noise", 2, "imagenet_c") == Layer.make("gaussian_noise", {"sd": 0.1})
    assert mode.layer("fog", 2, "imagenet_c") == Layer.at_severity("fog", 2)
    assert not mode.plain
    assert [one["en"] for one in mode.words] == ["Gaussian noise at sd=0.05, 0.1 in the place of severities"]
    with pytest.raises(OutOfRange):
        mode.layer("gaussian_noise", 3, "imagenet_c")


def test_of_several_parameters_one_may_stay_while_another_goes_on() -> None:
    at = Values.from_text("motion_blur:radius=10,15:sigma=3")
    assert at.steps == [{"radius": 10, "sigma": 3.0}, {"radius": 15, "sigma": 3.0}]
    assert at.words["en"] == "Motion blur at radius=10, 15; sigma=3"


def test_values_come_back_from_a_file_and_older_files_have_none() -> None:
    mode = Mode(at=Values.from_text(FORM))
    assert Mode.read(mode.to_json()) == mode
    assert "at" not in Mode().to_json()
    assert Mode.read({"split": "test"}).plain


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("gaussian_noise", NotUnderstood),
        ("gaussian_noise:0.1", NotUnderstood),
        ("gaussian_noise:sd=", NotUnderstood),
        ("gaussian_noise:sd=0.1,", NotUnderstood),
        ("gaussian_noise:sd=loud", NotUnderstood),
        ("gaussian_noise:sd=0.1:sd=0.2", NotUnderstood),
        ("motion_blur:radius=10,15:sigma=3,4,5", NotUnderstood),
        ("gaussian_noise:sd=7", OutOfRange),
        ("gaussian_noise:sd=" + ",".join(f"{0.01 * n:.2f}" for n in range(1, 22)), OutOfRange),
        ("gaussian_noise:loudness=1", UnknownName),
        ("mist:sd=0.1", UnknownName),
    ],
)
def test_values_that_a_noise_cannot_have_are_refused(text: str, error: type[UserMistake]) -> None:
    with pytest.raises(error):
        Values.from_text(text)
