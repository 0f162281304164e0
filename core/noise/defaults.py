"""What noises take that need a second picture or a basis, where nobody gives one."""

from functools import cache

import numpy as np

from core.noise.basis import USUAL_TILE, Basis, fit_basis
from core.pixels import Image
from core.resizing import fit_within
from core.samples import SAMPLES, sample_picture

_BASIS_PHOTO_SIDE = 384  # about 700 tiles in all; larger ones give nearly the same basis


@cache
def builtin_basis() -> Basis:
    """The basis for noises that need one where no data set gives it, fitted on the sample photos."""
    photos = [fit_within(sample_picture(key), _BASIS_PHOTO_SIDE) for key in SAMPLES]
    return fit_basis(photos, USUAL_TILE)


@cache
def builtin_second() -> Image:
    """The picture for noises that need another one where none is given; read-only.

    Mirrored, so that it differs from the sample photo that it is made of.
    """
    second = np.ascontiguousarray(sample_picture("astronaut")[:, ::-1])
    second.flags.writeable = False
    return second
