"""Plain OpenCV and NumPy, as a user without a library writes it."""

import cv2
import noise_peers_opencv_more  # noqa: F401 - its cases register
import numpy as np
from noise_peers import as_uint8, case

rng = np.random.default_rng(0)


def version():
    return f"{cv2.__version__} (NumPy {np.__version__})"


@case("opencv", "gaussian_noise", same=True)
def gaussian_noise(params, second):
    sd = 255 * params["sd"]

    def call(image):
        grain = np.empty(image.shape, np.int16)
        cv2.randn(grain, (0, 0, 0), (sd, sd, sd))
        return cv2.add(image, grain, dtype=cv2.CV_8U)

    return call


@case("opencv", "shot_noise", same=True)
def shot_noise(params, second):
    return lambda image: as_uint8(rng.poisson(image / 255 * 12) / 12 * 255)


@case("opencv", "speckle_noise", same=True)
def speckle_noise(params, second):
    return lambda image: as_uint8(image * (1 + 0.35 * rng.standard_normal(image.shape, np.float32)))


@case("opencv", "impulse_noise", same=True)
def impulse_noise(params, second):
    def call(image):
        draw, noisy = rng.random(image.shape, np.float32), image.copy()
        noisy[draw < 0.045] = 0
        noisy[draw > 1 - 0.045] = 255
        return noisy

    return call


@case("opencv", "salt_pepper", same=True)
def salt_pepper(params, second):
    def call(image):
        noisy = image.copy()
        height, width = image.shape[:2]
        count = int(params["fraction"] * height * width)
        rows, columns = rng.integers(0, height, count), rng.integers(0, width, count)
        noisy[rows[: count // 2], columns[: count // 2]] = 255
        noisy[rows[count // 2 :], columns[count // 2 :]] = 0
        return noisy

    return call


@case("opencv", "gaussian_blur", same=True)
def gaussian_blur(params, second):
    return lambda image: cv2.GaussianBlur(image, (0, 0), 3, borderType=cv2.BORDER_REPLICATE)


@case("opencv", "defocus_blur", same=True)
def defocus_blur(params, second):
    def call(image):
        reach = np.arange(-8, 9)
        disk = (reach[:, None] ** 2 + reach**2 <= 6**2).astype(np.float32)
        kernel = cv2.GaussianBlur(disk / disk.sum(), (3, 3), 0.5)
        return cv2.filter2D(image, -1, kernel)

    return call


@case("opencv", "motion_blur", same=True)
def motion_blur(params, second):
    radius, sigma = int(params["radius"]), params["sigma"]

    def call(image):
        angle = np.deg2rad(rng.uniform(-45, 45))
        steps = np.arange(2 * radius + 1)
        kernel = np.zeros((4 * radius + 1, 4 * radius + 1), np.float32)
        right = np.ceil(steps * np.cos(angle) - 0.5).astype(int)
        down = np.ceil(steps * np.sin(angle) - 0.5).astype(int)
        np.add.at(kernel, (2 * radius + down, 2 * radius + right), np.exp(-((steps / sigma) ** 2) / 2))
        return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)

    return call


@case("opencv", "zoom_blur", same=True)
def zoom_blur(params, second):
    def call(image):
        height, width = image.shape[:2]
        total, factors = image.astype(np.float32), np.arange(1, 1.21, 0.02)
        for factor in factors:
            rows, columns = int(np.ceil(height / factor)), int(np.ceil(width / factor))
            top, left = (height - rows) // 2, (width - columns) // 2
            cv2.accumulate(cv2.resize(image[top : top + rows, left : left + columns], (width, height)), total)
        return as_uint8(total / (len(factors) + 1))

    return call


@case("opencv", "brightness", same=True)
def brightness(params, second):
    def call(image):
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
        hsv[..., 2] = cv2.add(hsv[..., 2], 76)
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)

    return call


@case("opencv", "saturate", same=True)
def saturate(params, second):
    def call(image):
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
        hsv[..., 1] = cv2.multiply(hsv[..., 1], 2)
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)

    return call


@case("opencv", "contrast", same=True)
def contrast(params, second):
    def call(image):
        levels = np.arange(256, dtype=np.float32)[None, :, None]
        means = np.array(cv2.mean(image)[:3], np.float32)
        return cv2.LUT(image, as_uint8((levels - means) * 0.2 + means))

    return call


@case("opencv", "pixelate", same=True)
def pixelate(params, second):
    def call(image):
        height, width = image.shape[:2]
        small = cv2.resize(image, (int(width * 0.4), int(height * 0.4)), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)

    return call


@case("opencv", "jpeg_compression", same=True)
def jpeg_compression(params, second):
    def call(image):
        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(params["quality"])])
        return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    return call


@case("opencv", "elastic_transform", same=True)
def elastic_transform(params, second):
    alpha, sigma, jitter = 12.2, 2.44, 4.88

    def call(image):
        height, width = image.shape[:2]
        centre, reach = np.float32((height, width)) // 2, min(height, width) // 3
        before = np.float32([centre + reach, [centre[0] + reach, centre[1] - reach], centre - reach])
        after = before + rng.uniform(-jitter, jitter, before.shape).astype(np.float32)
        matrix = cv2.getAffineTransform(before, after)
        moved = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
        fields = rng.uniform(-alpha, alpha, (height, width, 2)).astype(np.float32)
        fields = cv2.GaussianBlur(fields, (15, 15), sigma, borderType=cv2.BORDER_REFLECT)
        columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        return cv2.remap(
            moved,
            columns + fields[..., 0],
            rows + fields[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )

    return call


@case("opencv", "blend", same=True)
def blend(params, second):
    def call(image):
        size = image.shape[1], image.shape[0]
        smaller = size[0] < second.shape[1]
        other = cv2.resize(second, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
        return cv2.addWeighted(image, 1 - params["alpha"], other, params["alpha"], 0)

    return call


@case("opencv", "pca", same=True)
def pca(params, second):
    count = int(params["components"])

    def call(image):
        noisy = np.empty_like(image)
        for channel in range(3):
            rows = image[..., channel].astype(np.float64)
            mean = rows.mean(axis=0)
            left, strengths, right = np.linalg.svd(rows - mean, full_matrices=False)
            kept = (left[:, :count] * strengths[:count]) @ right[:count]
            noisy[..., channel] = as_uint8(np.rint(kept + mean))
        return noisy

    return call
