"""The data sets that torchvision knows by name: a table of them, and how one becomes a plan to read."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PILImage

from core.data.intake.candidates import Candidate
from core.data.intake.listing import Entry
from core.data.intake.plan import Plan
from core.data.splits import TEST, TRAIN, VALIDATION
from core.errors import CannotFetch, NotAChoice, NotAPicture, NotFound, UnknownName
from core.images import encode_png
from core.picture_files import Undecodable, decoding
from core.words import Text, fill_text, listing

Splits = tuple[tuple[dict[str, Any], int | None], ...]
"""Arguments that choose one of its splits, and what that split is here; None: NoiseLens splits."""
_ONE: Splits = (({}, None),)
_BY_FLAG: Splits = (({"train": True}, TRAIN), ({"train": False}, TEST))
_TWO: Splits = (({"split": "train"}, TRAIN), ({"split": "test"}, TEST))
_THREE: Splits = (*_TWO, ({"split": "val"}, VALIDATION))

_UNSTATED = Text(
    en="No licence is stated; cite its authors.",
    ko="라이선스가 적혀 있지 않습니다. 만든 사람을 인용해 주세요.",
)
_RESEARCH = Text(en="For non-commercial research only.", ko="비상업적 연구에만 쓸 수 있습니다.")
_PEOPLE = Text(
    en="For non-commercial research only; it shows real people.",
    ko="비상업적 연구에만 쓸 수 있으며, 실제 사람의 얼굴입니다.",
)


def _licence(name: str) -> Text:
    return Text(en=f"Licence: {name}.", ko=f"라이선스: {name}.")


# fmt: off
CELEBA_ATTRIBUTES = (
    "5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs", "Big_Lips",
    "Big_Nose", "Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows", "Chubby", "Double_Chin",
    "Eyeglasses", "Goatee", "Gray_Hair", "Heavy_Makeup", "High_Cheekbones", "Male", "Mouth_Slightly_Open",
    "Mustache", "Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline",
    "Rosy_Cheeks", "Sideburns", "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat",
    "Wearing_Lipstick", "Wearing_Necklace", "Wearing_Necktie", "Young",
)
# fmt: on


@dataclass(frozen=True)
class Known:
    """One data set that torchvision reads and, mostly, fetches."""

    key: str
    """The class in torchvision.datasets."""
    shows: Text
    server: str
    """The address of the server that torchvision fetches it from; "" where nobody hands it out to programs any more
    and its files must be on the computer already."""
    splits: Splits
    images: int
    classes: int
    megabytes: int
    """Of the download, about."""
    terms: Text
    options: tuple[tuple[str, Any], ...] = ()
    """Further arguments of the class."""
    labels: tuple[str, ...] = ()
    """What the pictures can be told apart by, where that is to be chosen; the first is the usual one."""
    labels_option: str = ""
    """The argument that takes that choice, if one does."""
    least: int = 1
    """Classes with fewer pictures are left out."""
    mirrors: tuple[str, ...] = ()
    """The servers that torchvision turns to where the first fails."""
    packages: tuple[str, ...] = ()
    """Of requirements-hub.txt, those that torchvision fetches it with."""


# Numbers are those that the authors state, sizes those of the files that torchvision fetches.
# fmt: off
_ALL = (
    Known("CIFAR10", Text(en="animals and vehicles, 32 px", ko="동물과 탈것, 32 px"), "https://www.cs.toronto.edu", _BY_FLAG, 60_000, 10, 170, _UNSTATED),
    Known("CIFAR100", Text(en="things and animals, 32 px", ko="사물과 동물, 32 px"), "https://www.cs.toronto.edu", _BY_FLAG, 60_000, 100, 169, _UNSTATED),
    Known("MNIST", Text(en="handwritten digits, 28 px", ko="손글씨 숫자, 28 px"), "https://ossci-datasets.s3.amazonaws.com", _BY_FLAG, 70_000, 10, 12, _licence("CC BY-SA 3.0"),
          mirrors=("http://yann.lecun.com",)),
    Known("FashionMNIST", Text(en="clothes in grey, 28 px", ko="흑백 옷 사진, 28 px"), "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", _BY_FLAG, 70_000, 10, 31, _licence("MIT")),
    Known("KMNIST", Text(en="Japanese handwriting, 28 px", ko="일본 옛 글씨, 28 px"), "http://codh.rois.ac.jp", _BY_FLAG, 70_000, 10, 21, _licence("CC BY-SA 4.0")),
    Known("USPS", Text(en="digits from letters, 16 px", ko="우편물의 숫자, 16 px"), "https://www.csie.ntu.edu.tw", _BY_FLAG, 9_298, 10, 9, _UNSTATED),
    Known("SVHN", Text(en="house numbers, 32 px", ko="집 번호, 32 px"), "http://ufldl.stanford.edu", _TWO, 99_289, 10, 247, _RESEARCH),
    Known("STL10", Text(en="animals and vehicles, 96 px", ko="동물과 탈것, 96 px"), "http://ai.stanford.edu", _TWO, 13_000, 10, 2_640, _UNSTATED),
    Known("EuroSAT", Text(en="land use from space, 64 px", ko="위성에서 본 땅, 64 px"), "https://huggingface.co", _ONE, 27_000, 10, 94, _licence("MIT")),
    Known("Imagenette", Text(en="ten easy classes of ImageNet", ko="ImageNet의 쉬운 클래스 10개"), "https://s3.amazonaws.com",
          (({"split": "train"}, TRAIN), ({"split": "val"}, VALIDATION)), 13_394, 10, 342, _RESEARCH,
          options=(("size", "320px"),)),
    Known("Flowers102", Text(en="flowers", ko="꽃"), "https://www.robots.ox.ac.uk", _THREE, 8_189, 102, 345, _UNSTATED),
    Known("OxfordIIITPet", Text(en="cats and dogs by breed", ko="고양이와 개의 품종"), "https://www.robots.ox.ac.uk",
          (({"split": "trainval"}, TRAIN), ({"split": "test"}, TEST)), 7_349, 37, 811, _licence("CC BY-SA 4.0"),
          labels=("category", "binary-category"), labels_option="target_types"),
    Known("DTD", Text(en="textures", ko="질감"), "https://www.robots.ox.ac.uk", _THREE, 5_640, 47, 625, _RESEARCH),
    Known("Food101", Text(en="dishes", ko="음식"), "http://data.vision.ee.ethz.ch", _TWO, 101_000, 101, 4_997, _RESEARCH),
    Known("GTSRB", Text(en="German traffic signs", ko="독일 교통 표지판"), "https://sid.erda.dk", _TWO, 39_270, 43, 276, _UNSTATED),
    Known("FGVCAircraft", Text(en="aircraft", ko="비행기"), "https://www.robots.ox.ac.uk", _THREE, 10_000, 100, 2_753, _RESEARCH,
          labels=("variant", "family", "manufacturer"), labels_option="annotation_level"),
    Known("Caltech101", Text(en="objects", ko="사물"), "https://data.caltech.edu", _ONE, 8_677, 101, 137, _licence("CC BY 4.0")),
    Known("Caltech256", Text(en="objects", ko="사물"), "https://data.caltech.edu", _ONE, 30_607, 257, 1_184, _licence("CC BY 4.0")),
    Known("CelebA", Text(en="famous faces, with or without an attribute", ko="유명인 얼굴, 특징이 있고 없음"), "https://drive.google.com",
          (({"split": "train"}, TRAIN), ({"split": "valid"}, VALIDATION), ({"split": "test"}, TEST)),
          202_599, 2, 1_480, _PEOPLE, labels=("Smiling", *(a for a in CELEBA_ATTRIBUTES if a != "Smiling")), packages=("gdown",)),
    Known("LFWPeople", Text(en="famous faces by name, 20 pictures or more each", ko="이름별 유명인 얼굴, 한 사람에 20장 이상"), "",
          _ONE, 3_023, 62, 243, _PEOPLE, least=20),
    Known("StanfordCars", Text(en="cars", ko="자동차"), "", _TWO, 16_185, 196, 1_960, _RESEARCH),
)
# fmt: on
KNOWN: dict[str, Known] = {known.key: known for known in _ALL}


def known_set(name: str) -> Known:
    """The entry of that name, however its letters are written.

    Raises:
        UnknownName.
    """
    for key, known in KNOWN.items():
        if name.casefold() == key.casefold():
            return known
    raise UnknownName(Text(en="data set of torchvision", ko="torchvision 데이터 세트"), name, KNOWN)


def checked_label(known: Known, label: str | None) -> str | None:
    """What the pictures are to be told apart by; None where there is nothing to choose.

    Raises:
        NotAChoice.
    """
    if label is None or label in known.labels:
        return label or (known.labels[0] if known.labels else None)
    raise NotAChoice(
        what=Text(en=f"The label of {known.key}", ko=f"{known.key}의 라벨"),
        choices=listing(known.labels, 50) or "-",
        value=label,
    )


def open_splits(known: Known, root: Path, label: str | None, download: bool) -> list[tuple[Any, int | None]]:
    """Its splits as torchvision gives them, each with what it is here.

    Args:
        root: where torchvision keeps, or is to put, the files.

    Raises:
        Whatever torchvision raises where the files are not there or cannot be had.
    """
    from torchvision import datasets

    kind = getattr(datasets, known.key)
    options = dict(known.options)
    if known.labels_option:
        options[known.labels_option] = checked_label(known, label)
    accepted = inspect.signature(kind.__init__).parameters
    if "loader" in accepted:
        options["loader"] = Path  # a path instead of pixels: the file is decoded like any other import's
    if "root" in accepted:
        options |= {"root": root, "download": download}
    return [(kind(**options, **chosen), split) for chosen, split in known.splits]


def plan_of(known: Known, opened: Sequence[tuple[Any, int | None]], root: Path, label: str | None) -> Plan:
    """Every labelled picture of the splits."""
    candidates: list[Candidate] = []
    for dataset, split in opened:
        numbers, names = _labels(dataset, known, checked_label(known, label))
        reader = _reader(dataset, root)
        counts = dict(zip(*np.unique(numbers, return_counts=True), strict=True))
        for index, number in enumerate(numbers):
            if number < 0 or counts[number] < known.least:
                continue
            name = names[number] if number < len(names) else str(number)
            place = "" if split is None else ("train", "validation", "test")[split]
            parts = tuple(part for part in (place, name.replace("/", "-"), f"{index:06}") if part)
            candidates.append(Candidate(Entry(parts, reader, index), name, split))
    return Plan(candidates, [])


def _reader(dataset: Any, root: Path) -> Callable[[Entry], bytes | Path]:
    inside = root.resolve()

    def read(entry: Entry) -> bytes | Path:
        try:
            with decoding():
                picture = dataset[entry.key][0]
                if not isinstance(picture, Path):
                    return encode_png(np.asarray(picture.convert("RGB"), np.uint8))
        except (Undecodable, PILImage.DecompressionBombError) as error:
            raise NotAPicture(name=entry.path) from error
        # Lists of files come with the set: none of them may lead elsewhere.
        if not picture.resolve().is_relative_to(inside):
            raise NotFound(name=entry.path)
        return picture

    return read


def _labels(dataset: Any, known: Known, label: str | None) -> tuple[list[int], list[str]]:
    """A number for each picture, without opening the pictures where torchvision allows it; the classes' names."""
    if known.key == "CelebA":
        column = list(dataset.attr_names).index(label)
        return dataset.attr[:, column].tolist(), [f"not {label}", str(label)]
    if label == "binary-category":
        return list(dataset._bin_labels), list(dataset.bin_classes)
    names = getattr(dataset, "classes", None) or getattr(dataset, "categories", None)
    if names is None and hasattr(dataset, "class_to_idx"):
        names = sorted(dataset.class_to_idx, key=dataset.class_to_idx.__getitem__)
    # Imagenette gives every class all its names.
    names = [str(name if isinstance(name, str) else name[0]) for name in names or ()]
    for attribute in ("targets", "labels", "_labels", "y"):
        found = getattr(dataset, attribute, None)
        if found is not None and len(found) == len(dataset):
            return [int(one) for one in found], names
    samples = getattr(dataset, "_samples", None)
    numbers = [one for _, one in samples] if samples else [dataset[i][1] for i in range(len(dataset))]
    return list(map(int, numbers)), names


def not_there(known: Known, root: Path) -> CannotFetch:
    """What to say where the folder that somebody named does not hold the set."""
    why = fill_text(
        Text(
            en='the folder "{root}" does not hold its files as torchvision keeps them. Give the folder that was'
            " torchvision's root",
            ko='"{root}" 폴더에 torchvision이 저장한 파일이 없습니다. torchvision에서 root로 준 폴더를 적어 주세요',
        ),
        root=str(root),
    )
    return CannotFetch(name=known.key, why=why)
