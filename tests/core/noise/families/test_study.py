"""Known answers of the original study's noises, and of the components that a data set gives."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from core.data.dataset import DataSet
from core.evaluation.predictions import EVALUATION_SEED, noisy_picture
from core.noise.basis import MOST_TILES, Basis, fit_basis, tile_side
from core.noise.catalogue import Value, get_noise
from core.noise.defaults import builtin_basis
from core.noise.families import subspace
from core.noise.mix import Mix
from core.noise.stack import Layer, apply_stack, generator_for
from core.pixels import Image
from core.resizing import fit_within, square
from core.samples import sample_picture
from core.training.batches import pictures


def apply(key: str, image: Image, basis: Basis | None = None, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, 0, key, 0), params, basis=basis)


def test_the_presets_are_what_the_original_study_did() -> None:
    assert get_noise("salt_pepper").presets["original_study"].params == {
        "fraction": 0.2,
        "floor": 0.05,
        "ceiling": 0.95,
    }
    study = get_noise("bfs_noise").checked(get_noise("bfs_noise").presets["original_study"].params)
    assert study == {
        "threshold": 0.03,
        "rows": 0.8,
        "columns": 0.6,
        "strength": 0.1,
        "sign": "brighten",
        "overflow": "wrap",
        "depth": 0,
    }


def test_the_study_s_bfs_noise_makes_bright_skin_cyan_at_its_edges() -> None:
    image = np.full((20, 20, 3), (245, 190, 170), np.uint8)
    image[:, 10:] = (225, 170, 150)
    red, green, blue = apply("bfs_noise", image)[10, 9].tolist()
    assert red < 30, "past white it starts again at black"
    assert green > 200
    assert blue > 180


@pytest.mark.parametrize("fraction", [0.01, 0.3, 1.0])
def test_salt_pepper_hits_places_and_colours_evenly(fraction: float) -> None:
    noisy = apply("salt_pepper", np.full((200, 200, 3), 128, np.uint8), fraction=fraction)[..., 0]
    hit = noisy != 128
    share = 1 - np.exp(-fraction)
    for part in np.split(hit, 4, axis=0) + np.split(hit, 4, axis=1):
        assert part.mean() == pytest.approx(share, abs=5 * np.sqrt(share / part.size))
    assert (noisy[hit] == 255).mean() == pytest.approx(0.5, abs=3 / np.sqrt(hit.sum()))


@pytest.mark.parametrize("shape", [(96, 96), (60, 150), (150, 60), (400, 400), (520, 410)])
@pytest.mark.parametrize("key", ["coffee", "hubble", "grain"])
def test_pca_is_within_a_level_of_what_singular_values_give(shape: tuple[int, int], key: str) -> None:
    if key == "grain":  # as many directions as rows, all alike: the hardest to tell apart
        image = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    else:
        image = cv2.resize(sample_picture(key), shape[::-1], interpolation=cv2.INTER_AREA)
    planes = [image[..., channel].astype(np.float64) for channel in range(3)]
    apart = [np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False) for rows in planes]
    for components in (1, 7, 30):
        noisy = apply("pca", image, components=components)
        for channel, (rows, (left, values, right)) in enumerate(zip(planes, apart, strict=True)):
            expected = (left[:, :components] * values[:components]) @ right[:components] + rows.mean(axis=0)
            assert np.abs(noisy[..., channel] - np.clip(expected, 0, 255)).max() < 1, (components, channel)


def tiles_of(image: Image, side: int) -> np.ndarray:
    rows, columns = image.shape[0] // side, image.shape[1] // side
    cut = image[: rows * side, : columns * side].reshape(rows, side, columns, side, 3)
    return cut.swapaxes(1, 2).reshape(rows * columns, -1).astype(np.float64)


def test_a_basis_holds_the_principal_components_of_all_tiles() -> None:
    photos = [fit_within(sample_picture(key), 64) for key in ("chelsea", "coffee")]
    basis = fit_basis(photos, 8)
    tiles = np.concatenate([tiles_of(photo, 8) for photo in photos])
    assert basis.mean == pytest.approx(tiles.mean(axis=0), abs=1e-3)
    _, _, expected = np.linalg.svd(tiles - tiles.mean(axis=0), full_matrices=False)
    for components in (1, 5, 20):
        ours = basis.components[:components].T @ basis.components[:components]
        assert ours == pytest.approx(expected[:components].T @ expected[:components], abs=1e-4)


def test_a_basis_is_fitted_on_a_bounded_number_of_pictures_and_tiles() -> None:
    draw = np.random.default_rng(0)
    many = draw.integers(0, 256, (MOST_TILES + 500, 4, 4, 3), dtype=np.uint8)
    chosen = np.linspace(0, len(many) - 1, MOST_TILES).round().astype(int)
    assert np.array_equal(fit_basis(many, 4).mean, fit_basis(many[chosen], 4).mean)
    large = draw.integers(0, 256, (3, 160, 160, 3), dtype=np.uint8)
    assert len(fit_basis(large, 4).components) == 48, "no more than a tile has values"


def test_pca_dataset_projects_each_tile_and_mirrors_those_at_the_border() -> None:
    basis = fit_basis([fit_within(sample_picture("chelsea"), 128)], 16)
    image = square(sample_picture("coffee"), 40)
    noisy = apply("pca_dataset", image, basis, components=6)
    whole = np.pad(image, ((0, 8), (0, 8), (0, 0)), mode="symmetric")
    centred = tiles_of(whole, 16) - basis.mean
    kept = (centred @ basis.components[:6].T) @ basis.components[:6] + basis.mean
    expected = kept.reshape(3, 3, 16, 16, 3).swapaxes(1, 2).reshape(48, 48, 3)[:40, :40]
    assert np.abs(noisy - np.clip(expected, 0, 255)).max() < 1


def test_a_picture_that_the_components_make_up_stays() -> None:
    basis = fit_basis([fit_within(sample_picture("chelsea"), 128)], 8)
    tile = basis.mean + 60 * basis.components[0] - 40 * basis.components[2]
    image = np.tile(np.clip(np.rint(tile), 0, 255).astype(np.uint8).reshape(8, 8, 3), (3, 4, 1))
    assert np.abs(apply("pca_dataset", image, basis, components=3).astype(int) - image).max() <= 1


def test_the_built_in_basis_is_of_32_px_tiles_and_always_the_same() -> None:
    first = builtin_basis()
    assert first.side == 32
    assert len(first.components) == 256
    builtin_basis.cache_clear()
    assert np.array_equal(builtin_basis().components, first.components)
    assert not first.components.flags.writeable


def test_small_pictures_are_one_tile_so_that_the_components_are_whole_faces() -> None:
    assert [tile_side(size) for size in (28, 32, 64, 96, 224)] == [28, 32, 64, 32, 32]


def test_a_data_set_s_basis_is_fitted_on_its_training_split(tiny_data_set: DataSet) -> None:
    basis = tiny_data_set.fitted_basis()
    training = tiny_data_set.images[tiny_data_set.indices("train")]
    assert basis.side == tiny_data_set.size
    assert basis.mean == pytest.approx(training.reshape(len(training), -1).mean(axis=0), abs=1e-3)
    assert tiny_data_set.fitted_basis() is basis


def test_evaluation_and_training_take_the_data_set_s_basis(tiny_data_set: DataSet) -> None:
    index = int(tiny_data_set.indices("test")[0])
    clean = np.array(tiny_data_set.images[index])
    layer = Layer.at_severity("pca_dataset", 4)
    expected = apply_stack(clean, [layer], EVALUATION_SEED, index, basis=tiny_data_set.fitted_basis)
    noisy = noisy_picture(tiny_data_set, index, "pca_dataset", 4, tiny_data_set.table)
    assert np.array_equal(noisy, expected)
    assert not np.array_equal(noisy, apply_stack(clean, [layer]))
    (trained,) = pictures(tiny_data_set, Mix.from_texts(["pca_dataset:1:4-4"]), 0, np.array([index]))
    assert np.array_equal(trained, expected)


def test_a_basis_is_asked_for_only_by_a_noise_that_needs_it() -> None:
    def refuse() -> Basis:
        raise AssertionError("not needed")

    image = square(sample_picture("chelsea"), 32)
    needless: Callable[[], Basis] = refuse
    apply_stack(image, [Layer.at_severity("fog", 3), Layer.at_severity("pca", 3)], basis=needless)
    with pytest.raises(AssertionError, match="not needed"):
        apply_stack(image, [Layer.at_severity("pca_dataset", 3)], basis=needless)


def test_the_vectors_of_small_pictures_are_found_once_for_all_their_severities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a test asks: all pictures at one severity, then all at the next."""
    found = []
    vectors = subspace._vectors

    def find(product):
        found.append(product)
        return vectors(product)

    monkeypatch.setattr(subspace, "_vectors", find)
    images = np.random.default_rng(5).integers(0, 256, (8, 24, 32, 3), np.uint8)
    noisy = [[apply("pca", image, components=kept) for image in images] for kept in (12, 9, 6)]
    assert len(found) == 8 * 3
    subspace._kept_small.cache_clear()
    assert all(
        np.array_equal(apply("pca", images[0], components=kept), noisy[n][0]) for n, kept in [(0, 12), (2, 6)]
    )
