"""Damaged files of every kind that is read, by chance: bytes changed, ends cut off.

By hand, thousands of them: `python -m tests.core.flips --tries 2000 --seed 7`. What passes the reader as anything but a
picture or a sentence is written to a file and named.
"""

import argparse
import io
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image as PILImage
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from core.data.intake.decoder import decode
from core.errors import NoiseLensError
from core.images import read_picture
from tests.core.tiffs import tiff

XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


@cache
def sound() -> dict[str, bytes]:
    """A sound file of each kind, most with notes of a camera, a profile and texts."""
    pillow_heif.register_heif_opener()
    levels = np.add.outer(np.arange(30) * 5, np.arange(36) * 3).astype(np.uint8)
    rgb = PILImage.fromarray(np.stack([levels, levels[::-1], levels[:, ::-1]], axis=2))
    notes = PILImage.Exif()
    notes[0x0112], notes[0x010E], notes[0x011A] = 6, "a holiday", 72.0
    exif = notes.tobytes()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    texts = PngInfo()
    texts.add_text("Comment", "by the sea")
    texts.add_text("Notes", "packed " * 50, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())

    def saved(kind: str, mode: str = "RGB", several: bool = False, **options: Any) -> bytes:
        if several:
            options |= {"save_all": True, "append_images": [rgb.rotate(90), rgb.rotate(180)]}
        file = io.BytesIO()
        rgb.convert(mode).save(file, kind, **options)
        return file.getvalue()

    return {
        "jpeg": saved("JPEG", exif=exif, icc_profile=profile, xmp=XMP, comment=b"hello"),
        "jpeg grey": saved("JPEG", "L"),
        "jpeg print": saved("JPEG", "CMYK", progressive=True, exif=exif),
        "mpo": saved("MPO", exif=exif, several=True),
        "png": saved("PNG", exif=exif, icc_profile=profile, pnginfo=texts),
        "png palette": saved("PNG", "P", transparency=3, pnginfo=texts),
        "png grey": saved("PNG", "LA"),
        "apng": saved("PNG", several=True),
        "webp": saved("WEBP", exif=exif, icc_profile=profile, xmp=XMP),
        "webp animated": saved("WEBP", "RGBA", lossless=True, exif=exif, several=True),
        "heif": saved("HEIF", exif=exif),
        "avif": saved("AVIF", exif=exif, icc_profile=profile, xmp=XMP),
        "tiff": saved("TIFF", exif=notes, icc_profile=profile),
        "tiff pages": saved("TIFF", several=True),
        "tiff palette": saved("TIFF", "P", compression="tiff_lzw"),
        "tiff jpeg": saved("TIFF", compression="jpeg"),
        "tiff fax": saved("TIFF", "1", compression="group4"),
        "tiff big": saved("TIFF", big_tiff=True),
        "tiff deep": tiff(levels.astype(np.uint16) * 257, ">", photometric=0, packed=True),
        "tiff fractions": tiff(levels.astype(np.float32) / 255),
        "bmp": saved("BMP"),
        "bmp palette": saved("BMP", "P"),
        "gif": saved("GIF", several=True),
        "jp2": saved("JPEG2000"),
        "ppm": saved("PPM"),
        "pgm": saved("PPM", "L"),
    }


def damaged(data: bytes, seed: str) -> bytes:
    """The file with a few bytes changed, half of them near its beginning, and one in ten cut off."""
    draw = random.Random(seed)
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 4, 16))):
        end = len(changed) if draw.random() < 0.5 else min(len(changed), 400)
        changed[draw.randrange(end)] = draw.randrange(256)
    return bytes(changed[: draw.randrange(len(changed))] if draw.random() < 0.1 else changed)


def escapes(tries: int, seed: int) -> Iterator[tuple[str, bytes, Exception]]:
    """What else than a picture or a sentence comes of so many damaged files of each kind."""
    for kind, data in sound().items():
        for number in range(tries):
            broken = damaged(data, f"{seed} {kind} {number}")
            try:
                for read in (read_picture, lambda data, name: decode(data, name, 32, "crop")):
                    try:
                        read(broken, kind)
                    except NoiseLensError:
                        continue
            except Exception as error:  # noqa: BLE001 # all of them are what is looked for
                yield kind, broken, error


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tries", type=int, default=1000, help="of each kind")
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    found = 0
    for kind, broken, error in escapes(chosen.tries, chosen.seed):
        found += 1
        place = Path(tempfile.gettempdir()) / f"escape_{found}"
        place.write_bytes(broken)
        print(f"{kind}: {error!r}, in {place}")
    print(f"{found} of {chosen.tries * len(sound())} escaped")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
