"""Plain OpenCV and NumPy, continued: light, colour, compression, shape and hiding."""

import cv2
import numpy as np
from noise_peers import as_uint8, case

rng = np.random.default_rng(0)
LEVELS = np.arange(256) / 255
BORDERS = {
    "black": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
}


def _curve(key, curve):
    """A noise that is a table from value to value, made at each call as a function of it would."""

    @case("opencv", key, same=True)
    def maker(params, second):
        return lambda image: cv2.LUT(image, as_uint8(np.rint(255 * curve(params))))


_curve("gamma", lambda p: LEVELS ** p["gamma"])
_curve("solarise", lambda p: np.where(p["threshold"] < LEVELS, 1 - LEVELS, LEVELS))
_curve("posterise", lambda p: np.rint(LEVELS * (p["levels"] - 1)) / (p["levels"] - 1))


@case("opencv", "desaturate", same=True)
def desaturate(params, second):
    def call(image):
        grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        return cv2.addWeighted(image, 1 - params["amount"], grey, params["amount"], 0)

    return call


@case("opencv", "sepia", same=True)
def sepia(params, second):
    full = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
    return lambda image: cv2.transform(image, np.eye(3) * (1 - params["amount"]) + full * params["amount"])


# The wheel of HSV, which does not keep brightness.
@case("opencv", "hue_shift", same=False)
def hue_shift(params, second):
    def call(image):
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(np.int16) + round(params["angle"] / 2)) % 180
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)

    return call


@case("opencv", "webp_compression", same=True)
def webp_compression(params, second):
    def call(image):
        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        _, data = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, int(params["quality"])])
        return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    return call


@case("opencv", "flip", same=True)
def flip(params, second):
    code = {"horizontal": 1, "vertical": 0}.get(params["axis"], -1)
    return lambda image: cv2.flip(image, code)


def _either_way():
    return rng.uniform(0.75, 1) * rng.choice([-1, 1])


def _affine(key, matrix):
    """A noise that moves pixels by a 2x3 matrix of (params, height, width)."""

    @case("opencv", key, same=True)
    def maker(params, second):
        border = BORDERS[params["border"]]

        def call(image):
            height, width = image.shape[:2]
            moved = np.float64(matrix(params, height, width))
            return cv2.warpAffine(image, moved, (width, height), flags=cv2.INTER_LINEAR, borderMode=border)

        return call


def _about_the_middle(turn, height, width):
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    return np.column_stack([turn, middle - turn @ middle])


def _rotation(params, height, width):
    angle = params["angle"] * _either_way()
    return cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1)


def _translation(params, height, width):
    step, turn = params["distance"] * min(height, width), rng.uniform(0, 2 * np.pi)
    return [[1, 0, step * np.cos(turn)], [0, 1, step * np.sin(turn)]]


def _shear(params, height, width):
    return _about_the_middle(np.array([[1, params["amount"] * _either_way()], [0, 1]]), height, width)


_affine("rotation", _rotation)
_affine("translation", _translation)
_affine("shear", _shear)


# Without the averaging of pixels that ours does where it shrinks much.
@case("opencv", "scale", same=False)
def scale(params, second):
    def call(image):
        height, width = image.shape[:2]
        matrix = _about_the_middle(np.eye(2) * params["factor"], height, width)
        border = BORDERS[params["border"]]
        return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=border)

    return call


@case("opencv", "coarse_dropout", same=True)
def coarse_dropout(params, second):
    def call(image):
        height, width = image.shape[:2]
        side, noisy = params["size"] * min(height, width), image.copy()
        for y, x in rng.random((int(params["holes"]), 2)) * (height, width):
            top, left = max(0, round(y - side / 2)), max(0, round(x - side / 2))
            noisy[top : round(y + side / 2), left : round(x + side / 2)] = 0
        return noisy

    return call


@case("opencv", "colour_transfer", same=False)
def colour_transfer(params, second):
    # Reinhard's transfer in OpenCV's 8-bit Lab, as tutorials write it.
    target = cv2.cvtColor(second, cv2.COLOR_RGB2LAB)
    mean, spread = target.mean((0, 1)), target.std((0, 1))

    def call(image):
        lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
        moved = (lab - lab.mean((0, 1))) / (lab.std((0, 1)) + 1e-6) * spread + mean
        other = cv2.cvtColor(as_uint8(moved), cv2.COLOR_LAB2RGB)
        return cv2.addWeighted(image, 1 - params["strength"], other, params["strength"], 0)

    return call
