"""scikit-image, of the version that NoiseLens itself installs."""

import numpy as np
import skimage
from noise_peers import as_uint8, case
from skimage import exposure, filters, transform, util

rng = np.random.default_rng(0)


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


@case("scikit_image", "gamma", same=True)
def gamma(params, second):
    return lambda image: exposure.adjust_gamma(image, params["gamma"])


@case("scikit_image", "harsh_contrast", same=False)
def harsh_contrast(params, second):
    return lambda image: exposure.adjust_sigmoid(image, params["middle"], params["contrast"])


# Any angle between -limit and limit.
@case("scikit_image", "rotation", same=False)
def rotation(params, second):
    def call(image):
        angle = rng.uniform(-params["angle"], params["angle"])
        return as_uint8(transform.rotate(image, angle, mode="symmetric", preserve_range=True))

    return call


@case("scikit_image", "swirl", same=False)
def swirl(params, second):
    def call(image):
        radius = params["radius"] * min(image.shape[:2])
        swirled = transform.swirl(image, strength=params["strength"], radius=radius, preserve_range=True)
        return as_uint8(swirled)

    return call
