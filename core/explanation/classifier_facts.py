"""What is known of a classifier before torch is there: pages show pictures meanwhile."""

from core.images import fit_within
from core.noise.catalogue import Image

PHOTO_SIDE = 512
"""Photos are shrunk to this before noise and ImageNet models: larger ones gain nothing at 224 px."""


def prepared_photo(photo: Image) -> Image:
    """A photo (RGB uint8) at the size where noise is added to it and ImageNet models take it."""
    return fit_within(photo, PHOTO_SIDE)
