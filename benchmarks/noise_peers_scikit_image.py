"""scikit-image, of the version that NoiseLens itself installs."""

import numpy as np
import skimage
from noise_peers import as_uint8, case
from skimage import filters, util


def version():
    return f"{skimage.__version__} (NumPy {np.__version__})"


@case("scikit_image", "gaussian_noise", same=True)
def gaussian_noise(params, second):
    return lambda image: as_uint8(255 * util.random_noise(image, "gaussian", var=params["sd"] ** 2))


@case("scikit_image", "speckle_noise", same=True)
def speckle_noise(params, second):
    return lambda image: as_uint8(255 * util.random_noise(image, "speckle", var=0.35**2))


@case("scikit_image", "impulse_noise", same=True)
def impulse_noise(params, second):
    return lambda image: as_uint8(255 * util.random_noise(image, "s&p", amount=0.09))


# It hits values, not pixels: coloured specks.
@case("scikit_image", "salt_pepper", same=False)
def salt_pepper(params, second):
    return lambda image: as_uint8(255 * util.random_noise(image, "s&p", amount=params["fraction"]))


# It counts as many photons as the picture has different values.
@case("scikit_image", "shot_noise", same=False)
def shot_noise(params, second):
    return lambda image: as_uint8(255 * util.random_noise(image, "poisson"))


@case("scikit_image", "gaussian_blur", same=True)
def gaussian_blur(params, second):
    return lambda image: as_uint8(255 * filters.gaussian(image, sigma=3, channel_axis=-1))
