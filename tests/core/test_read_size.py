import numpy as np
import pytest

from core.images import encode_jpeg, encode_png, read_size


@pytest.mark.parametrize("encode", [encode_png, encode_jpeg])
def test_the_size_of_a_picture_is_read_from_its_header_without_its_pixels(encode) -> None:
    data = encode(np.random.default_rng(0).integers(0, 256, (300, 500, 3), dtype=np.uint8))
    assert read_size(data[: len(data) // 2], "half") == (500, 300)
