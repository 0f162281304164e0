"""The noise lab: address, stack, uploads, and what it says."""

import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.noise.catalogue import Param, all_noises, get_noise
from core.noise.stack import stack_from_text
from core.runs.runs import Run
from core.store import Workspace
from core.tables import RunRow
from core.words import Text
from pages.parts.lab.noise_search import found, options
from pages.parts.lab.session import ADD, FAMILY, MODEL, PHOTO, SECOND, SEED, UPLOAD
from pages.parts.parameter_words import parameter_words
from pages.parts.services import classifiers

ADDRESS = {"noises": "gaussian_noise(sd=0.3);fog(strength=2.5,decay=1.7)", "seed": "5", "photo": "coffee"}


def address(at: AppTest, name: str) -> str:
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def noises(at: AppTest) -> list[str]:
    return [layer.noise for layer in stack_from_text(address(at, "noises"))]


def sliders(at: AppTest) -> list[tuple[str, float]]:
    """What the sliders of the noises are called, and where they start."""
    shown = [
        json.loads(found.proto.json)
        for found in at.get("bidi_component")
        if "_slider" in found.proto.component_name
    ]
    return [(slider["label"], slider["value"]) for slider in shown]


def slide(at: AppTest, key: str, value: object) -> AppTest:
    """The browser says that a slider was moved."""
    at.session_state[key] = {"value": value}
    return at


def png(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(buffer, "PNG")
    return buffer.getvalue()


def click(at: AppTest, label: str) -> AppTest:
    return next(found for found in at.button if found.label == label).click().run()


@pytest.fixture(autouse=True)
def _classifier_stays_away(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Most tests are about the page: it is as it is in the seconds before torch is there."""
    if "with_torch" not in request.keywords:
        monkeypatch.setattr(classifiers, "classifier_ready", lambda key, start=True: False)


@pytest.mark.parametrize(("language", "words"), [("en", "being loaded"), ("ko", "불러오고 있습니다")])
def test_what_is_empty_before_the_model_is_there_says_so(
    open_page: Callable[..., AppTest], language: str, words: str
) -> None:
    assert any(words in one.value for one in open_page("preview", language).markdown)


def test_an_address_restores_noises_parameters_seed_and_photo(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", **ADDRESS)
    assert at.session_state[SEED] == 5
    assert at.session_state[PHOTO] == "coffee"
    assert sliders(at) == [
        ("Standard deviation (white = 1)", 0.3),
        ("Thickness (white = 1)", 2.5),
        ("Smoothness of the fog", 1.7),
    ]
    assert not at.error


def test_what_is_changed_goes_into_the_address_and_back(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", **ADDRESS)
    slide(at, "lab_1_0_sd", 0.45).run()
    at.number_input(key=SEED).set_value(11).run()
    assert stack_from_text(address(at, "noises"))[0].params == {"sd": 0.45}
    again = open_page("preview", noises=address(at, "noises"), seed=address(at, "seed"))
    assert sliders(again)[0][1] == 0.45
    assert again.session_state[SEED] == 11


def test_a_browser_that_has_not_heard_of_the_new_address_asks_for_nothing(
    open_page: Callable[..., AppTest],
) -> None:
    at = open_page("preview", noises="gaussian_noise()")
    slide(at, "lab_1_0_sd", 0.45)
    at.query_params["noises"] = "gaussian_noise()"
    at.run()
    assert sliders(at)[0][1] == 0.45
    assert stack_from_text(address(at, "noises"))[0].params == {"sd": 0.45}
    at.query_params["noises"] = "gaussian_noise(sd=0.2)"  # another link
    at.run()
    assert sliders(at)[0][1] == 0.2


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("noises", "no_such_noise()", "no_such_noise"),
        ("noises", "gaussian_noise(sd=9)", "must lie between"),
        ("noises", "gaussian_noise(sd", "not understood"),
        ("seed", "-3", "The seed must lie between"),
        ("seed", "many", "The seed must lie between"),
        ("model", "no_such_model", "no_such_model"),
        ("photo", "no_such_photo", "no_such_photo"),
    ],
)
def test_a_bad_part_of_an_address_gets_a_sentence_and_the_default(
    name: str, value: str, said: str, open_page: Callable[..., AppTest]
) -> None:
    at = open_page("preview", **{name: value})
    assert not at.exception
    (error,) = at.error
    assert said in error.value
    assert len(noises(at)) == 2
    assert at.session_state[MODEL] == "efficientnet_lite0"
    assert at.session_state[PHOTO] == "chelsea"


def test_noises_are_added_reordered_and_removed(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", noises="gaussian_noise()")
    at.selectbox(key=ADD).set_value("fog").run()
    assert noises(at) == ["gaussian_noise", "fog"]
    assert at.selectbox(key=ADD).value is None
    click(at, "Move Fog up")
    assert noises(at) == ["fog", "gaussian_noise"]
    click(at, "Remove Gaussian noise")
    assert noises(at) == ["fog"]
    click(at, "Remove Fog")
    assert address(at, "noises") == ""
    assert not at.exception


@pytest.mark.parametrize("removed", ["Gaussian noise", "Fog", "Rain"])
def test_a_noise_removed_by_mistake_comes_back_to_its_place_with_its_parameters(
    open_page: Callable[..., AppTest], removed: str
) -> None:
    at = open_page("preview", noises="gaussian_noise(sd=0.3);fog(strength=1.2,decay=1.4);rain()")
    slide(at, "lab_1_0_sd", 0.45).run()
    slide(at, "lab_2_0_strength", 2.2).run()
    before, seen = address(at, "noises"), sliders(at)
    click(at, f"Remove {removed}")
    assert len(noises(at)) == 2
    click(at, "Undo")
    assert address(at, "noises") == before
    assert sliders(at) == seen
    assert not any(button.label == "Undo" for button in at.button)
    # And its sliders move it again.
    again = {
        "Gaussian noise": ("lab_1_1_sd", 0.2),
        "Fog": ("lab_2_1_strength", 1.3),
        "Rain": ("lab_1_0_sd", 0.2),
    }
    slide(at, *again[removed]).run()
    assert address(at, "noises") != before


def test_a_removal_can_be_undone_while_sliders_move_and_no_longer_once_the_stack_is_another(
    open_page: Callable[..., AppTest],
) -> None:
    at = open_page("preview", noises="gaussian_noise(sd=0.3);fog()")
    click(at, "Remove Fog")
    slide(at, "lab_1_0_sd", 0.45).run()
    click(at, "Undo")
    assert noises(at) == ["gaussian_noise", "fog"]
    assert sliders(at)[0][1] == 0.45
    click(at, "Remove Fog")
    at.selectbox(key=ADD).set_value("rain").run()
    assert noises(at) == ["gaussian_noise", "rain"]
    assert not any(button.label == "Undo" for button in at.button)


def test_a_severity_sets_every_slider_of_its_noise(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", noises="gaussian_noise(sd=0.3)")
    severity = at.button_group(key="lab_1_severity")
    assert severity.value is None
    severity.set_value(5).run()
    assert sliders(at)[0][1] == 0.38
    slide(at, "lab_1_1_sd", 0.2).run()
    assert at.button_group(key="lab_1_severity").value is None


@pytest.mark.parametrize(
    ("language", "plain", "custom"), [("en", "Severity", "custom"), ("ko", "강도", "직접")]
)
def test_a_severity_is_called_custom_when_the_sliders_stand_elsewhere(
    open_page: Callable[..., AppTest], language: str, plain: str, custom: str
) -> None:
    at = open_page("preview", language, noises="gaussian_noise(sd=0.38)")
    assert at.button_group(key="lab_1_severity").label == plain
    slide(at, "lab_1_0_sd", 0.2).run()
    assert custom in at.button_group(key="lab_1_severity").label
    slide(at, "lab_1_0_sd", 0.38).run()
    assert at.button_group(key="lab_1_severity").label == plain


def test_every_noise_of_the_catalogue_can_be_added(open_page: Callable[..., AppTest]) -> None:
    for language in ("en", "ko"):
        at = open_page("preview", language, noises=";".join(f"{noise.key}()" for noise in all_noises()))
        assert not at.exception
        assert not at.error
        assert len(noises(at)) == len(all_noises())


def test_the_lab_is_as_it_was_after_a_visit_to_another_page(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", **ADDRESS)
    slide(at, "lab_1_0_sd", 0.45).run()
    at.switch_page("home.py").run()
    at.query_params.clear()
    at.switch_page("preview.py").run()
    assert sliders(at)[0][1] == 0.45
    assert at.session_state[SEED] == 5
    assert at.session_state[PHOTO] == "coffee"


def test_an_uploaded_photo_is_shown_with_notes_and_stays_out_of_the_address(
    open_page: Callable[..., AppTest],
) -> None:
    at = open_page("preview")
    at.file_uploader(key=UPLOAD).upload("grey.png", png("L"))
    at.run()
    assert at.session_state[PHOTO] == "own"
    assert address(at, "photo") == "own"
    notes = " ".join(caption.value for caption in at.caption)
    assert "not in the page's address" in notes
    assert "Worked on at" not in notes
    assert not at.error


def test_who_opens_the_address_of_somebody_s_own_photo_is_told_that_it_is_another(
    open_page: Callable[..., AppTest],
) -> None:
    at = open_page("preview", photo="own")
    assert not at.error
    assert "a link does not carry one" in at.info[0].value
    at.file_uploader(key=UPLOAD).upload("grey.png", png("L"))
    at.run()
    assert not at.info
    assert at.session_state[PHOTO] == "own"
    again = open_page("preview", photo="own")
    again.button_group(key=PHOTO).set_value("coffee").run()
    assert not again.info


def test_a_large_photo_is_said_to_be_worked_on_at_fewer_pixels(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview")
    at.file_uploader(key=UPLOAD).upload("large.png", png(size=(1600, 1200)))
    at.run()
    notes = " ".join(caption.value for caption in at.caption)
    assert "Worked on at 512 × 384 px (your file has 1,600 × 1,200)" in notes


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("notes.txt", b"no picture", "not a picture"), ("cut.png", png()[:200], "damaged")],
)
def test_a_file_that_cannot_be_used_leaves_the_photo_as_it_was(
    name: str, content: bytes, said: str, open_page: Callable[..., AppTest]
) -> None:
    at = open_page("preview", photo="coffee")
    at.file_uploader(key=UPLOAD).upload(name, content)
    at.run()
    assert said in at.error[0].value
    assert at.session_state[PHOTO] == "coffee"
    assert any("the earlier photo stays" in caption.value for caption in at.caption)
    assert not at.exception
    # The field is empty again, and the sentence goes with the next choice of a photo.
    assert not at.file_uploader[0].value
    at.button_group(key=PHOTO).set_value("rocket").run()
    assert not at.error
    at.file_uploader[0].upload("two.png", png())
    at.run()
    assert at.session_state[PHOTO] == "own"
    assert not at.error


def test_a_preset_sets_every_parameter_of_its_noise(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", noises="salt_pepper()")
    preset = at.button_group(key="lab_1_preset")
    assert preset.value is None
    preset.set_value("original_study").run()
    assert stack_from_text(address(at, "noises"))[0].params == {
        "fraction": 0.2,
        "salt": 0.5,
        "floor": 0.05,
        "ceiling": 0.95,
    }
    assert at.button_group(key="lab_1_preset").value == "original_study"
    assert "a fifth of the pixels" in at.button_group(key="lab_1_preset").help


def test_a_seed_that_cannot_be_is_said_and_the_one_before_counts(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", seed="3")
    at.number_input(key="lab_seed").set_value(-5).run()
    assert not at.exception
    assert any("must lie between 0 and 2147483647, but is -5" in error.value for error in at.error)
    assert address(at, "seed") == "3"
    at.number_input(key="lab_seed").set_value(4).run()
    assert not at.error
    assert address(at, "seed") == "4"


def test_a_run_for_small_pictures_says_that_its_severities_are_others(
    open_page: Callable[..., AppTest], trained_run: Run
) -> None:
    def said(model: str) -> bool:
        at = open_page("preview", model=model)
        return any("severities have values of their own" in caption.value for caption in at.caption)

    assert said(trained_run.id)
    assert not said("efficientnet_lite0")


def test_a_noise_is_found_by_its_names_in_both_languages_and_its_key(
    open_page: Callable[..., AppTest],
) -> None:
    names = [option.strip() for option in open_page("preview").selectbox(key=ADD).options]
    assert "Fog · 안개 · foggy, mist" in names
    assert "Shift · 이동 · translation" in names
    korean = open_page("preview", "ko").selectbox(key=ADD).options
    assert "안개 · Fog · 안개 낀 날" in [option.strip() for option in korean]
    at = open_page("preview")
    at.selectbox(key=FAMILY).set_value("blur").run()
    assert {option.split(" · ")[0] for option in at.selectbox(key=ADD).options} == {
        noise.name["en"] for noise in all_noises() if noise.family == "blur"
    }


def test_in_the_search_no_option_is_shorter_so_that_none_is_preferred_for_that() -> None:
    for noise in (shown := options(tuple(noise.key for noise in all_noises()), "en")):
        name = get_noise(noise).name["en"]
        assert len(shown[noise]) - len(name) // 2 == len(shown["rain"]) - len("Rain") // 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("grainy", {"film_grain", "gaussian_noise"}),
        ("blurr", {"motion_blur", "gaussian_blur"}),
        ("old photo", {"faded_print", "scratches"}),
        ("whatsapp", {"social_media"}),
        ("카톡", {"social_media"}),
        ("dirty lens", {"lens_dirt", "fingerprint"}),
        ("foggy", {"fog"}),
    ],
)
def test_a_noise_is_found_by_what_people_call_it(words: str, expected: set[str]) -> None:
    assert expected <= {noise.key for noise in found(all_noises(), words)}
    shown = options(tuple(noise.key for noise in all_noises()), "en" if words.isascii() else "ko")
    assert all(words in shown[key].lower() for key in expected)


def test_a_word_is_looked_for_at_the_beginning_of_words_first() -> None:
    rain = [noise.key for noise in found(all_noises(), "rain")]
    assert rain[0] == "rain"
    assert not {"film_grain", "gaussian_noise", "interlacing"} & {*rain}
    assert [noise.key for noise in found(all_noises(), "aussia")] == ["gaussian_noise", "gaussian_blur"]
    assert found(all_noises(), "no such word") == []
    assert found(all_noises(), " ") == all_noises()


@pytest.mark.parametrize(
    ("language", "ours", "kept"),
    [("en", "our own", "Kept for tests"), ("ko", "NoiseLens가 정한", "시험 전용")],
)
def test_a_card_says_whose_severities_it_has_and_which_noises_are_kept_for_tests(
    open_page: Callable[..., AppTest], language: str, ours: str, kept: str
) -> None:
    at = open_page("preview", language, noises="ripple();perlin_noise();fog()")
    helps = [group.help for group in at.button_group if str(group.key).endswith("severity")]
    assert [ours in said for said in helps] == [True, False, False]
    names = [one.help for one in at.markdown if one.help and "\n\n" in one.help]
    assert [kept in said for said in names] == [True, True, False]


def test_a_noise_found_twice_at_once_is_added_once(open_page: Callable[..., AppTest]) -> None:
    """A browser that has not heard that the search is empty again sends what was found once more."""
    at = open_page("preview", noises="")
    at.selectbox(key=ADD).set_value("fog").run()
    at.selectbox(key=ADD).set_value("fog").run()
    assert noises(at) == ["fog"]
    at.selectbox(key=ADD).set_value("rain").run()
    assert noises(at) == ["fog", "rain"]


@pytest.mark.parametrize(
    ("language", "named", "photo"), [("en", "Demo run", "Rocket"), ("ko", "데모 학습", "로켓")]
)
def test_what_an_address_may_name_is_listed_as_the_page_calls_it(
    open_page: Callable[..., AppTest],
    workspace: Workspace,
    trained_run: Run,
    language: str,
    named: str,
    photo: str,
) -> None:
    with workspace.session() as session:
        row = session.get_one(RunRow, trained_run.id)
        row.label = Text(en="Demo run", ko="데모 학습")
    (error,) = open_page("preview", language, model="1a2b3c").error
    assert "EfficientNet-Lite0" in error.value
    assert named in error.value
    (error,) = open_page("preview", language, photo="1a2b3c").error
    assert photo in error.value


def test_a_unit_without_words_is_shown_as_declared() -> None:
    declared = Param(0, 1, 0.1, Text(en="Bend", ko="휨"), "bananas")
    assert parameter_words(declared) == "Bend (bananas)"


@pytest.mark.parametrize("said", ["much", 9, float("nan"), None, [1]])
def test_what_a_browser_says_of_a_slider_counts_within_the_declared_range_only(
    open_page: Callable[..., AppTest], said: object
) -> None:
    at = slide(open_page("preview", **ADDRESS), "lab_2_0_decay", said).run()
    assert stack_from_text(address(at, "noises"))[1].params == {"strength": 2.5, "decay": 1.7}
    assert not at.error
    assert not at.exception


def test_a_noise_that_mixes_in_a_photo_takes_one(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", noises="blend()")
    at.file_uploader(key=SECOND).upload("other.png", png())
    at.run()
    assert not at.exception
    assert not at.error


def test_who_has_no_run_yet_is_led_to_training_one_to_compare(
    open_page: Callable[..., AppTest], workspace: Workspace, request: pytest.FixtureRequest
) -> None:
    def links() -> list[str]:
        return [link.proto.label for link in open_page("preview").get("page_link")]

    assert "Train one with noise to compare" in links()
    request.getfixturevalue("trained_run")
    assert "Train one with noise to compare" not in links()
