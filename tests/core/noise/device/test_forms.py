"""Device forms against the NumPy forms: the same in law, picture by picture; the same pixels where no chance is in it."""

import inspect
import os
from functools import cache

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.noise.basis import fit_basis
from core.noise.catalogue import all_noises, get_noise
from core.noise.device import DEVICE_FORMS, apply_on_device, blur, filters, forms, frost, structure
from core.noise.device.forms import device_form
from core.noise.families.spatter import _water as numpy_water
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture
from tests.fake_card import fake_card

KEYS = sorted({entry.key for entry in all_noises()} & set(DEVICE_FORMS))
PHOTOS = ("chelsea", "coffee", "rocket")
SIDE = 64
DRAWS = 16
SEVERITIES = (1, 3, 5) if os.environ.get("NOISELENS_ALL") == "1" else (2, 5)
SPATIAL = {
    *("snow", "fog", "spatter", "frost", "elastic_transform", "motion_blur", "glass_blur"),
    *("brownish_noise", "plasma_noise"),
    *("rotation", "translation", "shear", "perspective", "crop_zoom", "cutmix"),
}
"""Noises whose chance is a pattern or a place: 10 % beyond the draws' spread; others 3 %."""
WITHOUT_CHANCE = {
    # Levels that a value may differ by on average.
    **dict.fromkeys(
        ("gaussian_blur", "defocus_blur", "brightness", "contrast", "saturate", "pixelate"), 0.01
    ),
    **dict.fromkeys(
        ("bfs_noise", "pca", "pca_dataset", "scale", "flip", "swirl", "blend"), 0.05
    ),  # halves round either way
    **dict.fromkeys(("double_exposure", "frequency_mix"), 0.02),
    "zoom_blur": 0.15,  # OpenCV rounds each enlargement a little down
    "jpeg_compression": 0.3,  # libjpeg works in whole numbers
    "colour_transfer": 0.5,  # OpenCV's table of Lab makes pictures 0.2 levels darker
}
by_key = pytest.mark.parametrize("key", KEYS)


@pytest.fixture(
    scope="module",
    params=[
        "cpu",
        pytest.param(
            "cuda",
            marks=[
                pytest.mark.gpu,
                pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
            ],
        ),
    ],
)
def device(request: pytest.FixtureRequest) -> torch.device:
    return torch.device(request.param)


@cache
def photo(key: str) -> Image:
    return square(sample_picture(key), SIDE)


def batch(images: list[Image], device: torch.device) -> torch.Tensor:
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous().to(device)


def noisy(
    key: str, images: list[Image], severities: list[int], device: torch.device, seed: int = 0
) -> NDArray[np.float64]:
    """N,H,W,3 by the device form, picture by picture at its severity."""
    rows = [get_noise(key).at_severity(severity) for severity in severities]
    generator = torch.Generator(device).manual_seed(seed)
    found = apply_on_device(batch(images, device), key, rows, generator)
    assert found.dtype == torch.uint8
    return found.permute(0, 2, 3, 1).cpu().numpy().astype(np.float64)


def test_all_nineteen_of_imagenet_c_and_the_study_have_forms() -> None:
    wanted = {entry.key for entry in all_noises() if "Hendrycks" in entry.source["en"]}
    assert len(wanted) == 19
    assert (wanted | {"salt_pepper", "bfs_noise", "blend", "pca", "pca_dataset"}) <= set(DEVICE_FORMS)


@by_key
def test_a_form_takes_the_parameters_that_the_noise_declares(key: str) -> None:
    taken = list(inspect.signature(DEVICE_FORMS[key].function).parameters)[2:]
    needs = get_noise(key).needs
    assert set(taken) - set(needs) == {parameter.name for parameter in get_noise(key).parameters}
    assert set(needs) <= set(taken)


@by_key
def test_distances_to_clean_are_those_of_the_numpy_form(key: str, device: torch.device) -> None:
    clean = [photo(name) for name in PHOTOS for _ in range(DRAWS)]
    share = 0.1 if key in SPATIAL else 0.03
    for severity in SEVERITIES:
        layer = Layer.at_severity(key, severity)
        ours = noisy(key, clean, [severity] * len(clean), device) - clean
        wanted = [
            apply_stack(image, [layer], index=i) - image.astype(np.float64) for i, image in enumerate(clean)
        ]
        for measured, few in ((np.abs, 0.05), (np.asarray, 0.25)):
            a, b = (measured(np.stack(changes)).mean((1, 2, 3)).reshape(3, -1) for changes in (ours, wanted))
            spread = np.sqrt((a.var(1, ddof=1) + b.var(1, ddof=1)).mean() / a.size)
            assert abs(a.mean() - b.mean()) <= few + share * abs(b.mean()) + 3.5 * spread, severity


@pytest.mark.parametrize("key", sorted(set(WITHOUT_CHANCE) & set(KEYS)))
def test_without_chance_the_pixels_are_those_of_the_numpy_form(key: str, device: torch.device) -> None:
    images = [photo(name) for name in PHOTOS for _ in range(5)]
    severities = [1, 2, 3, 4, 5] * 3
    wanted = [
        apply_stack(image, [Layer.at_severity(key, severity)])
        for image, severity in zip(images, severities, strict=True)
    ]
    gap = np.abs(noisy(key, images, severities, device) - wanted).mean((1, 2, 3))
    assert gap.max() <= WITHOUT_CHANCE[key]


@by_key
def test_each_picture_has_parameters_of_its_own(key: str, device: torch.device) -> None:
    images = [photo("coffee")] * 5
    mixed = noisy(key, images, [1, 2, 3, 4, 5], device, seed=4)
    for place in range(5):
        alone = noisy(key, images, [place + 1] * 5, device, seed=4)[place]
        if key == "shot_noise":  # a count takes as many draws as it needs
            distances = [np.abs(picture - images[0]).mean() for picture in (mixed[place], alone)]
            assert distances[0] == pytest.approx(distances[1], rel=0.03)
        else:  # filters of another size round otherwise
            assert (np.abs(mixed[place] - alone) > 1).mean() < 0.002


@by_key
def test_the_same_seed_gives_the_same_pixels_and_the_input_stays(key: str, device: torch.device) -> None:
    images = batch([photo(name) for name in PHOTOS], device)
    before, rows = images.clone(), [get_noise(key).at_severity(3)] * 3
    first, again, other = (
        apply_on_device(images, key, rows, torch.Generator(device).manual_seed(seed)) for seed in (7, 7, 8)
    )
    assert torch.equal(first, again)
    assert torch.equal(images, before)
    assert torch.equal(first, other) == (key in WITHOUT_CHANCE)


@by_key
def test_any_size_works_and_identity_changes_nothing(key: str, device: torch.device) -> None:
    entry = get_noise(key)
    rows = [entry.at_severity(severity) for severity in (1, 2, 3, 4, 5)]
    rows.append(entry.checked(entry.identity or {}))
    for shape in ((1, 1), (1, 90), (90, 1), (2, 3), (37, 80)):
        picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
        images = batch([picture] * 6, device)
        found = apply_on_device(images, key, rows, torch.Generator(device).manual_seed(0))
        assert found.shape == images.shape
        assert found.data_ptr() != images.data_ptr()
        if entry.identity is not None:
            assert torch.equal(found[5], images[5]), shape


def test_defaults_stand_in_for_parameters_that_are_not_given(device: torch.device) -> None:
    images = batch([photo("coffee")] * 2, device)
    form, entry = DEVICE_FORMS["spatter"], get_noise("spatter")
    given = form(images, torch.Generator(device).manual_seed(0), {"sd": torch.full((2,), 0.3, device=device)})
    rows = [entry.checked({"sd": 0.3})] * 2
    assert torch.equal(
        given, apply_on_device(images, "spatter", rows, torch.Generator(device).manual_seed(0))
    )


def test_a_second_picture_may_be_one_for_all_or_one_each(device: torch.device) -> None:
    images = batch([photo("coffee")] * 2, device)
    rows = [get_noise("blend").checked({"alpha": 1})] * 2
    dark, light = (torch.full((3, 9, 7), level, dtype=torch.uint8, device=device) for level in (10, 200))
    generator = torch.Generator(device)
    assert (apply_on_device(images, "blend", rows, generator, dark) == 10).all()
    each = apply_on_device(images, "blend", rows, generator, torch.stack([dark, light]))
    assert (each[0] == 10).all()
    assert (each[1] == 200).all()


def test_a_basis_that_is_given_is_the_one_used(device: torch.device) -> None:
    faces = [square(sample_picture(name), 16) for name in PHOTOS]
    basis = fit_basis(faces, 16)
    images, rows = batch(faces, device), [get_noise("pca_dataset").checked({"components": 2})] * 3
    found = apply_on_device(images, "pca_dataset", rows, torch.Generator(device), basis=basis)
    # Three pictures lie in the plane of their two components.
    assert (found.int() - images.int()).abs().max() <= 1


def test_a_patch_is_blended_in_a_box_of_its_size(device: torch.device) -> None:
    images = torch.zeros((40, 3, 60, 80), dtype=torch.uint8, device=device)
    rows = [get_noise("blend").checked({"alpha": 1, "region": "patch", "size": 0.5})] * 40
    white = torch.full((3, 5, 5), 255, dtype=torch.uint8, device=device)
    changed = (
        apply_on_device(images, "blend", rows, torch.Generator(device).manual_seed(0), white)[:, 0] == 255
    )
    assert (changed.sum((1, 2)) == 30 * 40).all()
    assert (changed.any(2).sum(1) == 30).all()
    assert len({tuple(picture.nonzero()[0].tolist()) for picture in changed.cpu()}) > 30


def test_waters_light_is_that_of_opencvs_steps(device: torch.device) -> None:
    from core.noise.device.spatter import _water

    field = cv2.GaussianBlur(
        np.random.default_rng(3).standard_normal((96, 120)).astype(np.float32), (0, 0), 2
    )
    layer = np.where(0.3 * field + 0.65 >= 0.68, 0.3 * field + 0.65, 0).astype(np.float32)
    wanted = numpy_water(layer, 0.5)
    found = _water(torch.from_numpy(layer)[None, None].to(device), torch.tensor(0.5, device=device))
    # OpenCV's distances are off by up to 2 %, which may shift a level of the emboss.
    assert np.abs(found[0, 0].cpu().numpy() - wanted).mean() < 0.02
    assert np.corrcoef(found[0, 0].cpu().numpy().ravel(), wanted.ravel())[0, 1] > 0.98


def test_what_is_no_batch_of_pictures_is_refused(device: torch.device) -> None:
    images, generator = batch([photo("coffee")] * 2, device), torch.Generator(device)
    row = get_noise("fog").at_severity(3)
    with pytest.raises(ValueError, match="uint8 N,3,H,W"):
        apply_on_device(images.float(), "fog", [row] * 2, generator)
    with pytest.raises(ValueError, match="2 pictures, 1 rows"):
        apply_on_device(images, "fog", [row], generator)
    with pytest.raises(ValueError, match="two device forms"):
        device_form("fog")(lambda images: images)


def test_an_empty_batch_stays_empty(device: torch.device) -> None:
    images = torch.zeros((0, 3, 8, 8), dtype=torch.uint8, device=device)
    assert apply_on_device(images, "fog", [], torch.Generator(device)).shape == images.shape


READ_ON_THE_CPU = {"defocus_blur", "zoom_blur"}
"""Forms that read parameters as they go, which tensors without values do not have."""


@pytest.mark.parametrize("key", [key for key in KEYS if key not in READ_ON_THE_CPU])
@pytest.mark.parametrize("where", ["cpu", "cuda"])
def test_no_form_mixes_devices_waits_for_the_card_or_draws_elsewhere(
    key: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_on_device = (frost._panes, forms._builtin_second, forms._on_device)
    for module in (filters, structure, blur):
        monkeypatch.setattr(module, "largest", lambda values: 3.0)
    try:
        for cached in kept_on_device:
            cached.cache_clear()
        with fake_card(monkeypatch) as watched, watched:
            images = torch.zeros((4, 3, 32, 40), dtype=torch.uint8, device="cuda")
            params = {
                name: [value] * 4 if isinstance(value, str) else torch.full((4,), float(value), device=where)
                for name, value in get_noise(key).at_severity(3).items()
            }
            found = DEVICE_FORMS[key](images, torch.Generator("cuda").manual_seed(0), params)
        assert (found.device.type, found.dtype, found.shape) == ("cuda", torch.uint8, images.shape)
    finally:
        for cached in kept_on_device:
            cached.cache_clear()
