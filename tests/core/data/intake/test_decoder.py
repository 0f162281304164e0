"""One picture decoded at the size of a data set."""

import io

import cv2
import numpy as np
from PIL import Image as PILImage

from core.data.intake.decoder import decode
from core.images import read_picture
from core.resizing import square


def test_a_large_jpeg_is_the_same_picture_as_by_the_careful_way() -> None:
    ramp = np.linspace(0, 255, 640, dtype=np.uint8)
    drawn = cv2.merge(
        [np.tile(ramp, (480, 1)), np.tile(ramp[::-1], (480, 1)), np.full((480, 640), 90, np.uint8)]
    )
    cv2.circle(drawn, (200, 120), 80, (255, 255, 255), -1)
    jpeg = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    turned = PILImage.open(io.BytesIO(jpeg))
    exif = PILImage.Exif()
    exif[0x0112] = 6
    memory = io.BytesIO()
    turned.save(memory, "JPEG", quality=95, exif=exif)
    for data in (jpeg, memory.getvalue()):
        fast, facts, _ = decode(data, "x.jpg", 32, "crop")
        careful = square(read_picture(data, "x.jpg").pixels, 32)
        assert np.abs(fast.astype(int) - careful).mean() < 1.0
        assert facts.quality in range(94, 97)
