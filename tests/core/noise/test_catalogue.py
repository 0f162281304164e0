"""What every noise must keep: walks the whole catalogue, so that a new noise needs no edit here."""

import os
import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NotAChoice, NotUnderstood, OutOfRange, UnknownName
from core.noise.catalogue import (
    FAMILIES,
    OWN_TABLE,
    REFERENCE_TABLES,
    Choice,
    Noise,
    Param,
    Value,
    all_noises,
    described,
    get_noise,
    noise,
    table_for_size,
)
from core.noise.stack import Layer, apply_stack, generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import SAMPLES, sample_picture
from core.words import Text

# What takes a noise no time is one test that names the noise: a test each would take longer than what it looks at.
every_noise = pytest.mark.parametrize("entry", all_noises(), ids=lambda entry: entry.key)
# No deadline: the first call of a function in OpenCV or LAPACK may take long on a busy machine.
walk = settings(max_examples=40 if os.environ.get("NOISELENS_ALL") == "1" else 8, deadline=None)


def random_picture(height: int, width: int, seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


pictures = st.builds(random_picture, st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))


def parameters_of(entry: Noise) -> st.SearchStrategy[dict[str, Value]]:
    def values(parameter: object) -> st.SearchStrategy[Value]:
        declared = parameter.declared  # type: ignore[attr-defined]
        if isinstance(declared, Choice):
            return st.sampled_from(list(declared.choices))
        if parameter.integer:  # type: ignore[attr-defined]
            return st.integers(int(declared.lowest), int(declared.highest))
        return st.floats(declared.lowest, declared.highest)

    return st.fixed_dictionaries({parameter.name: values(parameter) for parameter in entry.parameters})


@cache
def photos(size: int) -> list[Image]:
    """Squares of all sample photos; nobody writes into them."""
    squares = [square(sample_picture(key), size) for key in SAMPLES]
    for one in squares:
        one.flags.writeable = False  # as a data set's pictures are
    return squares


@every_noise
@walk
@given(data=st.data())
def test_any_picture_and_parameters_give_a_picture_of_the_same_shape(
    entry: Noise, data: st.DataObject
) -> None:
    image = data.draw(pictures)
    params = data.draw(parameters_of(entry))
    before = image.copy()
    second = data.draw(pictures)
    noisy = entry.apply(image, generator_for(0, 0, entry.key, 0), params, second)
    assert noisy.shape == image.shape
    assert noisy.dtype == np.uint8
    assert np.array_equal(image, before)
    assert not np.shares_memory(noisy, image)


@every_noise
def test_every_severity_works_at_any_size(entry: Noise) -> None:
    for shape in ((1, 1), (1, 300), (300, 1), (2, 3), (37, 200)):
        image = random_picture(*shape, seed=1)
        for table in entry.severities:
            for severity in range(1, 6):
                noisy = apply_stack(image, [Layer.at_severity(entry.key, severity, table)])
                assert noisy.shape == image.shape, (table, severity)


@every_noise
@walk
@given(
    seed=st.integers(0, 2**31 - 1), index=st.integers(0, 2**31 - 1), place=st.integers(0, 9), image=pictures
)
def test_the_same_seed_index_and_place_give_the_same_pixels(
    entry: Noise, seed: int, index: int, place: int, image: Image
) -> None:
    params = entry.at_severity(3)
    first = entry.apply(image, generator_for(seed, index, entry.key, place), params, image[::-1])
    # A picture in between must leave no trace.
    entry.apply(image, generator_for(seed, index + 1, entry.key, place), params, image[::-1])
    again = entry.apply(image, generator_for(seed, index, entry.key, place), params, image[::-1])
    assert np.array_equal(first, again)


def state_of(generator: np.random.Generator) -> list[int]:
    return list(generator.bit_generator.state["state"]["state"])


@every_noise
def test_another_seed_index_or_place_gives_other_pixels_exactly_where_there_is_chance(entry: Noise) -> None:
    photo, second, *_ = photos(96)
    params = entry.at_severity(3)
    if "region" in params:  # where it falls is drawn for a patch only
        params["region"] = "patch"
    used = generator_for(0, 0, entry.key, 0)
    plain = entry.apply(photo, used, params, second)
    chance = state_of(used) != state_of(generator_for(0, 0, entry.key, 0))
    for which in range(3):
        # Of few outcomes, as an order of three colours, one may come twice.
        places = [[number if i == which else 0 for i in range(3)] for number in (1, 2, 3, 4)]
        same = [
            np.array_equal(
                plain,
                entry.apply(photo, generator_for(seed, index, entry.key, place), params, second),
            )
            for seed, index, place in (places if chance else places[:1])
        ]
        assert all(same) is not chance


@pytest.mark.parametrize("size", [32, 64, 224, pytest.param(384, marks=pytest.mark.whole)])
def test_distance_to_clean_grows_with_severity_on_average_over_photos(size: int) -> None:
    wrong = {}
    for entry in all_noises():
        if "order" in entry.exceptions:
            continue
        distances = []
        for severity in range(1, 6):
            layers = [Layer.at_severity(entry.key, severity, table_for_size(size))]
            changes = [
                apply_stack(clean, layers, index=i).astype(float) - clean
                for i, clean in enumerate(photos(size))
            ]
            distances.append(np.mean([np.abs(change).mean() for change in changes]))
        seen = distances[0] > 0.5
        # Two severities may tie: motion blur's constants for 32 px differ where the weights are nothing.
        grows = all(np.diff(distances) >= 0) and distances[4] > distances[2] > distances[0]
        if not (seen and grows):
            wrong[entry.key] = distances
    assert wrong == {}, "the mildest severity is to be seen, each other one as much or more"


@every_noise
@walk
@given(image=pictures, seed=st.integers(0, 99))
def test_zero_strength_leaves_any_picture_as_it_is(entry: Noise, image: Image, seed: int) -> None:
    if entry.identity is None:
        pytest.skip(entry.exceptions["identity"]["en"])
    noisy = entry.apply(image, generator_for(seed, 0, entry.key, 0), entry.identity, image[::-1])
    assert np.array_equal(noisy, image)
    assert not np.shares_memory(noisy, image)


def test_a_grey_picture_stays_grey_exactly_where_the_noise_has_no_colour() -> None:
    grey = np.repeat(photos(96)[2][..., :1], 3, axis=2)
    for entry in all_noises():
        layers = [Layer.at_severity(entry.key, severity) for severity in range(1, 6)]
        coloured = [
            np.ptp(apply_stack(grey, [layer], second=grey[::-1]), axis=2).max() > 0 for layer in layers
        ]
        assert any(coloured) is ("grey" in entry.exceptions), entry.key


@every_noise
def test_a_value_outside_its_range_is_refused_by_name(entry: Noise) -> None:
    for parameter in entry.parameters:
        if isinstance(parameter.declared, Choice):
            with pytest.raises(NotAChoice, match=parameter.name):
                entry.checked({parameter.name: "nonsense"})
            continue
        for value in (parameter.declared.lowest - 1, parameter.declared.highest + 1):
            with pytest.raises(OutOfRange, match=parameter.name) as caught:
                entry.checked({parameter.name: value})
            assert str(parameter.declared.highest) in caught.value.say("ko")
        for value in ("much", float("nan"), float("inf"), None):
            with pytest.raises(NotUnderstood, match=parameter.name):
                entry.checked({parameter.name: value})
    with pytest.raises(UnknownName):
        entry.checked({"nothing_of_the_kind": 1})


def test_a_noise_is_described_in_both_languages_with_plain_data() -> None:
    for entry in all_noises():
        about = described(entry)
        assert about["family"] in FAMILIES, entry.key
        for text in (about["name"], about["sentence"], *(part["label"] for part in about["parameters"])):
            assert set(text) == {"en", "ko"}, entry.key
            assert all(text.values()), entry.key
        assert any("가" <= letter <= "힣" for letter in about["sentence"]["ko"]), entry.key
        assert about["parameters"], entry.key
        for part in about["parameters"]:
            assert part.keys() >= (
                {"choices"} if "choices" in part else {"lowest", "highest", "step", "unit"}
            ), entry.key
            assert "default" in part, entry.key
        tables = set(about["severities"])
        assert tables <= {OWN_TABLE, *REFERENCE_TABLES}, entry.key
        assert OWN_TABLE in tables or tables == set(REFERENCE_TABLES), (
            f"{entry.key}: each size has a table of its own or ours"
        )
        names = {part["name"] for part in about["parameters"]}
        for rows in about["severities"].values():
            assert len(rows) == 5, entry.key
            assert all(set(row) == names for row in rows), entry.key


def test_the_docstring_begins_with_the_formula() -> None:
    for entry in all_noises():
        first = (entry.function.__doc__ or "").split("\n")[0]
        assert "out =" in first, entry.key
        assert len(first) <= 110, entry.key


def test_the_catalogue_holds_the_first_eight_noises() -> None:
    assert {entry.key for entry in all_noises()} >= set(
        "salt_pepper bfs_noise blend pca gaussian_noise motion_blur fog jpeg_compression".split()  # noqa: SIM905
    )


def test_an_unknown_noise_is_refused_with_a_near_name() -> None:
    with pytest.raises(UnknownName, match="gaussian_noise"):
        get_noise("gausian_noise")


def test_a_severity_outside_one_to_five_is_refused() -> None:
    with pytest.raises(OutOfRange):
        get_noise("fog").at_severity(6)


def test_sizes_get_the_nearest_table() -> None:
    assert [table_for_size(size) for size in (28, 32, 64, 96, 224, 512)] == [
        *["cifar_10_c"] * 2,
        *["tiny_imagenet_c"] * 2,
        *["imagenet_c"] * 2,
    ]


def test_a_wrong_declaration_is_refused_when_it_is_made() -> None:
    about = {
        "name": Text(en="x", ko="x"),
        "sentence": Text(en="x", ko="x"),
        "family": "blur",
        "source": "x",
        "identity": {},
    }

    def fog(image: Image, generator: np.random.Generator) -> Image:
        return image

    with pytest.raises(ValueError, match="two noises"):
        noise(**about, severities={"noiselens": ({},) * 5})(fog)

    def bare(image: Image, generator: np.random.Generator, amount: float = 0.1) -> Image:
        return image

    with pytest.raises(ValueError, match="amount"):
        noise(**about, severities={"noiselens": ({},) * 5})(bare)

    def short(image: Image, generator: np.random.Generator) -> Image:
        return image

    with pytest.raises(ValueError, match="not 5"):
        noise(**about, severities={"noiselens": ({},) * 4})(short)
    with pytest.raises(ValueError, match="family"):
        noise(**(about | {"family": "unheard_of"}), severities={"noiselens": ({},) * 5})(short)
    with pytest.raises(ValueError, match="change nothing"):
        noise(**(about | {"identity": None}), severities={"noiselens": ({},) * 5})(short)
    assert Param(0, 1, 0.1, Text(en="x", ko="x")).unit == ""


def test_noises_and_images_load_without_torch_pandas_or_the_database() -> None:
    program = (
        "import sys; from core.noise.catalogue import all_noises; import core.images, core.samples; all_noises();"
        "print([name for name in ('torch', 'pandas', 'sqlalchemy', 'streamlit', 'skimage') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_source_that_is_more_than_a_name_speaks_korean_too() -> None:
    """Authors, title and year are a name, so is a formula; "after", "drawn" and what was changed are words."""
    name = re.compile(r"(W3C|ImageMagick), .*|[A-Z][^;]*,? \d{4}(: I = .*)?")
    words = re.compile(r"\b(after|as in|drawn|with an?|reduced|steps)\b", re.IGNORECASE)
    for entry in all_noises():
        if entry.source["en"] == entry.source["ko"]:
            assert name.fullmatch(entry.source["en"]), entry.source["en"]
            assert not words.search(entry.source["en"]), entry.source["en"]
        else:
            assert re.search("[가-힣]", entry.source["ko"]), entry.source["ko"]
