"""The lab's live picture: the same pixels as apply_stack, found by its id alone, in bounded memory."""

import numpy as np
import pytest

from core.errors import OutOfRange, UnknownName
from core.lab.live import LiveLab, LiveLabs, Superseded
from core.lab.photo import Photo
from core.noise.stack import Layer, apply_stack
from core.pixels import Image


@pytest.fixture
def photo() -> Image:
    return np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)


def stack() -> list[Layer]:
    return [
        Layer.make("gaussian_noise", {"sd": 0.1}),
        Layer.make("salt_pepper", {"fraction": 0.1}),
        Layer.make("gaussian_blur", {}),
    ]


def put(lab: LiveLab, photo: Image, layers: list[Layer], seed: int = 7) -> None:
    lab.put(Photo.of(photo), list(enumerate(layers, 1)), seed, None)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_moved_parameter_gives_the_pixels_of_apply_stack_wherever_it_is_in_the_stack(
    place: int, photo: Image
) -> None:
    lab, layers = LiveLab(), stack()
    put(lab, photo, layers)
    name = next(iter(layers[place].params))
    for value in (0.2, 0.3, 0.2):
        moved = [*layers]
        moved[place] = Layer.make(layers[place].noise, {**layers[place].params, name: value})
        found = lab.noisy({place + 1: {name: value}})
        np.testing.assert_array_equal(found, apply_stack(photo, moved, 7))
    np.testing.assert_array_equal(lab.noisy(), apply_stack(photo, layers, 7))


def test_what_the_page_changes_counts_at_once(photo: Image) -> None:
    lab, layers = LiveLab(), stack()
    put(lab, photo, layers)
    lab.noisy({2: {"fraction": 0.4}})
    turned = layers[::-1]
    put(lab, photo, turned, seed=8)
    np.testing.assert_array_equal(lab.noisy(), apply_stack(photo, turned, 8))
    other = photo[:, ::-1].copy()
    put(lab, other, turned, seed=8)
    found = lab.noisy({3: {"sd": 0.5}})
    moved = [*turned[:2], Layer.make("gaussian_noise", {"sd": 0.5})]
    np.testing.assert_array_equal(found, apply_stack(other, moved, 8))


def test_the_noises_before_the_moved_one_are_computed_once(
    photo: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.lab import live

    applied: list[str] = []

    def counting(image: Image, layers: list[Layer], *rest: object, **more: object) -> Image:
        applied.append(layers[-1].noise)
        return apply_stack(image, layers, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(live, "apply_stack", counting)
    lab = LiveLab()
    put(lab, photo, stack())
    for value in (0.2, 0.3, 0.4):
        lab.noisy({2: {"fraction": value}})
    assert applied.count("gaussian_noise") == 1
    assert applied.count("salt_pepper") == applied.count("gaussian_blur") == 3


def test_values_of_a_request_are_held_to_the_declaration(photo: Image) -> None:
    lab = LiveLab()
    put(lab, photo, stack())
    with pytest.raises(OutOfRange):
        lab.noisy({1: {"sd": "9"}})
    with pytest.raises(UnknownName):
        lab.noisy({1: {"nothing": "1"}})
    with pytest.raises(UnknownName):
        lab.noisy({9: {"sd": "0.1"}})


def test_a_picture_that_a_newer_request_replaces_is_given_up(photo: Image) -> None:
    lab = LiveLab()
    put(lab, photo, stack())
    first = lab.ask("noisy")
    second = lab.ask("noisy")
    with pytest.raises(Superseded):
        lab.noisy({1: {"sd": 0.3}}, first)
    assert lab.noisy({1: {"sd": 0.3}}, second) is not None


def test_a_lab_is_found_by_its_id_until_it_is_closed(photo: Image) -> None:
    labs, one, other = LiveLabs(), LiveLab(), LiveLab()
    labs.keep(one)
    labs.keep(other)
    assert one.id != other.id
    assert len(one.id) >= 32
    assert labs.find(one.id) is one
    put(one, photo, stack())
    labs.close(one)
    assert labs.find(one.id) is None
    assert one.nbytes < 100
    assert labs.find("") is None


def test_the_labs_longest_unused_go_when_they_are_too_many_or_too_large(photo: Image) -> None:
    labs = LiveLabs(most=3)
    made = [LiveLab() for _ in range(4)]
    for lab in made[:3]:
        labs.keep(lab)
    labs.find(made[0].id)
    labs.keep(made[3])
    assert [labs.find(lab.id) is lab for lab in made] == [True, False, True, True]

    small = LiveLabs(most_bytes=2 * photo.nbytes)
    for lab in made:
        put(lab, photo.copy(), [])
        small.keep(lab)
    assert len(small) == 2
    assert small.find(made[-1].id) is made[-1]
