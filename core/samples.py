"""The sample photos: those that come inside scikit-image under clear terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.errors import UnknownName
from core.images import read_picture
from core.pixels import Image
from core.words import Text, plain


@dataclass(frozen=True)
class Sample:
    """One sample photo."""

    key: str
    name: Text
    licence: Text
    credit: str
    file: str
    """In scikit-image's data folder."""


CC0 = plain("CC0")
PUBLIC = Text(en="Public domain", ko="퍼블릭 도메인")


def _all() -> Iterator[Sample]:
    # The first three are recognised well by networks trained on ImageNet.
    yield Sample("chelsea", Text(en="Cat", ko="고양이"), CC0, "Stéfan van der Walt", "chelsea.png")
    yield Sample("coffee", Text(en="Coffee", ko="커피"), CC0, "Rachel Michetti", "coffee.png")
    yield Sample("camera", Text(en="Photographer", ko="사진사"), CC0, "Lav Varshney", "camera.png")
    yield Sample("rocket", Text(en="Rocket", ko="로켓"), PUBLIC, "SpaceX", "rocket.jpg")
    yield Sample("astronaut", Text(en="Astronaut", ko="우주인"), PUBLIC, "NASA", "astronaut.png")
    yield Sample("hubble", Text(en="Galaxies", ko="은하"), PUBLIC, "NASA, ESA", "hubble_deep_field.jpg")


SAMPLES: dict[str, Sample] = {sample.key: sample for sample in _all()}
"""By key, in the order of a picker."""


def sample_picture(key: str) -> Image:
    """The sample photo `key`, RGB uint8 H,W,3.

    Raises:
        UnknownName: there is none.
    """
    if key not in SAMPLES:
        raise UnknownName(Text(en="sample photo", ko="예제 사진"), key, SAMPLES)
    return read_picture(_folder() / SAMPLES[key].file, key).pixels


def _folder() -> Path:
    # Found without importing scikit-image, which takes a noticeable part of a second.
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "data"
