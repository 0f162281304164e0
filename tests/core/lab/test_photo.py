"""A photo is reduced when it comes in, and is known by its identity."""

import numpy as np
import pytest

from core.images import encode_jpeg, read_picture
from core.lab.live import LiveLab
from core.lab.photo import Photo, Upload
from core.noise.stack import Layer
from core.pixels import Image
from core.resizing import prepared_photo, square


@pytest.fixture
def large() -> Image:
    """A photo of 12 million pixels."""
    rows, columns = np.mgrid[0:3000, 0:4000]
    return np.stack([rows % 256, columns % 256, (rows + columns) % 256], axis=2).astype(np.uint8)


def test_of_a_large_photo_no_more_is_kept_than_its_file_and_what_is_shown(large: Image) -> None:
    data = encode_jpeg(large)
    upload = Upload(data, "large.jpg")
    for size in (32, 64, 96, 128):
        upload.at(size)
    assert (upload.width, upload.height) == (4000, 3000)
    assert upload.nbytes <= len(data) + 512 * 384 * 3 + (96**2 + 128**2) * 3
    # The file object itself is kept: nothing else holds the pixels.
    held = [value for value in vars(upload).values() if isinstance(value, np.ndarray)]
    assert held == []


def test_every_network_is_given_what_is_made_of_the_whole_photo(large: Image) -> None:
    data = encode_jpeg(large)
    pixels = read_picture(data, "large.jpg").pixels
    upload = Upload(data, "large.jpg")
    np.testing.assert_array_equal(upload.at(None).pixels, prepared_photo(pixels))
    for size in (64, 32, 96, 64):
        np.testing.assert_array_equal(upload.at(size).pixels, square(pixels, size))
    assert upload.at(64) is upload.at(64)


def test_an_identity_tells_pixels_noises_seeds_and_places_apart() -> None:
    one, other = (Photo.of(np.full((4, 4, 3), level, np.uint8)) for level in (1, 2))
    assert one.id == Photo.of(one.pixels.copy()).id
    weak, strong = ([Layer.make("gaussian_noise", {"sd": sd})] for sd in (0.1, 0.2))
    known = {
        one.id,
        other.id,
        one.under(weak, 7, None),
        other.under(weak, 7, None),
        one.under(strong, 7, None),
        one.under(weak, 8, None),
        one.under(weak, 7, other),
        one.under(weak, 7, None, index=1),
        one.under([*weak, *strong], 7, None),
    }
    assert len(known) == 9
    assert one.under([], 7, None) == one.id


def test_a_rerun_with_the_same_photo_is_no_new_photo_whoever_has_read_it_again() -> None:
    lab = LiveLab()
    pixels = np.full((4, 4, 3), 9, np.uint8)
    first = lab.put(Photo.of(pixels), [], 7, None)
    again = lab.put(Photo.of(pixels.copy()), [], 7, None)
    assert (again.base, again.photo) == (first.base, first.photo)
    assert lab.put(Photo.of(pixels + 1), [], 7, None).photo == first.photo + 1
